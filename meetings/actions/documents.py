"""Put a file with a meeting, give it another title, take it away. The row and the file come and go together."""

import hashlib
from datetime import datetime
from functools import partial
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetings.actions import seats
from meetings.actions.meetings.calling import check_reason
from meetings.files import disk
from meetings.files.kinds import FoundFile
from meetings.files.names import name_for
from meetings.models import Meeting, MeetingDocument
from members.errors import Refused
from members.models import User

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class IsThere(Refused):
    """The meeting has the very same file already. ``document`` is its row."""

    def __init__(self, document: MeetingDocument) -> None:
        super().__init__(_("This file is here already: %(title)s") % {"title": document.title})
        self.document = document


def add_document(
    meeting: Meeting, *, found: FoundFile, given_name: str, title: str, actor: User, now: datetime, reason: str = ""
) -> MeetingDocument:
    """Put a file with the meeting. The octets are on the disk before anybody waits for the meeting's row, and count
    only together with the document's: whatever fails leaves neither.

    Raises IsThere for the same file again, Refused for one too many, and when the disk takes no more.
    """
    row = MeetingDocument(
        meeting=meeting,
        title=title,
        file_name=name_for(given_name, found.media_type),
        media_type=found.media_type,
        opens_inline=found.opens_inline,
        size=len(found.content),
        sha256=hashlib.sha256(found.content).hexdigest(),
        key=uuid4(),
        uploaded_by=actor,
        uploaded_at=now,
        staff_reason=reason.strip(),
    )
    try:
        disk.write(row.key, found.content)
        _keep(row, actor=actor, now=now)
    except OSError as error:
        disk.drop(row.key)
        logger.exception("meetings.document_unwritten", meeting=meeting.pk)
        raise Refused(_("The file could not be stored now. Try again later.")) from error
    except BaseException:
        disk.drop(row.key)
        raise
    return row


@transaction.atomic
def _keep(row: MeetingDocument, *, actor: User, now: datetime) -> None:
    meeting = seats.lock(row.meeting)
    check_reason(meeting, actor, now, row.staff_reason)
    standing = MeetingDocument.objects.standing().filter(meeting=meeting)
    same = standing.filter(sha256=row.sha256).first()
    if same is not None:
        raise IsThere(same)
    if standing.count() >= settings.DOCUMENTS_PER_MEETING:
        raise Refused(
            _("The meeting has %(most)s documents, and that is the most. Remove one first.")
            % {"most": settings.DOCUMENTS_PER_MEETING}
        )
    row.save()
    disk.settle(row.key)


@transaction.atomic
def rename_document(document: MeetingDocument, *, title: str, actor: User, now: datetime, reason: str = "") -> None:
    """Give it another title; the name of the file stays."""
    check_reason(document.meeting, actor, now, reason)
    why = {"staff_reason": reason.strip()} if reason.strip() else {}
    MeetingDocument.objects.standing().filter(pk=document.pk).update(title=title, **why)


@transaction.atomic
def remove_document(document: MeetingDocument, *, actor: User, now: datetime, reason: str = "") -> bool:
    """Take it away for good: the file leaves the disk once this is committed. False if it was away already."""
    check_reason(document.meeting, actor, now, reason)
    rows = MeetingDocument.objects.standing().filter(pk=document.pk)
    if not rows.update(removed_at=now, removed_by=actor, staff_reason=reason.strip()):
        return False
    transaction.on_commit(partial(disk.drop, document.key), robust=True)
    return True


def sweep_documents(now: datetime) -> int:
    """Finish what killed processes left: uploads that were cut off, and files whose document was taken away or never was."""
    swept = disk.sweep(now)
    gone = set(MeetingDocument.objects.removed().values_list("key", flat=True))
    gone |= set(disk.settled_before_today(now)) - set(MeetingDocument.objects.standing().values_list("key", flat=True))
    for key in gone:
        if disk.path_of(key).exists():
            disk.drop(key)
            swept += 1
    return swept
