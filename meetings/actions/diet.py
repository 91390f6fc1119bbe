"""What somebody cannot eat: kept with consent, for the kitchen of that one meeting, and deleted soon after it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetings.actions.answers import AnswersClosed, fresh
from meetings.answering import door_of, tells_kitchen
from meetings.models import DietNeed, Invitation, Meeting
from members.clock import oslo_today
from members.errors import Refused


class ConsentMissing(Refused):
    """Health data without consent is not stored."""

    words = _("Tick that the organiser may store this, or leave the field empty.")


@transaction.atomic
def tell_kitchen(invitation: Invitation, *, text: str, consents: bool, now: datetime) -> bool:
    """Store what the person cannot eat, with when they consented; no text takes it back, and that at any time.

    Only the person consents: there is no actor, and nobody does it for another. True if something is stored now.
    Raises ConsentMissing, or AnswersClosed where the kitchen does not ask (any more).
    """
    row = fresh(invitation)
    if not text:
        DietNeed.objects.filter(invitation=row).delete()
        return False
    door = door_of(row, now)
    if not tells_kitchen(row, door):
        raise AnswersClosed(door)
    if not consents:
        raise ConsentMissing
    DietNeed.objects.update_or_create(invitation=row, defaults={"text": text, "consented_at": now})
    return True


def forget_diets(meeting: Meeting) -> int:
    """Delete what was told to a kitchen that is not to cook."""
    return DietNeed.objects.filter(invitation__meeting=meeting).delete()[0]


def sweep_diets(now: datetime) -> int:
    """Delete what no kitchen needs any more; says how many."""
    return DietNeed.objects.without_purpose(now, oslo_today(now)).delete()[0]
