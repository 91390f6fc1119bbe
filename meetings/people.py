"""Finding people of the cluster by what somebody types."""

from datetime import date

from django.db.models import Q, QuerySet

from members.folding import fold_name
from members.models import Affiliation

MOST_FOUND = 20


def find_people(text: str, on_day: date) -> QuerySet[Affiliation]:
    """Ties in force whose person's name or company contains every typed word; nobody for nothing typed."""
    words = text.split()[:6]
    rows = Affiliation.objects.active(on_day).for_display()
    if not words:
        return rows.none()
    for word in words:
        rows = rows.filter(Q(user__name__icontains=word) | Q(company__name_folded__contains=fold_name(word)))
    return rows.order_by("user__name", "pk")[:MOST_FOUND]
