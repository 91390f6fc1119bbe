"""Write, approve and publish minutes. Nothing is overwritten: whoever saves on an older version is told so."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetings import minutes_notices
from meetings.actions import seats
from meetings.actions.meetings.calling import check_reason
from meetings.attending import attendance_rows
from meetings.enums import MeetingState
from meetings.models import Meeting, Minutes, MinutesVersion, Section
from members.clock import oslo_today
from members.errors import Refused
from members.models import User


class Conflict(Refused):
    """Somebody else has saved since the page was opened. ``newest`` is what stands now."""

    words = _("Somebody else has saved the minutes since you opened the page. Nothing of yours or theirs is lost.")

    def __init__(self, newest: MinutesVersion | None) -> None:
        super().__init__()
        self.newest = newest


def can_write(meeting: Meeting, now: datetime) -> bool:
    """Tell whether the meeting has come so far that minutes can be written: from its start on."""
    return meeting.state in {MeetingState.CALLED, MeetingState.HELD} and meeting.has_started(now)


@transaction.atomic
def save_minutes(
    meeting: Meeting, *, sections: Sequence[Section], base: int, actor: User, now: datetime
) -> MinutesVersion:
    """Save a new version, written on version ``base`` (0: the first). The same text again is no new version.

    Raises Conflict when another version has been saved meanwhile, Refused before the meeting.
    """
    row = seats.lock(meeting)
    if not can_write(row, now):
        raise Refused(_("Minutes are written when the meeting has begun."))
    minutes, _made = Minutes.objects.get_or_create(meeting=row)
    newest = minutes.versions.first()
    written = [section.as_json() for section in sections]
    if newest is not None and newest.sections == written:
        return newest
    if minutes.version != base:
        raise Conflict(newest)
    minutes.version += 1
    minutes.save(update_fields=["version"])
    return MinutesVersion.objects.create(
        minutes=minutes, number=minutes.version, sections=written, author=actor, created_at=now
    )


@transaction.atomic
def publish_minutes(
    minutes: Minutes, *, version: int, mail: bool, actor: User, now: datetime, reason: str = ""
) -> int | None:
    """Approve exactly this version and let everybody who was invited read it; says how many get a mail.

    None when it was published before. A later version takes its place and is marked as corrected.
    Raises Conflict when a newer version has been saved.
    """
    meeting = seats.lock(minutes.meeting)
    row = Minutes.objects.select_related("meeting__group").get(pk=minutes.pk)
    if row.published_version == version:
        return None
    if row.version != version or not version:
        raise Conflict(row.versions.first())
    check_reason(meeting, actor, now, reason)
    row.published_version, row.published_at, row.published_by = version, now, actor
    row.first_published_at = row.first_published_at or now
    row.staff_reason = reason.strip()
    row.attendance = attendance_rows(meeting)
    row.save()
    return minutes_notices.tell_published(row, oslo_today(now)) if mail else 0
