"""Groups: founded, started, paused, closed; and what was published about them before the portal."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.actions.groups import activate_group, close_group, correct_group, edit_group, found_group, pause_group
from groups.actions.roles import hand_over_lead
from groups.enums import GroupState, MembershipState, RoleKind
from groups.models import Group, PastEvent, Role
from members.clock import oslo_today
from members.models import Affiliation
from members.names import clean_line
from members.office import Ask, Deed, Exports, HistoryAdmin, Verb
from members.office.inlines import ShownInline
from members.office.names import name_columns
from members.office.rights import is_office

OWN_WORDS = ("purpose", "language", "joining")


class ReferenceAsk(Ask):
    """The decision behind it, when there is one."""

    reference = forms.CharField(label=_("Reference of the decision"), max_length=120, required=False)


class LeadAsk(Ask):
    """Who leads from when, and by which decision."""

    to = forms.ModelChoiceField(
        label=_("New leader"),
        queryset=Affiliation.objects.filter(state="active").select_related("user", "company"),
        widget=AutocompleteSelect(Role.affiliation.field, admin.site),
    )
    on_day = forms.DateField(label=_("From"), widget=AdminDateWidget)
    reference = forms.CharField(label=_("Reference of the decision"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_day"].initial = oslo_today()


class LeaderFilter(admin.SimpleListFilter):
    """Groups that somebody leads now, or nobody."""

    title = _("leader")
    parameter_name = "leader"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("has a leader")), ("no", _("has no leader"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> QuerySet[Group]:
        kinds = [RoleKind.LEADER, RoleKind.DEPUTY]
        led = Role.objects.held_on(oslo_today()).filter(kind__in=kinds).values("group_id")
        if self.value() == "no":
            return queryset.exclude(pk__in=led)
        return queryset.filter(pk__in=led) if self.value() == "yes" else queryset


class SeatsInline(ShownInline):
    """Who sits on the board, now and before."""

    model = Role
    fields = ("affiliation", "kind", "started_on", "ended_on", "decision_reference")
    related = ("affiliation__user", "affiliation__company", "group")


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A group's name on one line. Without an address on the web it gets one from its name."""

    class Meta:
        model = Group
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_name(self) -> str:
        return clean_line(self.cleaned_data["name"])


@admin.register(Group)
class GroupAdmin(HistoryAdmin):
    """Competence groups and the cluster board."""

    list_display = ("name", "kind", "state", "station", "leader", "members", "joining", "seeks_leader", "founded_on")
    list_filter = ("state", LeaderFilter, "kind", "station", "joining", "seeks_leader")
    search_fields = ("name", "purpose", "founding_reference")
    search_help_text = _("Name, purpose or reference of the decision")
    date_hierarchy = "founded_on"
    inlines = (SeatsInline,)
    form = GroupForm
    addable = (
        "name",
        "slug",
        "kind",
        "purpose",
        "language",
        "joining",
        "seeks_leader",
        "planned_for",
        "founding_reference",
    )
    editable = ("name", "purpose", "language", "joining", "seeks_leader", "planned_for", "founding_reference")
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind", "state", "station")}),
        (_("Words"), {"fields": ("purpose", "language", "joining")}),
        (_("Plan"), {"fields": ("seeks_leader", "planned_for", "founded_on", "founding_reference", "kickoff_at")}),
    )
    verbs = (
        Verb(
            name="activate",
            label=_("Start group"),
            allowed=lambda row, _actor: row.state in {GroupState.PLANNED, GroupState.PAUSED},
            run=lambda row, deed: activate_group(
                row, actor=deed.actor, on_day=oslo_today(deed.now), reference=deed.words["reference"]
            ),
            form=ReferenceAsk,
            warning=_("Those who asked to hear of it get a mail."),
        ),
        Verb(
            name="pause",
            label=_("Pause group"),
            allowed=lambda row, _actor: row.state == GroupState.ACTIVE,
            run=lambda row, deed: pause_group(row, actor=deed.actor),
        ),
        Verb(
            name="close",
            label=_("Close group"),
            allowed=lambda row, _actor: row.state != GroupState.CLOSED,
            run=lambda row, deed: close_group(row, actor=deed.actor),
            warning=_("A closed group cannot be started again. What was said in it stays readable."),
        ),
        Verb(
            name="lead",
            label=_("Hand the lead over"),
            allowed=lambda row, _actor: row.state != GroupState.CLOSED,
            run=lambda row, deed: hand_over_lead(row, actor=deed.actor, **deed.words),
            form=LeadAsk,
            in_lists=False,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        today = oslo_today()
        leading = Role.objects.held_on(today).leaders().filter(group=OuterRef("pk"))
        active = Q(memberships__state=MembershipState.ACTIVE)
        rows: QuerySet[Group] = super().get_queryset(request)
        return rows.annotate(
            leader_name=Subquery(leading.values("affiliation__user__name")[:1]),
            member_count=Count("memberships", filter=active),
        )

    @admin.display(description=_("leader"), ordering="leader_name")
    def leader(self, row: Group) -> str:
        return getattr(row, "leader_name", "") or ""

    @admin.display(description=_("members"), ordering="member_count")
    def members(self, row: Group) -> int:
        return int(getattr(row, "member_count", 0))

    def add_row(self, form: Any, deed: Deed) -> Group:
        words = dict(deed.words)
        return found_group(actor=deed.actor, reference=words.pop("founding_reference"), **words)

    def change_row(self, row: Group, deed: Deed) -> None:
        own = {name: value for name, value in deed.words.items() if name in OWN_WORDS}
        rest = {name: value for name, value in deed.words.items() if name not in OWN_WORDS}
        correct_group(row, actor=deed.actor, **rest)
        stored = Group.objects.get(pk=row.pk)  # the form has written on the row already, and the verb compares
        edit_group(stored, actor=deed.actor, on_day=oslo_today(deed.now), **own)


name_columns(PastEvent)


@admin.register(PastEvent)
class PastEventAdmin(Exports):
    """Kept as published; nothing else hangs on it, so the office writes and removes it here."""

    list_display = ("title", "group", "when", "on_day", "language", "source")
    list_filter = ("language",)
    list_select_related = ("group",)
    search_fields = ("title", "text", "group__name")
    search_help_text = _("Title, text or group")
    date_hierarchy = "on_day"
    autocomplete_fields = ("group",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_office(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_office(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_office(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_office(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_office(request)
