"""People tick themselves in with the code by the door."""

from datetime import datetime

from django.db import transaction

from meetings.actions import seats
from meetings.actions.attendance import Visitor, add_visitor, note_attendance
from meetings.check_in import check_in_is_open
from meetings.enums import Attendance, NotedBy
from meetings.models import Invitation, Meeting
from members.clock import oslo_today
from members.folding import fold_name
from members.models import Affiliation, User


@transaction.atomic
def check_in(meeting: Meeting, user: User, *, now: datetime) -> Invitation | None:
    """Note that a person who is signed in is here; one who was not invited becomes a visitor. None when it is closed."""
    if not check_in_is_open(meeting, now):
        return None
    seats.lock(meeting)
    row = Invitation.objects.standing().filter(meeting=meeting, user=user).first()
    if row is not None:
        _note(row, meeting, NotedBy.SELF, now)
        return row
    tie = Affiliation.objects.active(oslo_today(now)).filter(user=user).select_related("company").order_by("pk").first()
    visitor = Visitor(name=user.name, company=tie.company if tie else None, email=user.email or "")
    return add_visitor(meeting, visitor=visitor, actor=user, now=now, noted_by=NotedBy.SELF)


@transaction.atomic
def check_in_by_name(meeting: Meeting, visitor: Visitor, *, now: datetime) -> Invitation | None:
    """Note that somebody who typed a name is here. None when it is closed.

    A name that is one invited person's is that person; the company decides between two of the same name. Whoever is
    not found is a visitor, and the same words again are the same visitor.
    """
    if not check_in_is_open(meeting, now):
        return None
    seats.lock(meeting)
    row = _named(meeting, visitor)
    if row is None:
        return add_visitor(meeting, visitor=visitor, actor=None, now=now, noted_by=NotedBy.TYPED)
    _note(row, meeting, NotedBy.TYPED, now)
    return row


def _note(row: Invitation, meeting: Meeting, noted_by: str, now: datetime) -> None:
    if row.attendance not in {Attendance.VISITOR, Attendance.ATTENDED}:
        row.meeting = meeting
        note_attendance(row, attendance=Attendance.ATTENDED, actor=None, now=now, noted_by=noted_by)


def _named(meeting: Meeting, visitor: Visitor) -> Invitation | None:
    rows = meeting.invitations.standing().select_related("user", "affiliation__company")
    wanted = fold_name(visitor.name)
    found = [row for row in rows if fold_name(row.user.display_name) == wanted]
    if len(found) > 1 or any(row.attendance == Attendance.VISITOR for row in found):
        company = fold_name(visitor.company.name if visitor.company else visitor.company_name)
        found = [row for row in found if fold_name(_company(row)) == company]
    return found[0] if len(found) == 1 else None


def _company(row: Invitation) -> str:
    return row.affiliation.company.name if row.affiliation else row.company_name
