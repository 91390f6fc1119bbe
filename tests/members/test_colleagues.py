"""What the contact does about the company's people."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from mail.models import Message
from members import actions
from members.models import Affiliation, User
from members.rules import belongs_to, is_contact

pytestmark = pytest.mark.django_db


def url(name, company, tie=None):
    return reverse(f"members:{name}", args=[company.slug] + ([tie.pk] if tie else []))


@pytest.fixture
def request_to_join(newcomer, company):
    return actions.ask_to_join(newcomer, company, now=timezone.now())


def test_the_contact_lets_a_colleague_in_by_one_press(client_of, contact, company, newcomer, request_to_join):
    client = client_of(contact)
    assert newcomer.name in client.get(url("company_people", company)).content.decode()
    client.post(url("approve", company, request_to_join))
    assert belongs_to(newcomer, company)


def test_the_second_of_two_contacts_is_told_who_decided_and_what(
    client_of, contact, staff, company, newcomer, request_to_join
):
    client_of(contact).post(url("decline", company, request_to_join))
    response = client_of(staff).post(url("approve", company, request_to_join), follow=True)
    assert contact.name in response.content.decode()
    assert not belongs_to(newcomer, company)
    assert Message.objects.filter(kind="members.request_decided").count() == 1


def test_a_colleague_without_the_role_decides_nothing(client_of, colleague, company, request_to_join):
    assert client_of(colleague).post(url("approve", company, request_to_join)).status_code == 403


def test_the_last_contact_who_leaves_is_asked_for_a_successor_and_nothing_is_changed(
    client_of, contact, colleague, company
):
    tie = Affiliation.objects.get(user=contact)
    client = client_of(contact)
    for address in (url("end", company, tie), url("stand_down", company, tie), reverse("members:leave", args=[tie.pk])):
        response = client.post(address)
        assert response.status_code == 409
        assert colleague.name in response.content.decode()
        assert is_contact(contact, company)
    heir = Affiliation.objects.get(user=colleague)
    client.post(url("hand_on", company, tie), {"to": heir.pk})
    assert is_contact(colleague, company)
    assert not is_contact(contact, company)
    assert client.post(reverse("members:leave", args=[tie.pk])).status_code == 302
    assert not belongs_to(contact, company)


def test_a_last_contact_who_is_alone_is_told_to_invite_or_ring(client_of, contact, company):
    tie = Affiliation.objects.get(user=contact)
    assert client_of(contact).post(reverse("members:leave", args=[tie.pk])).status_code == 409
    assert is_contact(contact, company)


def test_the_role_goes_only_to_people_of_the_company(client_of, contact, company, outsider):
    tie = Affiliation.objects.get(user=contact)
    stranger = Affiliation.objects.get(user=outsider)
    response = client_of(contact).post(url("hand_on", company, tie), {"to": stranger.pk})
    assert response.status_code == 422
    assert is_contact(contact, company)


def test_somebody_without_email_is_added_with_a_phone(client_of, contact, company):
    client_of(contact).post(url("add_colleague", company), {"name": "Odd Operatør", "phone": "912 34 567"})
    person = User.objects.get(name="Odd Operatør")
    assert (person.email, person.phone) == (None, "912 34 567")
    assert belongs_to(person, company)


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("phone", "ring"), ("name", "Styret"), ("job_title", "x" * 81)]
)
def test_bad_facts_about_a_colleague_are_refused_beside_the_field(client_of, contact, company, field, value):
    response = client_of(contact).post(url("add_colleague", company), {"name": "Odd", field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not User.objects.filter(email=None).exists()


def test_who_has_left_has_no_right_on_the_next_request(client_of, contact, colleague, company):
    browser = client_of(colleague)
    assert browser.get(reverse("members:people")).status_code == 200
    client_of(contact).post(url("end", company, Affiliation.objects.get(user=colleague)))
    assert browser.get(reverse("members:people")).status_code == 404


MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def at(day, hour):
    return dt.datetime(2026, 11, day, hour, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (at(23, 14), set()),
        (at(24, 8), set()),
        (at(24, 9), {"members.request_reminder"}),
        (at(25, 12), {"members.request_reminder"}),
        (at(26, 9), {"members.request_reminder", "members.request_overdue"}),
    ],
)
def test_contacts_are_reminded_after_one_working_day_and_staff_told_after_three(
    newcomer, company, contact, staff, now, kinds
):
    actions.ask_to_join(newcomer, company, now=MONDAY)
    Message.objects.all().delete()
    actions.remind_waiting_requests(now)
    actions.remind_waiting_requests(now)
    assert set(Message.objects.values_list("kind", flat=True)) == kinds
    assert Message.objects.count() == len(kinds)


def test_a_weekend_is_no_working_day_and_nobody_is_reminded_at_night(newcomer, company, contact):
    friday = dt.datetime(2026, 11, 20, 14, 0, tzinfo=dt.UTC)
    actions.ask_to_join(newcomer, company, now=friday)
    Message.objects.all().delete()
    for now in (at(21, 12), at(22, 12), at(23, 13), at(23, 20)):
        assert actions.remind_waiting_requests(now) == 0
    assert actions.remind_waiting_requests(at(24, 7)) == 1


def test_a_decided_request_reminds_nobody(newcomer, company, contact, post_office):
    tie = actions.ask_to_join(newcomer, company, now=MONDAY)
    actions.approve_affiliation(tie, actor=contact, now=MONDAY)
    assert actions.remind_waiting_requests(at(27, 9)) == 0


def test_a_request_nobody_decides_runs_out_in_the_end(newcomer, company, contact):
    tie = actions.ask_to_join(newcomer, company, now=MONDAY)
    assert actions.expire_old_requests(MONDAY + dt.timedelta(days=89)) == 0
    assert actions.expire_old_requests(MONDAY + dt.timedelta(days=91)) == 1
    tie.refresh_from_db()
    assert tie.state == "expired"


def test_the_mail_to_the_contact_is_not_sent_when_somebody_else_has_decided(newcomer, company, contact, post_office):
    tie = actions.ask_to_join(newcomer, company, now=MONDAY)
    Affiliation.objects.filter(pk=tie.pk).update(state="declined")
    assert [mail for mail in post_office() if contact.email in mail.to[0]] == []
