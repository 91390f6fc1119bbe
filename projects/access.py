"""Find a project, or what it starts from, or answer 404 or 403. The look-up is the access check."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from groups.desk_access import group_at_desk
from groups.models import Theme
from members.clock import oslo_today
from members.rules import Someone as Person
from projects import rules
from projects.models import Project


def project_for(user: Person, slug: str) -> Project:
    """Projects are open to all."""
    return get_object_or_404(Project.objects.select_related("group", "theme__round", "owner"), slug=slug)


def project_to_steer(user: Person, slug: str, on_day: date | None = None) -> Project:
    """For the board of the project's group; 403 for everybody else, who may see it."""
    project = project_for(user, slug)
    if not rules.may_steer(user, project, on_day or oslo_today()):
        raise PermissionDenied
    return project


def theme_to_start_from(user: Person, pk: str, on_day: date | None = None) -> Theme:
    """A standing theme of a group on whose board the person sits. 404 for outsiders, 403 for members."""
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    theme = get_object_or_404(Theme.objects.standing().select_related("round__group"), pk=pk)
    group_at_desk(user, theme.round.group.slug, on_day)
    return theme
