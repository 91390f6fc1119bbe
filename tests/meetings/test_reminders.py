"""Reminders and the practical mail: who gets which, when, how often; and when nobody does."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mail import delivery
from mail.links import read_token
from mail.models import Message
from mail.queue import APART
from meetings.actions import reminders
from meetings.actions.answers import answer_invitation
from meetings.actions.meetings import cancel_meeting, move_meeting
from meetings.actions.reminders import queue_due_reminders, queue_practical
from meetings.enums import Road
from meetings.models import Invitation, Meeting
from meetings.schedule import due_step, is_quiet, practical_at, quiet_ends, reminder_at
from meetings.tasks import remind
from members.clock import OSLO
from members.models import MailWish
from tests.factories.groups import GroupFactory
from tests.factories.meetings import InvitationFactory, MeetingFactory
from thamsklyngen.celery import BEAT

START = dt.datetime(2026, 11, 26, 12, tzinfo=OSLO)  # a Thursday
DEADLINE = dt.datetime(2026, 11, 23, 16, tzinfo=OSLO)
CALLED = dt.datetime(2026, 11, 1, 10, tzinfo=OSLO)
FIRST = dt.datetime(2026, 11, 16, 9, tzinfo=OSLO)  # seven days before the deadline
LAST = dt.datetime(2026, 11, 21, 9, tzinfo=OSLO)  # two days before
EARLY = dt.datetime(2026, 11, 16, 6, tzinfo=OSLO)
PRACTICAL = dt.datetime(2026, 11, 25, 9, tzinfo=OSLO)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, starts_at=START, ends_at=START + 3 * HOUR, answer_by=DEADLINE, called_at=CALLED)


def invite(meeting, **more):
    return InvitationFactory(meeting=meeting, **{"invited_at": CALLED, "last_mailed_at": CALLED, **more})


def sent(kind="reminder"):
    return list(Message.objects.filter(kind=f"meetings.{kind}").order_by("pk").values_list("recipient", flat=True))


def run(start, end, step=HOUR):
    """Tick from start to end, as beat does."""
    moment, log = start, []
    while moment <= end:
        if queue_due_reminders(moment) + queue_practical(moment):
            log.append(moment)
        moment += step
    return log


@pytest.mark.django_db
def test_a_reminder_that_waits_is_found_by_the_address_it_will_go_to(meeting):
    row = invite(meeting)
    queue_due_reminders(FIRST)
    assert Message.objects.get().to == row.user.email


@pytest.mark.django_db
def test_silence_is_reminded_seven_and_two_days_before_the_deadline_and_then_no_more(meeting):
    row = invite(meeting)
    assert run(EARLY, START + DAY) == [FIRST, LAST]
    assert sent() == [row.ref, row.ref]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "expected"), [("none", [FIRST, LAST]), ("maybe", [LAST]), ("no", []), ("yes", [PRACTICAL])]
)
def test_who_gets_what(meeting, answer, expected):
    invite(meeting, answer=answer)
    assert run(EARLY, START + DAY) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("gone", ["withdrawn", "unreachable", "anonymised", "disabled", "visitor"])
def test_nobody_who_cannot_or_must_not_be_asked_is_reminded(meeting, gone):
    row = invite(meeting)
    if gone == "withdrawn":
        Invitation.objects.update(withdrawn_at=CALLED)
    elif gone == "visitor":
        Invitation.objects.update(attendance="visitor")
    else:
        changes = {
            "unreachable": {"email": None},
            "anonymised": {"anonymised_at": CALLED},
            "disabled": {"is_active": False},
        }
        type(row.user).objects.filter(pk=row.user_id).update(**changes[gone])
    assert run(EARLY, START + DAY) == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "cancelled", "held"])
def test_a_meeting_that_is_not_on_reminds_nobody(meeting, state):
    invite(meeting)
    Meeting.objects.update(state=state)
    assert run(EARLY, START + DAY) == []


@pytest.mark.django_db
def test_no_reminder_within_two_days_of_another_mail_about_the_meeting(meeting):
    row = invite(meeting)
    Invitation.objects.filter(pk=row.pk).update(last_mailed_at=FIRST - HOUR)
    assert run(EARLY, LAST - HOUR) == [FIRST - HOUR + 2 * DAY]


@pytest.mark.django_db
def test_a_reminder_whose_time_had_passed_when_the_person_was_invited_is_not_sent(meeting):
    invite(meeting, invited_at=FIRST + DAY, last_mailed_at=FIRST + DAY)
    assert run(FIRST, START) == [LAST]


@pytest.mark.django_db
def test_invited_after_the_last_reminder_was_due_nobody_is_pestered(meeting):
    invite(meeting, invited_at=LAST + HOUR, last_mailed_at=LAST + HOUR)
    assert run(LAST, START) == []


@pytest.mark.django_db
@pytest.mark.parametrize("days", [[], [14], [10, 7, 2], [1], [0]])
def test_the_meetings_own_days_count(meeting, days):
    meeting.reminder_days = days
    meeting.save()
    invite(meeting)
    morning = dt.datetime(2026, 11, 23, 9, tzinfo=OSLO)
    assert run(morning - 15 * DAY, START) == [morning - day * DAY for day in days]


@pytest.mark.django_db
def test_without_a_deadline_the_start_counts(meeting):
    meeting.answer_by = None
    meeting.save()
    invite(meeting)
    morning = dt.datetime(2026, 11, 26, 9, tzinfo=OSLO)
    assert run(EARLY, START) == [morning - 7 * DAY, morning - 2 * DAY]


@pytest.mark.django_db
@pytest.mark.parametrize("pause", [3 * HOUR, 2 * DAY - HOUR])
def test_after_a_pause_of_beat_the_late_ones_go_out_once(meeting, pause):
    invite(meeting)
    seated = invite(meeting, answer="yes")
    assert run(LAST + pause, LAST + pause + HOUR) == [LAST + pause]
    late = min(PRACTICAL + pause, START - HOUR)
    assert run(late, late + MINUTE * 40) == [late]
    assert sent() == [Invitation.objects.exclude(pk=seated.pk).get().ref]
    assert sent("practical") == [seated.ref]


@pytest.mark.django_db
def test_after_a_long_pause_only_the_newest_reminder_goes_out(meeting):
    invite(meeting)
    assert run(LAST + HOUR, DEADLINE) == [LAST + HOUR]


@pytest.mark.django_db
def test_after_a_pause_over_the_deadline_or_the_start_nothing_is_sent(meeting):
    invite(meeting)
    invite(meeting, answer="yes")
    assert queue_due_reminders(DEADLINE) == 0
    assert queue_practical(START) == 0


@pytest.mark.django_db
def test_a_second_tick_in_the_same_minute_sends_nothing(meeting):
    invite(meeting)
    invite(meeting, answer="yes")
    assert [queue_due_reminders(FIRST) for _ in range(3)] == [1, 0, 0]
    assert [queue_practical(PRACTICAL) for _ in range(3)] == [1, 0, 0]


@pytest.mark.django_db
def test_the_key_alone_keeps_a_reminder_from_going_twice(meeting):
    """The control for the note on the invitation: with that wiped, the mail's own key still holds."""
    row = invite(meeting)
    queue_due_reminders(FIRST)
    Invitation.objects.update(last_mailed_at=None, reminders_sent=0)
    assert queue_due_reminders(FIRST + MINUTE) == 0
    assert sent() == [row.ref]


