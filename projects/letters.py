"""Builders of the mails about projects: asked at sending, they tell the newest truth."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from groups.desk_letters import to_willing_people
from groups.enums import Station
from groups.models import Input
from mail.kinds import Unwanted, register
from mail.links import absolute
from mail.models import Message
from members.models import User
from projects import notices
from projects.enums import ProjectState
from projects.models import Project


def _started(message: Message, reader: User) -> Mapping[str, Any] | Unwanted:
    project = Project.objects.select_related("group", "theme", "owner").filter(pk=message.data["project"]).first()
    if project is None or project.state == ProjectState.STOPPED:
        return Unwanted("the project was stopped")
    inputs = list(
        Input.objects.filter(theme=project.theme, station=Station.IN_PROJECT, author=reader).order_by("-week", "pk")
    )
    if not inputs:
        return Unwanted("the input is not part of it any more")
    return {"project": project, "group": project.group, "inputs": inputs, "url": absolute(project.get_absolute_url())}


def register_kinds() -> None:
    """Tell the mail app which mails projects write."""
    register(
        notices.STARTED,
        to_willing_people(notices.STARTED, _started),
        label=_("My input has become part of a project"),
        weekly=True,
    )
