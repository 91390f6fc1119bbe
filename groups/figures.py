"""What a theme amounts to: companies first, then inputs, and a range of hours. Companies are counted, not heads."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from groups.counting import SMALLEST_COMPANIES, SMALLEST_PEOPLE
from groups.enums import Area, Station
from groups.models import Input, Round, Support
from members.models import Company

TOO_MUCH_FROM_ONE = 1 / 3


@dataclass(frozen=True, slots=True)
class Voice:
    """One company's "this is ours": by writing an input, or by having it too. Unknown writers have no company."""

    company: int | None
    top: int | None
    person: int | None
    confirmed: bool
    hours: tuple[float, float] | None


@dataclass(slots=True)
class Figures:
    """The numbers of a theme, or of what lies outside themes (``theme`` None)."""

    theme: int | None
    inputs: int = 0
    companies: int = 0
    unconfirmed: int = 0
    people: int = 0
    hours_low: float = 0.0
    hours_high: float = 0.0
    production: int = 0
    administration: int = 0
    from_one: int = 0

    @property
    def is_shown(self) -> bool:
        """Nothing is drawn under three companies or five persons."""
        return self.companies >= SMALLEST_COMPANIES or self.people >= SMALLEST_PEOPLE

    @property
    def has_hours(self) -> bool:
        return self.hours_high > 0

    @property
    def hours_middle(self) -> float:
        """The middle of the range, for bars."""
        return (self.hours_low + self.hours_high) / 2

    @property
    def production_share(self) -> int | None:
        """Percent production of the inputs that name an area; None when none does."""
        known = self.production + self.administration
        return round(100 * self.production / known) if known else None

    @property
    def administration_share(self) -> int:
        """Percent administration of the inputs that name an area."""
        return 100 - (self.production_share or 0)

    @property
    def warning_share(self) -> int | None:
        """Percent from the company that says most, when that is over a third."""
        return self.from_one if self.is_shown and self.from_one else None


def voices_of(item: Input) -> Iterator[Voice]:
    """The writer of an input and the companies that have it too. Needs company and supports fetched."""
    yield Voice(
        company=item.company_id,
        top=_top(item.company),
        person=item.author_id,
        confirmed=item.company_confirmed,
        hours=_hours(item),
    )
    for support in item.supports.all():
        yield Voice(
            company=support.company_id,
            top=_top(support.company),
            person=support.affiliation.user_id if support.affiliation else None,
            confirmed=support.confirmed,
            hours=_hours(support),
        )


def _top(company: Company | None) -> int | None:
    """The company that counts for this one."""
    if company is None:
        return None
    return company.pk if company.counts_by_itself or company.parent_id is None else company.parent_id


def _hours(row: Input | Support) -> tuple[float, float] | None:
    if row.hours_low is None or row.hours_high is None:
        return None
    return row.hours_low, row.hours_high


@dataclass(slots=True)
class _Tally:
    """The figures of one theme while they are being added up."""

    figures: Figures
    known: Counter[int] = field(default_factory=Counter)
    claimed: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    strangers: int = 0

    def add(self, item: Input, copies: list[Input]) -> None:
        """One input with the duplicates under it: every company speaks once."""
        voices = [voice for row in (item, *copies) for voice in voices_of(row)]
        self.figures.inputs += 1
        self.figures.production += item.area == Area.PRODUCTION
        self.figures.administration += item.area == Area.ADMINISTRATION
        for low, high in _hours_once_per_company(voices):
            self.figures.hours_low += low
            self.figures.hours_high += high
        self.known.update({voice.top for voice in voices if voice.top and voice.confirmed})
        self.claimed |= {voice.top for voice in voices if voice.top and not voice.confirmed}
        self.people |= {voice.person for voice in voices if voice.person}
        self.strangers += sum(1 for voice in voices if voice.top is None)

    def done(self) -> Figures:
        """The finished figures."""
        figures = self.figures
        figures.companies = len(self.known)
        figures.unconfirmed = len(self.claimed - set(self.known))
        figures.people = len(self.people)
        everybody = self.known.total() + self.strangers
        share = max(self.known.values(), default=0) / everybody if everybody else 0
        figures.from_one = round(100 * share) if share > TOO_MUCH_FROM_ONE else 0
        return figures


def figures_of(inputs: Iterable[Input]) -> dict[int | None, Figures]:
    """Figures per theme; None is what lies loose. Parked and answered inputs, and withdrawn ones, count nowhere.

    Duplicates are one input with the one they stand under; their companies count.
    """
    rows = [item for item in inputs if item.station not in Station.closed_states()]
    copies: dict[object, list[Input]] = defaultdict(list)
    for item in rows:
        if item.merged_into_id:
            copies[item.merged_into_id].append(item)
    tallies: dict[int | None, _Tally] = {}
    for item in rows:
        if item.merged_into_id is None:
            tally = tallies.setdefault(item.theme_id, _Tally(Figures(item.theme_id)))
            tally.add(item, copies[item.pk])
    return {theme: tally.done() for theme, tally in tallies.items()}


def _hours_once_per_company(voices: Iterable[Voice]) -> list[tuple[float, float]]:
    """Each company's own answer once per input, the largest where it gave two; unknown writers each their own."""
    own: dict[int, tuple[float, float]] = {}
    unknown: list[tuple[float, float]] = []
    for voice in voices:
        if voice.hours is None:
            continue
        if voice.company is None:
            unknown.append(voice.hours)
        elif voice.confirmed:
            own[voice.company] = max(own.get(voice.company, (0.0, 0.0)), voice.hours, key=lambda hours: hours[1])
    return [*own.values(), *unknown]


def theme_figures(found: Round) -> dict[int | None, Figures]:
    """Figures of a round per theme, three queries; None is what lies outside themes."""
    return figures_of(Input.objects.filter(round=found).for_figures())
