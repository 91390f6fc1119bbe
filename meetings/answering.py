"""What an invitation may be answered with now, and why not."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from groups.models import Role
from meetings.enums import Answer, MeetingState
from meetings.models import Invitation, Meeting
from members.clock import oslo_today
from members.models import User

UNDO_WITHIN = timedelta(minutes=30)


class Door(StrEnum):
    """How far an invitation stands open for answers."""

    OPEN = "open"
    ONLY_NO = "only_no"  # the deadline has passed
    STARTED = "started"
    OVER = "over"
    CANCELLED = "cancelled"
    GONE = "gone"  # withdrawn, or the person, their tie to the company or the link is no more


ALL_ANSWERS = frozenset({Answer.YES.value, Answer.MAYBE.value, Answer.NO.value})


def door_of(invitation: Invitation, now: datetime, *, holds: bool = True) -> Door:
    """How the invitation stands; ``holds`` is false when the link it came by was replaced."""
    meeting = invitation.meeting
    user = invitation.user
    tie = invitation.affiliation
    is_alive = user.is_active and user.anonymised_at is None and (tie is None or tie.holds(oslo_today(now)))
    if not (holds and is_alive) or invitation.withdrawn_at or meeting.state == MeetingState.DRAFT:
        return Door.GONE
    if meeting.state == MeetingState.CANCELLED:
        return Door.CANCELLED
    if meeting.state == MeetingState.HELD or meeting.is_over(now):
        return Door.OVER
    if meeting.has_started(now):
        return Door.STARTED
    return Door.OPEN if meeting.answers_are_open(now) else Door.ONLY_NO


def answers_taken(door: Door, *, on_behalf: bool = False) -> frozenset[str]:
    """The answers that can be given now. For others an organiser notes any answer until the start."""
    if door is Door.OPEN or (door is Door.ONLY_NO and on_behalf):
        return ALL_ANSWERS
    return frozenset({Answer.NO.value}) if door is Door.ONLY_NO else frozenset()


def can_hand_over(invitation: Invitation, door: Door) -> bool:
    """Tell whether a colleague can be sent instead: until the deadline, and after it by whoever holds a seat."""
    return door is Door.OPEN or (door is Door.ONLY_NO and invitation.has_seat)


def can_confirm(invitation: Invitation, door: Door) -> bool:
    """Tell whether a seat is held for the person that a yes takes."""
    return invitation.confirm_by is not None and invitation.has_seat and door in {Door.OPEN, Door.ONLY_NO}


def is_current(invitation: Invitation) -> bool:
    """Tell whether there is an answer, given to the time and place as they are now."""
    return invitation.answer != Answer.NONE and invitation.answered_sequence >= invitation.meeting.answer_floor


def can_undo(invitation: Invitation, door: Door, now: datetime) -> bool:
    """Tell whether the last answer can be taken back: for half an hour, and never past a colleague who has the seat."""
    fresh = invitation.answered_at is not None and now - invitation.answered_at < UNDO_WITHIN
    return fresh and door is Door.OPEN and invitation.handed_to_id is None and invitation.answer != Answer.NONE


def brings_guests(invitation: Invitation, door: Door) -> bool:
    """Tell whether guests can be named now: by who comes, until the start; after the deadline only fewer of them."""
    comes = invitation.answer == Answer.YES and is_current(invitation)
    asked = bool(invitation.meeting.guests_each or invitation.guest_count)
    return comes and asked and door in {Door.OPEN, Door.ONLY_NO}


def most_guests(invitation: Invitation, door: Door, *, on_behalf: bool = False) -> int:
    """How many can be named now. Those who are named already stay, whatever the meeting allows since."""
    if not brings_guests(invitation, door):
        return 0
    is_open = door is Door.OPEN or on_behalf
    return max(invitation.meeting.guests_each if is_open else 0, invitation.guest_count)


def tells_kitchen(invitation: Invitation, door: Door) -> bool:
    """Tell whether the kitchen asks the person: who comes to a meeting with food, until the start."""
    comes = invitation.answer == Answer.YES and is_current(invitation)
    return comes and invitation.meeting.serves_food and door in {Door.OPEN, Door.ONLY_NO}


def organisers_of(meeting: Meeting, on_day: date) -> list[User]:
    """Who hears of late changes: whoever called the meeting, and who leads the group. Only people with mail."""
    found = {user.pk: user for user in (meeting.called_by, meeting.created_by) if user is not None}
    first = dict(list(found.items())[:1])
    if meeting.group_id:
        leaders = Role.objects.held_on(on_day).leaders().filter(group=meeting.group_id)
        first |= {
            seat.affiliation.user_id: seat.affiliation.user for seat in leaders.select_related("affiliation__user")
        }
    return [user for user in first.values() if user.is_reachable]
