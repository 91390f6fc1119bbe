"""The desk as its page shows it: columns of slips, each with its figures. Four queries, however many slips."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.desk_forms import LOOSE, DeskFilter, passes
from groups.enums import Area, Station, Visibility
from groups.figures import Figures, figures_of, voices_of
from groups.models import BoardNote, Input, Round, Theme

SHOWN_LOOSE = 24
SHOWN_IN_THEME = 8
SHOWN_AT_MOST = 200
PARKED, ANSWERED = "parked", "answered"


@dataclass(frozen=True, slots=True)
class Slip:
    """One input on the desk, with the duplicates beneath it."""

    item: Input
    copies: list[Input]
    also: int

    @property
    def is_administration(self) -> bool:
        return self.item.area == Area.ADMINISTRATION

    @property
    def is_carried(self) -> bool:
        """Part of a focus area or a project: it stays where it is."""
        return self.item.station in {Station.IN_FOCUS, Station.IN_PROJECT}

    @property
    def about(self) -> str:
        """Whose it is, as may stand on a wall during a board meeting; and how many have it too."""
        parts = [whose(self.item)]
        if self.also:
            parts.append(ngettext("%(count)s has it too", "%(count)s have it too", self.also) % {"count": self.also})
        return " · ".join(parts)


def whose(item: Input) -> str:
    """The writer's company where the group may see it; a name only on the input's own page."""
    if item.visibility == Visibility.ANONYMOUS:
        return _("Without a name")
    if item.visibility == Visibility.BOARD:
        return _("Only the board sees who")
    return item.company.name if item.company else _("Without a company")


@dataclass(slots=True)
class Column:
    """A theme, or what lies outside themes."""

    key: str
    title: str
    theme: Theme | None = None
    figures: Figures = field(default_factory=lambda: Figures(None))
    slips: list[Slip] = field(default_factory=list)
    hidden: int = 0

    @property
    def is_theme(self) -> bool:
        return self.theme is not None

    @property
    def is_closed(self) -> bool:
        return self.key in {PARKED, ANSWERED}


@dataclass(slots=True)
class Desk:
    """Everything that the desk's page shows of a round."""

    columns: list[Column]
    themes: list[Theme]
    names: dict[int, str]
    filter: DeskFilter
    chosen: Mapping[str, str]
    inputs: int
    matching: int
    waiting: int


def desk_of(found: Round, query: Mapping[str, Any]) -> Desk:
    """The desk of a round, filtered; ``open`` names the column that shows all its slips."""
    all_themes = list(Theme.objects.filter(round=found))
    themes = [theme for theme in all_themes if theme.removed_at is None]
    notes = Exists(BoardNote.objects.filter(input=OuterRef("pk")))
    rows = list(
        Input.objects.filter(round=found)
        .exclude(station=Station.WITHDRAWN)
        .for_figures()
        .annotate(has_notes=notes)
        .order_by("-position", "-week", "pk")
    )
    form = DeskFilter(query, themes=themes)
    chosen = form.chosen()
    slips = _slips(rows)
    matching = [slip for slip in slips if any(passes(item, chosen) for item in (slip.item, *slip.copies))]
    columns = _columns(themes, figures_of(rows), matching, chosen)
    for column in columns:
        _fold(column, is_open=query.get("open") == column.key or bool(chosen))
    return Desk(
        columns=columns,
        themes=themes,
        names={theme.pk: theme.name for theme in all_themes},
        filter=form,
        chosen=chosen,
        inputs=len(slips),
        matching=len(matching),
        waiting=sum(1 for slip in slips if not slip.item.released),
    )


def _slips(rows: Iterable[Input]) -> list[Slip]:
    copies: dict[object, list[Input]] = defaultdict(list)
    for item in rows:
        if item.merged_into_id:
            copies[item.merged_into_id].append(item)
    return [Slip(item, copies[item.pk], _also(item, copies[item.pk])) for item in rows if item.merged_into_id is None]


def _also(item: Input, copies: list[Input]) -> int:
    """Companies beside the writer's own that have it too."""
    writer, *others = voices_of(item)
    tops = {voice.top for voice in others if voice.top and voice.confirmed}
    tops |= {voice.top for copy in copies for voice in voices_of(copy) if voice.top and voice.confirmed}
    return len(tops - {writer.top})


def _columns(
    themes: Iterable[Theme],
    figures: Mapping[int | None, Figures],
    slips: Iterable[Slip],
    chosen: Mapping[str, str],
) -> list[Column]:
    loose = Column(LOOSE, _("Without a theme"), figures=figures.get(None, Figures(None)))
    closed = {PARKED: Column(PARKED, _("Parked")), ANSWERED: Column(ANSWERED, _("Answered"))}
    by_theme = {
        theme.pk: Column(str(theme.pk), theme.name, theme, figures.get(theme.pk, Figures(theme.pk))) for theme in themes
    }
    for slip in slips:
        column = closed.get(slip.item.station) or by_theme.get(slip.item.theme_id or 0) or loose
        column.slips.append(slip)
    # Where the board put them: a column that jumps while slips move cannot be worked with
    columns = [loose, *by_theme.values(), *(column for column in closed.values() if column.slips)]
    return [column for column in columns if column.slips or not chosen]


def _fold(column: Column, *, is_open: bool) -> None:
    shown = SHOWN_AT_MOST if is_open else SHOWN_IN_THEME if column.is_theme or column.is_closed else SHOWN_LOOSE
    column.hidden = max(0, len(column.slips) - shown)
    column.slips = column.slips[:shown]