@pytest.mark.django_db
def test_an_answer_before_the_mail_goes_out_stops_it(meeting):
    row = invite(meeting)
    queue_due_reminders(FIRST)
    answer_invitation(row, answer="no", via=Road.PAGE, actor=row.user, now=FIRST + MINUTE)
    with time_machine.travel(FIRST + 2 * MINUTE, tick=False):
        Message.objects.update(not_before=FIRST)
        delivery.deliver_due(timezone.now())
    assert Message.objects.get().state == "withdrawn"


@pytest.mark.django_db
def test_maybe_before_the_mail_goes_out_stops_all_but_the_last(meeting, mailoutbox):
    row = invite(meeting)
    for at, state in ((FIRST, "withdrawn"), (LAST, "sent")):
        queue_due_reminders(at)
        answer_invitation(row, answer="maybe", via=Road.PAGE, actor=row.user, now=at)
        with time_machine.travel(at + MINUTE, tick=False):
            Message.objects.update(not_before=FIRST)
            delivery.deliver_due(timezone.now())
        assert Message.objects.latest("pk").state == state


@pytest.mark.django_db
def test_moving_the_meeting_moves_the_reminders_and_asks_everybody_again(meeting, leader):
    silent, coming = invite(meeting), invite(meeting, answer="yes")
    assert run(EARLY, FIRST) == [FIRST]
    moved_at = FIRST + HOUR
    week = 7 * DAY
    move_meeting(
        meeting,
        actor=leader,
        now=moved_at,
        starts_at=START + week,
        ends_at=START + week + 3 * HOUR,
        venue="Damphuset",
    )
    Message.objects.all().delete()
    assert run(moved_at, START + week + DAY) == [FIRST + week, LAST + week, PRACTICAL + week]
    assert sorted(sent()) == sorted([silent.ref, coming.ref] * 2)
    assert sent("practical") == [coming.ref]


