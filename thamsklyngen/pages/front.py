"""The front page: what the cluster is, what came of the input, what happens next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from groups.counting import SMALLEST_COMPANIES
from groups.enums import GroupState
from groups.models import Group, Input, Theme
from meetings.models import Meeting
from projects.models import Project
from thamsklyngen.pages.counts import with_coming, with_sizes

Figures = list[tuple[str, int]]


@dataclass(frozen=True)
class Step:
    """One stop on the line that explains how a bottleneck becomes an improvement."""

    label: str | Promise
    when: str | Promise
    state: str = ""


STEPS = (
    Step(_("You say it"), _("what stops the flow where you work")),
    Step(_("The group board sorts it"), _("inputs become themes")),
    Step(_("The mandate is written"), _("with focus areas and goals")),
    Step(_("The cluster board decides"), _("or sends it back")),
    Step(_("We do it"), _("together, in activities and projects")),
    Step(_("We measure again"), _("what it really gave")),
)


def figures() -> Figures:
    """What came of it, counted from the data; empty until enough companies have spoken."""
    heard = Input.objects.standing().aggregate(
        companies=Count("company", filter=Q(company_confirmed=True), distinct=True), inputs=Count("pk")
    )
    if heard["companies"] < SMALLEST_COMPANIES:
        return []
    themes, projects = Theme.objects.standing().count(), Project.objects.going().count()
    return [
        (ngettext("company has given input", "companies have given input", heard["companies"]), heard["companies"]),
        (
            ngettext("input about what stops the flow", "inputs about what stops the flow", heard["inputs"]),
            heard["inputs"],
        ),
        (ngettext("theme the group boards have named", "themes the group boards have named", themes), themes),
        (ngettext("joint project under way", "joint projects under way", projects), projects),
    ]


def next_open_meetings(now: datetime) -> list[Meeting]:
    """The next meetings that stand open to all, with how many come."""
    return list(with_coming(Meeting.objects.upcoming(now).open_to_all())[:4])


def front(request: HttpRequest) -> HttpResponse:
    """For everybody, signed in or not."""
    now = timezone.now()
    groups = with_sizes(Group.objects.competence().listed(), timezone.localdate(now))
    meetings = next_open_meetings(now)
    return render(
        request,
        "pages/front.html",
        {
            "figures": figures(),
            "groups": sorted(groups, key=lambda group: (group.state != GroupState.ACTIVE, group.name)),
            "meetings": meetings,
            "next_meeting": meetings[0] if meetings else None,
            "steps": STEPS,
        },
    )
