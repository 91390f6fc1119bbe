"""Closed lists of projects."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProjectState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("project", "planned")
    RUNNING = "running", pgettext_lazy("project", "running")
    DONE = "done", pgettext_lazy("project", "done")
    STOPPED = "stopped", pgettext_lazy("project", "stopped")

    @property
    def next_states(self) -> tuple["ProjectState", ...]:
        """Where a project may go from here. Done and stopped are ends."""
        return {
            ProjectState.PLANNED: (ProjectState.RUNNING, ProjectState.STOPPED),
            ProjectState.RUNNING: (ProjectState.DONE, ProjectState.STOPPED),
        }.get(self, ())


class ParticipationKind(models.TextChoices):
    OWNER = "owner", _("owner")
    PARTICIPANT = "participant", _("participant")
