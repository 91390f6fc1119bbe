"""Joint projects: what a theme turned into, and which companies take part."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from groups.models import Group, Input, Theme
from members.enums import Language
from members.models import Affiliation, Company
from projects.enums import ParticipationKind, ProjectState


class ProjectQuerySet(models.QuerySet["Project"]):
    """Questions about projects."""

    def of_group(self, group: Group) -> "ProjectQuerySet":
        return self.filter(group=group)

    def going(self) -> "ProjectQuerySet":
        """Planned or running."""
        return self.filter(state__in=[ProjectState.PLANNED, ProjectState.RUNNING])

    def matching(self, chosen: Mapping[str, str]) -> "ProjectQuerySet":
        """Projects of the list's filters: words in title or aim, the group's address, the state."""
        found = self
        if chosen.get("q"):
            words = models.Q(title__icontains=chosen["q"]) | models.Q(aim__icontains=chosen["q"])
            found = found.filter(words)
        if chosen.get("group"):
            found = found.filter(group__slug=chosen["group"])
        if chosen.get("state"):
            found = found.filter(state=chosen["state"])
        return found

    def after(self, key: str) -> "ProjectQuerySet":
        """What comes after the project by this key in the list, newest first; all of it when the key is none."""
        moment, _dash, pk = key.partition("~")
        at = parse_datetime(moment) if "T" in moment else None
        if at is None or not pk.isdecimal() or len(pk) > 18:
            return self
        return self.filter(models.Q(created_at__lt=at) | models.Q(created_at=at, pk__lt=int(pk)))

    def with_figures(self) -> "ProjectQuerySet":
        """Add ``companies``: how many take part now; and ``inputs``: how many lie behind."""
        taking_part = Participation.objects.current().filter(project=models.OuterRef("pk"))
        behind = Input.objects.standing().filter(theme=models.OuterRef("theme"))
        return self.annotate(companies=_counted(taking_part, "project"), inputs=_counted(behind, "theme"))


def _counted(rows: models.QuerySet[Any], by: str) -> Coalesce:
    """How many rows, in a query of its own: a join would multiply them and drop the order of the list."""
    numbers = rows.order_by().values(by).annotate(number=models.Count("pk")).values("number")
    return Coalesce(models.Subquery(numbers), 0)


class Project(models.Model):
    """A joint project. Its origin is a theme; ``state`` is assigned in ``projects.actions`` alone."""

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address on the web"), max_length=80, unique=True)
    aim = models.TextField(_("aim"), max_length=2000)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.NB)
    state = models.CharField(_("state"), max_length=8, choices=ProjectState, default=ProjectState.PLANNED)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(
        Theme, verbose_name=_("starts from the theme"), on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(Company, verbose_name=_("owner company"), on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))
    started_on = models.DateField(_("started"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="project_period_in_order",
                condition=models.Q(ended_on__isnull=True)
                | models.Q(started_on__isnull=True)
                | models.Q(ended_on__gte=models.F("started_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("projects:detail", args=[self.slug])

    @property
    def key(self) -> str:
        """Where the project stands in the list."""
        return f"{self.created_at.isoformat()}~{self.pk}"


class ParticipationQuerySet(models.QuerySet["Participation"]):
    """Questions about who takes part."""

    def current(self) -> "ParticipationQuerySet":
        return self.filter(left_on__isnull=True)


class Participation(models.Model):
    """A company in a project, for a period; the affiliation names who spoke for it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="participations")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    affiliation = models.ForeignKey(Affiliation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("as"), max_length=11, choices=ParticipationKind, default=ParticipationKind.PARTICIPANT)
    joined_on = models.DateField(_("from"))
    left_on = models.DateField(_("until"), null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["kind", "company__name_folded", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="participation_one_open_per_company",
                fields=["project", "company"],
                condition=models.Q(left_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.company}"
