"""Seats and the waiting list. Guests take seats like everybody else.

Whoever counts seats holds the meeting's row, so that no two count at once.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from meetings import answer_notices
from meetings.coming import taken_by_company
from meetings.enums import MeetingState
from meetings.holding import held_until
from meetings.models import Invitation, Meeting
from members.clock import oslo_today


def lock(meeting: Meeting) -> Meeting:
    """The meeting as it is now, held until the transaction ends. SQLite holds the whole file from the beginning."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("group").get(pk=meeting.pk)


def free_seats(meeting: Meeting, now: datetime) -> int | None:
    """How many seats are free; None where there is no limit."""
    if meeting.capacity is None:
        return None
    return max(0, meeting.capacity - meeting.invitations.seated(oslo_today(now)).people())


def places_for(invitation: Invitation, now: datetime) -> int | None:
    """How many places are free for the person's party, in all and of the company's share; None without a limit."""
    meeting = invitation.meeting
    limits = [free_seats(meeting, now)]
    if meeting.capacity_per_company is not None:
        key = Invitation.objects.filter(pk=invitation.pk).company_keys()[invitation.pk]
        if key:
            limits.append(max(0, meeting.capacity_per_company - taken_by_company(meeting, oslo_today(now))[key]))
    return min((limit for limit in limits if limit is not None), default=None)


def next_in_line(meeting: Meeting, now: datetime, past: Collection[int] = ()) -> list[Invitation]:
    """Those on the waiting list for whom there are places: first come first, past those whose company has its share and
    past parties for whom there are not enough. No chair stays empty while somebody waits whom it would do.

    Goes ``past`` these people, too.
    """
    free, share = free_seats(meeting, now), meeting.capacity_per_company
    if free == 0:
        return []
    waiting = meeting.invitations.queued(oslo_today(now)).select_related("user")
    taken, keys = Counter[str](), dict[int, str]()
    if share is not None:
        taken, keys = taken_by_company(meeting, oslo_today(now)), waiting.company_keys()
    risen: list[Invitation] = []
    for one in (one for one in waiting if one.pk not in past):
        key = keys.get(one.pk, "")
        if free is not None and one.people > free:
            continue
        if key and share is not None and taken[key] + one.people > share:
            continue
        taken[key] += one.people
        risen.append(one)
        if free is not None:
            free -= one.people
            if free == 0:
                break
    return risen


def move_up(
    meeting: Meeting, *, now: datetime, quiet: Collection[int] = (), past: Collection[int] = ()
) -> list[Invitation]:
    """Give free seats to the waiting list but those ``past`` whom it goes, first come first, with a mail to each but the
    ``quiet``.

    Close to the meeting they are asked to confirm. The caller holds the meeting. After the start nobody is moved.
    """
    if meeting.state != MeetingState.CALLED or meeting.has_started(now):
        return []
    risen = next_in_line(meeting, now, past)
    if risen:
        told = [one for one in risen if one.pk not in quiet]
        asked = [one.pk for one in told if one.user.is_reachable]
        Invitation.objects.filter(pk__in=[one.pk for one in risen]).update(queued_at=None)
        Invitation.objects.filter(pk__in=asked).update(confirm_by=held_until(meeting, now))
        answer_notices.tell_moved_up(meeting, told, now)
    return risen


def fill_seats(now: datetime) -> int:
    """Let the waiting lists of meetings to come move where somebody has left their company; says how many got a seat."""
    queues = Invitation.objects.queued(oslo_today(now))
    queues = queues.filter(meeting__state=MeetingState.CALLED, meeting__starts_at__gt=now)
    meetings = Meeting.objects.filter(pk__in=queues.order_by().values("meeting")).order_by("pk")
    return sum(_fill(meeting, now) for meeting in meetings if next_in_line(meeting, now))


@transaction.atomic
def _fill(meeting: Meeting, now: datetime) -> int:
    return len(move_up(lock(meeting), now=now))


def release_held(now: datetime) -> int:
    """Pass on seats that were held for people who did not confirm in time; says how many."""
    meetings = Meeting.objects.filter(pk__in=Invitation.objects.run_out(now).order_by().values("meeting"))
    return sum(_release(meeting, now) for meeting in meetings.order_by("pk"))


@transaction.atomic
def _release(meeting: Meeting, now: datetime) -> int:
    """The seat goes to the next in line and its holder, who hears of it, to the end of the line; with nobody to take it,
    it is kept. Whoever has just lost one takes nobody else's.
    """
    meeting = lock(meeting)
    passed_on, lost = 0, list[int]()
    for row in list(meeting.invitations.run_out(now)):
        held = Invitation.objects.filter(pk=row.pk)
        held.update(queued_at=now, confirm_by=None)
        if any(one.pk == row.pk for one in next_in_line(meeting, now, lost)):
            held.update(queued_at=None, confirm_by=row.confirm_by)
        else:
            lost.append(row.pk)
            passed_on += len(move_up(meeting, now=now, past=lost))
            answer_notices.tell_receipt(row, now)
    return passed_on
