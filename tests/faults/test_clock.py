"""Beat stands still for hours or days, and goes again. Reliability matrix F21."""

import datetime as dt
from collections import Counter

import pytest
import time_machine

from mail import kinds, queue
from mail.delivery import deliver_due
from mail.models import Message
from meetings.actions import reminders
from meetings.answer_notices import REMINDER
from meetings.tasks import remind
from members.clock import OSLO
from tests.factories.groups import GroupFactory
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.faults.sizes import size

pytestmark = pytest.mark.django_db
HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
DEADLINE = dt.datetime(2026, 11, 25, 16, tzinfo=OSLO)  # a Wednesday
CALLED = DEADLINE - 20 * DAY
LAST = dt.datetime(2026, 11, 23, 9, tzinfo=OSLO)  # two days before it
MEETINGS, PEOPLE = 4, size(30, 125)
LATE = [3 * HOUR, 2 * DAY]


def call(deadline):
    group = GroupFactory()
    meetings = [
        MeetingFactory(
            group=group, starts_at=deadline + DAY, ends_at=deadline + DAY + HOUR, answer_by=deadline, called_at=CALLED
        )
        for _ in range(MEETINGS)
    ]
    for meeting in meetings:
        for _ in range(PEOPLE):
            InvitationFactory(meeting=meeting, invited_at=CALLED, last_mailed_at=CALLED)
    return meetings


@pytest.fixture
def silence():
    """Nobody has answered: four meetings that can be answered still when beat goes again, and four that cannot."""
    return call(DEADLINE), call(LAST + HOUR)


def go_again(moment):
    """Beat goes again, twice a minute for the test's sake, and workers send each second what is due."""
    for second in range(120):
        now = moment + second * SECOND
        with time_machine.travel(now, tick=False):
            if second % 30 == 0:
                remind()
            deliver_due(now, crowded=False)


def check_even(moment, to_come, over):
    """One reminder each within two minutes, never more than ten in a second, and none that comes too late to help."""
    sent = Message.objects.filter(kind=REMINDER, state=Message.State.SENT)
    assert Counter(sent.values_list("about", flat=True)) == {meeting.about: PEOPLE for meeting in to_come}
    assert sent.values("recipient").distinct().count() == MEETINGS * PEOPLE
    assert not Message.objects.filter(about__in=[meeting.about for meeting in over]).exists()
    times = sorted(sent.values_list("sent_at", flat=True))
    assert times[-1] < moment + 120 * SECOND
    busiest = max(sum(start <= at < start + SECOND for at in times) for start in times)
    assert busiest <= 10


@pytest.mark.parametrize("pause", LATE, ids=["3 hours", "2 days"])
def test_after_a_pause_the_late_reminders_go_out_once_and_evenly(silence, pause):
    go_again(LAST + pause)
    check_even(LAST + pause, *silence)


def test_without_the_pace_they_are_a_flood(silence, monkeypatch):
    monkeypatch.setattr(queue, "_paced", lambda drafts, _now: drafts)
    go_again(LAST + 3 * HOUR)
    with pytest.raises(AssertionError):
        check_even(LAST + 3 * HOUR, *silence)


def test_without_a_look_at_what_waits_meetings_flood_together(silence, monkeypatch):
    monkeypatch.setattr(queue, "all_kinds", list)
    go_again(LAST + 3 * HOUR)
    with pytest.raises(AssertionError):
        check_even(LAST + 3 * HOUR, *silence)


def test_without_the_deadline_somebody_is_asked_who_can_answer_no_more(silence, monkeypatch):
    monkeypatch.setattr(reminders, "due_step", lambda _meeting, _now: 2)
    go_again(LAST + 3 * HOUR)
    with pytest.raises(AssertionError):
        check_even(LAST + 3 * HOUR, *silence)


def test_only_what_the_clock_sends_is_paced():
    paced = {kind.name for kind in kinds.all_kinds() if kind.paced}
    assert paced == {"meetings.reminder", "meetings.practical", "meetings.thanks", "members.digest"}
