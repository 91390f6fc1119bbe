"""Counts that several joining pages show, as subqueries so that a list costs one query."""

from datetime import date, datetime

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from groups.models import Group, Input, Interest, Membership, Round
from meetings.models import Invitation, Meeting


def _count(rows: QuerySet, of: str, *, key: str) -> Coalesce:  # type: ignore[type-arg]
    """Distinct values of ``of`` among the rows that share ``key``, zero where there are none."""
    counted = rows.order_by().values(key).annotate(_n=Count(of, distinct=True)).values("_n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_sizes(groups: QuerySet[Group], on_day: date) -> QuerySet[Group]:
    """Add ``companies``, ``people`` and ``interested`` to groups."""
    members = Membership.objects.active(on_day).filter(group=OuterRef("pk"))
    interested = Interest.objects.filter(group=OuterRef("pk"))
    return groups.annotate(
        companies=_count(members, "affiliation__company", key="group"),
        people=_count(members, "affiliation__user", key="group"),
        interested=_count(interested, "affiliation__user", key="group"),
    )


def with_coming(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Add ``coming`` (people with a seat, and their guests) and ``coming_companies`` to meetings."""
    seated = Invitation.objects.placed().filter(meeting=OuterRef("pk"))
    return meetings.annotate(
        coming=_people(seated),
        coming_companies=_count(seated.filter(affiliation__isnull=False), "affiliation__company", key="meeting"),
    )


def _people(invitations: QuerySet[Invitation]) -> Coalesce:
    """Those invited to the same meeting, with the guests they bring."""
    counted = invitations.order_by().values("meeting").annotate(_n=Sum(F("guest_count") + 1)).values("_n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_answers(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Add ``input_count`` and ``input_companies`` to rounds; unconfirmed companies are left out of the second."""
    readable = Input.objects.readable().filter(round=OuterRef("pk"))
    return rounds.annotate(
        input_count=_count(readable, "pk", key="round"),
        input_companies=_count(readable.filter(company__isnull=False, company_confirmed=True), "company", key="round"),
    )


def open_rounds(now: datetime) -> QuerySet[Round]:
    """Open rounds with their group and counts, the one that closes first on top."""
    return with_answers(Round.objects.open(now)).select_related("group").order_by(F("closes_at").asc(), "pk")
