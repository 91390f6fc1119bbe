"""Which mails minutes set going. Words are chosen at sending (``meetings.letters``)."""

from datetime import date

from mail.queue import Draft, enqueue_many
from meetings.models import Invitation, Meeting, Minutes

MINUTES = "meetings.minutes"


def readers_of(meeting: Meeting, on_day: date) -> list[Invitation]:
    """Who hears that minutes are out: everybody who is on the list of the meeting on the day and can be reached."""
    rows = meeting.invitations.standing().holding(on_day).select_related("user").order_by("user__name", "pk")
    return [row for row in rows if row.user.is_reachable]


def tell_published(minutes: Minutes, on_day: date) -> int:
    """One mail to each, once for each published version; says how many."""
    meeting = minutes.meeting
    return enqueue_many(
        MINUTES,
        [
            Draft(
                recipient=row.ref,
                about=meeting.about,
                dedupe_key=f"{MINUTES}:{row.pk}:{minutes.published_version}",
            )
            for row in readers_of(meeting, on_day)
        ],
    )
