"""Competence groups and the cluster board: who belongs, who leads, for which period."""

from datetime import date

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from groups.enums import GroupKind, GroupState, GroupStation, Joining, MembershipState, RoleKind
from members.enums import AffiliationState, Language
from members.models import Affiliation, User


def holds_on(on_day: date, prefix: str = "affiliation__") -> models.Q:
    """The condition that the affiliation behind a row is valid on the day; rights end with it."""
    return models.Q(
        models.Q(**{f"{prefix}ended_on__isnull": True}) | models.Q(**{f"{prefix}ended_on__gt": on_day}),
        **{
            f"{prefix}state": AffiliationState.ACTIVE,
            f"{prefix}company__state": "active",
            f"{prefix}user__is_active": True,
        },
    )


class GroupQuerySet(models.QuerySet["Group"]):
    """Questions about groups."""

    def competence(self) -> "GroupQuerySet":
        """Competence groups, not the cluster board."""
        return self.filter(kind=GroupKind.COMPETENCE)

    def listed(self) -> "GroupQuerySet":
        """Groups shown in the overview."""
        return self.exclude(state=GroupState.CLOSED)

    def active(self) -> "GroupQuerySet":
        """Groups at work."""
        return self.filter(state=GroupState.ACTIVE)

    def led_by(self, user: User, on_day: date) -> "GroupQuerySet":
        """Groups on whose board the person sits on the day."""
        return self.filter(pk__in=Role.objects.held_on(on_day).filter(affiliation__user=user).values("group_id"))

    def with_member(self, user: User, on_day: date) -> "GroupQuerySet":
        """Groups the person belongs to on the day, by membership or by a seat on the board."""
        memberships = Membership.objects.active(on_day).filter(affiliation__user=user)
        seats = Role.objects.held_on(on_day).filter(affiliation__user=user)
        return self.filter(models.Q(pk__in=memberships.values("group_id")) | models.Q(pk__in=seats.values("group_id")))


class Group(models.Model):
    """A competence group, or the cluster board. ``state`` and ``station`` are assigned in ``groups.actions`` alone."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address on the web"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=GroupKind, default=GroupKind.COMPETENCE)
    state = models.CharField(_("state"), max_length=8, choices=GroupState, default=GroupState.PLANNED)
    station = models.CharField(_("station"), max_length=10, choices=GroupStation, default=GroupStation.PLANNED)
    joining = models.CharField(_("how to join"), max_length=8, choices=Joining, default=Joining.OPEN)
    purpose = models.TextField(_("purpose"), max_length=2000, blank=True)
    language = models.CharField(_("language of the purpose"), max_length=2, choices=Language, default=Language.NB)
    seeks_leader = models.BooleanField(_("looks for a leader"), default=False)
    planned_for = models.CharField(_("planned for"), max_length=60, blank=True)
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    founding_reference = models.CharField(_("decision that founded it"), max_length=120, blank=True)
    kickoff_at = models.DateTimeField(_("kickoff"), null=True, blank=True, editable=False)

    history = HistoricalRecords()
    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="group_one_cluster_board",
                fields=["kind"],
                condition=models.Q(kind=GroupKind.CLUSTER_BOARD),
                violation_error_message=_("There is one cluster board already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.slug])


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about who belongs to a group."""

    def active(self, on_day: date) -> "MembershipQuerySet":
        """Memberships in force whose affiliation holds on the day."""
        return self.filter(holds_on(on_day), state=MembershipState.ACTIVE)

    def requested(self) -> "MembershipQuerySet":
        """Requests that wait for the board, oldest first."""
        return self.filter(state=MembershipState.REQUESTED).order_by("requested_at", "pk")


class Membership(models.Model):
    """A person's membership of a group, for one of their companies."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    affiliation = models.ForeignKey(Affiliation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=MembershipState, default=MembershipState.REQUESTED)
    message = models.CharField(_("message"), max_length=300, blank=True)
    requested_at = models.DateTimeField(_("asked"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("group member")
        verbose_name_plural = _("group members")
        ordering = ["affiliation__company__name_folded", "affiliation__user__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="membership_one_open",
                fields=["group", "affiliation"],
                condition=models.Q(state__in=MembershipState.open_states()),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.affiliation}"


class RoleQuerySet(models.QuerySet["Role"]):
    """Questions about seats."""

    def held_on(self, on_day: date) -> "RoleQuerySet":
        """Seats in force on the day; a seat ends with the affiliation it rests on."""
        return self.filter(
            models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=on_day),
            holds_on(on_day),
            started_on__lte=on_day,
        )

    def leaders(self) -> "RoleQuerySet":
        return self.filter(kind=RoleKind.LEADER)

    def for_display(self) -> "RoleQuerySet":
        """With person and company; leader first, then deputy, then by name."""
        rank = models.Case(
            models.When(kind=RoleKind.LEADER, then=0), models.When(kind=RoleKind.DEPUTY, then=1), default=2
        )
        return self.select_related("affiliation__user", "affiliation__company").order_by(
            rank, "affiliation__user__name", "pk"
        )


class Role(models.Model):
    """A seat on a group's board for a period; at most one open leader seat, kept by the database."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="roles")
    affiliation = models.ForeignKey(Affiliation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("seat"), max_length=8, choices=RoleKind, default=RoleKind.MEMBER)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The first day it no longer holds."))
    decision_reference = models.CharField(_("reference of the decision"), max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    history = HistoricalRecords()
    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat on a board")
        verbose_name_plural = _("seats on boards")
        ordering = ["group", "-started_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="role_one_open_leader",
                fields=["group"],
                condition=models.Q(kind=RoleKind.LEADER, ended_on__isnull=True),
                violation_error_message=_("The group has a leader already. Hand the seat over instead."),
            ),
            models.UniqueConstraint(
                name="role_one_open_seat_per_person",
                fields=["group", "affiliation"],
                condition=models.Q(ended_on__isnull=True),
            ),
            models.CheckConstraint(
                name="role_period_in_order",
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
                violation_error_message=_("The last day must come after the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.affiliation.user}, {self.get_kind_display()}"


class Interest(models.Model):
    """Someone who wants to hear when a planned group starts."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="interests")
    affiliation = models.ForeignKey(Affiliation, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("registered"))

    class Meta:
        verbose_name = _("interest in a planned group")
        verbose_name_plural = _("interest in planned groups")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(name="interest_once", fields=["group", "affiliation"])]

    def __str__(self) -> str:
        return f"{self.group}: {self.affiliation}"


class PastEvent(models.Model):
    """Something published about a group before the portal, kept as it was published and no more."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="past_events")
    on_day = models.DateField(_("sorted by this day"))
    when = models.CharField(_("when, in words"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=2000)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.NB)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("event before the portal")
        verbose_name_plural = _("events before the portal")
        ordering = ["on_day", "pk"]

    def __str__(self) -> str:
        return self.title
