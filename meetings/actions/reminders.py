"""Reminders, the practical mail and the thanks: each tick finds what is due and not yet sent. Late ticks send what still helps."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from mail.models import Message
from mail.queue import enqueue_many
from meetings import wishes
from meetings.actions import seats
from meetings.actions.attendance import PRESENT
from meetings.answer_notices import PRACTICAL, REMINDER, THANKS
from meetings.enums import Answer, Attendance, MeetingState
from meetings.models import Invitation, Meeting
from meetings.notices import draft_to
from meetings.reached import Reached, reached
from meetings.schedule import DISTANCE, due_step, is_quiet, practical_at, quiet_ends, reminder_at, steps_of, thanks_at
from meetings.wishes import wish_for
from members.clock import oslo_today

# For so long after their time the thanks still go to whoever is noted late, and so late they may be moved to
THANKS_WITHIN, THANKS_LATEST = timedelta(days=7), timedelta(days=30)


def queue_due_reminders(now: datetime) -> int:
    """Queue the reminders that are due; says how many are new. Two ticks at once queue each of them once.

    A tick at night or on a holiday leaves them for the morning.
    """
    if is_quiet(now):
        return 0
    return sum(send_reminder(meeting, now) for meeting in _to_come(now) if _unreminded(meeting, now))


def queue_practical(now: datetime) -> int:
    """Queue the practical mail to all who have a seat, from the last working day's morning until the start.

    At night and on holidays only for meetings that begin before the quiet ends: later it would help nobody.
    """
    due = [meeting for meeting in _to_come(now) if practical_at(meeting) <= now]
    due = [meeting for meeting in due if not wish_for(meeting, wishes.PRACTICAL).is_off]
    if is_quiet(now):
        due = [meeting for meeting in due if meeting.starts_at <= quiet_ends(now)]
    return sum(send_practical(meeting, now) for meeting in due if without_practical(meeting, now))


def queue_thanks(now: datetime) -> int:
    """Queue the thanks to those noted as present, from the working day after the meeting; for a week, in case somebody
    is noted later. Nobody is thanked where nobody was noted.
    """
    if is_quiet(now):
        return 0
    over = Meeting.objects.filter(
        state__in=[MeetingState.CALLED, MeetingState.HELD],
        ends_at__gt=now - THANKS_LATEST - THANKS_WITHIN,
        ends_at__lte=now,
    ).order_by("pk")
    due = [row for row in over if thanks_at(row) <= now < thanks_at(row) + THANKS_WITHIN]
    kept = [row for row in due if not wish_for(row, wishes.THANKS).is_off]
    return sum(send_thanks(meeting, now, by_clock=True) for meeting in kept if unthanked(meeting).people)


@transaction.atomic
def send_thanks(meeting: Meeting, now: datetime, *, by_clock: bool = False) -> int:
    """Thank those who were there and have not been thanked; says how many get a mail."""
    meeting = seats.lock(meeting)
    if meeting.state == MeetingState.CANCELLED:
        return 0
    drafts = {_key(THANKS, meeting, one): one for one in unthanked(meeting).people}
    return _queue(THANKS, meeting, drafts, {"clock": by_clock}, now)


def unthanked(meeting: Meeting) -> Reached:
    """Those noted as present who get such mail and have had no thanks."""
    rows = meeting.invitations.standing().filter(attendance__in=PRESENT).select_related("user").order_by("pk")
    thanked = set(Message.objects.about(meeting.about).filter(kind=THANKS).values_list("recipient", flat=True))
    return reached((row for row in rows if row.ref not in thanked), THANKS)


def _to_come(now: datetime) -> Sequence[Meeting]:
    return list(Meeting.objects.filter(state=MeetingState.CALLED, starts_at__gt=now).order_by("pk"))


@transaction.atomic
def send_reminder(meeting: Meeting, now: datetime, *, early: int | None = None) -> int:
    """Queue the due reminder, or before its time the one named ``early``; says how many get one.

    The meeting is held, so that the mail and the note that it was sent are one, and ticks come after each other.
    """
    meeting = seats.lock(meeting)
    step = due_step(meeting, now) if early is None else early
    if step is None or meeting.state != MeetingState.CALLED:
        return 0
    rows = _unreminded(meeting, now) if early is None else unreminded(meeting, early, now).people
    drafts = {_key(REMINDER, meeting, one, str(step)): one for one in rows}
    return _queue(REMINDER, meeting, drafts, {"step": step, "clock": early is None}, now)


def _unreminded(meeting: Meeting, now: datetime) -> list[Invitation]:
    """Whom the newest due reminder is for."""
    step = due_step(meeting, now)
    return [] if step is None else unreminded(meeting, step, now).people


def unreminded(meeting: Meeting, step: int, now: datetime) -> Reached:
    """Whom a reminder is for: asked before it was due, not answered, left in peace for two days, and who get such mail."""
    is_last = steps_of(meeting)[-1:] == [step]
    rows = (
        meeting.invitations.standing()
        .holding(oslo_today(now))
        .filter(attendance=Attendance.UNKNOWN)
        .select_related("user")
    )
    wanted = Q(answer=Answer.NONE) | Q(answered_sequence__lt=meeting.answer_floor)
    if is_last:
        wanted |= Q(answer=Answer.MAYBE)
    quiet = Q(last_mailed_at__isnull=True) | Q(last_mailed_at__lte=now - DISTANCE)
    asked = Q(invited_at__isnull=True) | Q(invited_at__lt=reminder_at(meeting, step))
    return reached(rows.filter(wanted, quiet, asked).order_by("pk"), REMINDER)


@transaction.atomic
def send_practical(meeting: Meeting, now: datetime, *, early: bool = False) -> int:
    """Queue the practical mail to those with a seat who have not had it; ``early``: before its time."""
    meeting = seats.lock(meeting)
    is_due = early or practical_at(meeting) <= now
    if meeting.state != MeetingState.CALLED or not is_due or meeting.has_started(now):
        return 0
    rows = without_practical(meeting, now)
    drafts = {_key(PRACTICAL, meeting, one): one for one in reached(rows, PRACTICAL).people}
    sent = _queue(PRACTICAL, meeting, drafts, {"clock": not early}, now)
    Invitation.objects.filter(pk__in=[one.pk for one in rows]).update(practical_sent_at=now)
    return sent


def without_practical(meeting: Meeting, now: datetime) -> list[Invitation]:
    seated = meeting.invitations.seated(oslo_today(now))
    return list(seated.filter(practical_sent_at__isnull=True).select_related("user"))


def _key(kind: str, meeting: Meeting, invitation: Invitation, step: str = "") -> str:
    """One mail of its sort for each person, each calling of the person, and each time the meeting has had."""
    parts = [kind, meeting.pk, meeting.answer_floor, invitation.pk, invitation.link_version, step]
    return ":".join(str(part) for part in parts)


def _queue(kind: str, meeting: Meeting, drafts: dict[str, Invitation], data: dict[str, int], now: datetime) -> int:
    there = set(Message.objects.filter(dedupe_key__in=drafts).values_list("dedupe_key", flat=True))
    new = {key: one for key, one in drafts.items() if key not in there}
    if not new:
        return 0
    count = enqueue_many(
        kind,
        [draft_to(one, meeting, key=key, data=data) for key, one in new.items()],
    )
    rows = Invitation.objects.filter(pk__in=[one.pk for one in new.values()])
    raised = {"reminders_sent": F("reminders_sent") + 1} if kind == REMINDER else {}
    rows.update(last_mailed_at=now, **raised)
    return count
