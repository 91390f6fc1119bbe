"""Who comes, by company: what a page shows of the answers, and no more than each person lets others see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from meetings.enums import Answer, Attendance
from meetings.models import Invitation, Meeting
from meetings.models.invitation import InvitationQuerySet
from members.clock import oslo_today
from members.prepared import prepared


@dataclass(frozen=True, kw_only=True)
class CompanyComing:
    """One company and those who come from it. ``company`` is empty for guests without one."""

    company: str
    path: str
    people: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Coming:
    """The whole list, and the figures that count everybody, hidden or not."""

    companies: Sequence[CompanyComing]
    company_count: int
    people_count: int
    hidden_count: int


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How the answers stand."""

    invited: int
    yes: int
    queued: int
    maybe: int
    no: int
    unanswered: int


@prepared
def _placed(meeting: Meeting, on_day: date | None) -> QuerySet[Invitation]:
    """Those with a seat."""
    return _for_list(_bound(meeting, on_day).placed())


@prepared
def _standing(meeting: Meeting, on_day: date | None) -> QuerySet[Invitation]:
    """All who are invited."""
    return _for_list(_bound(meeting, on_day).standing())


def _for_list(invitations: InvitationQuerySet) -> InvitationQuerySet:
    """With what a list by company shows of them and no more."""
    rows = invitations.select_related("user", "affiliation__company")
    rows = rows.order_by("affiliation__company__name_folded", "company_name", "user__name", "pk")
    return rows.only(
        "company_name",
        "answer",
        "queued_at",
        "withdrawn_at",
        "attendance",
        "user__name",
        "user__shows_attendance",
        "user__anonymised_at",
        "affiliation__company__name",
        "affiliation__company__slug",
        "affiliation__company__parent",
        "affiliation__company__counts_by_itself",
    )


def who_comes(meeting: Meeting, *, shows_all: bool = False) -> Coming:
    """Those with a seat, by company; one query. Whoever hides is counted and not named, unless ``shows_all``."""
    return _coming(_placed(meeting, _bound_on(meeting)), shows_all=shows_all)


def coming_and_tally(meeting: Meeting) -> tuple[Coming, Tally]:
    """For those who run the meeting: everybody who comes, and how all answers stand; one query for both."""
    rows = _standing(meeting, _bound_on(meeting))
    return _coming([row for row in rows if row.has_seat], shows_all=True), _tally(rows)


def _coming(seated: Sequence[Invitation], *, shows_all: bool) -> Coming:
    shown = [row for row in seated if shows_all or row.user.shows_attendance]
    return Coming(
        companies=_by_company(shown),
        company_count=count_companies(seated),
        people_count=len(seated),
        hidden_count=len(seated) - len(shown),
    )


def count_companies(rows: Iterable[Invitation]) -> int:
    """Companies by the top company that counts; guests by the name written down."""
    return len({_counting_key(row) for row in rows} - {""})


def _counting_key(row: Invitation) -> object:
    if row.affiliation is None:
        return row.company_name.strip().casefold()
    company = row.affiliation.company
    return company.parent_id if company.parent_id and not company.counts_by_itself else company.pk


def _by_company(rows: Iterable[Invitation]) -> list[CompanyComing]:
    found: dict[str, tuple[str, list[str]]] = {}
    for row in rows:
        company = row.affiliation.company if row.affiliation else None
        name = company.name if company else row.company_name
        path = company.get_absolute_url() if company else ""
        found.setdefault(name, (path, []))[1].append(row.user.display_name)
    return [CompanyComing(company=name, path=path, people=people) for name, (path, people) in found.items()]


def _bound_on(meeting: Meeting) -> date | None:
    """The day on which invitations must hold to count: today before the meeting, none afterwards."""
    now = timezone.now()
    return None if meeting.is_over(now) else oslo_today(now)


def _bound(meeting: Meeting, on_day: date | None) -> InvitationQuerySet:
    """The invitations that count: before the meeting only of those who still belong; afterwards as it was."""
    rows: InvitationQuerySet = Invitation.objects.filter(meeting=meeting)
    return rows if on_day is None else rows.holding(on_day)


def tally(meeting: Meeting) -> Tally:
    """How many answered what; one query."""
    return _tally(_standing(meeting, _bound_on(meeting)))


def _tally(standing: Iterable[Invitation]) -> Tally:
    rows = [row for row in standing if row.attendance != Attendance.VISITOR]
    answers = Counter(row.answer for row in rows)
    queued = sum(1 for row in rows if row.answer == Answer.YES and row.queued_at)
    return Tally(
        invited=len(rows),
        yes=answers[Answer.YES] - queued,
        queued=queued,
        maybe=answers[Answer.MAYBE],
        no=answers[Answer.NO],
        unanswered=answers[Answer.NONE],
    )


def queue_place(invitation: Invitation) -> int | None:
    """The place on the waiting list, from 1; None with a seat or without a yes."""
    if invitation.queued_at is None or invitation.answer != Answer.YES:
        return None
    ahead = Q(queued_at__lt=invitation.queued_at) | Q(queued_at=invitation.queued_at, pk__lt=invitation.pk)
    return Invitation.objects.queued(oslo_today()).filter(ahead, meeting=invitation.meeting_id).count() + 1
