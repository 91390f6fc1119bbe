"""Who came, noted at the door or from the paper list afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.actions.inputs import confirm_company
from groups.counting import unconfirmed_companies
from meetings.actions import seats
from meetings.enums import Attendance, MeetingState, NotedBy
from meetings.models import Invitation, Meeting
from members.actions.people import find_or_make_person
from members.addresses import owner_of
from members.clock import oslo_today
from members.errors import Refused
from members.models import Affiliation, Company, User

DOOR_OPENS_BEFORE = timedelta(hours=12)
LATE_CLAIMS = timedelta(hours=1)
PRESENT = (Attendance.ATTENDED, Attendance.VISITOR)
AT_THE_DOOR = (Attendance.UNKNOWN, Attendance.ATTENDED, Attendance.APOLOGISED, Attendance.NO_SHOW)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody who came without an invitation. The company is one of the cluster's, or a name."""

    name: str
    company: Company | None = None
    company_name: str = ""
    email: str = ""


def door_is_open(meeting: Meeting, now: datetime) -> bool:
    """Attendance can be noted from twelve hours before the start, and any time after."""
    called = meeting.state in {MeetingState.CALLED, MeetingState.HELD}
    return called and now >= meeting.starts_at - DOOR_OPENS_BEFORE


def _check_door(meeting: Meeting, now: datetime) -> None:
    if not door_is_open(meeting, now):
        raise Refused(_("The door list opens twelve hours before the meeting."))


@transaction.atomic
def note_attendance(
    invitation: Invitation,
    *,
    attendance: str,
    actor: User | None,
    now: datetime,
    noted_at: datetime | None = None,
    noted_by: str = NotedBy.DOOR,
) -> bool:
    """Note that a person came, sent apologies or did not come. True if that changed anything.

    The newest note stands, by when it was made (``noted_at``, else now), not by when we heard of it. The answer is left
    as it is: what was said and what happened are two things.
    """
    if attendance not in AT_THE_DOOR:
        raise Refused(_("Choose whether the person came."))
    _check_door(invitation.meeting, now)
    made = min(noted_at or now, now)
    rows = Invitation.objects.standing().filter(pk=invitation.pk).exclude(attendance=Attendance.VISITOR)
    newest = rows.filter(Q(attendance_at__isnull=True) | Q(attendance_at__lte=made))
    others = newest.exclude(attendance=attendance)
    changed = bool(others.update(attendance=attendance, attendance_at=made, attendance_by=noted_by))
    if not changed:
        newest.filter(attendance=attendance).update(attendance_at=made)
    if changed and attendance == Attendance.ATTENDED:
        confirm_present(invitation.meeting, now=now)
    return changed


@transaction.atomic
def add_visitor(
    meeting: Meeting,
    *,
    visitor: Visitor,
    actor: User | None,
    now: datetime,
    noted_at: datetime | None = None,
    noted_by: str = NotedBy.DOOR,
    key: UUID | None = None,
) -> Invitation:
    """Write down somebody who came without an invitation.

    A person known by the address is found, not made anew; one who turns out to be invited is noted as present. The
    same ``key`` again is the same visitor: a device that got no answer tells us once more.
    """
    _check_door(meeting, now)
    seats.lock(meeting)
    known = Invitation.objects.filter(meeting=meeting, door_key=key).first() if key else None
    if known is not None:
        return known
    made = min(noted_at or now, now)
    user = _person(visitor, meeting)
    tie = Affiliation.objects.active(oslo_today(now)).filter(user=user, company=visitor.company).first()
    row, is_new = Invitation.objects.get_or_create(
        meeting=meeting,
        user=user,
        defaults={
            "affiliation": tie,
            "company_name": "" if tie else (visitor.company.name if visitor.company else visitor.company_name)[:120],
            "attendance": Attendance.VISITOR,
            "attendance_at": made,
            "attendance_by": noted_by,
            "door_key": key,
        },
    )
    if not is_new:
        came_anyway = row.withdrawn_at or row.attendance == Attendance.VISITOR
        row.attendance = Attendance.VISITOR if came_anyway else Attendance.ATTENDED
        row.withdrawn_at = None if came_anyway else row.withdrawn_at
        row.attendance_at, row.attendance_by, row.door_key = made, noted_by, key or row.door_key
        row.save(update_fields=["attendance", "withdrawn_at", "attendance_at", "attendance_by", "door_key"])
    confirm_present(meeting, now=now)
    return row


@transaction.atomic
def remove_visitor(invitation: Invitation, *, actor: User, now: datetime) -> bool:
    """Take back a visitor written down by mistake."""
    rows = Invitation.objects.standing().filter(pk=invitation.pk, attendance=Attendance.VISITOR)
    return bool(rows.update(withdrawn_at=now))


def confirm_present(meeting: Meeting, *, now: datetime) -> int:
    """Companies with somebody on the door list were in the room: what came by the QR code in their name counts.

    A name that somebody typed on a phone proves no company; the one at the door does.
    """
    if meeting.round is None:
        return 0
    claimed = unconfirmed_companies(meeting.round)
    if not claimed:
        return 0
    present = meeting.invitations.standing().filter(attendance__in=PRESENT).exclude(attendance_by=NotedBy.TYPED)
    ties = set(present.values_list("affiliation__company", flat=True))
    names = set(present.filter(affiliation__isnull=True).values_list("company_name", flat=True))
    here = [company for company in claimed if company.pk in ties or company.name in names]
    return sum(confirm_company(meeting.round, company, actor=None, now=now) for company in here)


def confirm_late_claims(now: datetime) -> int:
    """The same for what came by the QR code after the door had been noted; asked each minute while rooms are open."""
    rooms = Meeting.objects.filter(round__room_opens_at__lte=now, round__room_closes_at__gt=now - LATE_CLAIMS)
    return sum(confirm_present(meeting, now=now) for meeting in rooms.select_related("round"))


def _person(visitor: Visitor, meeting: Meeting) -> User:
    """Without an address nobody can be recognised: the visitor becomes a person of their own, for staff to merge."""
    if not visitor.email:
        return User.objects.create_user(None, name=visitor.name, language=meeting.language)
    owner = owner_of(visitor.email)
    return owner or find_or_make_person(email=visitor.email, name=visitor.name, language=meeting.language)
