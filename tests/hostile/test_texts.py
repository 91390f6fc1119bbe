"""X, and R18 on every surface: hostile text in every field of every form, and where it turns up afterwards."""

import datetime as dt
import io
import re

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from openpyxl import load_workbook

from groups.models import Input
from mail.delivery import deliver_due
from meetings.models import Meeting
from members.models import User
from tests.hostile.conftest import MAY_CHANGE, forms_of, live

pytestmark = pytest.mark.django_db

# What fits into a line, and what only fits where there is room
HOSTILE = (
    "canary\"'><svg onload=canary()>{{7*7}}%s",
    "=1+1\r\nBcc: canary@evil.example\u2028END:VEVENT",
)
LONG = (
    "<script>canary()</script><canary>{% debug %}${7*7}%(x)s%n"
    '<noscript><p title="</noscript><img src=x onerror=canary>">[x](javascript:canary) javascript://canary'
    '<math><mi//xlink:href="data:text/html,canary">&#60;canary&#62; &lt;canary&gt; \\u003ccanary\\u003e'
    "\r\n\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nATTENDEE:mailto:canary@evil.example\r\n"
)
# Forms that belong to the frame of every page, or end what the walk stands on
FRAME = {"/language/", "/theme/", "/accounts/logout/"}
ENDS = re.compile(r"/(cancel|remove|leave|withdraw|end|stand-down|hand-on|decline|hold|advance|close|call)/")
WRITERS = ("RG", "CC", "GL", "ST")


def all_forms(client, addresses):
    """Every form on every page that a person can open, once each; those that end something come last."""
    found = {}
    for path in addresses.values():
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        for form in forms_of(answer.content.decode()):
            target = (form["action"] or path).split("#")[0]
            if target not in FRAME and target.startswith("/"):
                found.setdefault((target, tuple(sorted(form["fields"]))), (path, target, form))
    return sorted(found.values(), key=lambda one: bool(ENDS.search(one[1])))


def filled(form, value, longer=""):
    """The form as the page gave it, with the value in every field that takes text."""
    sent = {name: value if name in form["texts"] else kept for name, kept in form["fields"].items()}
    return sent | dict.fromkeys(form["long"], value + longer)


def press(client, target, sent, **more):
    """Post once; what came before is not counted against it."""
    cache.clear()
    return client.post(target, sent, **more)


def tame(text):
    """True when nothing of the corpus came alive or was calculated."""
    return "canary49" not in text and live(text) == []


@pytest.fixture
def looks_harmless(people, client_of, addresses):
    """Reads everything everybody can read, and every mail."""

    def check(roles=("AN", "CC", "GL", "ST")):
        seen = 0
        for role in roles:
            client = client_of(people[role])
            for name, path in addresses.items():
                answer = client.get(path)
                assert answer.status_code < 500, (role, name)
                kind = answer.get("Content-Type", "")
                if "html" in kind:
                    text = answer.content.decode()
                    assert tame(text), (role, name, live(text))
                    seen += text.count("canary")
                elif "calendar" in kind:
                    calendar_holds_only_meetings(answer.content)
                elif "sheet" in kind and answer.status_code == 200:
                    no_cell_calculates(answer.content)
        return seen

    return check


def calendar_holds_only_meetings(content):
    """Each event is a meeting of ours, once; an empty feed has none."""
    parts = list(Calendar.from_ical(content).walk("VEVENT"))
    assert len(parts) == Meeting.objects.filter(uid__in=[str(part["UID"]) for part in parts]).count()
    for part in parts:
        assert not part.walk("VALARM")
        assert not [who for who in part.get("ATTENDEE", []) or [] if "evil" in str(who)]


def no_cell_calculates(content):
    for row in load_workbook(io.BytesIO(content)).active.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert not (isinstance(cell.value, str) and cell.value.lstrip().startswith(("=", "@", "＝")))


