"""Q: query parameters, paths, methods and headers that nobody sends in good faith."""

import json
import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import User
from tests.hostile.conftest import live_on, write_trap
from tests.test_access import ROLES
from tests.thamsklyngen.test_settings import production

pytestmark = pytest.mark.django_db

VALUES = (
    "-1", "1e999999", "٣", "NaN", "9" * 5000, "\0", "'--", "%_\\", '"><svg onload=canary>', "(a+)+$" * 1500, "🚂\u202e",
)  # fmt: skip
# What any list or page of ours reads from its address, and what others' lists do
PARAMETERS = (
    "page", "per_page", "order_by", "after", "before", "part", "show", "round", "since", "theme", "state", "station",
    "area", "kind", "size", "answer", "a", "group", "company", "copy", "template", "year", "first", "every", "week", "weekday", "then", "edit", "meeting", "q", "o", "e", "p", "all", "_connector",
)  # fmt: skip
EVIL = (
    "//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "%2f%2fevil.example",
    "/%09/evil.example", "https://testserver@evil.example", "https://testserver.evil.example", "///evil.example",
    "\\\\evil.example", "/\t/evil.example", "http:///evil.example", "data:text/html,x", "//" + "e" * 5000,
    "/\r\nLocation: https://evil.example", "\0//evil.example",
)  # fmt: skip


# Kept, but asked anew each time: a calendar's own copy, and what a page polls
ASKED_ANEW = {
    "groups:desk_changes",
    "groups:wall_live",
    "meetings:door_code_now",
    "meetings:present_now",
    "meetings:ics",
}
# Read by a calendar's server, which needs no more than one answer in a quarter of an hour; no browser keeps it
KEPT_A_WHILE = {"meetings:feed", "meetings:group_feed"}


def is_ours(url):
    """A way back that no browser reads as another site."""
    return url.startswith("/") and not re.match(r"/[/\\]|/[\t\r\n]", url) and not re.search(r"[\r\n\0]", url)


@pytest.mark.parametrize("role", ROLES)
def test_q_looking_writes_nothing(role, people, addresses, client_of):
    """3.5.3: every address, asked by GET and HEAD, as every role."""
    client = client_of(people[role])
    for name, path in addresses.items():
        for method in (client.get, client.head) if role in {"AN", "GL"} else (client.get,):
            with write_trap() as caught:
                answer = method(path)
            assert caught == [], name
            assert answer.status_code < 500, name


