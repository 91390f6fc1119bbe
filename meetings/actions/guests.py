"""Guests whom somebody brings. Who brings them and they are one party: they sit together or wait together."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meetings import answer_notices
from meetings.actions import seats
from meetings.actions.answers import ROADS_WITH_RECEIPT, AnswersClosed, fresh
from meetings.answering import brings_guests, door_of, most_guests
from meetings.enums import Road
from meetings.models import Invitation, Meeting
from members.errors import Refused


class NoPlaceForGuests(Refused):
    """There are not places for so many. The words say for how many there are."""


@transaction.atomic
def bring_guests(invitation: Invitation, *, names: Sequence[str], via: Road, now: datetime) -> bool:
    """Say which guests come along; no names mean none. True if that changed anything.

    A seat is never lost by it: whoever has one gets more places while there are any, for all guests or none.
    Whoever waits keeps the place in line, and the party moves up together. Raises NoPlaceForGuests, or AnswersClosed
    when no guests are taken (any more).
    """
    row = fresh(invitation)
    door = door_of(row, now)
    if not brings_guests(row, door):
        raise AnswersClosed(door)
    names = list(names)
    if names == row.guest_names and len(names) == row.guest_count:
        return False
    more = len(names) - row.guest_count
    if more > 0:
        _check(row, len(names), most_guests(row, door, on_behalf=via == Road.BEHALF), now)
    row.guest_count, row.guest_names = len(names), names
    row.save(update_fields=["guest_count", "guest_names"])
    if more < 0 or row.queued_at:
        seats.move_up(row.meeting, now=now, quiet=(row.pk,))
    if via in ROADS_WITH_RECEIPT and more:
        answer_notices.tell_receipt(row, now)
    return True


def _check(row: Invitation, wanted: int, most: int, now: datetime) -> None:
    """Refuse more guests than the meeting lets each bring, than there are places now, or than there ever will be."""
    if wanted > most:
        is_late = most < row.meeting.guests_each
        raise NoPlaceForGuests(
            str(_("The answer deadline has passed. Ask the organiser.")) if is_late else _at_most(most)
        )
    if row.queued_at is None:
        free = seats.places_for(row, now)
        if free is not None and wanted - row.guest_count > free:
            raise NoPlaceForGuests(_free_now(free))
        return
    ever = _ever(row.meeting)
    if ever is not None and wanted + 1 > ever:
        raise NoPlaceForGuests(_at_most(max(ever - 1, 0)))


def _ever(meeting: Meeting) -> int | None:
    """The largest party that can ever have places together."""
    limits = [limit for limit in (meeting.capacity, meeting.capacity_per_company) if limit is not None]
    return min(limits) if limits else None


def _at_most(most: int) -> str:
    if most == 0:
        return str(_("You cannot bring guests."))
    words = ngettext("You can bring %(count)d guest.", "You can bring %(count)d guests.", most)
    return words % {"count": most}


def _free_now(free: int) -> str:
    if free == 0:
        return str(_("There is no place for more guests now. Nothing was changed."))
    words = ngettext(
        "There is a place for %(count)d more guest now. Nothing was changed.",
        "There are places for %(count)d more guests now. Nothing was changed.",
        free,
    )
    return words % {"count": free}


def forget_guest_names(now: datetime) -> int:
    """Some days after a meeting nobody needs the names of guests; how many they were stays. Says of how many people."""
    rows = Invitation.objects.with_old_guests(now)
    return rows.update(guest_names=[])
