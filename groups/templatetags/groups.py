"""Pieces of a group's pages that need a little reckoning: its tabs and its line."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from groups.enums import GroupState, GroupStation
from groups.models import Group, Round
from groups.rules import Standing
from groups.tabs import Tab, group_tabs
from members.templatetags.words import short_day

register = template.Library()


@register.simple_tag
def tabs_of(group: Group, standing: Standing, here: str) -> Sequence[Tab]:
    """The tabs of a group's pages as this reader sees them."""
    return group_tabs(group, standing, here=here)


@register.simple_tag
def stations_of(group: Group, newest: Round | None = None) -> list[dict[str, Any]]:
    """The six stations with the dates that are known; the one it is at is marked."""
    at = list(GroupStation).index(GroupStation(group.station))
    return [
        {
            "label": station.label,
            "when": _when(group, station, newest),
            "state": "done" if place < at else "now" if place == at else "",
        }
        for place, station in enumerate(GroupStation)
    ]


def _when(group: Group, station: GroupStation, newest: Round | None) -> str:
    if station == GroupStation.PLANNED:
        return short_day(group.founded_on) or (group.planned_for if group.state == GroupState.PLANNED else "")
    if station == GroupStation.KICKOFF:
        return short_day(group.kickoff_at)
    if station == GroupStation.INPUT and newest is not None and newest.closes_at is not None:
        return _("open until %(day)s") % {"day": short_day(newest.closes_at)}
    return ""
