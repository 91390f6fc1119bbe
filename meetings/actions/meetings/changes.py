"""Change a meeting that people have been told of: move, edit, cancel, hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from groups.actions.groups import move_station
from groups.actions.rounds import clear_room_window
from groups.enums import GroupStation
from meetings import notices
from meetings.actions.answers import move_up
from meetings.actions.diet import forget_diets
from meetings.actions.meetings.calling import check_reason, raise_sequence, tell_round
from meetings.actions.meetings.drafts import locked, write_agenda
from meetings.actions.proposals import settle_proposals
from meetings.enums import MeetingKind, MeetingState
from meetings.models import Invitation, Meeting
from meetings.plans import AgendaRow, Details
from meetings.rules import can_change
from members.errors import Refused
from members.models import User

MOVE_FIELDS = ["starts_at", "ends_at", "venue", "online_url", "answer_by", "answer_floor", "changed_at"]
WORD_FIELDS = (
    "title",
    "language",
    "description",
    "practical",
    "capacity",
    "capacity_per_company",
    "guests_each",
    "serves_food",
    "is_open",
    "is_board_only",
)


@transaction.atomic
def move_meeting(
    meeting: Meeting,
    *,
    actor: User,
    now: datetime,
    starts_at: datetime,
    ends_at: datetime,
    venue: str,
    online_url: str = "",
    reason: str = "",
) -> bool:
    """Give a called meeting another time or place and ask everybody again. False if nothing differs.

    Seats, handed ones too, and the order of the waiting list stay; deadline, reminders and round move along.
    """
    row = _changeable(meeting, actor, now, reason)
    wanted = (starts_at, ends_at, venue, online_url)
    if wanted == (row.starts_at, row.ends_at, row.venue, row.online_url):
        return False
    if starts_at <= now:
        raise Refused(_("Choose a time to come."))
    row.answer_by = _shifted(row, starts_at - row.starts_at, now)
    row.starts_at, row.ends_at, row.venue, row.online_url = wanted
    raise_sequence(row)
    row.answer_floor = row.sequence
    row.save(update_fields=MOVE_FIELDS)
    row.invitations.standing().update(
        reminders_sent=0, practical_sent_at=None, confirm_by=None, last_mailed_at=now, sent_sequence=row.sequence
    )
    tell_round(row, now)
    settle_proposals(row, actor=actor, now=now)
    if row.kind == MeetingKind.KICKOFF and row.group:
        move_station(row.group, to=GroupStation.KICKOFF, kickoff_at=starts_at)
    notices.tell_change(notices.MOVED, row, _standing(row), "the meeting was moved")
    return True


@transaction.atomic
def edit_called(
    meeting: Meeting,
    *,
    actor: User,
    now: datetime,
    details: Details,
    agenda: Sequence[AgendaRow],
    mail: bool,
    reason: str = "",
) -> bool:
    """Change words, agenda, places or deadline; time and place are moved instead. False if nothing differs.

    Answers stand. Fewer places, or fewer guests each, than who comes throws nobody out; more places move the waiting
    list up. Where no food is served any more, what people told the kitchen is deleted.
    """
    row = _changeable(meeting, actor, now, reason)
    if details.answer_by is not None and details.answer_by > row.starts_at:
        raise Refused(_("The answer deadline must come before the meeting starts."))
    days = sorted(details.reminder_days, reverse=True)
    details = replace(details, answer_by=details.answer_by or row.answer_by, reminder_days=days)
    changed = [name for name in (*WORD_FIELDS, "answer_by", "reminder_days") if _differs(row, details, name)]
    for name in changed:
        setattr(row, name, getattr(details, name))
    row.save(update_fields=[*changed, "changed_at"])
    agenda_changed = write_agenda(row, agenda)
    if {"capacity", "capacity_per_company"} & set(changed):
        move_up(row, now=now)
    if not row.serves_food:
        forget_diets(row)
    if mail:
        raise_sequence(row)
        row.invitations.standing().update(last_mailed_at=now, sent_sequence=row.sequence)
        notices.tell_change(notices.CHANGED, row, _standing(row), "the meeting was changed")
    return bool(changed) or agenda_changed


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, actor: User, now: datetime, reason: str) -> bool:
    """Call a meeting off. What still waits in the queue is withdrawn; whoever has heard of it is told why."""
    row = locked(meeting)
    if row.state == MeetingState.CANCELLED:
        return False
    if not can_change(row, now):
        raise Refused(_("Only a called meeting that is not over can be called off."))
    if not reason.strip():
        raise Refused(_("Write why. Everybody who was invited gets the reason."))
    row.state, row.cancelled_at, row.cancel_reason = MeetingState.CANCELLED, now, reason.strip()
    row.save(update_fields=["state", "cancelled_at", "cancel_reason", "changed_at"])
    raise_sequence(row)
    forget_diets(row)
    if row.round:
        clear_room_window(row.round)
    notices.tell_cancelled(row, _standing(row), "the meeting was called off")
    return True


@transaction.atomic
def hold_meeting(meeting: Meeting, *, actor: User | None, now: datetime) -> bool:
    """Note that a meeting has taken place. False if it was noted before."""
    row = locked(meeting)
    if row.state == MeetingState.HELD:
        return False
    if row.state != MeetingState.CALLED or not row.has_started(now):
        raise Refused(_("A meeting is held when it was called and has begun."))
    row.state = MeetingState.HELD
    row.save(update_fields=["state", "changed_at"])
    if row.kind == MeetingKind.KICKOFF and row.group:
        move_station(row.group, to=GroupStation.INPUT if row.round else GroupStation.KICKOFF)
    return True


def _changeable(meeting: Meeting, actor: User, now: datetime, reason: str) -> Meeting:
    row = locked(meeting)
    if not can_change(row, now):
        raise Refused(_("Only a called meeting that is not over can be changed."))
    check_reason(row, actor, now, reason)
    if reason.strip():
        row.staff_reason = reason.strip()
        row.save(update_fields=["staff_reason", "changed_at"])
    return row


def _shifted(meeting: Meeting, by: timedelta, now: datetime) -> datetime | None:
    """The deadline, as far from the new start as from the old; none when that has passed: then it is the start."""
    if meeting.answer_by is None:
        return None
    moved = meeting.answer_by + by
    return moved if moved > now else None


def _differs(meeting: Meeting, details: Details, name: str) -> bool:
    return bool(getattr(meeting, name) != getattr(details, name))


def _standing(meeting: Meeting) -> list[Invitation]:
    return list(meeting.invitations.standing().select_related("user"))
