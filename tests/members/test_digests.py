"""The weekly mail: gathered until Monday, told once, never empty, and nothing lost on the way."""

import datetime as dt

import pytest
import time_machine
from django.core import mail as outbox
from django.urls import reverse

from groups import desk_notices
from groups.enums import Station
from groups.models import Input
from mail.delivery import deliver_due
from mail.models import Message, State
from mail.queue import enqueue
from members import actions
from members.clock import OSLO
from members.digests import DIGEST, send_digests
from members.notices import digest_after
from tests.factories.groups import InputFactory

pytestmark = pytest.mark.django_db
WEDNESDAY = dt.datetime(2026, 11, 25, 10, tzinfo=OSLO)
MONDAY = dt.datetime(2026, 11, 30, 7, tzinfo=OSLO)
ANSWERED = desk_notices.ANSWERED


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(WEDNESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def answered(member):
    """Queues the mail that the board has answered an input of the person's."""

    def make(text="Vi venter på truck", user=member):
        item = InputFactory(author=user, text=text, station=Station.ANSWERED, reply="Vi ser på det")
        return enqueue(ANSWERED, recipient=f"user:{user.pk}", data={"inputs": [str(item.pk)]})

    return make


def weekly(user, choice="weekly"):
    actions.set_wishes(user, wishes={ANSWERED: choice})


def fresh(row):
    return Message.objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (WEDNESDAY, MONDAY),
        (MONDAY - dt.timedelta(minutes=1), MONDAY),
        (MONDAY, MONDAY + dt.timedelta(weeks=1)),
        # Easter Monday and Whit Monday are days off
        (dt.datetime(2027, 3, 26, 10, tzinfo=OSLO), dt.datetime(2027, 3, 30, 7, tzinfo=OSLO)),
        (dt.datetime(2027, 5, 16, 23, tzinfo=OSLO), dt.datetime(2027, 5, 18, 7, tzinfo=OSLO)),
        # The clocks change on the way: seven by the wall clock
        (dt.datetime(2026, 10, 23, 10, tzinfo=OSLO), dt.datetime(2026, 10, 26, 7, tzinfo=OSLO)),
    ],
)
def test_it_goes_out_on_monday_at_seven_or_the_first_working_day(now, expected):
    assert digest_after(now) == expected


def test_what_is_wanted_on_monday_waits_and_comes_in_one_mail(member, answered, clock):
    weekly(member)
    rows = [answered("Vi venter på truck"), answered("Vi teller for hånd")]
    assert deliver_due(WEDNESDAY) == 0
    assert {(fresh(row).state, fresh(row).gathered_for, fresh(row).not_before) for row in rows} == {
        (State.QUEUED, f"user:{member.pk}", MONDAY)
    }
    assert send_digests(WEDNESDAY) == 0
    clock.move_to(MONDAY)
    assert deliver_due(MONDAY) == 0
    assert send_digests(MONDAY) == 1
    assert deliver_due(MONDAY) == 1
    sent = outbox.outbox[0]
    assert sent.subject == "2 ting siden forrige uke"
    assert sent.to == [member.email]
    for row in rows:
        link = reverse("input", args=[Input.objects.get(pk=fresh(row).data["inputs"][0]).pk])
        assert link in sent.body
    assert "List-Unsubscribe-Post" in sent.message()
    send_digests(MONDAY + dt.timedelta(minutes=10))
    assert {(fresh(row).state, fresh(row).error) for row in rows} == {(State.WITHDRAWN, "told in the weekly mail")}


def test_running_it_twice_or_at_once_makes_one_mail(member, answered, clock):
    weekly(member)
    answered()
    deliver_due(WEDNESDAY)
    clock.move_to(MONDAY)
    assert [send_digests(MONDAY), send_digests(MONDAY)] == [1, 0]
    deliver_due(MONDAY)
    clock.shift(600)
    assert send_digests(MONDAY + dt.timedelta(minutes=10)) == 0
    deliver_due(MONDAY + dt.timedelta(minutes=10))
    assert len(outbox.outbox) == 1


def test_what_has_lost_its_purpose_makes_no_mail(member, answered, clock):
    weekly(member)
    row = answered()
    deliver_due(WEDNESDAY)
    Input.objects.update(station=Station.RECEIVED, reply="")
    clock.move_to(MONDAY)
    send_digests(MONDAY)
    deliver_due(MONDAY)
    assert outbox.outbox == []
    send_digests(MONDAY)
    assert fresh(row).state == State.WITHDRAWN


