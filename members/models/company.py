"""Participating companies and the e-mail domains that staff have approved for them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from members.enums import CompanyKind, CompanyState, DomainState, MembershipKind, SizeClass
from members.folding import fold_name


class CompanyQuerySet(models.QuerySet["Company"]):
    """Questions about companies."""

    def active(self) -> "CompanyQuerySet":
        """Companies that take part now."""
        return self.filter(state=CompanyState.ACTIVE)

    def public(self) -> "CompanyQuerySet":
        """Active companies that have agreed to stand in the public list."""
        return self.active().filter(is_public=True)

    def waiting(self) -> "CompanyQuerySet":
        """Companies that staff have yet to approve or reject."""
        return self.filter(state=CompanyState.APPLIED)

    def named(self, text: str) -> "CompanyQuerySet":
        """Companies whose folded name contains the folded text."""
        return self.filter(name_folded__contains=fold_name(text))

    def with_top(self) -> "CompanyQuerySet":
        """Add ``top_id``: the company that counts for this one (itself, or its parent)."""
        return self.annotate(
            top_id=models.Case(models.When(counts_by_itself=True, then="pk"), default=Coalesce("parent_id", "pk"))
        )


class Company(models.Model):
    """A participant of the cluster. ``state`` is assigned in ``members.actions.companies`` alone."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address on the web"), max_length=80, unique=True)
    name_folded = models.CharField(max_length=120, editable=False, db_index=True)
    org_number = models.CharField(
        _("organisation number"),
        max_length=9,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Nine digits. Leave empty for foreign companies and informal networks."),
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="units",
        help_text=_("For a plant or unit: the company it belongs to."),
    )
    counts_by_itself = models.BooleanField(
        _("counts by itself"), default=False, help_text=_("A unit that counts as a company of its own in figures.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CompanyKind, default=CompanyKind.COMPANY)
    membership_kind = models.CharField(
        _("membership"), max_length=12, choices=MembershipKind, default=MembershipKind.CORE
    )
    size_class = models.CharField(_("size"), max_length=8, choices=SizeClass, blank=True)
    municipality = models.CharField(_("municipality"), max_length=60, blank=True)
    industry_code = models.CharField(_("industry code"), max_length=10, blank=True)
    website = models.URLField(_("website"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    about = models.TextField(_("about the company"), max_length=2000, blank=True)
    is_public = models.BooleanField(_("shown in the public list"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=CompanyState, default=CompanyState.APPLIED)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    joined_on = models.DateField(_("member from"), null=True, blank=True)
    left_on = models.DateField(_("member until"), null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["name_folded"])
    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name_folded", "pk"]
        constraints = [
            models.CheckConstraint(
                name="company_org_number_is_nine_digits",
                condition=models.Q(org_number__isnull=True) | models.Q(org_number__regex=r"^[0-9]{9}$"),
                violation_error_message=_("An organisation number has nine digits."),
            ),
            models.CheckConstraint(
                name="company_is_not_its_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the folded name in step with the name."""
        self.name_folded = fold_name(self.name)
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:  # type: ignore[operator]
            kwargs["update_fields"] = {*fields, "name_folded"}  # type: ignore[misc]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("company", args=[self.slug])


class CompanyDomain(models.Model):
    """An e-mail domain of exactly one company. Only an approved one lets people in without asking."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(_("domain"), max_length=120, help_text=_("Without @, for example firma.no"))
    with_subdomains = models.BooleanField(_("subdomains too"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=DomainState, default=DomainState.CLAIMED)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("e-mail domain")
        verbose_name_plural = _("e-mail domains")
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                name="domain_approved_for_one_company",
                fields=["domain"],
                condition=models.Q(state=DomainState.APPROVED),
                violation_error_message=_("This domain is already approved for a company."),
            ),
            models.UniqueConstraint(name="domain_once_per_company", fields=["company", "domain"]),
        ]

    def __str__(self) -> str:
        return self.domain
