"""The tabs of a group's pages: the overview for all, the rest for those who may read it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from groups.models import Group, Input, Membership
from groups.rules import Standing
from members.clock import oslo_today
from members.prepared import prepared


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of templates/components/_tabs.html."""

    path: str
    label: str
    is_current: bool = False
    count: int | None = None


@prepared
def _inputs(group: Group, *, on_board: bool) -> "QuerySet[Input, int]":
    rows = Input.objects.seen_by_group(on_board=on_board).filter(round__group=group).order_by()
    return rows.values("round__group").annotate(count=Count("pk")).values_list("count", flat=True)


@prepared
def _members(group: Group, on_day: date) -> "QuerySet[Membership, int]":
    rows = Membership.objects.active(on_day).filter(group=group).order_by()
    return rows.values("group").annotate(count=Count("pk")).values_list("count", flat=True)


def group_tabs(group: Group, standing: Standing, *, here: str) -> list[Tab]:
    """Overview, input with its count, meetings, projects, members, and the board's desk. At most two queries."""
    tabs = [Tab(reverse("group", args=[group.slug]), _("Overview"), here == "overview")]
    if standing.reads_inputs:
        count = sum(_inputs(group, on_board=standing.board))
        tabs.append(Tab(reverse("groups:inputs", args=[group.slug]), _("Input"), here == "inputs", count))
    if standing.board:
        tabs.append(Tab(f"{group.get_absolute_url()}desk/", _("The desk"), here == "desk"))
    if standing.belongs or standing.staff:
        count = sum(_members(group, oslo_today()))
        tabs.append(Tab(reverse("groups:members", args=[group.slug]), _("Members"), here == "members", count))
    tabs.append(Tab(f"/meetings/?group={group.slug}", _("Meetings")))
    tabs.append(Tab(f"/projects/?group={group.slug}", _("Projects")))
    return tabs
