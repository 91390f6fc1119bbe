"""Who belongs where, who was invited, what mail they want, and what was imported."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.actions import (
    approve_affiliation,
    attach,
    choose_main,
    decline_affiliation,
    end_affiliation,
    make_contact,
    revoke_invite,
    stand_down,
)
from members.clock import oslo_today
from members.enums import AffiliationRoad, AffiliationState
from members.forms.office import TieForm
from members.models import Affiliation, Import, Invite, MailWish
from members.office import Deed, HistoryAdmin, OfficeAdmin, Shown, Verb


def _waits(tie: Affiliation, _actor: object) -> bool:
    return tie.state == AffiliationState.REQUESTED


def _holds(tie: Affiliation, _actor: object) -> bool:
    return tie.holds(oslo_today())


@admin.register(Affiliation)
class AffiliationAdmin(HistoryAdmin):
    """Ties between people and companies, and the requests that wait."""

    list_display = (
        "user",
        "company",
        "state",
        "is_contact",
        "is_main",
        "road",
        "requested_at",
        "started_on",
        "ended_on",
    )
    list_display_links = ("user",)
    list_filter = ("state", "is_contact", "is_main", "road")
    list_select_related = ("user", "company", "decided_by")
    linked_from = ("company", "user")
    search_fields = ("user__name", "user__email", "company__name_folded")
    search_help_text = _("Person or company")
    date_hierarchy = "started_on"
    ordering = ("company__name_folded", "user__name", "pk")
    autocomplete_fields = ("user", "company")
    add_form = TieForm
    addable = ("user", "company", "is_contact")
    fieldsets = (
        (None, {"fields": ("user", "company", "state", "is_contact", "is_main")}),
        (_("Request"), {"fields": ("road", "message", "requested_at", "decided_by", "decided_at")}),
        (_("Period"), {"fields": ("started_on", "ended_on")}),
    )
    verbs = (
        Verb(
            name="approve",
            label=_("Let the person in"),
            allowed=_waits,
            run=lambda row, deed: approve_affiliation(row, actor=deed.actor, now=deed.now),
        ),
        Verb(
            name="decline",
            label=_("Decline request"),
            allowed=_waits,
            run=lambda row, deed: decline_affiliation(row, actor=deed.actor, now=deed.now),
            warning=_("The person gets a mail that says no."),
        ),
        Verb(
            name="contact",
            label=_("Make company contact"),
            allowed=lambda row, actor: _holds(row, actor) and not row.is_contact,
            run=lambda row, deed: make_contact(row, actor=deed.actor),
        ),
        Verb(
            name="stand-down",
            label=_("Take the contact's role back"),
            allowed=lambda row, _actor: row.is_contact,
            run=lambda row, deed: stand_down(row, actor=deed.actor),
        ),
        Verb(
            name="main",
            label=_("Make main company"),
            allowed=lambda row, actor: _holds(row, actor) and not row.is_main,
            run=lambda row, deed: choose_main(row, actor=deed.actor),
            in_lists=False,
        ),
        Verb(
            name="end",
            label=_("End affiliation"),
            allowed=lambda row, _actor: row.state == AffiliationState.ACTIVE,
            run=lambda row, deed: end_affiliation(row, actor=deed.actor, on_day=oslo_today(deed.now)),
            warning=_("What the person does for the company ends today: groups, seats and invitations."),
        ),
    )

    def add_row(self, form: Any, deed: Deed) -> Affiliation:
        words = deed.words
        return attach(
            words["user"],
            words["company"],
            road=AffiliationRoad.STAFF,
            actor=deed.actor,
            now=deed.now,
            is_contact=words["is_contact"],
        )


@admin.register(Invite)
class InviteAdmin(OfficeAdmin):
    """Invitations that company contacts have sent."""

    list_display = ("email", "name", "company", "invited_by", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_filter = (("accepted_at", admin.EmptyFieldListFilter), ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("company", "invited_by", "accepted_by")
    linked_from = ("company",)
    search_fields = ("email", "name", "company__name_folded")
    search_help_text = _("Address, name or company")
    date_hierarchy = "created_at"
    fields = (
        "company",
        "email",
        "name",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "revoked_at",
    )
    names_people = True
    verbs = (
        Verb(
            name="revoke",
            label=_("Take the invitation back"),
            allowed=lambda row, _actor: row.accepted_at is None and row.revoked_at is None,
            run=lambda row, deed: revoke_invite(row, actor=deed.actor, now=deed.now),
        ),
    )


@admin.register(MailWish)
class MailWishAdmin(Shown):
    """What mail people do not want; theirs to choose."""

    list_display = ("user", "kind", "choice")
    list_display_links = ("user",)
    list_filter = ("choice",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email", "kind")
    search_help_text = _("Person or kind of mail")


@admin.register(Import)
class ImportAdmin(Shown):
    """Imports that were done. The last one is taken back on the import's own page."""

    list_display = ("created_at", "file_name", "created_by", "undone_at")
    list_filter = (("undone_at", admin.EmptyFieldListFilter),)
    list_select_related = ("created_by",)
    search_fields = ("file_name",)
    date_hierarchy = "created_at"
    fields = ("created_at", "created_by", "file_name", "counts", "undone_at")
    imports = True

    def import_address(self) -> str:
        return reverse("import")