@pytest.mark.django_db
def test_a_new_yes_after_the_move_ends_the_reminders(meeting, leader):
    coming = invite(meeting, answer="yes")
    move_meeting(
        meeting,
        actor=leader,
        now=CALLED,
        starts_at=START + 7 * DAY,
        ends_at=START + 7 * DAY + HOUR,
        venue="Damphuset",
    )
    answer_invitation(coming, answer="yes", via=Road.PAGE, actor=coming.user, now=CALLED + HOUR)
    Message.objects.all().delete()
    run(CALLED + HOUR, START + 7 * DAY)
    assert sent() == []
    assert sent("practical") == [coming.ref]


NIGHT = dt.timedelta(hours=13)  # from nine in the morning to ten in the evening


def send_at(moment):
    """What has waited until now is sent; what became of the mail."""
    Message.objects.update(not_before=moment - MINUTE)
    with time_machine.travel(moment, tick=False):
        delivery.deliver_due(timezone.now())
    return Message.objects.get()


@pytest.mark.django_db
def test_a_reminder_that_the_server_kept_waiting_until_night_waits_for_the_morning(meeting):
    invite(meeting)
    queue_due_reminders(FIRST)
    row = send_at(FIRST + NIGHT)
    assert (row.state, row.not_before, row.attempts) == ("queued", FIRST + DAY - 2 * HOUR, 0)
    assert send_at(row.not_before).state == "sent"


@pytest.mark.django_db
def test_what_waits_for_the_morning_goes_out_evenly_then(meeting):
    for _ in range(3):
        invite(meeting)
    queue_due_reminders(FIRST)
    Message.objects.update(not_before=FIRST)
    with time_machine.travel(FIRST + NIGHT, tick=False):
        delivery.deliver_due(timezone.now())
    morning = FIRST + DAY - 2 * HOUR
    times = Message.objects.order_by("pk").values_list("not_before", flat=True)
    assert list(times) == [morning + place * APART for place in range(3)]


@pytest.mark.django_db
def test_a_practical_mail_that_would_come_too_late_goes_at_night(meeting):
    meeting.starts_at = START.replace(hour=6)
    meeting.save()
    invite(meeting, answer="yes")
    queue_practical(PRACTICAL)
    assert send_at(PRACTICAL + NIGHT).state == "sent"


