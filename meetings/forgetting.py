"""What meetings remove when a person is taken out, and what becomes of each key to them."""

from datetime import datetime

from meetings.actions.feeds import switch_off_feed
from meetings.actions.identities import revoke_identities
from meetings.actions.meetings.calling import withdraw_invitation
from meetings.enums import MeetingState
from meetings.models import DietNeed, Invitation, TimeProposal
from members import privacy
from members.models import User

KEPT = "kept: points to the emptied row"
KEYS = {
    "meetings.ActionItem.done_by": KEPT,
    "meetings.AnswerChange.actor": KEPT,
    "meetings.CalendarFeed.user": "kept: its address is no more",
    "meetings.CalendarIdentity.user": "kept: no answer to it counts any more",
    "meetings.Invitation.answered_by": KEPT,
    "meetings.Invitation.user": "kept: an answer and who came are counted; its words to the organiser and the names of guests go",
    "meetings.Meeting.called_by": KEPT,
    "meetings.Meeting.created_by": KEPT,
    "meetings.MeetingDocument.removed_by": KEPT,
    "meetings.MeetingDocument.uploaded_by": KEPT,
    "meetings.MeetingTemplate.created_by": KEPT,
    "meetings.Minutes.published_by": KEPT,
    "meetings.MinutesVersion.author": KEPT,
    "meetings.TimeProposal.decided_by": KEPT,
    "meetings.Word.company": "not about a person",
    "meetings.Word.sent_by": KEPT,
}


def forget_in_meetings(user: User, *, actor: User | None, now: datetime) -> None:
    """Take the person off meetings to come, kill their links, and forget what they wrote to organisers."""
    mine = Invitation.objects.filter(user=user)
    coming = mine.standing().filter(meeting__state=MeetingState.CALLED, meeting__ends_at__gt=now)
    for invitation in coming.select_related("meeting"):
        withdraw_invitation(invitation, actor=actor or user, now=now)
    mine.update(comment="", company_name="", guest_names=[])
    DietNeed.objects.filter(invitation__user=user).delete()
    TimeProposal.objects.filter(invitation__user=user).update(comment="")
    revoke_identities(user, now=now)
    switch_off_feed(user, now=now)


def register_keys() -> None:
    """Speak for the keys of meetings."""
    privacy.register(forget_in_meetings, keys=KEYS)
