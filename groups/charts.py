"""Charts as plain numbers for inline SVG: lengths are computed here, the template only draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.figures import Figures
from groups.models import Theme

WIDTH, LEFT, RIGHT, TOP, FLOOR = 520.0, 50.0, 480.0, 22.0, 330.0
MOST_OF_IT = 80.0
MOST_BARS = 10
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One theme in the chart and in its table."""

    number: int
    theme: Theme
    figures: Figures
    value: float
    share: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    line_y: float
    carries: bool

    @property
    def label_inside(self) -> bool:
        """Room for the number inside the bar."""
        return self.height >= 26


@dataclass(frozen=True, slots=True)
class Pareto:
    """Themes by weight, with the share they add up to. ``quiet`` ones are too few to be drawn."""

    title: str
    by_hours: bool
    bars: Sequence[Bar]
    quiet: Sequence[tuple[Theme, Figures]]
    ticks: Sequence[tuple[float, int]]
    line: str
    limit_y: float
    floor: float = FLOOR
    left: float = LEFT
    right: float = RIGHT

    @property
    def is_drawn(self) -> bool:
        return bool(self.bars)


def pareto_of(rows: Iterable[tuple[Theme, Figures]]) -> Pareto:
    """Bars by hours a month, or by companies when nobody has said what it costs.

    Themes under the threshold are not drawn; they stand in the table without figures of hours.
    """
    rows = list(rows)
    shown = [row for row in rows if row[1].is_shown]
    quiet = [row for row in rows if not row[1].is_shown]
    by_hours = any(figures.has_hours for _theme, figures in shown)
    weighed = [(theme, figures, _weight(figures, by_hours=by_hours)) for theme, figures in shown]
    weighed.sort(key=lambda row: (-row[2], row[0].name))
    total = sum(weight for _theme, _figures, weight in weighed)
    if not total:
        return Pareto("", by_hours, [], [*quiet, *shown], [], "", TOP)
    weighed = weighed[:MOST_BARS]
    scale = _scale(max(weight for _theme, _figures, weight in weighed))
    bars = _bars(weighed, total, scale[-1])
    points = " ".join(f"{bar.middle:g},{bar.line_y:g}" for bar in bars)
    return Pareto(
        title=_finding(bars, by_hours=by_hours),
        by_hours=by_hours,
        bars=bars,
        quiet=quiet,
        ticks=[(round(FLOOR - (FLOOR - TOP) * tick / scale[-1], 1), tick) for tick in scale],
        line=points,
        limit_y=round(FLOOR - (FLOOR - TOP) * MOST_OF_IT / 100, 1),
    )


def _weight(figures: Figures, *, by_hours: bool) -> float:
    return figures.hours_middle if by_hours else float(figures.companies)


def _scale(largest: float) -> list[int]:
    """Round numbers from nought to just over the largest, five or six of them."""
    power = 1
    while True:
        for step in STEPS:
            if largest <= 5 * step * power:
                return [number * step * power for number in range(6)]
        power *= 10


def _bars(weighed: Sequence[tuple[Theme, Figures, float]], total: float, largest: float) -> list[Bar]:
    room = (RIGHT - LEFT) / len(weighed)
    width = min(50.0, room * 0.7)
    bars: list[Bar] = []
    sum_, reached = 0.0, False
    for number, (theme, figures, weight) in enumerate(weighed):
        sum_ += weight
        share = 100 * sum_ / total
        height = (FLOOR - TOP) * weight / largest
        middle = LEFT + room * (number + 0.5)
        bars.append(
            Bar(
                number=number + 1,
                theme=theme,
                figures=figures,
                value=weight,
                share=round(share),
                x=round(middle - width / 2, 1),
                y=round(FLOOR - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                middle=round(middle, 1),
                line_y=round(FLOOR - (FLOOR - TOP) * share / 100, 1),
                carries=not reached,
            )
        )
        reached = reached or share >= MOST_OF_IT
    return bars


def _finding(bars: Sequence[Bar], *, by_hours: bool) -> str:
    """What the chart says, in a sentence."""
    carrying = [bar for bar in bars if bar.carries]
    if by_hours:
        words = ngettext(
            "%(count)s theme stands for %(share)s percent of the hours",
            "%(count)s themes stand for %(share)s percent of the hours",
            len(carrying),
        )
    else:
        words = ngettext(
            "%(count)s theme stands for %(share)s percent of the support from companies",
            "%(count)s themes stand for %(share)s percent of the support from companies",
            len(carrying),
        )
    return words.replace("%(count)s", _number(len(carrying))).replace("%(share)s", str(carrying[-1].share))


def _number(count: int) -> str:
    """Small numbers as words, at the beginning of a sentence."""
    words = (
        _("One"),
        _("Two"),
        _("Three"),
        _("Four"),
        _("Five"),
        _("Six"),
        _("Seven"),
        _("Eight"),
        _("Nine"),
        _("Ten"),
    )
    return str(words[count - 1]) if 0 < count <= len(words) else str(count)
