"""A meeting is moved or called off, and people leave, while its invitations go out. Reliability matrix F28, F29."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from icalendar import Calendar

from mail import delivery
from mail.delivery import deliver_due
from mail.models import Message
from meetings.actions.meetings import cancel_meeting, move_meeting
from meetings.letters import building
from members.actions.affiliations import end_affiliation
from members.clock import oslo_today
from members.models import User
from tests.faults.sizes import size

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, CHANGE_AT = size(90, 500), size(30, 250)  # more wait then than one claim holds
STALE = 0.3


@pytest.fixture
def change_at(over_smtp, monkeypatch):
    """``change_at(30, change)``: while the 30th mail is on the wire; words built before are too old after it."""
    monkeypatch.setattr(delivery, "STALE_SECONDS", STALE)

    def plan(number, change):
        def on_data(_recipient):
            if len(over_smtp.mails) == number:
                change()
                connection.close()
                time.sleep(STALE + 0.1)

        over_smtp.on_data = on_data

    return plan


def deliver_all():
    for _ in range(20):
        deliver_due(timezone.now(), crowded=False)
    assert not Message.objects.due(timezone.now()).exists()


def entry_of(mail):
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    return calendar["METHOD"], calendar.events[0]


def last_entries(sink):
    """What each person's calendar holds in the end."""
    last = {}
    for mail in sink.messages():
        method, event = entry_of(mail)
        last.setdefault(mail["To"], []).append((method, int(event["SEQUENCE"]), event["DTSTART"].dt))
    return last


# F28: the newest truth is the last that everybody hears


def move(meeting):
    move_meeting(
        meeting,
        actor=meeting.called_by,
        now=timezone.now(),
        starts_at=meeting.starts_at + timedelta(days=2),
        ends_at=meeting.ends_at + timedelta(days=2),
        venue="Storsalen",
        reason="prøve",
    )


def check_newest(sink, meeting, method):
    meeting.refresh_from_db()
    entries = last_entries(sink)
    for heard in entries.values():
        assert heard[-1] == (method, meeting.sequence, meeting.starts_at)
        assert [sequence for _method, sequence, _start in heard] == sorted(sequence for _, sequence, _ in heard)
    return entries


def test_a_meeting_moved_while_it_is_called_is_the_moved_one_to_all(call_many, change_at, over_smtp):
    meeting = call_many(PEOPLE)
    change_at(CHANGE_AT, lambda: move(meeting))
    deliver_all()
    assert len(check_newest(over_smtp, meeting, "REQUEST")) == PEOPLE


def test_a_meeting_called_off_while_it_is_called_leaves_it_in_no_calendar(call_many, change_at, over_smtp):
    meeting = call_many(PEOPLE)
    change_at(
        CHANGE_AT, lambda: cancel_meeting(meeting, actor=meeting.called_by, now=timezone.now(), reason="Snøstorm")
    )
    deliver_all()
    entries = check_newest(over_smtp, meeting, "CANCEL")
    assert CHANGE_AT + 1 <= len(entries) < PEOPLE  # whoever had not heard of it hears nothing


@pytest.fixture
def frozen(monkeypatch):
    """Words of the time when the first mail of the meeting was built, for all that follow."""
    kept, invitations = {}, building._invitations

    def of_then(messages):
        found = invitations(messages)
        for one in found.values():
            one.meeting = kept.setdefault(one.meeting_id, one.meeting)
        return found

    monkeypatch.setattr(building, "_invitations", of_then)


def test_with_words_of_then_somebody_comes_on_the_wrong_day(frozen, call_many, change_at, over_smtp):
    meeting = call_many(PEOPLE)
    change_at(CHANGE_AT, lambda: move(meeting))
    deliver_all()
    with pytest.raises(AssertionError):
        check_newest(over_smtp, meeting, "REQUEST")


# F29: whoever has left hears nothing more


LEAVERS = size(40, 50)


def leave(meeting):
    """Of those who have had no mail, a fourth can be mailed no more and the others leave the company."""
    waiting = meeting.invitations.select_related("user", "affiliation").order_by("-pk")[:LEAVERS]
    now = timezone.now()
    for number, row in enumerate(waiting):
        if number % 4 == 0:
            User.objects.filter(pk=row.user_id).update(is_active=False)
        else:
            end_affiliation(row.affiliation, actor=meeting.called_by, on_day=oslo_today(now) - timedelta(days=1))
    return {row.user.email for row in waiting}


def run_while_people_leave(call_many, change_at):
    meeting = call_many(PEOPLE)
    gone = set()
    change_at(10, lambda: gone.update(leave(meeting)))
    deliver_all()
    return gone


def check_left_alone(sink, gone):
    assert len(gone) == LEAVERS
    assert not gone & set(sink.recipients)
    assert len(sink.recipients) == PEOPLE - LEAVERS


def test_whoever_leaves_while_a_meeting_is_called_hears_nothing_more(call_many, change_at, over_smtp):
    check_left_alone(over_smtp, run_while_people_leave(call_many, change_at))


def test_looked_at_only_when_queued_the_gone_are_mailed(call_many, change_at, over_smtp, monkeypatch):
    monkeypatch.setattr(building, "unreachable", lambda _invitation: "")
    monkeypatch.setattr(building, "has_left", lambda _invitation, _now: False)
    with pytest.raises(AssertionError):
        check_left_alone(over_smtp, run_while_people_leave(call_many, change_at))