def test_what_comes_after_the_digest_is_told_the_week_after(member, answered, clock):
    weekly(member)
    answered("Først")
    deliver_due(WEDNESDAY)
    clock.move_to(MONDAY)
    send_digests(MONDAY)
    deliver_due(MONDAY)
    clock.shift(60)
    late = answered("Etterpå")
    deliver_due(MONDAY + dt.timedelta(minutes=1))
    send_digests(MONDAY + dt.timedelta(minutes=10))
    assert fresh(late).state == State.QUEUED
    again = MONDAY + dt.timedelta(weeks=1)
    clock.move_to(again)
    assert send_digests(again) == 1
    assert deliver_due(again) == 1


def test_choosing_at_once_lets_go_what_waits(member, answered):
    weekly(member)
    row = answered()
    deliver_due(WEDNESDAY)
    weekly(member, "now")
    assert fresh(row).gathered_for == ""
    assert deliver_due(WEDNESDAY) == 1
    assert fresh(row).state == State.SENT


@pytest.mark.parametrize("stops", [ANSWERED, DIGEST])
def test_stopping_the_kind_or_the_weekly_mail_sends_nothing(member, answered, clock, stops):
    weekly(member)
    row = answered()
    deliver_due(WEDNESDAY)
    actions.unsubscribe(member, kind=stops)
    clock.move_to(MONDAY)
    send_digests(MONDAY)
    deliver_due(MONDAY)
    send_digests(MONDAY)
    assert outbox.outbox == []
    assert fresh(row).state == State.WITHDRAWN


def test_a_mail_server_that_refuses_loses_nothing(member, answered, clock, monkeypatch):
    weekly(member)
    row = answered()
    deliver_due(WEDNESDAY)
    clock.move_to(MONDAY)
    send_digests(MONDAY)
    Message.objects.filter(kind=DIGEST).update(not_before=MONDAY + dt.timedelta(hours=1))
    send_digests(MONDAY)
    assert fresh(row).state == State.QUEUED
    later = MONDAY + dt.timedelta(hours=1)
    clock.move_to(later)
    assert deliver_due(later) == 1


def test_somebody_elses_things_are_not_in_it(member, colleague, answered, clock):
    weekly(member)
    weekly(colleague)
    answered("Mitt", member)
    answered("Ditt", colleague)
    deliver_due(WEDNESDAY)
    clock.move_to(MONDAY)
    assert send_digests(MONDAY) == 2
    deliver_due(MONDAY)
    bodies = {mail.to[0]: mail.body for mail in outbox.outbox}
    mine, theirs = (Input.objects.get(text=text).get_absolute_url() for text in ("Mitt", "Ditt"))
    assert mine in bodies[member.email]
    assert theirs not in bodies[member.email]


def test_mail_that_waits_for_monday_is_not_overdue(member, answered, clock):
    weekly(member)
    answered()
    deliver_due(WEDNESDAY)
    assert Message.objects.oldest_due(MONDAY + dt.timedelta(hours=3)) is None


# The page where it is chosen


def test_only_what_can_wait_offers_monday(client_of, member):
    page = client_of(member).get(reverse("members:mail"))
    options = {choice.kind: [value for value, _words in choice.options] for choice in page.context["choices"]}
    assert options[ANSWERED] == ["now", "weekly", "off"]
    assert options["meetings.reminder"] == ["now", "off"]
    assert options["meetings.minutes"] == ["now", "weekly", "off"]


@pytest.mark.parametrize(("kind", "choice"), [("meetings.reminder", "weekly"), (ANSWERED, "x"), (ANSWERED, "")])
def test_a_choice_that_is_none_is_refused_and_changes_nothing(client_of, member, kind, choice):
    weekly(member)
    assert client_of(member).post(reverse("members:mail"), {kind: choice}).status_code == 400
    assert list(member.mail_wishes.values_list("kind", "choice")) == [(ANSWERED, "weekly")]


def test_minutes_wait_for_monday_too(client_of, member):
    client_of(member).post(reverse("members:mail"), {"meetings.minutes": "weekly"})
    assert member.mail_wishes.get(kind="meetings.minutes").choice == "weekly"
