"""A mail in the organiser's own words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from mail.kinds import Letter, LetterOrNot, Unwanted, register
from mail.models import Message
from meetings import word_notices
from meetings.letters.building import has_left, places_in
from meetings.letters.replies import Reply
from meetings.letters.sheets import Sheet
from meetings.models import Invitation, Meeting, Word
from meetings.wishes import filled


@dataclass(frozen=True)
class InOwnWords(Reply):
    """To each of a selection, with the places filled in for the reader."""

    def _answer(self, message: Message, invitation: Invitation | None, *rest: Any) -> LetterOrNot:
        if invitation is not None:
            word = _word(invitation.meeting, message.data.get("word", 0))
            if word is None:
                return Unwanted("the mail is gone")
            invitation.word = word  # type: ignore[attr-defined]
        return super()._answer(message, invitation, *rest)

    def extras(self, sheet: Sheet, invitation: Invitation) -> dict[str, Any]:
        """Subject, text, and who wrote it."""
        word: Word = invitation.word  # type: ignore[attr-defined]
        values = places_in(sheet, invitation)
        return {
            "word_subject": filled(word.subject, values),
            "word_text": filled(word.text, values),
            "writer": word.sent_by.display_name if word.sent_by else "",
        }


def _word(meeting: Meeting, pk: int) -> Word | None:
    """Read once for a batch: the meeting is the same object in all its letters."""
    kept: dict[int, Word] | None = meeting.__dict__.get("_words_by_key")
    if kept is None:
        rows = Word.objects.filter(meeting=meeting).select_related("sent_by")
        kept = meeting.__dict__["_words_by_key"] = {row.pk: row for row in rows}
    return kept.get(pk)


def _not_for_reader(invitation: Invitation, now: datetime) -> str:
    if invitation.withdrawn_at is not None:
        return "the invitation was withdrawn"
    return "the person has left the company" if has_left(invitation, now) else ""


WORD = InOwnWords(word_notices.WORD, "word", "", _not_for_reader)


def sample_of(word: Word, sheet: Sheet, invitation: Invitation, now: datetime) -> Letter:
    """The very mail this person would get, of a word that is not sent yet."""
    invitation.word = word  # type: ignore[attr-defined]
    return WORD.letter(sheet, invitation, now)


def register_kinds() -> None:
    """Make the kind known to the mail app."""
    register(WORD.kind, WORD, label=_("Mail from the organiser of a meeting"))
