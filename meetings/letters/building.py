"""From waiting rows to letters: who still wants which, with the words of now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from mail.kinds import Letter, LetterOrNot, Unwanted
from mail.models import Message, State
from meetings import ical, notices, wishes
from meetings.enums import MeetingState
from meetings.letters.sheets import Sheet, Sheets, facts_of
from meetings.models import Invitation
from meetings.tokens import answer_link, input_link, with_answer
from members.clock import oslo_today

MAKERS = {"REQUEST": ical.request, "CANCEL": ical.cancel, "DECLINECOUNTER": ical.decline_counter}
Refusal = Callable[[Invitation, datetime], str]


@dataclass(frozen=True)
class Sort:
    """One kind of mail about a meeting: its templates, its calendar part, and when it has lost its purpose."""

    kind: str
    template: str
    method: str
    refuse: Refusal

    def __call__(self, messages: Sequence[Message]) -> Mapping[int, LetterOrNot]:
        """The builder: the batch's invitations and meetings in a fixed number of queries."""
        now = timezone.now()
        invitations = _invitations(messages)
        meetings = {one.meeting_id: one.meeting for one in invitations.values()}
        sheets = Sheets(facts_of(list(meetings.values()), oslo_today(now)))
        threads = {} if self.kind == notices.INVITATION else _threads(messages)
        return {
            message.pk: self._answer(message, invitations.get(message.recipient), sheets, threads, now)
            for message in messages
        }

    def _answer(
        self,
        message: Message,
        invitation: Invitation | None,
        sheets: Sheets,
        threads: Mapping[str, str],
        now: datetime,
    ) -> LetterOrNot:
        if invitation is None:
            return Unwanted("the invitation is gone")
        refusal = unreachable(invitation) or self.refuse(invitation, now)
        if refusal:
            return Unwanted(refusal)
        sheet = sheets.get(invitation.meeting, invitation.user.language)
        return self.letter(sheet, invitation, now, threads.get(message.recipient, ""))

    def letter(
        self,
        sheet: Sheet,
        invitation: Invitation,
        now: datetime,
        in_reply_to: str = "",
        *,
        opens_round: bool = False,
    ) -> Letter:
        """The finished letter to one person. ``opens_round``: as it will be once the call has opened the round."""
        personal, secrets = self._personal(sheet, invitation, now, opens_round=opens_round)
        words = sheet.render(self.template, personal)
        return Letter(
            to=invitation.user.email or "",
            to_name=invitation.user.name,
            subject=words.subject,
            text=words.text,
            html=words.html,
            language=sheet.language,
            reply_to=sheet.reply_to(invitation),
            calendar=self._calendar(sheet, invitation, now),
            calendar_method=self.method,
            in_reply_to=in_reply_to,
            secrets=secrets,
        )

    def _personal(
        self, sheet: Sheet, invitation: Invitation, now: datetime, *, opens_round: bool
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What only this person's mail says, own words of the organiser among it, and which of it is secret."""
        personal, secrets = personal_values(sheet, invitation, now, opens_round=opens_round)
        return {**personal, "own_words": own_words(sheet, invitation, self.step(invitation))}, secrets

    def step(self, invitation: Invitation) -> str:
        """Which mail of the meeting's plan this is; empty for one that is not planned."""
        return wishes.INVITATION if self.kind == notices.INVITATION else ""

    def _calendar(self, sheet: Sheet, invitation: Invitation, now: datetime) -> bytes:
        make = MAKERS[self.method]
        organiser = sheet.organiser(invitation)
        return make(sheet.meeting, invitation, now=now, organiser=organiser, words=sheet.calendar_words())


def personal_values(
    sheet: Sheet, invitation: Invitation, now: datetime, *, opens_round: bool = False
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What only this person's mail says, and which of it is secret."""
    link = answer_link(invitation)
    round_ = sheet.meeting.round
    input_url = input_link(invitation) if round_ and (opens_round or round_.is_open(now)) else ""
    values = {
        "first_name": invitation.user.short_name,
        "company": invitation.affiliation.company.name if invitation.affiliation else invitation.company_name,
        "answer_url": link,
        "yes_url": with_answer(link, "yes"),
        "maybe_url": with_answer(link, "maybe"),
        "no_url": with_answer(link, "no"),
        "input_url": input_url,
    }
    return values, tuple(secret for secret in (link, input_url) if secret)


def own_words(sheet: Sheet, invitation: Invitation, step: str) -> str:
    """What the organiser wrote above the text of a planned mail, with its places filled in."""
    words = wishes.wish_for(sheet.meeting, step).words if step else ""
    return wishes.filled(words, places_in(sheet, invitation)) if words else ""


def places_in(sheet: Sheet, invitation: Invitation) -> dict[str, str]:
    """What stands for the places that an organiser may leave in own words."""
    return {
        "first_name": invitation.user.short_name,
        "meeting": sheet.meeting.title,
        "when": sheet.values["when"],
        "venue": sheet.meeting.venue,
    }


def unreachable(invitation: Invitation) -> str:
    """Why no mail may go to the person, or nothing."""
    return "" if invitation.user.is_reachable else "the person cannot be reached"


def has_left(invitation: Invitation, now: datetime) -> bool:
    """True when the tie that the invitation rests on has ended."""
    return invitation.affiliation is not None and not invitation.affiliation.holds(oslo_today(now))


def not_for_coming(invitation: Invitation, now: datetime) -> str:
    """Why mail about a meeting to come has lost its purpose, or nothing."""
    if invitation.withdrawn_at is not None:
        return "the invitation was withdrawn"
    if has_left(invitation, now):
        return "the person has left the company"
    if invitation.meeting.state != MeetingState.CALLED:
        return "the meeting is not on"
    return "the meeting is over" if invitation.meeting.is_over(now) else ""


def _invitations(messages: Sequence[Message]) -> dict[str, Invitation]:
    """The invitations that the rows go to, by reference, with all that a letter needs; two queries."""
    keys = [int(ref.removeprefix("invitation:")) for ref in (row.recipient for row in messages) if _names_one(ref)]
    rows = Invitation.objects.filter(pk__in=keys).select_related(
        "user", "affiliation__company", "identity", "meeting__group", "meeting__round", "answered_by"
    )
    found = list(rows)
    _share_meetings(found)
    return {row.ref: row for row in found}


def _names_one(ref: str) -> bool:
    return ref.removeprefix("invitation:").isdecimal()


def _share_meetings(invitations: Sequence[Invitation]) -> None:
    """One meeting object for all its invitations, with the agenda read once."""
    shared = {one.meeting_id: one.meeting for one in invitations}
    prefetch_related_objects(list(shared.values()), "agenda")
    for one in invitations:
        one.meeting = shared[one.meeting_id]


def _threads(messages: Sequence[Message]) -> dict[str, str]:
    """The Message-ID of each recipient's first invitation, so that mail programs keep the meeting together."""
    rows = Message.objects.filter(
        kind=notices.INVITATION,
        state=State.SENT,
        about__in={row.about for row in messages},
        recipient__in=[row.recipient for row in messages],
    )
    return dict(rows.order_by("-pk").values_list("recipient", "message_id"))