@pytest.mark.django_db
def test_a_practical_mail_of_a_meeting_at_noon_waits_for_the_morning(meeting):
    invite(meeting, answer="yes")
    queue_practical(PRACTICAL)
    assert send_at(PRACTICAL + NIGHT).state == "queued"


@pytest.mark.django_db
def test_what_somebody_pressed_for_goes_at_night(meeting):
    invite(meeting)
    reminders.send_reminder(meeting, FIRST - DAY + NIGHT, early=7)
    assert send_at(FIRST - DAY + NIGHT).state == "sent"


@pytest.mark.django_db
def test_a_cancelled_meeting_takes_back_what_waits(meeting, leader):
    invite(meeting)
    queue_due_reminders(FIRST)
    cancel_meeting(meeting, actor=leader, now=FIRST + MINUTE, reason="Storm")
    assert not Message.objects.waiting().filter(kind="meetings.reminder").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ((2026, 11, 26), (2026, 11, 25)),  # Thursday: Wednesday
        ((2026, 11, 23), (2026, 11, 20)),  # Monday: Friday
        ((2027, 3, 30), (2027, 3, 24)),  # Tuesday after Easter: Wednesday before it
        ((2027, 5, 18), (2027, 5, 14)),  # after the 17th of May and Whit Monday
        ((2027, 1, 4), (2026, 12, 31)),
    ],
)
def test_the_practical_mail_comes_at_nine_on_the_last_working_day(start, expected):
    meeting = MeetingFactory.build(starts_at=dt.datetime(*start, 10, tzinfo=OSLO), group=None)
    assert practical_at(meeting) == dt.datetime(*expected, 9, tzinfo=OSLO)


# The spring night of 2027 is Easter Sunday, whose mail goes out the day before
@pytest.mark.parametrize(("day", "offset"), [((2028, 3, 26), 2), ((2027, 10, 31), 1)])
def test_reminders_keep_nine_o_clock_across_the_nights_the_clock_changes(day, offset):
    deadline = dt.datetime(*day, 16, tzinfo=OSLO) + 2 * DAY
    meeting = MeetingFactory.build(starts_at=deadline + DAY, answer_by=deadline, group=None)
    on_the_day, before = reminder_at(meeting, 2), reminder_at(meeting, 3)
    assert (on_the_day.hour, before.hour) == (9, 9)
    assert on_the_day.utcoffset() == dt.timedelta(hours=offset)
    assert before.utcoffset() == dt.timedelta(hours=3 - offset)
    assert on_the_day.astimezone(dt.UTC) - before.astimezone(dt.UTC) == DAY - (offset * 2 - 3) * HOUR


@pytest.mark.django_db
@pytest.mark.parametrize("night", [(2028, 3, 26), (2027, 10, 31)])
def test_ticks_through_a_night_the_clock_changes_send_each_reminder_once(group, night):
    deadline = dt.datetime(*night, 16, tzinfo=OSLO) + 2 * DAY
    meeting = MeetingFactory(
        group=group, starts_at=deadline + DAY, answer_by=deadline, reminder_days=[2], called_at=CALLED
    )
    invite(meeting)
    midnight = dt.datetime(*night, tzinfo=OSLO).astimezone(dt.UTC)
    assert run(midnight - 3 * HOUR, midnight + 30 * HOUR) == [dt.datetime(*night, 9, tzinfo=OSLO)]


@pytest.mark.django_db
def test_a_clock_that_jumps_back_sends_nothing_twice(meeting):
    invite(meeting)
    assert queue_due_reminders(FIRST + 10 * MINUTE) == 1
    assert run(FIRST - HOUR, FIRST + HOUR) == []


@pytest.mark.django_db
def test_whoever_moves_up_after_nine_still_gets_the_practical_mail(meeting):
    meeting.capacity = 1
    meeting.save()
    first, second = invite(meeting, answer="yes"), invite(meeting, answer="yes", queued_at=CALLED)
    run(PRACTICAL, PRACTICAL)
    answer_invitation(first, answer="no", via=Road.PAGE, actor=first.user, now=PRACTICAL + HOUR)
    run(PRACTICAL + HOUR, PRACTICAL + HOUR)
    assert sent("practical") == [first.ref, second.ref]


