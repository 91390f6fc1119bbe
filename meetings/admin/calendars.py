"""Addresses that calendars answer to, and the times they propose. The addresses themselves are never shown."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from meetings.actions.feeds import switch_off_feed
from meetings.actions.identities import revoke_identity
from meetings.models import CalendarFeed, CalendarIdentity, TimeProposal
from members.office import OfficeAdmin, Shown, Verb


@admin.register(CalendarIdentity)
class CalendarIdentityAdmin(OfficeAdmin):
    """One for each person and group; revoked when somebody else has got hold of it."""

    list_display = ("user", "group", "created_at", "revoked_at")
    list_display_links = ("user",)
    list_filter = ("group", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "group")
    search_fields = ("user__name", "user__email", "group__name")
    search_help_text = _("Person or group")
    date_hierarchy = "created_at"
    names_people = True
    fields = ("user", "group", "created_at", "revoked_at")
    verbs = (
        Verb(
            name="revoke",
            label=_("Revoke address"),
            allowed=lambda row, _actor: row.revoked_at is None,
            run=lambda row, deed: revoke_identity(row, now=deed.now),
            warning=_("Answers to it no longer count. Invitations from now on carry a new one."),
        ),
    )


@admin.register(TimeProposal)
class TimeProposalAdmin(Shown):
    """Times that people's calendars proposed; they are answered on the portal's own page."""

    list_display = ("person", "meeting", "starts_at", "ends_at", "state", "decided_by", "created_at")
    list_display_links = ("person",)
    list_filter = ("state",)
    list_select_related = ("invitation__user", "invitation__meeting", "decided_by")
    linked_from = ("invitation",)
    search_fields = ("invitation__user__name", "invitation__meeting__title")
    search_help_text = _("Person or meeting")
    date_hierarchy = "created_at"
    fields = ("person", "meeting", "starts_at", "ends_at", "comment", "state", "decided_by", "decided_at")

    @admin.display(description=_("person"), ordering="invitation__user__name")
    def person(self, row: TimeProposal) -> str:
        return row.invitation.user.display_name

    @admin.display(description=_("meeting"), ordering="invitation__meeting")
    def meeting(self, row: TimeProposal) -> str:
        return row.invitation.meeting.title


@admin.register(CalendarFeed)
class CalendarFeedAdmin(OfficeAdmin):
    """Who lets a calendar read their meetings; the addresses are kept nowhere."""

    list_display = ("user", "holds", "shows_closed", "created_at", "revoked_at")
    list_display_links = ("user",)
    list_filter = ("holds", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    search_help_text = _("Person")
    date_hierarchy = "created_at"
    names_people = True
    fields = ("user", "holds", "shows_closed", "created_at", "revoked_at")
    verbs = (
        Verb(
            name="revoke",
            label=_("Revoke feed"),
            allowed=lambda row, _actor: row.revoked_at is None,
            run=lambda row, deed: switch_off_feed(row.user, now=deed.now),
            warning=_("The person's calendar stops getting meetings, and the person can make a new feed."),
        ),
    )
