"""Counts of a round. Companies, not heads; nothing is drawn about one or two of them."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from groups.enums import Visibility
from groups.models import Input, Round, Support
from members.models import Company
from members.prepared import prepared

# Below this a figure would be about somebody.
SMALLEST_COMPANIES = 3
SMALLEST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class RoundCounts:
    """What may be told about a round: inputs always, companies only when there are enough."""

    inputs: int
    companies: int
    people: int
    unconfirmed: int

    @property
    def shows_companies(self) -> bool:
        """Enough that a figure is not about somebody."""
        return self.companies >= SMALLEST_COMPANIES or self.people >= SMALLEST_PEOPLE


def _tops(ids: set[int]) -> dict[int, int]:
    rows = Company.objects.filter(pk__in=ids).with_top()
    return {company.pk: company.top_id for company in rows}  # type: ignore[attr-defined]


@prepared
def _writers(found: Round, *, on_board: bool) -> "QuerySet[Input, tuple[int | None, bool, int | None]]":
    items = Input.objects.seen_by_group(on_board=on_board).filter(round=found)
    return items.values_list("company_id", "company_confirmed", "author_id")


@prepared
def _supporters(found: Round, *, on_board: bool) -> "QuerySet[Support, tuple[int, bool]]":
    items = Input.objects.seen_by_group(on_board=on_board).filter(round=found)
    rows = Support.objects.filter(input__in=items.values("pk")).order_by()
    return rows.values_list("company_id", "confirmed").distinct()


def round_counts(found: Round, *, on_board: bool = False) -> RoundCounts:
    """Inputs, and the distinct top companies that wrote or have it too. Unconfirmed companies stand apart."""
    rows = _writers(found, on_board=on_board)
    supports = _supporters(found, on_board=on_board)
    named = {company for company, confirmed, _author in rows if company and confirmed}
    named |= {company for company, confirmed in supports if confirmed}
    loose = {company for company, confirmed, _author in rows if company and not confirmed}
    loose |= {company for company, confirmed in supports if not confirmed}
    tops = _tops(named | loose)
    counted = {tops[company] for company in named}
    return RoundCounts(
        inputs=len(rows),
        companies=len(counted),
        people=len({author for _company, _confirmed, author in rows if author}),
        unconfirmed=len({tops[company] for company in loose} - counted),
    )


@prepared
def _shown_writers(found: Round) -> "QuerySet[Input, str]":
    """The company behind each input that says which."""
    named = Q(visibility=Visibility.NAMED) | Q(visibility=Visibility.COMPANY)
    items = Input.objects.readable().filter(named, round=found, company_confirmed=True, company__isnull=False)
    return items.order_by().values_list("company__name", flat=True)


@prepared
def _shown_supporters(found: Round) -> "QuerySet[Support, str]":
    items = Input.objects.readable().filter(round=found)
    rows = Support.objects.filter(input__in=items.values("pk"), confirmed=True)
    return rows.order_by().values_list("company__name", flat=True)


def by_company(found: Round, counts: RoundCounts, limit: int = 8) -> list[tuple[str, int]]:
    """The companies that let themselves be seen, with their inputs and support; nothing under the threshold."""
    if not counts.shows_companies:
        return []
    tally: Counter[str] = Counter(_shown_writers(found))
    tally.update(_shown_supporters(found))
    return sorted(tally.items(), key=lambda pair: (-pair[1], pair[0].casefold()))[:limit]


def unconfirmed_companies(found: Round, *, on_board: bool = True) -> list[Company]:
    """Companies that somebody in the room claimed and nobody has confirmed yet.

    Others than the board are not told of those behind inputs that only the board may know the writer of.
    """
    written = Input.objects.standing().filter(round=found, company_confirmed=False)
    if not on_board:
        written = written.exclude(visibility=Visibility.BOARD)
    given = Support.objects.filter(input__round=found, confirmed=False)
    return list(Company.objects.filter(Q(pk__in=written.values("company")) | Q(pk__in=given.values("company"))))
