"""What a screen in the room may show of a round: texts without names, themes by companies, how long the door is open."""

import hashlib
from datetime import datetime

from groups.enums import Visibility
from groups.figures import Figures, figures_of
from groups.models import Input, Round, Theme

SHOWN = 6
TURN_MINUTES = 5


def wall_texts(found: Round, now: datetime, most: int = SHOWN) -> list[Input]:
    """The newest readable texts, and among them anonymous ones in turn, so that their place tells no hour."""
    rows = Input.objects.readable().filter(round=found)
    known = list(rows.exclude(visibility=Visibility.ANONYMOUS).order_by("-created_at", "pk")[:most])
    hidden = list(rows.filter(visibility=Visibility.ANONYMOUS).order_by("-week", "pk")[:100])
    turn = int(now.timestamp() // (60 * TURN_MINUTES))
    hidden.sort(key=lambda item: hashlib.sha256(f"{turn}:{item.pk}".encode()).digest())
    own = max(most - len(hidden), most * 2 // 3)
    shown = known[:own] + hidden[: most - min(len(known), own)]
    return shown[:most]


def wall_themes(found: Round, most: int = SHOWN) -> list[tuple[Theme, Figures]]:
    """Themes with the most companies, as far as the room may know of them; those about one or two companies are left out."""
    rows = Input.objects.filter(round=found)
    figures = figures_of((rows.filter(released=True) if found.board_first else rows).for_figures())
    shown = [(theme, figures[theme.pk]) for theme in found.themes.standing() if theme.pk in figures]
    shown = [row for row in shown if row[1].is_shown]
    return sorted(shown, key=lambda row: (-row[1].companies, row[0].name))[:most]


def minutes_left(found: Round, now: datetime) -> int:
    """Minutes until the door in the room shuts; 0 when it is shut."""
    if not found.room_is_open(now) or found.room_closes_at is None:
        return 0
    return max(1, round((found.room_closes_at - now).total_seconds() / 60))
