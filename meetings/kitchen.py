"""What the kitchen gets: how many eat, and what some cannot. Without names: it cooks for a number, not for persons."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from meetings.models import DietNeed, Meeting


@dataclass(frozen=True, kw_only=True)
class KitchenList:
    """``people`` with their guests; ``needs`` as written, with how many wrote the same, the most frequent first."""

    people: int
    told: int
    needs: Sequence[tuple[str, int]]


def kitchen_list(meeting: Meeting, on_day: date) -> KitchenList:
    """Of those who have a place; two queries."""
    written = list(DietNeed.objects.for_kitchen(meeting, on_day).values_list("text", flat=True))
    counts = Counter(text.casefold() for text in written)
    first = {text.casefold(): text for text in sorted(written, reverse=True)}
    needs = sorted(((first[key], count) for key, count in counts.items()), key=lambda need: (-need[1], need[0]))
    return KitchenList(people=meeting.invitations.seated(on_day).people(), told=len(written), needs=needs)