def mails_are_harmless():
    mail.outbox.clear()
    deliver_due(timezone.now() + dt.timedelta(days=1), 500)
    for sent in mail.outbox:
        message = sent.message()
        assert not message["Bcc"]
        assert "evil" not in str(message["To"]) + str(message["Reply-To"])
        for part in message.walk():
            words = (part.get_payload(decode=True) or b"").decode()
            if part.get_content_type() == "text/html":
                assert live(words) == [], sent.subject
            if part.get_content_type() == "text/calendar":
                calendar_holds_only_meetings(words.encode())
            assert "canary49" not in words
    return len(mail.outbox)


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "headers"])
def test_r18_x1_x2_x13_hostile_words_stay_words_everywhere(text, people, client_of, addresses, looks_harmless):
    sent = 0
    for role in WRITERS:
        client = client_of(people[role])
        for _page, target, form in all_forms(client, addresses):
            if form["texts"]:
                answer = press(client, target, filled(form, text, LONG), follow=True)
                assert answer.status_code < 500, (role, target)
                assert tame(answer.content.decode(errors="replace")), (role, target)
                sent += 1
    assert sent > 20
    assert looks_harmless() > 50
    assert mails_are_harmless() > 0


@pytest.mark.parametrize("role", WRITERS)
def test_x3_too_much_text_is_refused_in_words_and_writes_nothing(role, people, client_of, addresses, nothing_written):
    client = client_of(people[role])
    forms = [one for one in all_forms(client, addresses) if one[2]["texts"]]
    with nothing_written():
        for path, target, form in forms:
            answer = press(client, target, filled(form, "<[> " * 30_000), follow=True)
            page = answer.content.decode()
            assert answer.status_code in {200, 400, 422}, (path, target)
            assert re.search(r"invalid|tk-note|alert|toast", page), (path, target)
            assert live(page) == [], (path, target)


ODD = ("\u200b \u2060", "K" + "\u0323" * 60 + "\u202egpj.exe 😀\ufffe\uffff")


@pytest.mark.parametrize("role", WRITERS)
def test_x4_x5_odd_signs_are_refused_or_kept_and_never_break(role, people, client_of, addresses):
    client = client_of(people[role])
    for _path, target, form in all_forms(client, addresses):
        if form["texts"]:
            for text in ODD:
                with transaction.atomic():
                    answer = press(client, target, filled(form, text), follow=True)
                    transaction.set_rollback(True)
                assert answer.status_code < 500, (target, text)
            with transaction.atomic():
                answer = client.generic("POST", target, broken(form), content_type="application/x-www-form-urlencoded")
                transaction.set_rollback(True)
            assert answer.status_code < 500, target


def broken(form):
    """Half a pair, and bytes that are no letters."""
    fields = form["fields"].items()
    return "&".join(f"{name}=%ed%a0%80%ff" if name in form["texts"] else f"{name}={kept}" for name, kept in fields)


def test_x4_no_sign_that_a_database_cannot_hold_is_stored(people, client_of, addresses):
    for role in WRITERS:
        client = client_of(people[role])
        for _path, target, form in all_forms(client, addresses):
            if form["texts"]:
                press(client, target, filled(form, "ka\0nari", "\0"), follow=True)
    assert "\0" not in "".join(words())


def words():
    """All text that is stored."""
    for model in apps.get_models():
        fields = [field for field in model._meta.get_fields() if isinstance(field, models.CharField | models.TextField)]
        if model._meta.db_table not in MAY_CHANGE and fields:
            for row in model._base_manager.values_list(*(field.attname for field in fields)):
                yield "\n".join(map(str, row))


# X6 and R10: what a form does not ask for is not taken

