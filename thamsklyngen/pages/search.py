"""One search across groups, companies, people, meetings, projects and readable inputs."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.models import Group, Input
from meetings.models import Meeting
from members.models import Affiliation, Company, User
from projects.models import Project
from thamsklyngen.pages.reading import read_query

MOST_OF_A_KIND = 8
SHORTEST_QUERY = 2


@dataclass(frozen=True)
class Hit:
    """One line of the result."""

    title: str
    href: str
    about: str = ""


@dataclass(frozen=True)
class Section:
    """The hits of one kind, at most eight."""

    heading: str | Promise
    hits: list[Hit]


def _people(user: User, query: str, on_day: date) -> list[Hit]:
    """Members find members who have chosen to stand in the list; staff find everybody."""
    ties = Affiliation.objects.active(on_day).filter(user__name__icontains=query, is_main=True)
    if not user.is_staff:
        if not Affiliation.objects.active(on_day).filter(user=user).exists():
            return []
        ties = ties.filter(user__in_people_list=True)
    return [
        Hit(tie.user.display_name, f"/people/{tie.user_id}/", str(tie.company))
        for tie in ties.for_display().order_by("user__name")[:MOST_OF_A_KIND]
    ]


def _inputs(user: User, query: str, on_day: date) -> list[Hit]:
    """What the groups I belong to may read."""
    found = (
        Input.objects.readable()
        .filter(round__group__in=Group.objects.with_member(user, on_day), text__icontains=query)
        .select_related("round__group")
        .order_by("-week", "pk")[:MOST_OF_A_KIND]
    )
    return [Hit(item.text[:120], item.get_absolute_url(), item.round.group.name) for item in found]


def sections(user: User, query: str, on_day: date) -> list[Section]:
    """All hits that this person may see, by kind; kinds without hits are left out."""
    groups = Group.objects.listed().filter(Q(name__icontains=query) | Q(purpose__icontains=query))
    companies = Company.objects.active().named(query)
    if not user.is_staff:
        companies = companies.filter(is_public=True)
    meetings = Meeting.objects.visible_to(user, on_day).filter(title__icontains=query).distinct()
    projects = Project.objects.filter(Q(title__icontains=query) | Q(aim__icontains=query))
    found = [
        Section(_("Groups"), [Hit(g.name, g.get_absolute_url()) for g in groups[:MOST_OF_A_KIND]]),
        Section(_("Meetings"), [Hit(m.title, m.get_absolute_url(), m.venue) for m in meetings[:MOST_OF_A_KIND]]),
        Section(_("Projects"), [Hit(p.title, p.get_absolute_url()) for p in projects[:MOST_OF_A_KIND]]),
        Section(
            _("Companies"), [Hit(c.name, c.get_absolute_url(), c.municipality) for c in companies[:MOST_OF_A_KIND]]
        ),
        Section(_("People"), _people(user, query, on_day)),
        Section(_("Inputs"), _inputs(user, query, on_day)),
    ]
    return [section for section in found if section.hits]


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """The search page; an empty or one-letter query asks for more letters."""
    assert isinstance(request.user, User)
    query = read_query(request.GET.get("q", ""))
    enough = len(query) >= SHORTEST_QUERY
    found = sections(request.user, query, timezone.localdate()) if enough else []
    return render(request, "pages/search.html", {"query": query, "enough": enough, "sections": found})
