"""Seats and the waiting list. Whoever counts seats holds the meeting's row, so that no two count at once."""

from collections.abc import Collection
from datetime import datetime

from meetings import answer_notices
from meetings.enums import MeetingState
from meetings.models import Invitation, Meeting


def lock(meeting: Meeting) -> Meeting:
    """The meeting as it is now, held until the transaction ends. SQLite holds the whole file from the beginning."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("group").get(pk=meeting.pk)


def free_seats(meeting: Meeting) -> int | None:
    """How many seats are free; None where there is no limit."""
    if meeting.capacity is None:
        return None
    return max(0, meeting.capacity - meeting.invitations.seated().count())


def move_up(meeting: Meeting, *, now: datetime, quiet: Collection[int] = ()) -> list[Invitation]:
    """Give free seats to the waiting list, first come first, with a mail to each but the ``quiet``.

    The caller holds the meeting. After the start nobody is moved.
    """
    if meeting.state != MeetingState.CALLED or meeting.has_started(now):
        return []
    free = free_seats(meeting)
    waiting = meeting.invitations.queued().select_related("user")
    risen = list(waiting if free is None else waiting[:free])
    if risen:
        Invitation.objects.filter(pk__in=[one.pk for one in risen]).update(queued_at=None)
        answer_notices.tell_moved_up(meeting, [one for one in risen if one.pk not in quiet], now)
    return risen
