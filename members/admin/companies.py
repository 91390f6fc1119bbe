"""Companies and their e-mail domains."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.actions import (
    approve_company,
    approve_domain,
    claim_domain,
    end_company,
    refuse_domain,
    reinstate_company,
    reject_company,
    update_company,
)
from members.actions.companies import make_company
from members.clock import oslo_today
from members.domains import twin_of
from members.enums import AffiliationState, CompanyState, DomainState
from members.folding import fold_name, fold_org_number
from members.forms.office import CompanyOfficeForm, NewDomainForm
from members.models import Affiliation, Company, CompanyDomain
from members.office import Deed, HistoryAdmin, OfficeAdmin, Verb
from members.office.inlines import ShownInline


def _in(*states: CompanyState) -> Any:
    return lambda company, _actor: company.state in states


class TiesInline(ShownInline):
    """Who belongs to the company."""

    model = Affiliation
    fields = ("user", "state", "is_contact", "is_main", "started_on", "ended_on")
    related = ("user", "company")
    verbose_name_plural = _("people")


class DomainsInline(ShownInline):
    """Which addresses speak for the company."""

    model = CompanyDomain
    fields = ("domain", "state", "with_subdomains", "decided_at")


@admin.register(Company)
class CompanyAdmin(HistoryAdmin):
    """Participants: approved, rejected, ended and corrected here."""

    list_display = (
        "name",
        "org_number",
        "state",
        "people",
        "kind",
        "membership_kind",
        "size_class",
        "municipality",
        "parent",
        "joined_on",
    )
    list_filter = ("state", "kind", "membership_kind", "size_class", "is_public", "counts_by_itself")
    list_select_related = ("parent",)
    search_fields = ("name_folded", "org_number", "domains__domain", "municipality")
    search_help_text = _("Name, organisation number, e-mail domain or municipality")
    date_hierarchy = "joined_on"
    ordering = ("name_folded", "pk")
    autocomplete_fields = ("parent",)
    inlines = (TiesInline, DomainsInline)
    form = CompanyOfficeForm
    imports = True
    editable = (
        "name",
        "org_number",
        "parent",
        "counts_by_itself",
        "kind",
        "membership_kind",
        "size_class",
        "municipality",
        "industry_code",
        "website",
        "phone",
        "about",
        "is_public",
    )
    addable = editable
    export_columns = (
        "name",
        "org_number",
        "state",
        "people",
        "kind",
        "membership_kind",
        "size_class",
        "municipality",
        "industry_code",
        "website",
        "phone",
        "parent",
        "counts_by_itself",
        "is_public",
        "joined_on",
        "left_on",
    )
    fieldsets = (
        (None, {"fields": ("name", "org_number", "state", "kind", "membership_kind", "size_class")}),
        (_("Figures"), {"fields": ("parent", "counts_by_itself", "industry_code", "municipality")}),
        (_("Page"), {"fields": ("slug", "is_public", "about", "website", "phone")}),
        (_("Trace"), {"fields": ("applied_by", "applied_at", "decided_by", "decided_at", "joined_on", "left_on")}),
    )
    verbs = (
        Verb(
            name="approve",
            label=_("Approve company"),
            allowed=_in(CompanyState.APPLIED),
            run=lambda row, deed: approve_company(row, actor=deed.actor, now=deed.now),
        ),
        Verb(
            name="reject",
            label=_("Reject company"),
            allowed=_in(CompanyState.APPLIED),
            run=lambda row, deed: reject_company(row, actor=deed.actor, now=deed.now),
            warning=_("Whoever registered the company gets a mail that says no."),
        ),
        Verb(
            name="end",
            label=_("End membership of the cluster"),
            allowed=_in(CompanyState.ACTIVE),
            run=lambda row, deed: end_company(row, actor=deed.actor, now=deed.now),
            warning=_("Everything the company's people do through it ends today: groups, seats and invitations."),
        ),
        Verb(
            name="reinstate",
            label=_("Take company in again"),
            allowed=_in(CompanyState.FORMER, CompanyState.REJECTED),
            run=lambda row, deed: reinstate_company(row, actor=deed.actor, now=deed.now),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        active = Q(affiliations__state=AffiliationState.ACTIVE)
        rows: QuerySet[Company] = super().get_queryset(request)
        return rows.annotate(people_count=Count("affiliations", filter=active))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Company], search_term: str
    ) -> tuple[QuerySet[Company], bool]:
        """Names are found however they are spelled; a number with or without its blanks."""
        bare = fold_org_number(search_term)
        term = bare if bare.isdigit() else (search_term if "." in search_term else fold_name(search_term))
        return super().get_search_results(request, queryset, term)

    @admin.display(description=_("people"), ordering="people_count")
    def people(self, row: Company) -> int:
        return int(getattr(row, "people_count", 0))

    def add_row(self, form: Any, deed: Deed) -> Company:
        return make_company(
            **deed.words,
            state=CompanyState.ACTIVE,
            joined_on=oslo_today(deed.now),
            decided_by=deed.actor,
            decided_at=deed.now,
        )

    def change_row(self, row: Company, deed: Deed) -> None:
        update_company(row, actor=deed.actor, **deed.words)

    def import_address(self) -> str:
        return reverse("import")


@admin.register(CompanyDomain)
class CompanyDomainAdmin(OfficeAdmin):
    """Domains that companies claim; an approved one lets people in without asking."""

    list_display = ("domain", "company", "state", "with_subdomains", "claimed_by", "decided_by", "decided_at")
    list_filter = ("state", "with_subdomains")
    list_select_related = ("company", "claimed_by", "decided_by")
    search_fields = ("domain", "company__name_folded")
    search_help_text = _("Domain or company")
    date_hierarchy = "decided_at"
    autocomplete_fields = ("company",)
    names_people = True
    add_form = NewDomainForm
    addable = ("company", "domain", "with_subdomains")
    fields = ("domain", "company", "with_subdomains", "state", "twin", "claimed_by", "decided_by", "decided_at")
    verbs = (
        Verb(
            name="approve",
            label=_("Approve domain"),
            allowed=lambda row, _actor: row.state != DomainState.APPROVED,
            run=lambda row, deed: approve_domain(row, actor=deed.actor, now=deed.now),
            warning=_("Everybody who proves an address at the domain joins the company without being asked."),
        ),
        Verb(
            name="refuse",
            label=_("Refuse domain"),
            allowed=lambda row, _actor: row.state != DomainState.REFUSED,
            run=lambda row, deed: refuse_domain(row, actor=deed.actor, now=deed.now),
        ),
    )

    @admin.display(description=_("looks like"))
    def twin(self, row: CompanyDomain) -> str:
        """Another company's domain that looks the same to the eye."""
        twin = twin_of(row)
        return f"{twin.domain} ({twin.company})" if twin else "–"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A claim that lets nobody in may go."""
        return self.has_view_permission(request) and (obj is None or obj.state != DomainState.APPROVED)

    def add_row(self, form: Any, deed: Deed) -> CompanyDomain:
        words = deed.words
        return claim_domain(
            words["company"], domain=words["domain"], with_subdomains=words["with_subdomains"], actor=deed.actor
        )
