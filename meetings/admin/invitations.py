"""Who is invited and what they answered. Answers are given and noted on the portal's own pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from meetings.actions.meetings import withdraw_invitation
from meetings.models import AnswerChange, Invitation
from members.office import OfficeAdmin, Shown, Verb


@admin.register(Invitation)
class InvitationAdmin(OfficeAdmin):
    """Invitations of all meetings; personal links are never shown."""

    list_display = (
        "user",
        "company",
        "meeting",
        "answer",
        "queued_at",
        "answered_at",
        "answered_via",
        "guest_count",
        "attendance",
        "withdrawn_at",
    )
    list_display_links = ("user",)
    list_filter = ("answer", "attendance", "answered_via", ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "meeting", "affiliation__company", "answered_by", "handed_to__user")
    linked_from = ("meeting", "user")
    search_fields = ("user__name", "user__email", "affiliation__company__name_folded", "company_name", "meeting__title")
    search_help_text = _("Person, company or meeting")
    date_hierarchy = "invited_at"
    names_people = True
    fieldsets = (
        (None, {"fields": ("meeting", "user", "company", "invited_at", "withdrawn_at")}),
        (
            _("Answer"),
            {"fields": ("answer", "queued_at", "confirm_by", "answered_at", "answered_via", "answered_by", "comment")},
        ),
        (_("Guests"), {"fields": ("guest_count", "guests")}),
        (_("Mails"), {"fields": ("last_mailed_at", "reminders_sent", "practical_sent_at")}),
        (_("At the door"), {"fields": ("attendance", "handed_on")}),
    )
    verbs = (
        Verb(
            name="withdraw",
            label=_("Withdraw invitation"),
            allowed=lambda row, _actor: row.withdrawn_at is None,
            run=lambda row, deed: withdraw_invitation(row, actor=deed.actor, now=deed.now),
            warning=_("The links in the person's mails stop working, the seat is free, and the person is told."),
        ),
    )

    @admin.display(description=_("company"), ordering="affiliation__company__name_folded")
    def company(self, row: Invitation) -> str:
        return row.affiliation.company.name if row.affiliation else row.company_name

    @admin.display(description=_("names of guests"))
    def guests(self, row: Invitation) -> str:
        return ", ".join(row.guest_names) or "–"

    @admin.display(description=_("handed over to"))
    def handed_on(self, row: Invitation) -> str:
        return row.handed_to.user.display_name if row.handed_to else "–"


@admin.register(AnswerChange)
class AnswerChangeAdmin(Shown):
    """Every answer as it came."""

    list_display = ("person", "meeting", "answer", "via", "actor", "created_at")
    list_display_links = ("person",)
    list_filter = ("answer", "via")
    list_select_related = ("invitation__user", "invitation__meeting", "actor")
    linked_from = ("invitation",)
    search_fields = ("invitation__user__name", "invitation__meeting__title")
    search_help_text = _("Person or meeting")
    date_hierarchy = "created_at"
    fields = ("person", "meeting", "answer", "via", "actor", "created_at")

    @admin.display(description=_("person"), ordering="invitation__user__name")
    def person(self, row: AnswerChange) -> str:
        return row.invitation.user.display_name

    @admin.display(description=_("meeting"), ordering="invitation__meeting")
    def meeting(self, row: AnswerChange) -> str:
        return row.invitation.meeting.title
