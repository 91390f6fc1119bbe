"""The mail that an organiser writes. Words are filled in at sending (``meetings.letters``)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from mail.queue import Draft, enqueue_many
from meetings.enums import Selection
from meetings.models import Invitation, Meeting, Word

WORD = "meetings.word"
# What people missed comes behind the invitation itself.
MISSED_WAITS = timedelta(minutes=2)


def tell_missed(meeting: Meeting, invitations: Collection[Invitation], now: datetime) -> int:
    """What was written to everybody before these people were asked, while the meeting is to come; never twice."""
    if not invitations or meeting.has_started(now):
        return 0
    words = Word.objects.filter(meeting=meeting, selection=Selection.ALL, company__isnull=True).order_by(
        "sent_at", "pk"
    )
    return enqueue_many(
        WORD,
        [
            Draft(
                recipient=one.ref,
                to=one.user.email or "",
                about=meeting.about,
                data={"word": word.pk},
                dedupe_key=f"{WORD}:{word.pk}:{one.pk}",
                not_before=now + MISSED_WAITS,
            )
            for word in words
            for one in invitations
            if one.user.is_reachable
        ],
    )
