"""What projects tell the desk: a theme's inputs are carried on, or let go of again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from groups.enums import Station
from groups.models import Input, Round, Theme
from members.models import User


@transaction.atomic
def carry_into_project(theme: Theme, *, actor: User, now: datetime) -> list[Input]:
    """The theme's inputs are now part of a project; answers those that were not before. Not a step of the desk."""
    return _move(theme, Station.IN_THEME, Station.IN_PROJECT)


@transaction.atomic
def release_from_project(theme: Theme, *, actor: User, now: datetime) -> list[Input]:
    """No project builds on the theme any more; its inputs stand in the theme again."""
    return _move(theme, Station.IN_PROJECT, Station.IN_THEME)


def _move(theme: Theme, was: Station, station: Station) -> list[Input]:
    # The desk's lock: nobody parks an input while it is being carried on
    Round.objects.select_for_update().get(pk=theme.round_id)
    inputs = list(Input.objects.filter(theme=theme, station=was))
    Input.objects.filter(pk__in=[item.pk for item in inputs]).update(station=station)
    if inputs:
        Round.objects.filter(pk=theme.round_id).update(desk_version=F("desk_version") + 1)
    for item in inputs:
        item.station = station
    return inputs
