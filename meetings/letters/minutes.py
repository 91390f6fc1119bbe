"""The mail that minutes are out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mail.kinds import register
from mail.links import absolute
from meetings import minutes_notices
from meetings.letters.building import has_left
from meetings.letters.replies import Reply
from meetings.letters.sheets import Sheet
from meetings.models import ActionItem, Invitation, Meeting, Minutes


@dataclass(frozen=True)
class MinutesOut(Reply):
    """To everybody on the meeting's list, with what the reader has taken on."""

    def extras(self, sheet: Sheet, invitation: Invitation) -> dict[str, Any]:
        """Where they are read, and one's own part in what is to be done."""
        minutes, actions = _kept(sheet.meeting)
        return {
            "minutes_url": absolute(reverse("meetings:minutes", args=[sheet.meeting.pk])),
            "corrected": minutes is not None and minutes.is_corrected,
            "mine": [row for row in actions if row.responsible and row.responsible.user_id == invitation.user_id],
        }

    def link(self, sheet: Sheet) -> str:
        """Where they are read."""
        return absolute(reverse("meetings:minutes", args=[sheet.meeting.pk]))


def _kept(meeting: Meeting) -> tuple[Minutes | None, list[ActionItem]]:
    """Read once for a batch: the meeting is the same object in all its letters."""
    kept: tuple[Minutes | None, list[ActionItem]] | None = meeting.__dict__.get("_minutes_and_actions")
    if kept is None:
        minutes = Minutes.objects.published().filter(meeting=meeting).first()
        kept = minutes, list(ActionItem.objects.filter(meeting=meeting).open().select_related("responsible"))
        meeting.__dict__["_minutes_and_actions"] = kept
    return kept


def _not_published(invitation: Invitation, now: datetime) -> str:
    if invitation.withdrawn_at is not None:
        return "the invitation was withdrawn"
    if has_left(invitation, now):
        return "the person has left the company"
    return "" if _kept(invitation.meeting)[0] else "the minutes are not published"


MINUTES = MinutesOut(minutes_notices.MINUTES, "minutes", "", _not_published)


def register_kinds() -> None:
    """Make the kind known to the mail app."""
    register(MINUTES.kind, MINUTES, label=_("Minutes of a meeting"), weekly=True)
