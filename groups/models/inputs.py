"""Rounds of input, what people hand in, and how the board orders it."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groups.enums import (
    Area,
    Door,
    HowLong,
    HowMany,
    HowOften,
    InputKind,
    MoveKind,
    Station,
    Visibility,
)
from groups.models.core import Group
from members.enums import Language
from members.models import Affiliation, Company, User


class RoundQuerySet(models.QuerySet["Round"]):
    """Questions about rounds. Whether a round is open follows from its times and the clock."""

    def open(self, now: datetime) -> "RoundQuerySet":
        """Rounds that take input now, marked late or not."""
        return self.filter(opens_at__lte=now, closes_at__gt=now)

    def latest(self) -> "RoundQuerySet":  # type: ignore[override]
        """Newest first; a round without times last."""
        return self.order_by(models.F("opens_at").desc(nulls_last=True), "-pk")


class Round(models.Model):
    """One question to a group and its companies. Planned until it has an opening time."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="rounds")
    question = models.CharField(_("question"), max_length=200)
    language = models.CharField(_("language of the question"), max_length=2, choices=Language, default=Language.NB)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    close_hours = models.PositiveSmallIntegerField(
        _("hours open after the meeting"), default=48, help_text=_("How long it stays open after the meeting ends.")
    )
    room_opens_at = models.DateTimeField(_("QR code valid from"), null=True, blank=True, editable=False)
    room_closes_at = models.DateTimeField(_("QR code valid until"), null=True, blank=True, editable=False)
    board_first = models.BooleanField(
        _("board first"), default=False, help_text=_("The group sees an input only when the board has let it through.")
    )
    invited_companies = models.ManyToManyField(Company, related_name="+", blank=True, editable=False)
    desk_version = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of input")
        verbose_name_plural = _("rounds of input")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="round_closes_after_it_opens",
                condition=models.Q(closes_at__isnull=True)
                | models.Q(opens_at__isnull=True)
                | models.Q(closes_at__gt=models.F("opens_at")),
                violation_error_message=_("A round must close after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.question

    def is_open(self, now: datetime) -> bool:
        """True from opening to closing time."""
        return bool(self.opens_at and self.closes_at and self.opens_at <= now < self.closes_at)

    def has_opened(self, now: datetime) -> bool:
        """True once input could be given. After closing, late input is accepted and marked."""
        return self.opens_at is not None and self.opens_at <= now

    def room_is_open(self, now: datetime) -> bool:
        """True while the QR code on the wall is valid."""
        return bool(self.room_opens_at and self.room_closes_at and self.room_opens_at <= now < self.room_closes_at)


class Cost(models.Model):
    """Three quick choices and the range of hours a month that follows (``groups.costs``)."""

    how_often = models.CharField(_("how often"), max_length=8, choices=HowOften, blank=True)
    how_long = models.CharField(_("how long each time"), max_length=8, choices=HowLong, blank=True)
    how_many = models.CharField(_("how many people"), max_length=8, choices=HowMany, blank=True)
    hours_low = models.FloatField(_("hours a month, low"), null=True, blank=True, editable=False)
    hours_high = models.FloatField(_("hours a month, high"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class ThemeQuerySet(models.QuerySet["Theme"]):
    """Questions about themes."""

    def standing(self) -> "ThemeQuerySet":
        """Themes that were not merged into another or taken away by an undo."""
        return self.filter(removed_at__isnull=True)


class Theme(models.Model):
    """A heading that the board gave to inputs that belong together."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="themes")
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.NB)
    position = models.PositiveIntegerField(_("position"), default=0)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="theme_name_once_per_round",
                fields=["round", "name"],
                condition=models.Q(removed_at__isnull=True),
                violation_error_message=_("There is a theme with this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InputQuerySet(models.QuerySet["Input"]):
    """Questions about inputs."""

    def standing(self) -> "InputQuerySet":
        """Neither withdrawn nor merged into another."""
        return self.exclude(station=Station.WITHDRAWN).filter(merged_into__isnull=True)

    def readable(self) -> "InputQuerySet":
        """What the group may read: standing, and let through where the board reads first."""
        return self.standing().filter(models.Q(round__board_first=False) | models.Q(released=True))

    def seen_by_group(self, *, on_board: bool) -> "InputQuerySet":
        """What a reader of the group sees: the board everything that stands, others what it has let through."""
        return self.standing() if on_board else self.readable()

    def for_figures(self) -> "InputQuerySet":
        """With company and supports, in two queries."""
        supports = Support.objects.select_related("company", "affiliation")
        return self.select_related("company").prefetch_related(models.Prefetch("supports", supports))

    def written_by(self, user: User) -> "InputQuerySet":
        """A person's own inputs; anonymous ones have no author and are not among them."""
        return self.filter(author=user)


class Input(Cost):
    """One thought, in the writer's words. ``station`` is assigned in ``groups.actions`` alone.

    An anonymous input has no author, affiliation, company, door, exact time or serial id.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="inputs")
    kind = models.CharField(_("kind"), max_length=10, choices=InputKind, default=InputKind.BOTTLENECK)
    area = models.CharField(_("area"), max_length=14, choices=Area, blank=True)
    text = models.TextField(_("text"), max_length=2000)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.NB)
    visibility = models.CharField(_("who sees it"), max_length=9, choices=Visibility, default=Visibility.NAMED)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    affiliation = models.ForeignKey(Affiliation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    company_confirmed = models.BooleanField(_("company confirmed"), default=True)
    written_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    door = models.CharField(_("door"), max_length=9, choices=Door, blank=True)
    created_at = models.DateTimeField(_("received"), null=True, blank=True)
    week = models.DateField(_("week"), help_text=_("The Monday of the week it came in."))
    is_late = models.BooleanField(_("late"), default=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    receipt_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    released = models.BooleanField(_("let through by the board"), default=True)
    station = models.CharField(_("state"), max_length=12, choices=Station, default=Station.RECEIVED)
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="inputs")
    position = models.PositiveIntegerField(default=0, editable=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    reply = models.TextField(_("the board's answer"), max_length=1000, blank=True)
    replied_on = models.DateField(null=True, blank=True, editable=False)

    objects = InputQuerySet.as_manager()

    class Meta:
        verbose_name = _("input")
        verbose_name_plural = _("inputs")
        ordering = ["-week", "pk"]
        constraints = [
            models.CheckConstraint(
                name="input_anonymous_has_no_trace",
                condition=~models.Q(visibility=Visibility.ANONYMOUS)
                | models.Q(
                    author__isnull=True,
                    affiliation__isnull=True,
                    company__isnull=True,
                    written_down_by__isnull=True,
                    created_at__isnull=True,
                    edited_at__isnull=True,
                    door="",
                ),
            ),
            models.CheckConstraint(
                name="input_in_theme_has_one",
                condition=~models.Q(station=Station.IN_THEME) | models.Q(theme__isnull=False),
            ),
            models.CheckConstraint(
                name="input_not_merged_into_itself",
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
            ),
        ]
        indexes = [
            models.Index(fields=["round", "station", "-week", "id"], name="input_round_station_week"),
            models.Index(fields=["theme", "position"], name="input_theme_position"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("input", args=[self.pk])


class Support(Cost):
    """The answer "we have that too": one per company and input, with that company's own cost."""

    input = models.ForeignKey(Input, on_delete=models.CASCADE, related_name="supports")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    affiliation = models.ForeignKey(Affiliation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed = models.BooleanField(_("company confirmed"), default=True)
    created_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("support")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="support_once_per_company", fields=["input", "company"])]

    def __str__(self) -> str:
        return f"{self.company}: {self.input}"


class BoardNote(models.Model):
    """A note between board members about an input; nobody else reads it, not even staff."""

    input = models.ForeignKey(Input, on_delete=models.CASCADE, related_name="board_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("note"), max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("board note")
        verbose_name_plural = _("board notes")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class DeskMoveQuerySet(models.QuerySet["DeskMove"]):
    """Questions about steps on the desk."""

    def standing(self) -> "DeskMoveQuerySet":
        """Steps that nobody has undone, newest first."""
        return self.filter(undone_at__isnull=True)

    def since(self, version: int) -> "DeskMoveQuerySet":
        """Steps taken or undone after the desk stood at this version, oldest first, with who did it."""
        changed = models.Q(version__gt=version) | models.Q(undone_version__gt=version)
        return self.filter(changed).select_related("actor", "undone_by").order_by("version")


class DeskMove(models.Model):
    """One step on the desk: what stood before, so that it can be put back."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(_("step"), max_length=12, choices=MoveKind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_version = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField()

    objects = DeskMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("step on the desk")
        verbose_name_plural = _("steps on the desk")
        ordering = ["-version", "-pk"]
        constraints = [models.UniqueConstraint(name="desk_move_version_once", fields=["round", "version"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.version})"
