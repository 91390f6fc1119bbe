"""Mails about projects, queued together with the deed they tell of."""

from groups.enums import Station
from groups.models import Input
from mail.queue import Draft, enqueue_many
from projects.models import Project

STARTED = "projects.started"


def about(project: Project) -> str:
    """How mail rows name a project."""
    return f"project:{project.pk}"


def tell_writers(project: Project) -> int:
    """Everybody who wrote one of the inputs hears that it is now part of a project, once; says how many."""
    inputs = Input.objects.filter(theme=project.theme, station=Station.IN_PROJECT, author__isnull=False)
    writers = sorted(set(inputs.values_list("author_id", flat=True)))
    return enqueue_many(
        STARTED,
        [
            Draft(
                recipient=f"user:{writer}",
                about=about(project),
                data={"project": project.pk},
                dedupe_key=f"{STARTED}:{project.pk}:{writer}",
            )
            for writer in writers
        ],
    )
