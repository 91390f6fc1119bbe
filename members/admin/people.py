"""People: written down, corrected, closed, anonymised. Nobody's password, code or hash stands here."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from mail.addresses import bounced
from members.actions import add_colleague, anonymise_person, attach, find_or_make_person, set_active, update_profile
from members.actions.office import set_rights
from members.clock import oslo_today
from members.enums import AffiliationRoad
from members.forms.office import NewPersonForm, PersonForm
from members.models import Affiliation, User
from members.office import Ask, Deed, HistoryAdmin, Verb
from members.office.inlines import ShownInline


def _within_reach(person: User, actor: User) -> bool:
    """Nobody shuts themselves out, and only those who appoint staff decide about staff."""
    is_staff = person.is_staff or person.is_superuser
    return person.anonymised_at is None and person.pk != actor.pk and (not is_staff or actor.is_superuser)


class RightsAsk(Ask):
    """What a person may do for the office."""

    is_staff = forms.BooleanField(label=_("Cluster staff: works in the administration"), required=False)
    is_superuser = forms.BooleanField(label=_("May also say who is staff"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.row, User):
            self.initial = {"is_staff": self.row.is_staff, "is_superuser": self.row.is_superuser}


class OwnTiesInline(ShownInline):
    """Which companies the person belongs to."""

    model = Affiliation
    fk_name = "user"
    fields = ("company", "state", "is_contact", "is_main", "started_on", "ended_on")
    related = ("user", "company")


@admin.register(User)
class PersonAdmin(HistoryAdmin):
    """The register of people."""

    list_display = (
        "display_name",
        "email",
        "companies",
        "job_title",
        "language",
        "is_active",
        "is_staff",
        "claimed_at",
    )
    list_filter = ("is_active", "is_staff", ("claimed_at", admin.EmptyFieldListFilter), "language", "function")
    search_fields = ("name", "email", "affiliations__company__name_folded")
    search_help_text = _("Name, e-mail or company")
    date_hierarchy = "date_joined"
    ordering = ("name", "pk")
    inlines = (OwnTiesInline,)
    form = PersonForm
    add_form = NewPersonForm
    imports = True
    addable = ("name", "email", "company", "phone", "job_title", "function", "language")
    editable = (
        "name",
        "job_title",
        "function",
        "phone",
        "language",
        "in_people_list",
        "shows_email",
        "shows_phone",
        "shows_attendance",
    )
    export_columns = (
        "display_name",
        "email",
        "phone",
        "companies",
        "job_title",
        "function",
        "language",
        "is_active",
        "is_staff",
        "claimed_at",
    )
    fieldsets = (
        (None, {"fields": ("name", "email", "phone", "job_title", "function", "language")}),
        (_("What members see"), {"fields": ("in_people_list", "shows_email", "shows_phone", "shows_attendance")}),
        (_("Account"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Trace"), {"fields": ("mail_health", "date_joined", "claimed_at", "last_login", "anonymised_at")}),
    )
    verbs: ClassVar[tuple[Verb, ...]] = (
        Verb(
            name="deactivate",
            label=_("Close account"),
            allowed=lambda row, actor: row.is_active and _within_reach(row, actor),
            run=lambda row, deed: set_active(row, active=False, actor=deed.actor),
            warning=_("The person can no longer sign in, and gets no mail. The account can be opened again."),
        ),
        Verb(
            name="reactivate",
            label=_("Open account again"),
            allowed=lambda row, actor: not row.is_active and _within_reach(row, actor),
            run=lambda row, deed: set_active(row, active=True, actor=deed.actor),
        ),
        Verb(
            name="rights",
            label=_("Change staff rights"),
            allowed=lambda row, actor: actor.is_superuser and bool(row.email) and _within_reach(row, actor),
            run=lambda row, deed: set_rights(row, actor=deed.actor, **deed.words),
            form=RightsAsk,
            in_lists=False,
        ),
        Verb(
            name="anonymise",
            label=_("Anonymise"),
            allowed=_within_reach,
            run=lambda row, deed: anonymise_person(row, actor=deed.actor, now=deed.now),
            warning=_(
                "Name, address and all else personal are removed for good, memberships and seats end today. "
                "What the person did for a company stays, without the name. This cannot be undone."
            ),
            in_lists=False,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        ties = Affiliation.objects.active(oslo_today()).select_related("company").order_by("-is_main", "pk")
        return super().get_queryset(request).prefetch_related(Prefetch("affiliations", ties, to_attr="ties_now"))

    @admin.display(description=_("name"), ordering="name")
    def display_name(self, row: User) -> str:
        return row.display_name

    @admin.display(description=_("mail"))
    def mail_health(self, row: User) -> str:
        """Whether mail to the person arrives, as far as we know, and where all of it stands."""
        if not row.email:
            return "–"
        mark = bounced([row.email]).get(row.email)
        words = _("Comes back: %(status)s, %(day)s") if mark else _("Nothing has come back")
        told = words % {"status": mark.status, "day": mark.bounced_at.date()} if mark else words
        path = f"{reverse('admin:mail_message_changelist')}?{urlencode({'q': row.email})}"
        return format_html('{} <a href="{}">{}</a>', told, path, _("All mail to this address"))

    @admin.display(description=_("companies"))
    def companies(self, row: User) -> str:
        return ", ".join(tie.company.name for tie in getattr(row, "ties_now", ()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An anonymised row stays empty."""
        return super().has_change_permission(request, obj) and (obj is None or obj.anonymised_at is None)

    def add_row(self, form: Any, deed: Deed) -> User:
        words = dict(deed.words)
        email, company = words.pop("email"), words.pop("company")
        if email:
            person = find_or_make_person(
                email=email, name=words["name"], language=words["language"], phone=words["phone"]
            )
            if company is not None:
                attach(person, company, road=AffiliationRoad.STAFF, actor=deed.actor, now=deed.now)
        else:
            person = add_colleague(
                company,
                name=words["name"],
                phone=words["phone"],
                job_title=words["job_title"],
                actor=deed.actor,
                now=deed.now,
            ).user
        update_profile(person, actor=deed.actor, **words)
        return person

    def change_row(self, row: User, deed: Deed) -> None:
        update_profile(row, actor=deed.actor, **deed.words)

    def import_address(self) -> str:
        return reverse("import")
