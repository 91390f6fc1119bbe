"""The overview of groups, and a group's own overview: where it stands, what is next, who leads it."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from groups.enums import GroupKind, GroupState, MembershipState
from groups.models import Group, Interest, Membership, Role, Round
from groups.rules import standing
from mail.links import absolute
from meetings.enums import MeetingState
from meetings.models import Meeting
from members.models import User
from members.prepared import prepared
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


@prepared
def _open_rounds(found: Group, now: datetime) -> QuerySet[Round]:
    return with_answers(Round.objects.open(now).filter(group=found)).order_by("closes_at", "pk")


@prepared
def _seats(found: Group, on_day: date) -> QuerySet[Role]:
    return Role.objects.held_on(on_day).filter(group=found).for_display()


@prepared
def _named(slug: str, on_day: date) -> QuerySet[Group]:
    return with_sizes(Group.objects.filter(slug=slug), on_day)


@prepared
def _projects(found: Group) -> QuerySet[Project]:
    return Project.objects.of_group(found).with_figures().select_related("theme", "owner")[:SHOWN_PROJECTS]


@prepared
def _known_meetings(user: User, found: Group, now: datetime, on_day: date) -> QuerySet[Meeting]:
    return _next_of(Meeting.objects.known_to(user, on_day), found, now)


def _next_of(meetings: QuerySet[Meeting], found: Group, now: datetime) -> QuerySet[Meeting]:
    coming = meetings.filter(group=found, ends_at__gt=now).exclude(state=MeetingState.CANCELLED)
    return with_coming(coming).order_by("starts_at", "pk")[:NEXT_MEETINGS]


def _next_meetings(user: Someone, found: Group, now: datetime) -> list[Meeting]:
    """The group's next meetings, as far as the reader may know of them."""
    on_day = timezone.localdate(now)
    if isinstance(user, User) and not user.is_staff:
        return _known_meetings(user, found, now, on_day)
    return list(_next_of(Meeting.objects.visible_to(user, on_day), found, now))


def _reader(user: Someone, found: Group, now: datetime) -> dict[str, Any]:
    """What the group is to this reader: standing, open request, and the round that waits for input."""
    on_day = timezone.localdate(now)
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
        "round": next(iter(_open_rounds(found, now)), None),
        "roles": _seats(found, on_day),
    }


def group(request: HttpRequest, slug: str) -> HttpResponse:
    """One group's overview, open to all; what stands in it depends on who reads."""
    now = timezone.now()
    found = next(iter(_named(slug, timezone.localdate(now))), None)
    if found is None:
        raise Http404
    return render(
        request,
        "pages/group.html",
        {
            "group": found,
            "meetings": _next_meetings(request.user, found, now),
            "projects": _projects(found),
            "past_events": found.past_events.all(),
            "feed_address": absolute(reverse("meetings:group_feed", args=[found.slug])),
            **_reader(request.user, found, now),
        },
    )
