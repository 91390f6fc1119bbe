"""The kinds of mail that calling, moving, changing and cancelling send."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from mail.kinds import register
from meetings import notices
from meetings.enums import MeetingState
from meetings.letters.building import Sort, not_for_coming
from meetings.models import Invitation


def _not_cancelled(invitation: Invitation, now: datetime) -> str:
    if invitation.withdrawn_at is not None:
        return "the invitation was withdrawn"
    return "" if invitation.meeting.state == MeetingState.CANCELLED else "the meeting is on"


def _not_withdrawn(invitation: Invitation, now: datetime) -> str:
    return "" if invitation.withdrawn_at is not None else "the person is invited again"


INVITATION = Sort(notices.INVITATION, "invitation", "REQUEST", not_for_coming)
MOVED = Sort(notices.MOVED, "moved", "REQUEST", not_for_coming)
CHANGED = Sort(notices.CHANGED, "changed", "REQUEST", not_for_coming)
CANCELLED = Sort(notices.CANCELLED, "cancelled", "CANCEL", _not_cancelled)
WITHDRAWN = Sort(notices.WITHDRAWN, "withdrawn", "CANCEL", _not_withdrawn)


def register_kinds() -> None:
    """Make the kinds known to the mail app. Invitations and what becomes of them cannot be declined."""
    register(INVITATION.kind, INVITATION, label=_("Invitation to a meeting"), essential=True)
    register(MOVED.kind, MOVED, label=_("A meeting has another time or place"), essential=True)
    register(CHANGED.kind, CHANGED, label=_("A meeting's programme has changed"), essential=True)
    register(CANCELLED.kind, CANCELLED, label=_("A meeting is cancelled"), essential=True)
    register(WITHDRAWN.kind, WITHDRAWN, label=_("An invitation is withdrawn"), essential=True)
