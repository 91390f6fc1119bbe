"""Addresses that mail comes back from: marked where people see it, and unmarked when mail arrives again."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from mail.addresses import bounced, mend, note_bounce
from mail.delivery import deliver_due
from mail.incoming import processing
from mail.incoming.storing import deliver
from mail.models import BouncedAddress, Message, Source
from mail.queue import enqueue
from mail.returns import return_path
from members.actions import anonymise_person
from tests.mail.postman import report

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("status", "is_marked"),
    [
        ("5.1.1", True), ("5.1.10", True), ("5.0.0", True), ("5.2.1", True), ("5.4.4", True),
        ("5.2.2", False), ("5.3.4", False), ("5.7.1", False), ("4.1.1", False), ("", False),
    ],
)  # fmt: skip
def test_only_what_is_about_the_address_marks_it(status, is_marked):
    assert note_bounce("Kari@Example.org", status, now=NOW) == is_marked
    assert set(bounced(["kari@example.org"])) == ({"kari@example.org"} if is_marked else set())


def test_an_empty_address_is_not_marked():
    assert not note_bounce("", "5.1.1", now=NOW)
    assert bounced(["", None]) == {}


def test_the_newest_report_stands_and_mending_takes_it_off():
    note_bounce("a@example.org", "5.1.1", now=NOW)
    note_bounce("A@example.org", "5.2.1", now=NOW + dt.timedelta(days=1))
    assert [(row.status, row.bounced_at.day) for row in BouncedAddress.objects.all()] == [("5.2.1", 26)]
    assert (mend(["A@EXAMPLE.org"]), mend(["a@example.org"])) == (1, 0)


def test_asking_for_many_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        bounced(f"p{number}@example.org" for number in range(50))


def test_a_report_marks_the_address_the_mail_went_to(settings, words):
    settings.RSVP_DOMAIN = "rsvp.portal.example"
    row = enqueue("tests.note", recipient="address:kari@example.org")
    deliver_due(timezone.now())
    row.refresh_from_db()
    back = report(return_path(row), status="5.1.1")
    deliver(back, [return_path(row)], Source.LMTP)
    processing.process(timezone.now())
    assert set(bounced(["kari@example.org"])) == {"kari@example.org"}


def test_a_server_that_refuses_the_address_at_once_marks_it(words, over_smtp):
    row = enqueue("tests.note", recipient="address:5xx-kari@example.org")
    enqueue("tests.note", recipient="address:ola@example.org")
    deliver_due(timezone.now())
    assert Message.objects.get(pk=row.pk).state == "failed"
    assert set(bounced(["5xx-kari@example.org", "ola@example.org"])) == {"5xx-kari@example.org"}


def test_the_person_the_contact_and_the_office_see_it(client_of, member, contact, staff, company):
    note_bounce(member.email, "5.1.1", now=NOW)
    assert "E-post til deg kommer i retur." in client_of(member).get(reverse("members:profile")).content.decode()
    page = client_of(contact).get(reverse("members:company_people", args=[company.slug])).content.decode()
    assert page.count("e-post kommer i retur") == 1
    page = client_of(staff).get(reverse("admin:members_user_change", args=[member.pk])).content.decode()
    assert "Kommer i retur: 5.1.1, 2026-11-25" in page
    assert "adresser som e-post kommer i retur fra" in client_of(staff).get(reverse("staff")).content.decode()
    mend([member.email])
    assert "kommer i retur" not in client_of(member).get(reverse("members:profile")).content.decode()


def test_the_office_says_that_it_works_again(client_of, staff, member):
    note_bounce("kari@example.org", "5.1.1", now=NOW)
    path = reverse("admin:mail_bouncedaddress_changelist")
    chosen = {"action": "works_again", "_selected_action": [BouncedAddress.objects.get().pk]}
    assert client_of(member).post(path, chosen).status_code in {302, 403}
    assert BouncedAddress.objects.exists()
    client_of(staff).post(path, chosen)
    assert not BouncedAddress.objects.exists()


def test_confirming_the_address_takes_the_mark_off(member, rf):
    from members.adapters import AccountAdapter

    note_bounce("ny@example.org", "5.1.1", now=NOW)
    address = EmailAddress.objects.create(user=member, email="ny@example.org")
    request = rf.get("/")
    request.user, request.session = member, {}
    request._messages = FallbackStorage(request)
    AccountAdapter(request).confirm_email(request, address)
    assert not BouncedAddress.objects.exists()


def test_it_goes_with_the_person(member, staff):
    note_bounce(member.email, "5.1.1", now=NOW)
    anonymise_person(member, actor=staff, now=timezone.now())
    assert not BouncedAddress.objects.exists()


def test_staff_send_themselves_a_test_mail(client_of, staff, member):
    path = reverse("test_mail")
    assert client_of(staff).get(path).status_code == 405
    assert client_of(member).post(path).status_code == 404
    assert not Message.objects.exists()
    assert client_of(staff).post(path).status_code == 302
    deliver_due(timezone.now())
    assert [(mail.to, mail.subject) for mail in outbox.outbox] == [([staff.email], "Prøve-e-post fra portalen")]
