"""The overview of groups, and a group's own overview: where it stands, what is next, who leads it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from groups.enums import GroupKind, GroupState, MembershipState
from groups.models import Group, Interest, Membership, Role, Round
from groups.rules import standing
from meetings.enums import MeetingState
from meetings.models import Meeting
from members.rules import Someone
from projects.models import Project
from thamsklyngen.pages.counts import with_answers, with_coming, with_sizes

NEXT_MEETINGS = 3
SHOWN_PROJECTS = 4


def group_list(request: HttpRequest) -> HttpResponse:
    """All groups, those at work first, then the planned ones, then the cluster board; for everybody."""
    groups = list(with_sizes(Group.objects.listed(), timezone.localdate()))
    competence = [group for group in groups if group.kind == GroupKind.COMPETENCE]
    return render(
        request,
        "pages/group_list.html",
        {
            "at_work": [group for group in competence if group.state != GroupState.PLANNED],
            "planned": [group for group in competence if group.state == GroupState.PLANNED],
            "boards": [group for group in groups if group.kind == GroupKind.CLUSTER_BOARD],
        },
    )


def _reader(user: Someone, found: Group, now: datetime) -> dict[str, Any]:
    """What the group is to this reader: standing, open request, and the round that waits for input."""
    on_day = timezone.localdate(now)
    rounds = with_answers(Round.objects.open(now).filter(group=found)).order_by("closes_at", "pk")
    membership = None
    interested = False
    if user.is_authenticated:
        mine = Membership.objects.filter(group=found, affiliation__user=user)
        membership = mine.filter(state__in=MembershipState.open_states()).order_by("pk").first()
        interested = Interest.objects.filter(group=found, affiliation__user=user).exists()
    return {
        "standing": standing(user, found, on_day),
        "membership": membership,
        "interested": interested,
        "round": rounds.first(),
        "roles": Role.objects.held_on(on_day).filter(group=found).for_display(),
    }


def group(request: HttpRequest, slug: str) -> HttpResponse:
    """One group's overview, open to all; what stands in it depends on who reads."""
    now = timezone.now()
    on_day = timezone.localdate(now)
    found = get_object_or_404(with_sizes(Group.objects.all(), on_day), slug=slug)
    meetings = Meeting.objects.visible_to(request.user, on_day).filter(group=found, ends_at__gt=now)
    coming = with_coming(meetings.exclude(state=MeetingState.CANCELLED)).order_by("starts_at", "pk")
    projects = Project.objects.of_group(found).with_figures().select_related("theme", "owner")
    return render(
        request,
        "pages/group.html",
        {
            "group": found,
            "meetings": coming[:NEXT_MEETINGS],
            "projects": projects[:SHOWN_PROJECTS],
            "past_events": found.past_events.all(),
            **_reader(request.user, found, now),
        },
    )