@pytest.mark.django_db
def test_a_tick_costs_the_same_for_three_and_thirty_people(group):
    def cost(count):
        meeting = MeetingFactory(
            group=group, starts_at=START, ends_at=START + HOUR, answer_by=DEADLINE, called_at=CALLED
        )
        for _ in range(count):
            invite(meeting)
        with CaptureQueriesContext(connection) as seen:
            queue_due_reminders(FIRST)
        meeting.delete()
        return len(seen)

    assert cost(3) == cost(30)


@pytest.mark.django_db
def test_the_task_is_in_the_beat_table_every_minute_and_does_both(meeting):
    row = next(row for row in BEAT if row[0] == remind.name)
    assert set(row[1].minute) == set(range(60))
    invite(meeting)
    invite(meeting, answer="yes")
    with time_machine.travel(FIRST, tick=False):
        remind()
    with time_machine.travel(PRACTICAL, tick=False):
        remind()
    assert len(sent()) == 1
    assert len(sent("practical")) == 1


# Two ticks at once


def two_ticks(count=6):
    barrier = threading.Barrier(count)

    def tick(_):
        barrier.wait()
        try:
            return queue_due_reminders(FIRST)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(tick, range(count)))


@pytest.fixture
def busy_meeting(transactional_db):
    meeting = MeetingFactory(
        group=GroupFactory(), starts_at=START, ends_at=START + HOUR, answer_by=DEADLINE, called_at=CALLED
    )
    for _ in range(5):
        invite(meeting)
    return meeting


def test_ticks_at_the_same_moment_send_each_reminder_once(busy_meeting):
    assert two_ticks() == 5
    assert len(sent()) == 5
    assert set(Invitation.objects.values_list("reminders_sent", flat=True)) == {1}


def test_without_lock_and_key_ticks_at_the_same_moment_send_twice(busy_meeting, monkeypatch):
    """The control: with the meeting not held and the keys made unique, the promise above must break."""
    serial = iter(range(10_000))
    monkeypatch.setattr(reminders, "_key", lambda *args: f"key:{next(serial)}")
    monkeypatch.setattr(reminders.seats, "lock", lambda one: Meeting.objects.get(pk=one.pk))
    unreminded = reminders._unreminded
    barrier = threading.Barrier(2)

    def both_look_first(meeting, now):
        rows = list(meeting.invitations.select_related("user"))
        barrier.wait(timeout=5)
        return rows

    if connection.vendor == "sqlite":
        # One writer at a time is the file's own rule; what is left to take away is the look at what was sent
        monkeypatch.setattr(reminders, "_unreminded", lambda meeting, now: list(meeting.invitations.all()))
    else:
        monkeypatch.setattr(reminders, "_unreminded", both_look_first)
    assert unreminded is not reminders._unreminded
    assert two_ticks(2) == 10


# Words


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", ["reminder", "practical"])
def test_the_mails_are_built_in_the_persons_language_with_a_personal_link(meeting, mailoutbox, language, kind):
    at = LAST if kind == "reminder" else PRACTICAL
    row = invite(meeting, answer="none" if kind == "reminder" else "yes", affiliation__user__language=language)
    with time_machine.travel(at, tick=False):
        remind()
        Message.objects.update(not_before=at)
        delivery.deliver_due(timezone.now())
    letter = mailoutbox[0].message()
    assert letter["Content-Language"] == language
    assert "List-Unsubscribe" in letter
    text = mailoutbox[0].body if hasattr(mailoutbox[0], "body") else ""
    kept = Message.objects.get()
    assert "/r/" not in kept.text.replace("/r/***", "")
    links = [part for part in text.split() if "/r/" in part]
    for link in links:
        assert read_token("answer", link.split("/r/")[1].split("/")[0]) == f"{row.pk}.{row.link_version}"


