"""Who belongs to groups, who sits on their boards, who wants to hear of the planned ones."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.utils.translation import gettext_lazy as _

from groups.actions.memberships import approve_membership, decline_membership, enrol, leave_group
from groups.actions.roles import seat, unseat
from groups.enums import MembershipState
from groups.models import Interest, Membership, Role
from members.clock import oslo_today
from members.office import Ask, Deed, HistoryAdmin, OfficeAdmin, Shown, Verb

TIE = ("group", "affiliation__user", "affiliation__company")
SEARCH = ("group__name", "affiliation__user__name", "affiliation__user__email", "affiliation__company__name_folded")
SEARCH_HELP = _("Group, person or company")


def _waits(row: Membership, _actor: object) -> bool:
    return row.state == MembershipState.REQUESTED


class NewRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """The verb itself says what cannot be, in better words than the table's constraints."""

    def validate_constraints(self) -> None:
        """Left to the verb."""


class SeatForm(NewRowForm):
    """A seat rests on a decision."""

    class Meta:
        model = Role
        fields = ("group", "affiliation", "kind", "started_on", "decision_reference")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision_reference"].required = True
        self.fields["started_on"].initial = oslo_today()


class DayAsk(Ask):
    """From which day it no longer holds."""

    on_day = forms.DateField(label=_("The first day it no longer holds"), widget=AdminDateWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_day"].initial = oslo_today()


@admin.register(Membership)
class MembershipAdmin(OfficeAdmin):
    """Members of groups, and the requests that wait for a board."""

    list_display = ("person", "company", "group", "state", "requested_at", "started_on", "ended_on")
    list_display_links = ("person",)
    list_filter = ("state", "group")
    list_select_related = (*TIE, "decided_by")
    search_fields = SEARCH
    search_help_text = SEARCH_HELP
    date_hierarchy = "started_on"
    autocomplete_fields = ("group", "affiliation")
    names_people = True
    form = NewRowForm
    addable = ("group", "affiliation")
    fields = ("group", "affiliation", "state", "message", "requested_at", "decided_by", "started_on", "ended_on")
    verbs = (
        Verb(
            name="approve",
            label=_("Let the person into the group"),
            allowed=_waits,
            run=lambda row, deed: approve_membership(row, actor=deed.actor, now=deed.now),
        ),
        Verb(
            name="decline",
            label=_("Decline request"),
            allowed=_waits,
            run=lambda row, deed: decline_membership(row, actor=deed.actor, now=deed.now),
            warning=_("The person gets a mail that says no."),
        ),
        Verb(
            name="end",
            label=_("End membership"),
            allowed=lambda row, _actor: row.state == MembershipState.ACTIVE,
            run=lambda row, deed: leave_group(row, actor=deed.actor, on_day=oslo_today(deed.now)),
            warning=_("The person is no longer a member of the group from today."),
        ),
    )

    @admin.display(description=_("person"), ordering="affiliation__user__name")
    def person(self, row: Membership) -> str:
        return row.affiliation.user.display_name

    @admin.display(description=_("company"), ordering="affiliation__company__name_folded")
    def company(self, row: Membership) -> str:
        return row.affiliation.company.name

    def add_row(self, form: Any, deed: Deed) -> Membership:
        words = deed.words
        return enrol(words["group"], words["affiliation"], actor=deed.actor, on_day=oslo_today(deed.now))


@admin.register(Role)
class RoleAdmin(HistoryAdmin):
    """Seats on boards, recorded with the decision behind them."""

    list_display = ("person", "company", "group", "kind", "started_on", "ended_on", "decision_reference")
    list_display_links = ("person",)
    list_filter = ("kind", ("ended_on", admin.EmptyFieldListFilter), "group")
    list_select_related = (*TIE, "recorded_by")
    search_fields = (*SEARCH, "decision_reference")
    search_help_text = SEARCH_HELP
    date_hierarchy = "started_on"
    autocomplete_fields = ("group", "affiliation")
    names_people = True
    add_form = SeatForm
    addable = ("group", "affiliation", "kind", "started_on", "decision_reference")
    fields = ("group", "affiliation", "kind", "started_on", "ended_on", "decision_reference", "recorded_by")
    verbs = (
        Verb(
            name="unseat",
            label=_("End seat"),
            allowed=lambda row, _actor: row.ended_on is None or row.ended_on > oslo_today(),
            run=lambda row, deed: unseat(row, on_day=deed.words["on_day"], actor=deed.actor),
            form=DayAsk,
            warning=_("To change the leader, hand the lead over on the group's page instead."),
        ),
    )

    @admin.display(description=_("person"), ordering="affiliation__user__name")
    def person(self, row: Role) -> str:
        return row.affiliation.user.display_name

    @admin.display(description=_("company"), ordering="affiliation__company__name_folded")
    def company(self, row: Role) -> str:
        return row.affiliation.company.name

    def add_row(self, form: Any, deed: Deed) -> Role:
        words = deed.words
        return seat(
            words["group"],
            words["affiliation"],
            kind=words["kind"],
            from_day=words["started_on"],
            reference=words["decision_reference"],
            actor=deed.actor,
        )


@admin.register(Interest)
class InterestAdmin(Shown):
    """Who wants to hear when a planned group starts."""

    list_display = ("group", "affiliation", "created_at")
    list_filter = ("group",)
    list_select_related = TIE
    search_fields = SEARCH
    search_help_text = SEARCH_HELP
    date_hierarchy = "created_at"
    fields = ("group", "affiliation", "created_at")