@pytest.mark.parametrize("role", ["AN", "GM", "GL", "ST"])
def test_q_every_answer_tells_the_browser_what_it_may(role, people, addresses, client_of):
    """3.4: on pages, refusals and mistakes alike."""
    client = client_of(people[role])
    for name, path in {**addresses, "nowhere": "/nowhere/", "login": reverse("account_login")}.items():
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy or (name == "meetings:document" and "default-src 'none'" in policy), name
        assert "unsafe" not in policy or name in {"meetings:preview_mail", "meetings:document"}, name
        assert "frame-ancestors 'none'" in policy or name == "meetings:preview_mail", name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}, name
        assert answer["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}, name
        public = name in {"manifest", "cluster_css", "robots", "cluster_logo"}
        if role != "AN" and not public and answer.status_code == 200:
            assert "no-store" in answer["Cache-Control"] or name in ASKED_ANEW | KEPT_A_WHILE, name


def test_q_pages_behind_a_link_are_not_kept_either(scene, addresses, client):
    for name in ("members:invitation", "members:unsubscribe", "meetings:answer_by_link", "meetings:check_in", "door"):
        answer = client.get(addresses[name])
        assert "no-store" in answer["Cache-Control"], name
        assert answer["X-Robots-Tag"].startswith("noindex"), name


READ = {
    "members:companies": ("q", "size", "kind", "after", "before"),
    "members:people": ("q", "company", "group", "after", "before"),
    "members:find_company": ("q",),
    "members:new_company": ("q",),
    "groups:inputs": ("q", "round", "station", "theme", "area", "kind", "after", "before"),
    "groups:members": ("after",),
    "groups:desk": ("q", "round", "state", "theme", "area", "kind", "size"),
    "groups:desk_changes": ("round", "since"),
    "groups:desk_figures": ("round",),
    "groups:desk_export": ("round",),
    "meetings:list": ("show", "after", "before"),
    "meetings:choose": ("then",),
    "meetings:new": ("group", "copy", "template"),
    "meetings:year": ("group", "year"),
    "meetings:year_plan": ("group", "copy", "template", "first", "every", "week", "weekday", "edit"),
    "meetings:templates": ("group",),
    "meetings:preview": ("part",),
    "meetings:people": ("q",),
    "meetings:invitations": ("q", "answer", "after"),
    "meetings:door": ("q",),
    "meetings:answer_by_link": ("answer", "a"),
    "projects:list": ("group", "state", "after"),
    "projects:start": ("theme",),
    "my_inputs": ("before",),
    "search": ("q",),
}


@pytest.mark.parametrize("name", READ)
def test_q1_q3_what_a_page_reads_from_its_address_may_be_anything(name, people, addresses, client_of):
    """One parameter at a time, because one that is refused hides the next."""
    client = client_of(people["GL"])
    for parameter in READ[name]:
        for value in VALUES:
            answer = client.get(addresses[name], {parameter: value})
            assert answer.status_code in {200, 302, 304, 400, 403, 404}, (parameter, value[:20])
            assert live_on(answer) == [], (parameter, value[:20])


@pytest.mark.parametrize("role", ["AN", "GM", "ST"])
def test_q1_q2_q3_q6_no_parameter_breaks_a_page(role, people, addresses, client_of, nothing_written):
    """Everything at once, what the page reads and what it does not."""
    client = client_of(people[role])
    with nothing_written(), write_trap() as caught:
        for name, path in addresses.items():
            for value in ("1e999999", "\0", '"><svg onload=canary>'):
                answer = client.get(path, dict.fromkeys(PARAMETERS, value))
                assert answer.status_code < 500, (name, value[:20])
                assert live_on(answer) == [], name
    assert caught == []


def test_q_a_parameter_given_twice_is_no_error(people, addresses, client_of):
    client = client_of(people["GL"])
    for name, path in addresses.items():
        answer = client.get(path + "?" + "&".join(f"{key}=1&{key}=%27&{key}[]=2" for key in PARAMETERS))
        assert answer.status_code < 500, name


def test_q4_next_goes_nowhere_else(people, scene, client_of, client, doing):
    member = client_of(people["GM"])
    for target in EVIL:
        cache.clear()
        for name in ("language", "theme"):
            answer = client.post(doing[name], {"next": target, "language": "nn", "theme": "dark"})
            assert answer.status_code == 302
            assert is_ours(answer.url), (name, target)
        for name, sent in (("meetings:answer", {"answer": "yes"}), ("groups:support", {}), ("groups:unsupport", {})):
            answer = member.post(doing[name], {**sent, "next": target})
            assert answer.status_code < 500, (name, target)
            assert answer.status_code != 302 or is_ours(answer.url), (name, target)
        leaving = client_of(people["GM"])
        assert is_ours(leaving.post(reverse("account_logout"), {"next": target}).url), target


def test_q4_next_at_the_entrance_goes_nowhere_else(db):
    person = User.objects.create_user("ny@firma.example", "kaffe-i-kantina-42", name="Ny", claimed_at=timezone.now())
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    for target in EVIL:
        cache.clear()
        client = Client()
        for name in ("account_login", "account_signup", "account_request_login_code"):
            page = client.get(reverse(name), {"next": target})
            assert page.status_code == 200
            assert live_on(page) == [], (name, target)
        sent = {"login": person.email, "password": "kaffe-i-kantina-42", "next": target}
        answer = client.post(reverse("account_login"), sent)
        assert answer.status_code == 302
        assert is_ours(answer.url), target
        again = client.get(reverse("account_login"), {"next": target})
        assert again.status_code != 302 or is_ours(again.url), target


HOSTS = (
    "evil.example",
    "testserver:80@evil.example",
    "testserver.evil.example",
    "",
    "testserver/evil",
    "a b",
    "[::1",
    "x" * 5000,
)


@pytest.mark.parametrize("host", HOSTS)
def test_q5_a_strange_host_is_refused_in_words(host, client, db):
    for path in ("/", "/accounts/login/", "/companies/"):
        answer = client.get(path, headers={"host": host}, SERVER_NAME="evil.example")
        assert answer.status_code == 400, path
        assert "evil.example" not in answer.content.decode()
        assert "Feilkode 400" in answer.content.decode()


def test_q5_a_host_told_by_a_stranger_in_front_is_not_believed(client, db, mailoutbox):
    from mail.delivery import deliver_due

    headers = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-host": "evil.example"}
    answer = client.get("/", headers=headers)
    assert "evil.example" not in answer.content.decode()
    client.post(reverse("account_signup"), {"email": "ny@firma.example", "name": "Ny Person"}, headers=headers)
    client.post(reverse("account_request_login_code"), {"email": "annen@firma.example"}, headers=headers)
    deliver_due(timezone.now())
    assert mailoutbox
    assert not [mail for mail in mailoutbox if "evil.example" in mail.message().as_string()]


PATHS = (
    "/%0aINFO%20login%20ok", "/%1b[2J", "/..%2f..%2fetc%2fpasswd", "/companies/..%2f..%2f", "/%c0%ae%c0%ae/",
    "/%ff%fe/", "/%00/", "/groups/%0a/", "/input/%00/", "/r/%0d%0aX:y/", "/c/%ff/", "/" + "a" * 9000,
    "/meetings/99999999999999999999999/", "/people/99999999999999999999999/", "/meetings/٣/",
    "/groups/effektiv-produksjon/desk/themes/99999999999999999999999/", "/static/../manage.py",
    "/static/%2e%2e/manage.py", "/.git/config", "/media/x", "/flower/", "/__debug__/", "/feed/x.ics",
    "/staff/import/99999999999999999999/undo/", "/staff/import/%0a/", "/admin/members/user/%00/change/",
    "/invites/%00/", "/unsubscribe/%ff/", "/companies/%00/", "/projects/%0a/", "/dev/mail/", "/dev/mail/%00/",
)  # fmt: skip


@pytest.mark.parametrize("role", ["AN", "ST"])
def test_q7_q12_no_path_breaks_anything(role, people, client_of, capfd):
    client = client_of(people[role])
    for path in PATHS:
        cache.clear()
        answer = client.get(path)
        assert answer.status_code in {302, 400, 403, 404, 405, 429} or path.startswith("/unsubscribe/"), path
        for line in capfd.readouterr().err.splitlines():
            assert "\x1b" not in line
            assert json.loads(line)["level"] in {"info", "warning"}, line


@pytest.mark.parametrize("method", ["trace", "put", "delete"])
@pytest.mark.parametrize("role", ["AN", "GL"])
def test_q8_other_methods_are_refused(method, role, people, addresses, doing, client_of, nothing_written):
    client = client_of(people[role])
    with nothing_written():
        for name, path in {**addresses, **doing}.items():
            assert getattr(client, method)(path).status_code in {302, 403, 404, 405}, name


def test_q8_a_method_cannot_be_changed_on_the_way(people, doing, addresses, client_of, nothing_written):
    client = client_of(people["GL"])
    headers = {"x-http-method-override": "POST", "x-method-override": "DELETE", "x-http-method": "PUT"}
    with nothing_written():
        for name, path in {**doing, **addresses}.items():
            answer = client.get(path, {"_method": "POST", "_method_": "DELETE"}, headers=headers)
            assert answer.status_code < 500, name


def refused(answer):
    return answer.status_code == 403 and "lenge" in answer.content.decode()


def test_q9_a_form_of_another_site_is_refused_in_words(people, doing, nothing_written):
    """No token; another person's; from elsewhere; from nowhere. Pages behind a link prove themselves by their nonce."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["GL"])
    other = Client(enforce_csrf_checks=True)
    other.get(reverse("account_login"))
    token = other.cookies["csrftoken"].value
    ways = (
        ({}, {}),
        ({"csrfmiddlewaretoken": token}, {}),
        ({"csrfmiddlewaretoken": "x" * 5000}, {}),
        ({}, {"origin": "https://evil.example"}),
        ({}, {"origin": "null"}),
        ({}, {"referer": "https://evil.example/"}),
    )
    free = {
        "members:unsubscribe",
        "meetings:answer_by_link",
        "meetings:hand_over_by_link",
        "meetings:check_in",
        "door",
        "door_verb",
    }
    with nothing_written():
        for name, path in doing.items():
            if name in free:
                continue
            for sent, headers in ways:
                assert refused(client.post(path, sent, headers=headers)), name


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Siden hadde vært åpen for lenge"), ("nn", "Sida hadde vore open for lenge"), ("en", "open too long")],
)
def test_q9_the_refusal_speaks_the_readers_language(language, words):
    answer = Client(enforce_csrf_checks=True).post(reverse("theme"), headers={"accept-language": language})
    assert answer.status_code == 403
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "nn," * 33_000},
        {"accept-language": "\x00;q=1,\xff"},
        {"accept-language": "nn;q=" + "9" * 2000},
        {"cookie": "; ".join(f"c{n}={'x' * 60}" for n in range(1000))},
        {"cookie": "sessionid=" + "x" * 64_000},
        {"cookie": 'django_language="><script>; csrftoken=\x01; theme="\'; sessionid=\xff'},
        {"range": "bytes=0-,0-,0-,-1"},
        {"if-modified-since": "Thu, 99 Xxx 2026"},
        {"if-none-match": '"' * 5000},
        {"x-forwarded-for": "1.2.3.4, evil, ::1"},
        {"content-type": "multipart/form-data; boundary=" + "x" * 5000},
        {"hx-request": "true", "hx-current-url": "javascript:alert(1)", "hx-target": '"><svg>'},
        {"accept": "*/*;q=" + "1" * 3000},
        {"user-agent": "\x1b[2J" * 500},
        {"referer": "javascript:alert(1)"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_q10_no_header_breaks_a_page(headers, people, addresses, client_of):
    plain = Client()
    member = client_of(people["GM"])
    for name in ("front", "groups", "meetings:list", "meetings:detail", "groups:inputs", "search", "me", "door"):
        assert plain.get(addresses[name], headers=headers).status_code < 500, name
        if "cookie" not in headers:
            assert member.get(addresses[name], headers=headers).status_code < 500, name
    assert plain.get(reverse("meetings:ics", kwargs={"pk": 1}), headers=headers).status_code < 500


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"no boundary"),
        ("multipart/form-data", b"--x"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\n\xff\xfe\r\n--x--",
        ),
        ("application/json", b"{"),
        ("application/x-www-form-urlencoded", b"text=%ff%fe&text=%00&%00=1"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"text=1"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(2000))),
        ("text/plain", b"\x00" * 100),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_q_no_body_breaks_an_action(kind, body, people, doing, client_of):
    client = client_of(people["GL"])
    for name, path in doing.items():
        answer = client.generic("POST", path, body, content_type=kind)
        assert answer.status_code < 500, name


def test_q_a_form_that_is_too_large_is_told_so_in_words(people, doing, client_of, nothing_written):
    client = client_of(people["GM"])
    with nothing_written():
        answer = client.post(doing["groups:input_new"], {"text": "x" * 11_000_000})
    assert answer.status_code in {400, 413}
    assert "Feilkode" in answer.content.decode()


def test_q_cookies_are_bound_and_hidden_in_production():
    code = (
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE,"
        " s.SESSION_COOKIE_SAMESITE == s.CSRF_COOKIE_SAMESITE == s.LANGUAGE_COOKIE_SAMESITE == 'Lax',"
        " s.SESSION_COOKIE_DOMAIN is None, s.CSRF_COOKIE_DOMAIN is None)"
    )
    ended = production(code)
    assert ended.stdout.split() == ["True"] * 7, ended.stderr


def test_q_every_cookie_that_is_set_is_lax(client, db):
    answers = [
        client.get(reverse("account_login")),
        client.post(reverse("account_request_login_code"), {"email": "ny@firma.example"}),
        client.post(reverse("language"), {"language": "nn"}),
        client.post(reverse("theme"), {"theme": "dark"}),
    ]
    seen = {name: morsel for answer in answers for name, morsel in answer.cookies.items()}
    assert {"csrftoken", "sessionid", "django_language", "theme"} <= set(seen)
    assert {morsel["samesite"] for morsel in seen.values()} == {"Lax"}
    assert seen["sessionid"]["httponly"]