INJECTED = {
    "is_staff": "1", "is_superuser": "on", "is_active": "0", "is_contact": "on", "company": "1", "company_id": "1",
    "role": "leader", "kind": "leader", "state": "active", "status": "accepted", "author": "1", "author_id": "1",
    "user": "1", "user_id": "1", "actor": "1", "anonymous": "true", "visibility": "named", "group": "1", "round": "1",
    "email_verified": "1", "verified": "1", "claimed_at": "2020-01-01", "station": "focus_area", "confirmed": "1",
    "affiliation": "1", "id": "1", "pk": "1", "door": "signed_in", "created_at": "2020-01-01", "via": "page",
    "language": "en", "owner": "1", "created_by": "1", "capacity": "1", "is_public": "on", "is_open": "on",
    "sequence": "99", "uid": "x", "link_version": "9", "queued_at": "2020-01-01", "slug": "x", "board_first": "on",
}  # fmt: skip


def known_keys():
    """The rows that are there now, by model: a key to any other is to a new row, whose number tells nothing."""
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in apps.get_models()}


def _without_chance(name, value):
    """A password that nobody can use has random signs behind its mark."""
    return "!" if name == "password" and value.startswith("!") else value


def stored(known):
    """What is stored, without what differs from one run to the next: moments, keys of new rows and codes."""
    found = {}
    for model in apps.get_models():
        if model._meta.db_table in MAY_CHANGE or model._meta.app_label == "sessions":
            continue
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if not isinstance(field, models.DateTimeField | models.UUIDField | models.BinaryField | models.JSONField)
            and not field.primary_key
            and not re.search(
                r"message_id|sealed|code|token|_hash|digest|uid|dedupe|object_id|^id$|^about$|recipient|^data$",
                field.name,
            )
        ]
        keys = {field.attname: field.related_model for field in model._meta.concrete_fields if field.is_relation}
        rows = [
            tuple(
                "new" if name in keys and value and value not in known[keys[name]] else _without_chance(name, value)
                for name, value in row
            )
            for row in (zip(names, values, strict=True) for values in model._base_manager.values_list(*names))
        ]
        found[model._meta.label] = sorted(map(repr, rows))
    return found


@pytest.mark.parametrize("role", WRITERS)
def test_x6_r10_what_a_form_does_not_ask_is_not_taken(role, people, client_of, addresses):
    client = client_of(people[role])
    known = known_keys()
    for path, target, form in all_forms(client, addresses):
        sent = filled(form, "Ord 2026", " og mer av samme slag")
        outcomes = []
        for more in ({}, {name: value for name, value in INJECTED.items() if name not in sent}):
            with transaction.atomic():
                press(client, target, {**more, **sent})
                outcomes.append(stored(known))
                transaction.set_rollback(True)
        plain, injected = outcomes
        assert {name for name in plain if plain[name] != injected[name]} == set(), (path, target)


def test_x7_an_input_of_another_group_is_nowhere_in_this_one(people, client_of, scene):
    from tests.factories.groups import InputFactory

    foreign = InputFactory(text="Fremmed kanarifugl")
    board = client_of(people["GL"])
    slug = scene.group.slug
    assert board.get(reverse("groups:desk_input", args=[slug, foreign.pk])).status_code == 404
    for name in ("place", "park", "answer", "merge"):
        answer = board.post(
            reverse(f"groups:desk_{name}", args=[slug]),
            {
                "input": [str(foreign.pk)],
                "version": scene.round.desk_version,
                "theme": scene.theme.pk,
                "words": "x",
                "keep": foreign.pk,
            },
        )
        assert answer.status_code in {302, 400, 404, 409, 422}, name
    foreign.refresh_from_db()
    assert (foreign.station, foreign.theme_id, foreign.reply) == ("received", None, "")
    assert Input.objects.count() == 2


def test_x_a_name_is_shown_literally_in_the_log(client_of, people, caplog):
    person = people["GM"]
    User.objects.filter(pk=person.pk).update(name="\x1b[2J\n%s{{7*7}}")
    client_of(person).get("/me/")
    assert "%s{{" not in caplog.text
