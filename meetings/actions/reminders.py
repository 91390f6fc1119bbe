"""Reminders and the practical mail: each tick finds what is due and not yet sent. Late ticks send what still helps."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from mail.models import Message
from mail.queue import Draft, enqueue_many
from meetings.actions import seats
from meetings.answer_notices import PRACTICAL, REMINDER
from meetings.enums import Answer, Attendance, MeetingState
from meetings.models import Invitation, Meeting
from meetings.schedule import DISTANCE, due_step, is_quiet, practical_at, quiet_ends, reminder_at, steps_of
from members.clock import oslo_today


def queue_due_reminders(now: datetime) -> int:
    """Queue the reminders that are due; says how many are new. Two ticks at once queue each of them once.

    A tick at night or on a holiday leaves them for the morning.
    """
    if is_quiet(now):
        return 0
    return sum(_remind(meeting, now) for meeting in _to_come(now) if _unreminded(meeting, now))


def queue_practical(now: datetime) -> int:
    """Queue the practical mail to all who have a seat, from the last working day's morning until the start.

    At night and on holidays only for meetings that begin before the quiet ends: later it would help nobody.
    """
    due = [meeting for meeting in _to_come(now) if practical_at(meeting) <= now]
    if is_quiet(now):
        due = [meeting for meeting in due if meeting.starts_at <= quiet_ends(now)]
    return sum(_send_practical(meeting, now) for meeting in due if _without_practical(meeting, now))


def _to_come(now: datetime) -> Sequence[Meeting]:
    return list(Meeting.objects.filter(state=MeetingState.CALLED, starts_at__gt=now).order_by("pk"))


@transaction.atomic
def _remind(meeting: Meeting, now: datetime) -> int:
    """The meeting is held, so that the mail and the note that it was sent are one, and ticks come after each other."""
    meeting = seats.lock(meeting)
    step = due_step(meeting, now)
    if step is None or meeting.state != MeetingState.CALLED:
        return 0
    drafts = {
        _key(REMINDER, meeting, one, str(step)): one for one in _unreminded(meeting, now) if one.user.is_reachable
    }
    return _queue(REMINDER, meeting, drafts, {"step": step}, now)


def _unreminded(meeting: Meeting, now: datetime) -> list[Invitation]:
    """Whom the newest due reminder is for: asked before it was due, not answered, left in peace for two days."""
    step = due_step(meeting, now)
    if step is None:
        return []
    is_last = step == steps_of(meeting)[-1]
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
    return list(rows.filter(wanted, quiet, asked).order_by("pk"))


@transaction.atomic
def _send_practical(meeting: Meeting, now: datetime) -> int:
    meeting = seats.lock(meeting)
    if meeting.state != MeetingState.CALLED or practical_at(meeting) > now or meeting.has_started(now):
        return 0
    rows = _without_practical(meeting, now)
    drafts = {_key(PRACTICAL, meeting, one): one for one in rows if one.user.is_reachable}
    sent = _queue(PRACTICAL, meeting, drafts, {}, now)
    Invitation.objects.filter(pk__in=[one.pk for one in rows]).update(practical_sent_at=now)
    return sent


def _without_practical(meeting: Meeting, now: datetime) -> list[Invitation]:
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
        [Draft(recipient=one.ref, about=meeting.about, data=data, dedupe_key=key) for key, one in new.items()],
    )
    rows = Invitation.objects.filter(pk__in=[one.pk for one in new.values()])
    raised = {"reminders_sent": F("reminders_sent") + 1} if kind == REMINDER else {}
    rows.update(last_mailed_at=now, **raised)
    return count
