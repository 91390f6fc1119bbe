"""The mails that answers and the clock set going: receipt, moved up, sent instead, reminder, practical, late no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mail.kinds import Later, Letter, LetterOrNot, Unwanted, register
from mail.links import absolute
from mail.models import Message
from meetings import answer_notices, wishes
from meetings.actions.attendance import PRESENT
from meetings.answering import is_current
from meetings.coming import Coming, queue_place, waits_for_company, who_comes
from meetings.enums import Answer, MeetingState
from meetings.letters.building import Sort, not_for_coming
from meetings.letters.sheets import Sheet, sheet_for
from meetings.models import Invitation, Meeting, Minutes
from meetings.schedule import deadline_of, is_quiet, quiet_ends, steps_of
from meetings.wishes import reminder_step
from members.models import User
from members.notices import is_essential, language_of, set_aside, unsubscribe_url

# A figure about fewer companies than this is a figure about somebody.
SMALLEST_COMPANIES = 3


@dataclass(frozen=True)
class Reply(Sort):
    """A mail to one invited person. Those that are not essential carry the way out of them."""

    def __call__(self, messages: Sequence[Message]) -> Mapping[int, LetterOrNot]:
        """The builder; whoever has said no to this kind gets none, and some want it on Monday."""
        aside = {} if is_essential(self.kind) else set_aside(self.kind, messages, _owners(messages))
        answers: dict[int, LetterOrNot] = {**aside}
        return answers | dict(super().__call__([row for row in messages if row.pk not in aside]))

    def _answer(self, message: Message, invitation: Invitation | None, *rest: Any) -> LetterOrNot:
        """What the clock sends waits for the end of the quiet hours, however late it comes to be sent."""
        answer, now = super()._answer(message, invitation, *rest), rest[-1]
        if invitation is None or not isinstance(answer, Letter) or not message.data.get("clock") or not is_quiet(now):
            return answer
        is_last_call = self.kind == answer_notices.PRACTICAL and invitation.meeting.starts_at <= quiet_ends(now)
        return answer if is_last_call else Later(quiet_ends(now))

    def link(self, sheet: Sheet) -> str:
        """Where the thing itself is read, for mail that may come in the weekly mail."""
        return ""

    def letter(
        self,
        sheet: Sheet,
        invitation: Invitation,
        now: datetime,
        in_reply_to: str = "",
        *,
        opens_round: bool = False,
    ) -> Letter:
        """The finished letter, in the thread of the invitation."""
        personal, secrets = self._personal(sheet, invitation, now, opens_round=opens_round)
        personal |= self.extras(sheet, invitation)
        way_out = "" if is_essential(self.kind) else unsubscribe_url(invitation.user, self.kind)
        words = sheet.render(self.template, {**personal, "wishes_url": way_out})
        method = self.method if self.carries_entry(invitation) else ""
        return Letter(
            to=invitation.user.email or "",
            to_name=invitation.user.name,
            subject=words.subject,
            text=words.text,
            html=words.html,
            language=sheet.language,
            reply_to=sheet.reply_to(invitation),
            calendar=self._calendar(sheet, invitation, now) if method else b"",
            calendar_method=method,
            unsubscribe=way_out,
            link=self.link(sheet),
            in_reply_to=in_reply_to,
            secrets=(*secrets, way_out) if way_out else secrets,
        )

    def step(self, invitation: Invitation) -> str:
        """Which mail of the meeting's plan this is; empty for one that is not planned."""
        return {
            answer_notices.HANDED: wishes.INVITATION,
            answer_notices.PRACTICAL: wishes.PRACTICAL,
            answer_notices.THANKS: wishes.THANKS,
        }.get(self.kind, "")

    def carries_entry(self, invitation: Invitation) -> bool:
        """With a seat that is certain the entry in one's own calendar is brought into step."""
        return bool(self.method) and invitation.has_seat and invitation.confirm_by is None

    def extras(self, sheet: Sheet, invitation: Invitation) -> dict[str, Any]:
        """What this kind says beside the meeting itself."""
        return {
            "answer": invitation.answer,
            "place": queue_place(invitation),
            "guests": invitation.guest_count,
            "confirm_by": invitation.confirm_by,
            "waits_for_company": waits_for_company(invitation),
            "taker": invitation.handed_to.user.display_name if invitation.handed_to else "",
            "answered_by": invitation.answered_for_by.display_name if invitation.answered_for_by else "",
        }


