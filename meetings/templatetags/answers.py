"""The answer card and the list of who comes, for pages that show them."""

from datetime import datetime
from typing import Any

from django import template

from meetings import cards
from meetings.forms.answers import AnswerForm, ColleagueForm
from meetings.forms.guests import extra_forms
from meetings.models import Invitation, Meeting
from members.models import User

register = template.Library()


@register.simple_tag
def answer_card(invitation: Invitation, now: datetime, written: dict[str, Any] | None = None) -> dict[str, Any]:
    """The card of one's own invitation with its forms; for readers who have signed in. ``written``: forms with errors."""
    card = cards.answer_card(invitation, now, picks=True)
    return {
        **extra_forms(card),
        "card": card,
        "form": AnswerForm(initial={"comment": invitation.comment}),
        "colleague_form": ColleagueForm(colleagues=card.colleagues),
        **(written or {}),
    }


@register.simple_tag
def colleagues_without_mail(user: User, meeting: Meeting, now: datetime) -> list[Invitation]:
    """Invited colleagues for whom this contact of their company may answer."""
    return cards.without_mail(user, meeting, now) if user.is_authenticated else []
