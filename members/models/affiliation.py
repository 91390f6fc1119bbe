"""The tie between a person and a company. What a person does for a company points here."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from members.enums import AffiliationRoad, AffiliationState, CompanyState
from members.models.company import Company


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """Questions about who belongs where."""

    def active(self, on_day: date) -> "AffiliationQuerySet":
        """Ties that hold on the day, to companies that take part."""
        return self.filter(
            models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=on_day),
            state=AffiliationState.ACTIVE,
            company__state=CompanyState.ACTIVE,
            user__is_active=True,
            user__anonymised_at__isnull=True,
        )

    def of(self, user: models.Model) -> "AffiliationQuerySet":
        """Ties of one person, the main one first."""
        return self.filter(user_id=user.pk).order_by("-is_main", "pk")

    def for_company(self, company: Company) -> "AffiliationQuerySet":
        """Ties to one company."""
        return self.filter(company=company)

    def contacts(self) -> "AffiliationQuerySet":
        """Ties of company contacts."""
        return self.filter(is_contact=True)

    def requested(self) -> "AffiliationQuerySet":
        """Requests that wait for an answer, oldest first."""
        return self.filter(state=AffiliationState.REQUESTED).order_by("requested_at", "pk")

    def for_display(self) -> "AffiliationQuerySet":
        """With person and company, so that a list costs one query."""
        return self.select_related("user", "company")


class Affiliation(models.Model):
    """A person in a company for a period. ``state`` is assigned in ``members.actions.affiliations`` alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliations")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="affiliations")
    state = models.CharField(_("state"), max_length=10, choices=AffiliationState, default=AffiliationState.REQUESTED)
    road = models.CharField(_("how"), max_length=8, choices=AffiliationRoad, default=AffiliationRoad.REQUEST)
    is_contact = models.BooleanField(_("company contact"), default=False)
    is_main = models.BooleanField(_("main company"), default=False)
    message = models.CharField(_("message"), max_length=300, blank=True)
    requested_at = models.DateTimeField(_("asked"), null=True, blank=True)
    contact_reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    staff_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The first day it no longer holds."))

    history = HistoricalRecords()
    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["company__name_folded", "user__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="affiliation_one_open_per_person_and_company",
                fields=["user", "company"],
                condition=models.Q(state__in=AffiliationState.open_states()),
            ),
            models.UniqueConstraint(
                name="affiliation_one_main_per_person",
                fields=["user"],
                condition=models.Q(is_main=True, state=AffiliationState.ACTIVE),
            ),
            models.CheckConstraint(
                name="affiliation_contact_is_active",
                condition=models.Q(is_contact=False) | models.Q(state=AffiliationState.ACTIVE),
            ),
            models.CheckConstraint(
                name="affiliation_period_in_order",
                condition=models.Q(ended_on__isnull=True)
                | models.Q(started_on__isnull=True)
                | models.Q(ended_on__gte=models.F("started_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "state"], name="affiliation_company_state"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.company}"

    def holds(self, on_day: date) -> bool:
        """Tell whether the tie is valid on the day (same rule as ``active``, for a loaded row)."""
        return (
            self.state == AffiliationState.ACTIVE
            and (self.ended_on is None or self.ended_on > on_day)
            and self.company.state == CompanyState.ACTIVE
        )
