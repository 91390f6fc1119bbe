"""Make, call, change and end meetings."""

from meetings.actions.meetings.calling import call_meeting, invite_late, withdraw_invitation
from meetings.actions.meetings.changes import cancel_meeting, edit_called, hold_meeting, move_meeting
from meetings.actions.meetings.drafts import add_person, create_meeting, edit_meeting, remove_draft, remove_person
from meetings.audience import audience_of

__all__ = [
    "add_person",
    "audience_of",
    "call_meeting",
    "cancel_meeting",
    "create_meeting",
    "edit_called",
    "edit_meeting",
    "hold_meeting",
    "invite_late",
    "move_meeting",
    "remove_draft",
    "remove_person",
    "withdraw_invitation",
]
