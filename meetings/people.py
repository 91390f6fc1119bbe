"""Finding people of the cluster by what somebody types."""

from datetime import date

from django.db.models import Q, QuerySet

from members.folding import fold_name
from members.models import Affiliation

MOST_FOUND = 20


def named(word: str, tie: str = "") -> Q:
    """The condition that a person's name or company contains the word; ``tie`` leads to the affiliation."""
    person = Q(**{f"{tie}user__name__icontains": word})
    folded = fold_name(word)
    return person | Q(**{f"{tie}company__name_folded__contains": folded}) if folded else person


def find_people(text: str, on_day: date) -> QuerySet[Affiliation]:
    """Ties in force whose person's name or company contains every typed word; nobody for nothing typed."""
    words = text.split()[:6]
    rows = Affiliation.objects.active(on_day).for_display()
    if not words:
        return rows.none()
    for word in words:
        rows = rows.filter(named(word))
    return rows.order_by("user__name", "pk")[:MOST_FOUND]
