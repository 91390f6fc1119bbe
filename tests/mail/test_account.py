"""Account mails: allauth's words go through the queue like every other, their codes sealed and masked."""

import re
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
from django.core import mail as outbox
from django.utils import timezone

from mail.delivery import deliver_due
from mail.models import Message
from members.account_letters import DEEDS
from members.adapters import AccountAdapter
from members.models import User

State = Message.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def kari():
    return User.objects.create_user(
        "kari@example.org", "lang nok frase", name="Kari Nordmann", language="nn", claimed_at=timezone.now()
    )


def ask(name, person=None, email="kari@example.org", **context):
    AccountAdapter().send_mail(f"account/email/{name}", email, {"user": person, "request": object(), **context})
    return Message.objects.latest("pk")


def test_every_mail_that_allauth_knows_has_words():
    templates = Path(allauth.__file__).parent / "templates"
    paths = [*templates.glob("account/email/*_subject.txt"), *templates.glob("mfa/email/*_subject.txt")]
    names = {path.name.removesuffix("_subject.txt") for path in paths}
    assert len(names) > 15
    assert names <= set(DEEDS)


@pytest.mark.parametrize("name", sorted(DEEDS))
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_account_mail_can_be_built_in_every_language(kari, name, language):
    kari.language = language
    kari.save(update_fields=["language"])
    ask(name, kari, from_email="a@example.org", to_email="b@example.org", deleted_email="c@example.org")
    assert deliver_due(timezone.now()) == 1
    sent = outbox.outbox[0]
    assert sent.message()["Content-Language"] == language
    assert "%(" not in sent.body
    assert "Kari" in sent.body


def test_a_code_reaches_the_person_and_nobody_else(kari):
    row = ask("login_code", kari, code="QX7-912")
    assert "QX7" not in str(Message.objects.values_list().get(pk=row.pk))
    assert row.urgent
    deliver_due(timezone.now())
    sent = outbox.outbox[0]
    assert "QX7-912" in sent.body
    assert "QX7-912" in sent.subject
    assert sent.to == ["kari@example.org"]
    row.refresh_from_db()
    assert (row.state, row.sealed) == (State.SENT, "")
    assert "QX7" not in str(Message.objects.values_list().get(pk=row.pk))


def test_the_mail_goes_to_the_address_that_is_to_be_confirmed(kari):
    ask("email_confirmation", kari, email="ny@example.org", code="QX7-912")
    deliver_due(timezone.now())
    assert outbox.outbox[0].to == ["ny@example.org"]


def test_a_code_that_no_longer_works_is_not_sent(kari):
    row = ask("login_code", kari, code="QX7-912")
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    assert deliver_due(timezone.now()) == 0
    row.refresh_from_db()
    assert (row.state, row.sealed) == (State.WITHDRAWN, "")


def test_a_closed_account_gets_no_code(kari):
    ask("login_code", kari, code="QX7-912")
    User.objects.update(is_active=False)
    assert deliver_due(timezone.now()) == 0


def test_links_carry_the_portals_own_address_whatever_host_was_asked(kari, settings):
    settings.SITE_URL = "https://portal.example"
    ask("password_reset_key", kari, password_reset_url="http://evil.example/accounts/password/reset/key/1-abc/")
    deliver_due(timezone.now())
    assert "https://portal.example/accounts/password/reset/key/1-abc/" in outbox.outbox[0].body
    assert "evil" not in outbox.outbox[0].body
    assert "1-abc" not in Message.objects.get().text


def test_asking_for_a_code_queues_it_through_the_adapter(client, kari, mailoutbox):
    client.post("/accounts/login/code/", {"email": "kari@example.org"})
    row = Message.objects.get()
    assert row.kind == "members.account"
    assert not mailoutbox
    deliver_due(timezone.now())
    assert mailoutbox[0].to == ["kari@example.org"]
    assert re.search(r"\w{3}-\w{3}", mailoutbox[0].body)


def test_an_unknown_address_gets_a_mail_too_so_that_the_page_need_not_tell(client, mailoutbox):
    client.post("/accounts/login/code/", {"email": "ukjent@example.org"})
    assert Message.objects.get().data["name"] == "unknown_account"
    deliver_due(timezone.now())
    assert mailoutbox[0].to == ["ukjent@example.org"]
