"""R: what the account pages are given that nobody in good faith gives; the rest stands in tests/members/test_accounts.py."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mail.delivery import deliver_due
from mail.models import Message
from members.models import User
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "kaffe-i-kantina-42"


@pytest.fixture
def mike():
    person = User.objects.create_user("mike@example.org", PASSWORD, name="Mike", claimed_at=timezone.now())
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.mark.parametrize("typed", ["mıke@example.org", "mike@example.org", "mike@exampLE.org", "mike@example。org"])
@pytest.mark.parametrize("page", ["account_reset_password", "account_request_login_code"])
def test_r3_a_code_goes_only_to_the_address_that_is_stored(client, mike, typed, page, mailoutbox):
    answer = client.post(reverse(page), {"email": typed})
    assert answer.status_code in {200, 302}
    deliver_due(timezone.now())
    assert {address for mail in mailoutbox for address in mail.to} <= {mike.email}


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_request_login_code", "account_reset_password"]
)
@pytest.mark.parametrize(
    "value", ["\0", "x" * 1_000_000, "a@b.no\r\nBcc: c@d.no", "'\"><svg onload=canary>", "[]", "😀@😀.no"]
)
def test_r2_r6_r7_no_entrance_breaks_and_what_was_typed_comes_back_escaped(client, name, value, nothing_written):
    with nothing_written():
        answer = client.post(
            reverse(name),
            {"email": value, "login": value, "name": value, "password": value, "password1": value},
        )
    assert answer.status_code in {200, 400}
    assert "<svg onload" not in answer.content.decode()


def test_r8_a_long_password_is_refused_at_sign_in_without_hashing_it(client, mike, monkeypatch):
    seen = []
    monkeypatch.setattr(User, "check_password", lambda self, raw: seen.append(len(raw)) or False)
    answer = client.post(reverse("account_login"), {"login": mike.email, "password": "x" * 1_000_000})
    assert answer.status_code == 200
    assert not [size for size in seen if size > 10_000]


def test_r13_guessing_ends_in_words_and_a_success_does_not_start_it_anew(mike, client):
    for number in range(3):
        Client().post(reverse("account_login"), {"login": mike.email, "password": f"gal {number}"})
    assert Client().post(reverse("account_login"), {"login": mike.email, "password": PASSWORD}).status_code == 302
    for number in range(3):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(reverse("account_login"), {"login": mike.email, "password": "gal"})
    answer = client.post(reverse("account_login"), {"login": mike.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 429}
    assert "mange" in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "9.9.9.9"},
        {"x-forwarded-for": "9.9.9.9, 8.8.8.8"},
        {"x-real-ip": "9.9.9.9"},
        {"forwarded": "for=9.9.9.9"},
        {"x-forwarded-for": "<script>"},
        {"cf-connecting-ip": "9.9.9.9"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_r14_a_told_address_does_not_dodge_the_limit(headers, settings, db):
    settings.LIMITS = {**settings.LIMITS, "forged_address": (3, 60)}
    codes = []
    for number in range(6):
        told = {name: value.replace("9.9.9.9", f"9.9.9.{number}") for name, value in headers.items()}
        codes.append(Client().get(f"/r/gjett{number}/", headers=told).status_code)
    assert codes == [404, 404, 404, 429, 429, 429]


def test_r14_the_limit_ends_with_its_window(settings, limits_clock, db):
    settings.LIMITS = {**settings.LIMITS, "forged_address": (3, 60)}

    def codes(times):
        return [Client().get(f"/r/gjett{number}/").status_code for number in range(times)]

    assert codes(4) == [404, 404, 404, 429]
    limits_clock(seconds=59)
    assert codes(1) == [429]
    limits_clock(seconds=1)
    assert codes(4) == [404, 404, 404, 429]


def test_r14_two_underscores_are_not_a_header_of_the_proxy(rf):
    from members.limits import address_of

    assert address_of(rf.get("/", REMOTE_ADDR="10.0.0.1", X_FORWARDED_FOR="9.9.9.9")) == "10.0.0.1"


def test_r16_the_code_of_one_person_confirms_nothing_for_another(client, mailoutbox):
    one, other = Client(), Client()
    for browser, address in ((one, "en@firma.example"), (other, "to@firma.example")):
        browser.post(reverse("account_signup"), {"email": address, "name": "Ny Person"})
    deliver_due(timezone.now())
    codes = {
        mail.to[0]: re.search(r"^ *([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)$", mail.body, re.MULTILINE)[1]
        for mail in mailoutbox
    }
    foreign = next(code for address, code in codes.items() if "en@firma" in address)
    other.post(reverse("account_email_verification_sent"), {"code": foreign})
    assert "_auth_user_id" not in other.session
    assert not EmailAddress.objects.filter(verified=True).exists()


@pytest.mark.parametrize("key", ["x", "MQ:1:abc", "%00", "x" * 600, "../../x", "1-set-password"])
def test_r16_old_links_of_other_kinds_are_told_in_words(client, key):
    for path in (f"/accounts/confirm-email/{key}/", f"/accounts/password/reset/key/{key}-{key}/"):
        answer = client.get(path)
        assert answer.status_code in {200, 302, 404}
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert not Message.objects.exists()


def test_r18_a_hostile_name_is_literal_on_the_account_pages(client_of):
    person = UserFactory(name="<svg onload=canary>{{7*7}}", email="a@firma.example")
    for name in ("account_email", "mfa_index", "usersessions_list", "members:profile", "account_change_password"):
        answer = client_of(person).get(reverse(name), follow=True)
        page = answer.content.decode()
        assert "<svg onload=canary" not in page, name
        assert "canary}49" not in page, name