@dataclass(frozen=True)
class Reminder(Reply):
    """Not to those who have answered since, and after a maybe only the last one."""

    def _answer(self, message: Message, invitation: Invitation | None, *rest: Any) -> LetterOrNot:
        if invitation is not None and invitation.answer == Answer.MAYBE and is_current(invitation):
            last = steps_of(invitation.meeting)[-1:]
            if message.data.get("step") not in last:
                return Unwanted("the person has answered maybe")
        if invitation is not None:
            invitation.reminder_days = message.data.get("step", 0)  # type: ignore[attr-defined]
        return super()._answer(message, invitation, *rest)

    def step(self, invitation: Invitation) -> str:
        """The reminder so many days before."""
        return reminder_step(getattr(invitation, "reminder_days", 0))

    def extras(self, sheet: Sheet, invitation: Invitation) -> dict[str, Any]:
        """How many come, once there are enough to say it."""
        coming = _figures(sheet.meeting)
        return {
            "coming": coming if coming.company_count >= SMALLEST_COMPANIES else None,
            "said_maybe": invitation.answer == Answer.MAYBE and is_current(invitation),
        }


@dataclass(frozen=True)
class Handed(Reply):
    """To the colleague who was sent instead."""

    def _answer(self, message: Message, invitation: Invitation | None, *rest: Any) -> LetterOrNot:
        giver = Invitation.objects.select_related("user").filter(pk=message.data.get("from")).first()
        if invitation is not None and giver is not None:
            invitation.sent_by = giver.user.display_name  # type: ignore[attr-defined]
        return super()._answer(message, invitation, *rest)

    def extras(self, sheet: Sheet, invitation: Invitation) -> dict[str, Any]:
        """Who sent it on."""
        return {**super().extras(sheet, invitation), "giver": getattr(invitation, "sent_by", "")}


@dataclass(frozen=True)
class Thanks(Reply):
    """To those who came."""

    def extras(self, sheet: Sheet, invitation: Invitation) -> dict[str, Any]:
        """Where the minutes are, once they are out."""
        return {**super().extras(sheet, invitation), "minutes_url": _minutes_url(sheet.meeting)}


def _minutes_url(meeting: Meeting) -> str:
    """Asked once for a batch: the meeting is the same object in all its letters."""
    kept: str | None = meeting.__dict__.get("_minutes_url")
    if kept is None:
        is_out = Minutes.objects.published().filter(meeting=meeting).exists()
        path = reverse("meetings:minutes", args=[meeting.pk])
        kept = meeting.__dict__["_minutes_url"] = absolute(path) if is_out else ""
    return kept


def _owners(messages: Sequence[Message]) -> dict[int, int]:
    """Whose each mail is."""
    keys = [row.recipient.removeprefix("invitation:") for row in messages]
    rows = Invitation.objects.filter(pk__in=[int(key) for key in keys if key.isdecimal()])
    owners = {f"invitation:{pk}": user for pk, user in rows.values_list("pk", "user_id")}
    return {row.pk: owners[row.recipient] for row in messages if row.recipient in owners}


def _figures(meeting: Meeting) -> Coming:
    """Counted once for a batch: the meeting is the same object in all its letters."""
    kept: Coming | None = meeting.__dict__.get("_coming")
    if kept is None:
        kept = meeting.__dict__["_coming"] = who_comes(meeting)
    return kept


def _not_to_remind(invitation: Invitation, now: datetime) -> str:
    if now >= min(deadline_of(invitation.meeting), invitation.meeting.starts_at):
        return "too late to remind"
    if is_current(invitation) and invitation.answer != Answer.MAYBE:
        return "the person has answered"
    return not_for_coming(invitation, now)


