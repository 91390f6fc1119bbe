"""Signing up, claiming an imported row, signing in: through allauth's own views."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from mail.models import Message
from members.enums import AffiliationRoad
from members.models import Affiliation, User
from tests.factories.members import AffiliationFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "kaffe-i-kantina-42"


def sign_up(client, email, name="Ny Person", **more):
    return client.post(reverse("account_signup"), {"email": email, "name": name, **more})


def confirm(client, code):
    return client.post(reverse("account_email_verification_sent"), {"code": code})


def signed_in_as(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id") or 0).first()


def test_a_newcomer_signs_up_without_password_and_is_led_to_find_the_company(client, code_from):
    response = sign_up(client, "Ny.Person@Firma.example", language="nn")
    assert response.url == reverse("account_email_verification_sent")
    assert signed_in_as(client) is None
    response = confirm(client, code_from("ny.person@firma.example"))
    assert response.url == reverse("members:find_company")
    person = signed_in_as(client)
    assert (person.name, person.email, person.language) == ("Ny Person", "ny.person@firma.example", "nb")
    assert person.claimed_at is not None
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified


def test_the_language_of_the_page_becomes_the_person_s(client, code_from):
    client.get(reverse("account_signup"))
    client.post(
        reverse("account_signup"), {"email": "eg@firma.example", "name": "Eg"}, headers={"accept-language": "nn"}
    )
    assert User.objects.get(email="eg@firma.example").language == "nn"


def test_sign_up_with_password_lets_the_person_sign_in_with_it(client, code_from):
    sign_up(client, "ny@firma.example", password1=PASSWORD)
    confirm(client, code_from("ny@firma.example"))
    assert signed_in_as(client).check_password(PASSWORD)
    other = Client()
    response = other.post(reverse("account_login"), {"login": "ny@firma.example", "password": PASSWORD})
    assert response.status_code == 302
    assert signed_in_as(other) is not None


@pytest.fixture
def imported(company):
    person = UserFactory(email="ivar@firma.example", name="Ivar Import", claimed_at=None, language="nn")
    AffiliationFactory(user=person, company=company, road=AffiliationRoad.IMPORT)
    return person


def test_an_imported_person_claims_the_row_by_a_code_and_keeps_the_company(client, imported, company, code_from):
    response = sign_up(client, "ivar@firma.example", name="Noko Anna", password1=PASSWORD)
    assert response.url == reverse("account_email_verification_sent")
    confirm(client, code_from("ivar@firma.example"))
    assert signed_in_as(client) == imported
    imported.refresh_from_db()
    assert (imported.name, imported.language) == ("Ivar Import", "nn")
    assert imported.claimed_at is not None
    assert imported.check_password(PASSWORD)
    assert Affiliation.objects.get(user=imported).company == company
    assert User.objects.filter(email="ivar@firma.example").count() == 1


def test_an_imported_person_may_also_simply_ask_for_a_code(client, imported, code_from):
    client.post(reverse("account_request_login_code"), {"email": "ivar@firma.example"})
    response = client.post(reverse("account_confirm_login_code"), {"code": code_from("ivar@firma.example")})
    assert response.url == "/me/"
    assert signed_in_as(client) == imported
    imported.refresh_from_db()
    assert imported.claimed_at is not None


def test_nothing_typed_at_sign_up_touches_an_imported_row_before_the_address_is_proved(client, imported):
    before = User.objects.filter(pk=imported.pk).values().get()
    sign_up(client, "ivar@firma.example", name="Angriper", password1=PASSWORD)
    assert User.objects.filter(pk=imported.pk).values().get() == before
    assert signed_in_as(client) is None


def test_a_stranger_s_password_never_survives_the_owner_s_own_sign_in(client, imported, code_from):
    stranger = Client()
    sign_up(stranger, "ivar@firma.example", password1=PASSWORD)
    code_from("ivar@firma.example")
    client.post(reverse("account_request_login_code"), {"email": "ivar@firma.example"})
    client.post(reverse("account_confirm_login_code"), {"code": code_from("ivar@firma.example")})
    imported.refresh_from_db()
    assert not imported.has_usable_password()
    stranger.get(reverse("account_email_verification_sent"))
    confirm(stranger, "AAAAAA")
    assert signed_in_as(stranger) is None
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": imported.email, "password": PASSWORD})
    assert signed_in_as(fresh) is None


def test_the_address_cannot_be_changed_while_its_code_is_waited_for(client, imported):
    sign_up(client, "ivar@firma.example")
    client.post(reverse("account_email_verification_sent"), {"action": "change", "email": "tyv@annen.example"})
    imported.refresh_from_db()
    assert imported.email == "ivar@firma.example"


def test_known_and_unknown_addresses_get_the_same_answer(client, member, code_from):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    known, unknown = Client(), Client()
    first = sign_up(known, member.email)
    second = sign_up(unknown, "ukjent@firma.example")
    assert (first.status_code, first.url) == (second.status_code, second.url)
    pages = [one.get(first.url).content.decode() for one in (known, unknown)]
    blank = [page.replace(member.email, "@").replace("ukjent@firma.example", "@") for page in pages]
    import re

    strip = lambda page: re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)  # noqa: E731
    assert strip(blank[0]) == strip(blank[1])
    assert User.objects.filter(email=member.email).count() == 1
    kinds = set(Message.objects.values_list("data__name", flat=True))
    assert kinds == {"account_already_exists", "email_confirmation_signup"}


@pytest.mark.parametrize("more", [{"is_staff": False}, {"is_staff": True}])
def test_a_row_with_a_proved_address_or_rights_is_not_up_for_sign_up(client, more):
    person = UserFactory(email="eier@firma.example", claimed_at=None, **more)
    if not more["is_staff"]:
        EmailAddress.objects.create(user=person, email=person.email, verified=True)
    sign_up(client, "eier@firma.example", password1=PASSWORD)
    assert signed_in_as(client) is None
    person.refresh_from_db()
    assert person.claimed_at is None
    assert Message.objects.get().data["name"] == "account_already_exists"


@pytest.mark.parametrize(
    "extra",
    [
        {"is_staff": "1"},
        {"is_superuser": "on"},
        {"company": "3"},
        {"email_verified": "1"},
        {"claimed_at": "2020-01-01"},
    ],
)
def test_hidden_fields_of_the_sign_up_form_give_nothing(client, extra):
    sign_up(client, "ny@firma.example", **extra)
    person = User.objects.get(email="ny@firma.example")
    assert (person.is_staff, person.is_superuser, person.claimed_at) == (False, False, None)
    assert not Affiliation.objects.exists()
    assert not EmailAddress.objects.filter(verified=True).exists()


BAD = [
    "a@b.example\r\nBcc: x@evil.example",
    "a@b.example%0d%0aBcc:x@evil.example",
    "a@b.example\u2028Bcc: x@evil.example",
    "a@b.example\u0085Bcc: x@evil.example",
    "a" * 310 + "@b.example",
    "a@" + "b." * 10_000 + "example",
    '"<script>"@firma.example',
    "a@[127.0.0.1]",
    "root@localhost",
    "mıke@example.org",
    "mike@example",
    "",
]


@pytest.mark.parametrize("address", BAD)
def test_an_address_nobody_can_deliver_to_is_refused_in_words_and_writes_nothing(client, address):
    response = sign_up(client, address)
    assert response.status_code == 200
    assert response.context["form"].errors["email"]
    assert not User.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("typed", [" USER@Firma.example ", "user@firma.example.", "USER@FIRMA.EXAMPLE"])
def test_spellings_of_one_address_are_one_account(client, typed):
    UserFactory(email="user@firma.example", claimed_at=None)
    sign_up(client, typed)
    assert User.objects.count() == 1


def test_an_address_with_a_tag_is_accepted(client):
    sign_up(client, "user+klynge@firma.example")
    assert User.objects.filter(email="user+klynge@firma.example").exists()


@pytest.mark.parametrize(
    "password",
    [
        "x" * 129,
        "x" * 1_000_000,
        "abc\0defghijklm",
        "            ",
        "Thamsklyngen2026",
        "kobberheim stål 2026",
        "password1234",
        "kort",
    ],
)
def test_a_password_that_is_too_weak_or_too_long_is_refused(client, company, password):
    response = sign_up(client, "ny@firma.example", password1=password)
    if password.strip():
        assert response.status_code == 200
        assert response.context["form"].errors["password1"]
        assert not User.objects.exists()


def test_a_password_of_twelve_emoji_is_taken_exactly_as_typed(client, code_from):
    password = "🔧🚂🏭🎣🌲🐟🚀🧲🔩🪵🛠⚙"
    sign_up(client, "ny@firma.example", password1=password)
    confirm(client, code_from("ny@firma.example"))
    assert signed_in_as(client).check_password(password)


@pytest.mark.parametrize("name", ["Klyngestyret", "  Thamsklyngen AS ", "", "   ", "\u200b\u200b", "Vorstand", "!!!"])
def test_nobody_signs_up_as_an_office_or_as_nobody(client, name):
    response = sign_up(client, "ny@firma.example", name=name)
    assert response.context["form"].errors["name"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Kari\u202e Nordmann", "Kari Nordmann"),
        ("Kari\u200b\r\nNordmann", "Kari Nordmann"),
        ('=HYPERLINK("http://x")', '=HYPERLINK("http://x")'),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("{{7*7}} %s%n ${7*7}", "{{7*7}} %s%n ${7*7}"),
    ],
)
def test_a_name_is_kept_as_written_without_what_deceives_the_eye(client, typed, kept):
    sign_up(client, "ny@firma.example", name=typed)
    assert User.objects.get().name == kept


def test_a_tower_of_marks_is_cut_to_what_a_letter_can_carry(client):
    sign_up(client, "ny@firma.example", name="K" + "\u0323" * 90 + "ari")
    assert len(User.objects.get().name) <= 8


def test_the_session_gets_a_new_id_at_sign_in(client, imported, code_from):
    client.post(reverse("account_request_login_code"), {"email": "ivar@firma.example"})
    before = client.session.session_key
    client.post(reverse("account_confirm_login_code"), {"code": code_from("ivar@firma.example")})
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_next_never_leads_out_of_the_portal(client, imported, code_from, target):
    client.post(
        reverse("account_request_login_code") + f"?next={target}", {"email": "ivar@firma.example", "next": target}
    )
    response = client.post(
        reverse("account_confirm_login_code"), {"code": code_from("ivar@firma.example"), "next": target}
    )
    assert response.url == "/me/"


def test_next_leads_back_to_where_the_person_came_from(client, imported, code_from):
    client.post(reverse("account_request_login_code"), {"email": "ivar@firma.example", "next": "/people/"})
    response = client.post(
        reverse("account_confirm_login_code"), {"code": code_from("ivar@firma.example"), "next": "/people/"}
    )
    assert response.url == "/people/"


@pytest.mark.parametrize("state", ["unknown", "inactive", "known"])
def test_a_reset_answers_the_same_for_every_address(client, state):
    if state != "unknown":
        UserFactory(email="hvem@firma.example", is_active=state == "known")
    response = client.post(reverse("account_reset_password"), {"email": "hvem@firma.example"})
    assert response.status_code == 302
    assert response.url == reverse("account_confirm_password_reset_code")


def test_a_limit_per_address_counts_a_network_of_the_new_protocol_once(rf):
    from members.adapters import AccountAdapter

    ask = lambda ip, **more: AccountAdapter().get_client_ip(rf.get("/", REMOTE_ADDR=ip, **more))  # noqa: E731
    assert ask("2001:db8:1:2:aaaa::1") == ask("2001:db8:1:2:bbbb::9")
    assert ask("2001:db8:1:3::1") != ask("2001:db8:1:2::1")
    assert ask("10.0.0.1", HTTP_X_FORWARDED_FOR="9.9.9.9") == "10.0.0.1"
    assert ask("::ffff:10.0.0.1") == "10.0.0.1"


def test_a_second_address_is_added_and_confirmed_by_its_own_code(client_of, colleague, code_from):
    EmailAddress.objects.create(user=colleague, email=colleague.email, verified=True, primary=True)
    client = client_of(colleague)
    client.post(reverse("account_email"), {"action_add": "", "email": "ola@privat.example"})
    row = EmailAddress.objects.filter(email="ola@privat.example").first()
    assert row is None or not row.verified
    confirm(client, code_from("ola@privat.example"))
    assert EmailAddress.objects.get(email="ola@privat.example").verified
    colleague.refresh_from_db()
    assert colleague.email == "ola@example.com"


def test_one_confirmed_main_address_asks_for_nothing_but_two_do(client, code_from):
    sign_up(client, "ny@firma.example")
    confirm(client, code_from("ny@firma.example"))
    assert "action_primary" not in client.get(reverse("account_email")).content.decode()
    EmailAddress.objects.create(user=signed_in_as(client), email="ny@privat.example", verified=False)
    page = client.get(reverse("account_email")).content.decode()
    assert "action_primary" in page
    assert "action_send" in page
