"""Which mails an answer sets going. Words are chosen at sending (``meetings.letters``)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from mail.queue import Draft, enqueue, enqueue_many, withdraw
from meetings.answering import organisers_of
from meetings.models import Invitation, Meeting, TimeProposal
from members.clock import oslo_today

RECEIPT = "meetings.receipt"
MOVED_UP = "meetings.moved_up"
HANDED = "meetings.handed"
LATE_NO = "meetings.late_no"
REMINDER = "meetings.reminder"
PRACTICAL = "meetings.practical"
THANKS = "meetings.thanks"
REVIEW = "meetings.review"
COUNTER_DECLINED = "meetings.counter_declined"
# Whoever changes their mind at once gets one receipt, not two.
RECEIPT_WAITS = timedelta(minutes=2)


def tell_receipt(invitation: Invitation, now: datetime) -> None:
    """One receipt for what stands when the hand is off the button."""
    if not invitation.user.is_reachable:
        return
    about = invitation.meeting.about
    withdraw(about=about, kinds=(RECEIPT,), recipient=invitation.ref, reason="answered again")
    enqueue(RECEIPT, recipient=invitation.ref, about=about, not_before=now + RECEIPT_WAITS)


def tell_moved_up(meeting: Meeting, risen: Sequence[Invitation], now: datetime) -> None:
    """A seat has come free for these people."""
    told = [one for one in risen if one.user.is_reachable]
    enqueue_many(MOVED_UP, [Draft(recipient=one.ref, about=meeting.about) for one in told])
    note_mailed(told, now)


def tell_handed(giver: Invitation, taker: Invitation, now: datetime) -> None:
    """The colleague gets the invitation with who sent it on; the giver gets a receipt."""
    if taker.user.is_reachable:
        enqueue(HANDED, recipient=taker.ref, about=giver.meeting.about, data={"from": giver.pk})
        note_mailed([taker], now)
    tell_receipt(giver, now)


def tell_late_no(invitation: Invitation, now: datetime) -> None:
    """Somebody who was counted on cannot come after all: the organisers hear it at once."""
    meeting = invitation.meeting
    people = organisers_of(meeting, oslo_today(now))
    data = {"invitation": invitation.pk}
    enqueue_many(LATE_NO, [Draft(recipient=f"user:{one.pk}", about=meeting.about, data=data) for one in people])


def tell_review(meeting: Meeting, now: datetime) -> None:
    """Something about the meeting waits for a person: the organisers hear it once a day at the most."""
    _tell_review(meeting.about, str(meeting.pk), [meeting], now, {})


def tell_review_of_group(about: str, meetings: Sequence[Meeting], now: datetime) -> None:
    """The same for something that may be about any of these meetings: whoever organises one of them."""
    _tell_review(about, about, meetings, now, {"meeting": meetings[0].pk})


def _tell_review(about: str, key: str, meetings: Sequence[Meeting], now: datetime, data: dict[str, int]) -> None:
    day = oslo_today(now)
    people = {one.pk for meeting in meetings for one in organisers_of(meeting, day)}
    drafts = [
        Draft(recipient=f"user:{pk}", about=about, data=data, dedupe_key=f"{REVIEW}:{key}:{pk}:{day}")
        for pk in sorted(people)
    ]
    enqueue_many(REVIEW, drafts)


def tell_declined(proposal: TimeProposal) -> None:
    """The time that this person's calendar proposed is not taken."""
    invitation = proposal.invitation
    if invitation.user.is_reachable:
        data = {"proposal": proposal.pk}
        enqueue(COUNTER_DECLINED, recipient=invitation.ref, about=invitation.meeting.about, data=data)


def note_mailed(invitations: Iterable[Invitation], now: datetime) -> None:
    """Reminders keep their distance from this."""
    pks = [one.pk for one in invitations]
    if pks:
        Invitation.objects.filter(pk__in=pks).update(last_mailed_at=now)
