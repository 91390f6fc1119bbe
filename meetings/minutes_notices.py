"""Which mails minutes set going. Words are chosen at sending (``meetings.letters``)."""

from datetime import date

from mail.queue import enqueue_many
from meetings.models import Meeting, Minutes
from meetings.notices import draft_to
from meetings.reached import Reached, reached

MINUTES = "meetings.minutes"


def readers_of(meeting: Meeting, on_day: date) -> Reached:
    """Who hears that minutes are out: everybody who is on the list of the meeting on the day and gets such mail."""
    rows = meeting.invitations.standing().holding(on_day).select_related("user").order_by("user__name", "pk")
    return reached(rows, MINUTES)


def tell_published(minutes: Minutes, on_day: date) -> int:
    """One mail to each, once for each published version; says how many."""
    meeting = minutes.meeting
    return enqueue_many(
        MINUTES,
        [
            draft_to(row, meeting, key=f"{MINUTES}:{row.pk}:{minutes.published_version}")
            for row in readers_of(meeting, on_day).people
        ],
    )
