"""Words and small drawings for pages that join apps."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from groups.enums import GroupState, GroupStation, Station
from groups.models import Group, Input
from members.models import Company, User
from members.templatetags.words import trip
from thamsklyngen.importing.planning import CompanyChange, PersonChange

register = template.Library()

GROUP_LINE = list(GroupStation)

# An input travels seven stations; those that no longer travel keep the place they reached.
INPUT_PLACES = {
    Station.RECEIVED: 1,
    Station.UNDER_REVIEW: 2,
    Station.IN_THEME: 3,
    Station.IN_FOCUS: 4,
    Station.IN_PROJECT: 6,
}
INPUT_STATIONS = 7


@register.filter
def first_paragraph(text: str) -> str:
    """The first paragraph of what somebody wrote."""
    return text.strip().split("\n", 1)[0].strip()


@register.inclusion_tag("components/_trip.html")
def group_trip(group: Group) -> dict[str, Any]:
    """Where a group is on its line of six stations."""
    return trip(GROUP_LINE.index(GroupStation(group.station)) + 1, len(GROUP_LINE))


@register.inclusion_tag("components/_trip.html")
def input_trip(item: Input) -> dict[str, Any]:
    """Where an input is on its line of seven stations."""
    return trip(INPUT_PLACES.get(Station(item.station), 2), INPUT_STATIONS)


@register.filter
def station_words(group: Group) -> str:
    """What the group is doing now, in a few words."""
    if group.state == GroupState.PLANNED:
        if group.seeks_leader:
            return _("Looks for a leader")
        return _("Planned for %(when)s") % {"when": group.planned_for} if group.planned_for else _("Planned")
    if group.state == GroupState.PAUSED:
        return _("Takes a break")
    return {
        GroupStation.PLANNED: _("Getting started"),
        GroupStation.KICKOFF: _("Kickoff is coming"),
        GroupStation.INPUT: _("Collects input"),
        GroupStation.MANDATE: _("Writes its mandate"),
        GroupStation.DECISION: _("Waits for the cluster board"),
        GroupStation.ACTIVITIES: _("Activities under way"),
    }[GroupStation(group.station)]


@register.filter
def input_words(item: Input) -> str:
    """Where an input is, in a sentence for the one who wrote it."""
    station = Station(item.station)
    if station == Station.IN_THEME and item.theme is not None:
        return _("Moved to the theme %(theme)s") % {"theme": item.theme.name}
    if station == Station.IN_PROJECT and item.theme is not None:
        return _("Part of a project from the theme %(theme)s") % {"theme": item.theme.name}
    return {
        Station.RECEIVED: _("Received. The group board has not begun to sort yet"),
        Station.UNDER_REVIEW: _("The group board is sorting"),
        Station.IN_THEME: _("In a theme"),
        Station.IN_FOCUS: _("Part of a focus area"),
        Station.IN_PROJECT: _("Part of a project"),
        Station.PARKED: _("Parked for now"),
        Station.ANSWERED: _("Not taken on"),
        Station.WITHDRAWN: _("Withdrawn by you"),
    }[station]


@register.simple_tag
def share(part: int, whole: int) -> int:
    """Whole percent, 0 when there is nothing to share."""
    return round(100 * part / whole) if whole else 0


@register.filter
def changes(row: CompanyChange | PersonChange) -> list[dict[str, str]]:
    """The fields of a row of an import that change, with what stands there now."""
    model = Company if isinstance(row, CompanyChange) else User
    return [
        {
            "label": str(model._meta.get_field(name).verbose_name),  # type: ignore[union-attr]  # noqa: SLF001
            "before": row.before.get(name, ""),
            "after": text,
        }
        for name, text in row.fields.items()
    ]


@register.filter
def later_paragraphs(text: str) -> str:
    """What follows the first paragraph."""
    return text.strip().partition("\n")[2].strip()
