"""The mails that incoming mail sets going: something waits for the organiser; a proposed time did not fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mail.kinds import Letter, LetterOrNot, Unwanted, register
from mail.links import absolute
from mail.models import Incoming, Message
from meetings import answer_notices
from meetings.enums import ProposalState
from meetings.letters.building import not_for_coming
from meetings.letters.replies import Reply
from meetings.letters.sheets import Sheet, sheet_for
from meetings.models import Invitation, Meeting, TimeProposal
from members.clock import OSLO
from members.models import User
from members.notices import language_of


@dataclass(frozen=True)
class CounterDeclined(Reply):
    """To the person whose calendar proposed another time."""

    def _answer(self, message: Message, invitation: Invitation | None, *rest: Any) -> LetterOrNot:
        proposal = TimeProposal.objects.filter(pk=message.data.get("proposal")).first()
        if proposal is None or proposal.state != ProposalState.DECLINED:
            return Unwanted("the meeting was moved there after all")
        if invitation is not None:
            invitation.proposed_at = timezone.localtime(proposal.starts_at, OSLO)  # type: ignore[attr-defined]
        return super()._answer(message, invitation, *rest)

    def carries_entry(self, invitation: Invitation) -> bool:
        """Always: it is the calendar that asked."""
        return True

    def extras(self, sheet: Sheet, invitation: Invitation) -> dict[str, Any]:
        """The time that did not fit."""
        return {**super().extras(sheet, invitation), "proposed_at": getattr(invitation, "proposed_at", None)}


def review(messages: Sequence[Message]) -> Mapping[int, Letter | Unwanted]:
    """The builder of the mail to organisers: answers wait for a person."""
    now = timezone.now()
    people = User.objects.in_bulk([int(row.recipient.removeprefix("user:")) for row in messages])
    meetings = Meeting.objects.select_related("group").in_bulk([_meeting_of(row) for row in messages])
    return {
        row.pk: _review_letter(
            row.about, people.get(int(row.recipient.removeprefix("user:"))), meetings.get(_meeting_of(row)), now
        )
        for row in messages
    }


def _meeting_of(row: Message) -> int:
    """The meeting it is about, or one of those it may be about."""
    return int(row.data.get("meeting") or row.about.removeprefix("meeting:"))


def _review_letter(about: str, user: User | None, meeting: Meeting | None, now: datetime) -> Letter | Unwanted:
    if user is None or not user.is_reachable:
        return Unwanted("the organiser cannot be reached")
    waiting = Incoming.objects.for_review().about(about).count()
    if meeting is None or not waiting:
        return Unwanted("nothing waits any more")
    sheet = sheet_for(meeting, language_of(user), now)
    values = {
        "first_name": user.short_name,
        "waiting": waiting,
        "of_group": "" if about == meeting.about else str(meeting.group or sheet.cluster.name),
        "review_url": absolute(reverse("meetings:review")),
    }
    words = sheet.render("review", values)
    return Letter(
        to=user.email or "",
        to_name=user.name,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=sheet.language,
        reply_to=sheet.cluster.office_email,
    )


COUNTER_DECLINED = CounterDeclined(
    answer_notices.COUNTER_DECLINED, "counter_declined", "DECLINECOUNTER", not_for_coming
)


def register_kinds() -> None:
    """Make the kinds known to the mail app. Whoever organises cannot miss what waits for them."""
    register(COUNTER_DECLINED.kind, COUNTER_DECLINED, label=_("A proposed time did not fit"), essential=True)
    register(answer_notices.REVIEW, review, label=_("Answers wait for the organiser"), essential=True)
