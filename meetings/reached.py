"""To whom of a list a mail really goes. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from meetings.models import Invitation
from members.notices import not_wanting


@dataclass(frozen=True)
class Reached:
    """Those a mail goes to, and how many more it would go to, had they not switched its kind off."""

    people: list[Invitation] = field(default_factory=list)
    unwilling: int = 0


def reached(rows: Iterable[Invitation], kind: str) -> Reached:
    """Whoever can be reached and has not switched this kind off; one query more, however many they are."""
    able = [row for row in rows if row.user.is_reachable]
    unwilling = not_wanting([row.user.pk for row in able if row.user.pk], kind)
    willing = [row for row in able if row.user.pk not in unwilling]
    return Reached(willing, len(able) - len(willing))
