"""Who comes, by company: what a page shows of the answers, and no more than each person lets others see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from meetings.enums import Answer, Attendance
from meetings.models import Invitation, Meeting
from meetings.models.invitation import InvitationQuerySet
from members.clock import oslo_today
from members.names import shown_name
from members.prepared import prepared


@dataclass(frozen=True, kw_only=True)
class CompanyComing:
    """One company and those who come from it. ``company`` is empty for guests without one."""

    company: str
    path: str
    people: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Coming:
    """The whole list, and the figures that count everybody, guests too, hidden or not."""

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
    guests: int = 0  # of those with a place

    @property
    def places(self) -> int:
        """How many places are taken."""
        return self.yes + self.guests


class Line(NamedTuple):
    """One invitation, as far as a list by company shows it. Rows of the models would take most of the page's time."""

    answer: str
    queued_at: datetime | None
    attendance: str
    name: str
    anonymised_at: datetime | None
    shows_attendance: bool
    company_name: str
    company: str | None
    slug: str | None
    company_pk: int | None
    parent_pk: int | None
    counts_by_itself: bool | None
    guest_count: int

    @property
    def people(self) -> int:
        return 1 + self.guest_count

    @property
    def has_seat(self) -> bool:
        return self.answer == Answer.YES and self.queued_at is None

    @property
    def counting_key(self) -> object:
        return counting_key(self.company_name, self.company_pk, self.parent_pk, by_itself=bool(self.counts_by_itself))


# In the order of Line's fields
_FIELDS = (
    "answer",
    "queued_at",
    "attendance",
    "user__name",
    "user__anonymised_at",
    "user__shows_attendance",
    "company_name",
    "affiliation__company__name",
    "affiliation__company__slug",
    "affiliation__company",
    "affiliation__company__parent",
    "affiliation__company__counts_by_itself",
    "guest_count",
)


@prepared
def _placed(meeting: Meeting, on_day: date | None) -> QuerySet[Invitation, tuple[Any, ...]]:
    """Those with a seat."""
    return _for_list(_bound(meeting, on_day).placed())


@prepared
def _standing(meeting: Meeting, on_day: date | None) -> QuerySet[Invitation, tuple[Any, ...]]:
    """All who are invited."""
    return _for_list(_bound(meeting, on_day).standing())


def _for_list(invitations: InvitationQuerySet) -> QuerySet[Invitation, tuple[Any, ...]]:
    rows = invitations.order_by("affiliation__company__name_folded", "company_name", "user__name", "pk")
    return rows.values_list(*_FIELDS)


def _lines(rows: Iterable[tuple[Any, ...]]) -> list[Line]:
    return [Line(*row) for row in rows]


def who_comes(meeting: Meeting, *, shows_all: bool = False) -> Coming:
    """Those with a seat, by company; one query. Whoever hides is counted and not named, unless ``shows_all``."""
    return _coming(_lines(_placed(meeting, _bound_on(meeting))), shows_all=shows_all)


def coming_and_tally(meeting: Meeting) -> tuple[Coming, Tally]:
    """For those who run the meeting: everybody who comes, and how all answers stand; one query for both."""
    lines = _lines(_standing(meeting, _bound_on(meeting)))
    return _coming([line for line in lines if line.has_seat], shows_all=True), _tally(lines)


def _coming(seated: Sequence[Line], *, shows_all: bool) -> Coming:
    shown = [line for line in seated if shows_all or line.shows_attendance]
    return Coming(
        companies=_by_company(shown),
        company_count=len({line.counting_key for line in seated} - {""}),
        people_count=_people(seated),
        hidden_count=_people(seated) - _people(shown),
    )


def _people(lines: Iterable[Line]) -> int:
    return sum(line.people for line in lines)


def count_people(rows: Iterable[Invitation]) -> int:
    """People with the guests they bring."""
    return sum(row.people for row in rows)


def company_sign(row: Invitation) -> str:
    """As what company a person counts, as text: the top company that counts, or a colon and the name that a guest wrote
    down; empty for a guest without one.
    """
    company = row.affiliation.company if row.affiliation else None
    if company is None:
        name = counting_key(row.company_name, None, None, by_itself=False)
        return f":{name}" if name else ""
    return str(counting_key("", company.pk, company.parent_id, by_itself=company.counts_by_itself))


def counting_key(written: str, company: int | None, parent: int | None, *, by_itself: bool) -> object:
    """What two people of the same company have in common; empty for a guest without one."""
    if company is None:
        return written.strip().casefold()
    return parent if parent and not by_itself else company


def _by_company(lines: Iterable[Line]) -> list[CompanyComing]:
    found: dict[str, tuple[str, list[str]]] = {}
    for line in lines:
        name = line.company or line.company_name
        if name not in found:
            found[name] = (reverse("company", args=[line.slug]) if line.slug else "", [])
        person = shown_name(line.name, is_former=line.anonymised_at is not None)
        found[name][1].append(with_guests(person, line.guest_count))
    return [CompanyComing(company=name, path=path, people=people) for name, (path, people) in found.items()]


def with_guests(person: str, guests: int) -> str:
    """A person's name with how many guests they bring: those are for the organiser to name."""
    if not guests:
        return person
    words = ngettext("%(name)s with %(count)d guest", "%(name)s with %(count)d guests", guests)
    return words % {"name": person, "count": guests}


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
    return _tally(_lines(_standing(meeting, _bound_on(meeting))))


def _tally(standing: Iterable[Line]) -> Tally:
    rows = [line for line in standing if line.attendance != Attendance.VISITOR]
    answers = Counter(row.answer for row in rows)
    queued = sum(1 for row in rows if row.answer == Answer.YES and row.queued_at)
    return Tally(
        invited=len(rows),
        yes=answers[Answer.YES] - queued,
        queued=queued,
        maybe=answers[Answer.MAYBE],
        no=answers[Answer.NO],
        unanswered=answers[Answer.NONE],
        guests=sum(line.guest_count for line in rows if line.has_seat),
    )


def taken_by_company(meeting: Meeting, on_day: date) -> Counter[str]:
    """How many places each company has, with those of guests."""
    taken = Counter[str]()
    for company, people in meeting.invitations.seated(on_day).company_parties().values():
        taken[company] += people
    return taken


def waits_for_company(invitation: Invitation) -> bool:
    """Whether it is the company's own share that keeps the person, with guests, on the waiting list."""
    share = invitation.meeting.capacity_per_company
    if share is None or invitation.queued_at is None:
        return False
    key, people = Invitation.objects.filter(pk=invitation.pk).company_parties()[invitation.pk]
    return bool(key) and taken_by_company(invitation.meeting, oslo_today())[key] + people > share


def queue_place(invitation: Invitation) -> int | None:
    """The place on the waiting list, from 1; None with a seat or without a yes."""
    if invitation.queued_at is None or invitation.answer != Answer.YES:
        return None
    ahead = Q(queued_at__lt=invitation.queued_at) | Q(queued_at=invitation.queued_at, pk__lt=invitation.pk)
    return Invitation.objects.queued(oslo_today()).filter(ahead, meeting=invitation.meeting_id).count() + 1
