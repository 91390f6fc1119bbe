"""A company's page: who they are, which groups and projects they take part in, who works there."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from groups.models import Group, Input, Membership, Role, Support
from members.access import company_for
from members.models import Affiliation, Company, User
from members.rules import Someone, belongs_to, may_look_after, may_see_people
from projects.models import Project

SHOWN_INPUTS = 10


def _groups_of(company: Company, on_day: date) -> QuerySet[Group]:
    memberships = Membership.objects.active(on_day).filter(affiliation__company=company)
    seats = Role.objects.held_on(on_day).filter(affiliation__company=company)
    mine = Q(pk__in=memberships.values("group_id")) | Q(pk__in=seats.values("group_id"))
    return Group.objects.listed().competence().filter(mine)


def _inputs_of(company: Company) -> QuerySet[Input]:
    """What the company itself has said and its group may read; for its own people."""
    return (
        Input.objects.readable()
        .filter(company=company, company_confirmed=True, visibility__in=["named", "company"])
        .select_related("round__group", "theme")
        .order_by("-week", "pk")
    )


def _own_groups(user: Someone, on_day: date) -> set[int]:
    """Groups whose inputs the reader may open."""
    return (
        set(Group.objects.with_member(user, on_day).values_list("pk", flat=True)) if isinstance(user, User) else set()
    )


def company(request: HttpRequest, slug: str) -> HttpResponse:
    """Public facts for everybody; people for members; the company's own inputs for its own people."""
    found = company_for(request.user, slug)
    on_day = timezone.localdate()
    inside = belongs_to(request.user, found, on_day)
    sees_people = may_see_people(request.user, on_day)
    ties = Affiliation.objects.for_company(found).active(on_day).for_display().order_by("-is_contact", "user__name")
    if not inside and not request.user.is_staff:
        ties = ties.filter(user__in_people_list=True)
    projects = Project.objects.filter(
        participations__company=found, participations__left_on__isnull=True
    ).select_related("group")
    return render(
        request,
        "pages/company.html",
        {
            "company": found,
            "inside": inside,
            "looks_after": may_look_after(request.user, found, on_day),
            "people": ties if sees_people else None,
            "groups": _groups_of(found, on_day),
            "projects": projects,
            "inputs": _inputs_of(found)[:SHOWN_INPUTS] if inside else None,
            "own_groups": _own_groups(request.user, on_day) if inside else set(),
            "supports": Support.objects.filter(company=found, confirmed=True).count() if inside else 0,
        },
    )