def _not_seated(invitation: Invitation, now: datetime) -> str:
    if invitation.meeting.has_started(now):
        return "the meeting has begun"
    return not_for_coming(invitation, now) or ("" if invitation.has_seat else "the person has no seat any more")


def _not_to_receipt(invitation: Invitation, now: datetime) -> str:
    return "the answer was taken back" if invitation.answer == Answer.NONE else not_for_coming(invitation, now)


def late_no(messages: Sequence[Message]) -> Mapping[int, Letter | Unwanted]:
    """The builder of the mail to organisers: somebody who was counted on cannot come after all."""
    now = timezone.now()
    people = User.objects.in_bulk([int(row.recipient.removeprefix("user:")) for row in messages])
    rows = Invitation.objects.select_related("meeting__group", "user", "affiliation__company", "handed_to__user")
    invitations = rows.in_bulk([row.data["invitation"] for row in messages])
    return {
        row.pk: _late_letter(
            people.get(int(row.recipient.removeprefix("user:"))), invitations.get(row.data["invitation"]), now
        )
        for row in messages
    }


def _late_letter(user: User | None, invitation: Invitation | None, now: datetime) -> Letter | Unwanted:
    if user is None or not user.is_reachable:
        return Unwanted("the organiser cannot be reached")
    if invitation is None or invitation.withdrawn_at or invitation.answer != Answer.NO:
        return Unwanted("the person comes after all")
    sheet = sheet_for(invitation.meeting, language_of(user), now)
    words = sheet.render(
        "late_no",
        {
            "first_name": user.short_name,
            "who": invitation.user.display_name,
            "company": invitation.affiliation.company.name if invitation.affiliation else invitation.company_name,
            "word": invitation.comment,
            "taker": invitation.handed_to.user.display_name if invitation.handed_to else "",
            "coming": who_comes(invitation.meeting),
            "list_url": absolute(f"{invitation.meeting.get_absolute_url()}invitations/"),
        },
    )
    return Letter(
        to=user.email or "",
        to_name=user.name,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=sheet.language,
        reply_to=invitation.user.email or "",
    )


def _not_to_thank(invitation: Invitation, now: datetime) -> str:
    if invitation.withdrawn_at is not None or invitation.meeting.state == MeetingState.CANCELLED:
        return "the meeting is not on"
    return "" if invitation.attendance in PRESENT else "the person is not noted as present any more"


RECEIPT = Reply(answer_notices.RECEIPT, "receipt", "REQUEST", _not_to_receipt)
MOVED_UP = Reply(answer_notices.MOVED_UP, "moved_up", "REQUEST", _not_seated)
HANDED = Handed(answer_notices.HANDED, "handed", "REQUEST", not_for_coming)
REMINDER = Reminder(answer_notices.REMINDER, "reminder", "", _not_to_remind)
PRACTICAL = Reply(answer_notices.PRACTICAL, "practical", "", _not_seated)


THANKS = Thanks(answer_notices.THANKS, "thanks", "", _not_to_thank)


def register_kinds() -> None:
    """Make the kinds known to the mail app. A seat gained or handed over cannot be missed."""
    register(RECEIPT.kind, RECEIPT, label=_("Receipt for an answer"))
    register(MOVED_UP.kind, MOVED_UP, label=_("A seat has come free"), essential=True)
    register(HANDED.kind, HANDED, label=_("A colleague sends you instead"), essential=True)
    register(REMINDER.kind, REMINDER, label=_("Reminder to answer an invitation"), paced=True)
    register(PRACTICAL.kind, PRACTICAL, label=_("Practical mail before a meeting"), paced=True)
    register(THANKS.kind, THANKS, label=_("Thanks after a meeting"), paced=True)
    register(answer_notices.LATE_NO, late_no, label=_("Somebody cannot come after the deadline"), essential=True)