@pytest.mark.django_db
def test_whoever_has_said_no_to_reminders_gets_none(meeting):
    row = invite(meeting)
    late = invite(meeting)
    MailWish.objects.create(user=row.user, kind="meetings.reminder", choice="off")
    with time_machine.travel(LAST, tick=False):
        remind()
        MailWish.objects.create(user=late.user, kind="meetings.reminder", choice="off")
        Message.objects.update(not_before=LAST)
        delivery.deliver_due(timezone.now())
    assert list(Message.objects.values_list("recipient", "state")) == [(late.ref, "withdrawn")]


@pytest.mark.django_db
def test_due_step_skips_what_nobody_sent(meeting):
    assert due_step(meeting, FIRST - MINUTE) is None
    assert due_step(meeting, FIRST) == 7
    assert due_step(meeting, LAST) == 2
    assert due_step(meeting, DEADLINE) is None


# Nights and holidays


def at(day, hour, minute=0):
    return dt.datetime(*day, hour, minute, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("moment", "quiet", "ends"),
    [
        (at((2026, 11, 24), 20, 59), False, at((2026, 11, 24), 20, 59)),
        (at((2026, 11, 24), 21), True, at((2026, 11, 25), 7)),
        (at((2026, 11, 25), 6, 59), True, at((2026, 11, 25), 7)),
        (at((2026, 11, 25), 7), False, at((2026, 11, 25), 7)),
        (at((2027, 5, 17), 12), True, at((2027, 5, 18), 7)),  # the seventeenth of May; Whit Monday, too
        (at((2027, 3, 24), 21), True, at((2027, 3, 27), 7)),  # Wednesday before Easter: Saturday is no holiday
        (at((2027, 3, 27), 22), True, at((2027, 3, 30), 7)),  # Easter Eve: to Tuesday, over the change of clocks
        (at((2026, 12, 24), 22), True, at((2026, 12, 27), 7)),
        (at((2026, 11, 29), 12), False, at((2026, 11, 29), 12)),  # an ordinary Sunday
    ],
)
def test_nights_and_public_holidays_are_quiet(moment, quiet, ends):
    assert (is_quiet(moment), quiet_ends(moment)) == (quiet, ends)


def test_a_reminder_on_a_holiday_comes_the_day_before_it(group):
    """Two days before Wednesday the 19th of May is the 17th; the 16th is Whit Sunday."""
    row = MeetingFactory(
        group=group, starts_at=at((2027, 5, 21), 12), ends_at=at((2027, 5, 21), 14), answer_by=at((2027, 5, 19), 12),
        reminder_days=[2],
    )  # fmt: skip
    assert reminder_at(row, 2) == at((2027, 5, 15), 9)


def test_a_worker_that_wakes_at_night_waits_for_the_morning(meeting):
    invite(meeting)
    night = FIRST.replace(hour=22)
    assert queue_due_reminders(night) == 0
    assert queue_due_reminders(night + 8 * HOUR + 59 * MINUTE) == 0
    assert queue_due_reminders(night + 9 * HOUR) == 1


def test_the_practical_mail_waits_unless_the_meeting_comes_first(group):
    evening = PRACTICAL.replace(hour=22)
    early = MeetingFactory(
        group=group,
        starts_at=at((2026, 11, 26), 6, 30),
        ends_at=at((2026, 11, 26), 8),
        answer_by=None,
        called_at=CALLED,
    )
    noon = MeetingFactory(group=group, starts_at=START, ends_at=START + HOUR, answer_by=None, called_at=CALLED)
    first, second = invite(early, answer="yes"), invite(noon, answer="yes")
    queue_practical(evening)
    assert sent("practical") == [first.ref]
    queue_practical(at((2026, 11, 26), 7))
    assert sent("practical") == [first.ref, second.ref]
