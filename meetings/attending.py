"""Who was there, for the minutes: from the door list and the answers, frozen when the minutes are published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from meetings.coming import counting_key, with_guests
from meetings.enums import Answer, Attendance
from meetings.models import Invitation, Meeting
from members.models import User

PRESENT, APOLOGISED, ABSENT = "present", "apologised", "absent"


@dataclass(frozen=True, kw_only=True)
class Attender:
    """One person on the list. ``is_visitor``: came without an invitation."""

    name: str
    company: str
    is_visitor: bool = False


@dataclass(frozen=True, kw_only=True)
class AttendanceList:
    """By how they stood, each by company and name. ``hidden`` are counted and not named."""

    present: Sequence[Attender]
    apologised: Sequence[Attender]
    absent: Sequence[Attender]
    hidden: int
    people: int
    companies: int


def attendance_rows(meeting: Meeting) -> list[dict[str, Any]]:
    """The list as it stands, people by key; one query. Who said yes was absent only where the door was noted at all."""
    rows = list(
        meeting.invitations.standing()
        .select_related("user", "affiliation__company__parent")
        .order_by("affiliation__company__name_folded", "company_name", "user__name", "pk")
    )
    is_noted = any(row.attendance in {Attendance.ATTENDED, Attendance.VISITOR} for row in rows)
    found = []
    for row in rows:
        stood = _stood(row, is_noted=is_noted)
        if stood:
            company = row.affiliation.company if row.affiliation else None
            key = counting_key(
                row.company_name,
                company.pk if company else None,
                company.parent_id if company else None,
                by_itself=bool(company and company.counts_by_itself),
            )
            found.append(
                {
                    "user": row.user_id,
                    "company": company.name if company else row.company_name,
                    "key": str(key),
                    "as": stood,
                    "visitor": row.attendance == Attendance.VISITOR,
                    "guests": row.guest_count if stood == PRESENT else 0,
                    "hides": not (meeting.is_board_only or row.user.shows_attendance),
                }
            )
    return found


def _stood(row: Invitation, *, is_noted: bool) -> str:
    if row.attendance in {Attendance.ATTENDED, Attendance.VISITOR}:
        return PRESENT
    if row.attendance == Attendance.APOLOGISED:
        return APOLOGISED
    if row.attendance == Attendance.NO_SHOW:
        return ABSENT
    if row.answer == Answer.NO:
        return APOLOGISED
    return ABSENT if is_noted and row.has_seat else ""


def attendance_list(rows: Iterable[dict[str, Any]], *, shows_all: bool = False) -> AttendanceList:
    """The list with today's names: whoever is no longer a person of the portal is named no more. One query."""
    rows = list(rows)
    people = User.objects.in_bulk([row["user"] for row in rows])
    shown = [row for row in rows if shows_all or not row["hides"]]
    there = [row for row in rows if row["as"] == PRESENT]

    def those(stood: str) -> list[Attender]:
        return [
            Attender(
                name=_name(people.get(row["user"]), row),
                company=row["company"],
                is_visitor=row["visitor"],
            )
            for row in shown
            if row["as"] == stood
        ]

    return AttendanceList(
        present=those(PRESENT),
        apologised=those(APOLOGISED),
        absent=those(ABSENT),
        hidden=_count(row for row in there if row not in shown),
        people=_count(there),
        companies=len({row["key"] for row in there} - {""}),
    )


def _name(user: User | None, row: dict[str, Any]) -> str:
    return with_guests(user.display_name, row.get("guests", 0)) if user else ""


def _count(rows: Iterable[dict[str, Any]]) -> int:
    """People with their guests. Lists from before there were any say nothing of them."""
    return sum(1 + row.get("guests", 0) for row in rows)
