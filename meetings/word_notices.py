"""The mail that an organiser writes. Words are filled in at sending (``meetings.letters``)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from mail.queue import enqueue_many
from meetings.enums import Selection
from meetings.models import Invitation, Meeting, Word
from meetings.notices import draft_to

WORD = "meetings.word"
# What people missed comes behind the invitation itself.
MISSED_WAITS = timedelta(minutes=2)


def tell_missed(meeting: Meeting, invitations: Collection[Invitation], now: datetime) -> int:
    """What was written to everybody before these people were asked, while the meeting is to come; never twice."""
    if not invitations or meeting.has_started(now):
        return 0
    words = meeting.words.filter(selection=Selection.ALL, company__isnull=True).order_by("sent_at", "pk")
    reachable = [one for one in invitations if one.user.is_reachable]
    return sum(tell(word, reachable, not_before=now + MISSED_WAITS) for word in words)


def tell(word: Word, invitations: Collection[Invitation], *, not_before: datetime | None = None) -> int:
    """What an organiser wrote, to these people; once to each."""
    return enqueue_many(
        WORD,
        [
            draft_to(one, word.meeting, key=f"{WORD}:{word.pk}:{one.pk}", data={"word": word.pk}, not_before=not_before)
            for one in invitations
        ],
    )
