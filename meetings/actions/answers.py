"""Answer an invitation, take the answer back, send a colleague instead. The newest answer wins; all are logged."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetings import answer_notices
from meetings.actions import seats
from meetings.actions.seats import move_up
from meetings.answering import Door, answers_taken, can_confirm, can_undo, door_of, is_current
from meetings.enums import Answer, Road
from meetings.models import AnswerChange, DietNeed, Invitation
from members.errors import Refused
from members.models import User

__all__ = ["AnswersClosed", "Outcome", "answer_invitation", "move_up", "undo_answer"]

# Somebody may have got hold of the link, or heard wrong on the phone: the person is told what stands
ROADS_WITH_RECEIPT = (Road.LINK, Road.BEHALF)
WRITTEN = [
    "answer",
    "queued_at",
    "confirm_by",
    "answered_at",
    "answered_via",
    "answered_by",
    "answered_sequence",
    "handed_to",
    "guest_count",
    "guest_names",
]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an answer led to. ``invitation`` is as it stands now; ``late`` says that the organisers were told.

    ``older``: something newer was said before this came, and stands.
    """

    invitation: Invitation
    changed: bool
    late: bool = False
    older: bool = False


class AnswersClosed(Refused):
    """The answer came too late, or to an invitation that is no more. ``door`` says which."""

    words = _("This invitation takes no such answer now.")

    def __init__(self, door: Door) -> None:
        super().__init__()
        self.door = door


@transaction.atomic
def answer_invitation(
    invitation: Invitation,
    *,
    answer: str,
    via: Road,
    actor: User | None,
    now: datetime,
    comment: str | None = None,
    said_at: datetime | None = None,
) -> Outcome:
    """Give an answer. A yes to a full meeting goes to the end of the waiting list; leaving lets the first one up.

    The same answer twice changes nothing, but an answer older than a move counts as new. ``comment`` None keeps the
    word to the organiser. A yes to a seat that is held confirms it, also past the deadline. ``said_at`` is when the person said it, where mail took its time: what was said last stands,
    whichever came first; places on the waiting list go by ``now``. Raises AnswersClosed.
    """
    row = fresh(invitation)
    said_at = said_at or now
    answers_this = row.answered_sequence >= row.meeting.answer_floor
    if answers_this and row.answered_at is not None and said_at < row.answered_at:
        return Outcome(invitation=row, changed=False, older=True)
    door = door_of(row, now)
    confirms = answer == Answer.YES and can_confirm(row, door)
    is_same = answer == row.answer and is_current(row) and door in {Door.OPEN, Door.ONLY_NO} and not confirms
    if not (is_same or confirms) and answer not in answers_taken(door, on_behalf=via == Road.BEHALF):
        raise AnswersClosed(door)
    if comment is not None and comment != row.comment:
        row.comment = comment
        row.save(update_fields=["comment"])
    if is_same:
        Invitation.objects.filter(pk=row.pk, answered_at__lt=said_at).update(answered_at=said_at)
        return Outcome(invitation=row, changed=False)
    put_answer(row, answer, via=via, actor=actor, now=now, said_at=said_at)
    late = door is Door.ONLY_NO and answer == Answer.NO and via != Road.BEHALF
    if late:
        answer_notices.tell_late_no(row, now)
    if via in ROADS_WITH_RECEIPT or (via == Road.CALENDAR and row.queued_at):
        answer_notices.tell_receipt(row, now)  # a calendar shows "accepted" also on the waiting list
    return Outcome(invitation=row, changed=True, late=late)


@transaction.atomic
def undo_answer(invitation: Invitation, *, via: Road, actor: User | None, now: datetime) -> Outcome:
    """Take the last answer back: what was answered before stands again, or nothing. Raises AnswersClosed."""
    row = fresh(invitation)
    door = door_of(row, now)
    if not can_undo(row, door, now):
        raise AnswersClosed(door)
    before = row.changes.values_list("answer", flat=True)[1:2]
    put_answer(row, before[0] if before else Answer.NONE.value, via=via, actor=actor, now=now)
    if via in ROADS_WITH_RECEIPT:
        answer_notices.tell_receipt(row, now)
    return Outcome(invitation=row, changed=True)


def fresh(invitation: Invitation) -> Invitation:
    """The invitation as it is now, with its meeting held until the transaction ends."""
    meeting = seats.lock(invitation.meeting)
    row = Invitation.objects.select_related("user", "affiliation__company").get(pk=invitation.pk)
    row.meeting = meeting
    return row


def put_answer(
    row: Invitation,
    answer: str,
    *,
    via: Road,
    actor: User | None,
    now: datetime,
    moves_list: bool = True,
    said_at: datetime | None = None,
) -> None:
    """Write and log an answer to a held meeting, then let the waiting list move, unless a seat is passed on.

    Guests come with whoever brings them, and the kitchen hears of those who come: without a yes both are forgotten.
    """
    meeting = row.meeting
    row.confirm_by = None
    if answer != Answer.YES:
        row.queued_at, row.guest_count, row.guest_names = None, 0, []
        if meeting.serves_food:
            DietNeed.objects.filter(invitation=row).delete()
    elif row.answer != Answer.YES:
        row.queued_at = now if meeting.is_limited else None
    row.answer, row.answered_at, row.answered_via, row.answered_by = answer, said_at or now, via, actor
    row.answered_sequence = meeting.sequence
    if answer != Answer.NO:
        row.handed_to = None
    row.save(update_fields=WRITTEN)
    AnswerChange.objects.create(invitation=row, answer=answer, via=via, actor=actor, created_at=said_at or now)
    if moves_list and any(one.pk == row.pk for one in move_up(meeting, now=now, quiet=(row.pk,))):
        row.queued_at = None
