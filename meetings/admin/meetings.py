"""Meetings: made and changed on the portal's own pages, called and called off here too."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meetings.actions.meetings import call_meeting, cancel_meeting, hold_meeting
from meetings.enums import Answer, MeetingState
from meetings.models import AgendaItem, Meeting
from meetings.rules import can_change
from members.errors import Refused
from members.office import Ask, Deed, HistoryAdmin, Shown, Verb
from members.office.inlines import ShownInline


class CallAsk(Ask):
    """Why the office calls it and not the board; the leader sees the words."""

    reason = forms.CharField(
        label=_("Why you do this in place of the board"), help_text=_("The leader sees it."), max_length=200
    )


class CancelAsk(Ask):
    """Why; everybody invited reads it."""

    reason = forms.CharField(label=_("Reason"), help_text=_("Everybody who was invited gets it."), max_length=300)


class HomeFilter(admin.SimpleListFilter):
    """Meetings to come that say neither where nor how to take part."""

    title = _("venue")
    parameter_name = "venue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("to come, without a venue or a link"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Meeting]) -> QuerySet[Meeting]:
        if self.value() != "missing":
            return queryset
        states = [MeetingState.DRAFT, MeetingState.CALLED]
        return queryset.filter(state__in=states, ends_at__gt=timezone.now(), venue="", online_url="")


class AgendaInline(ShownInline):
    """The agenda, in order."""

    model = AgendaItem
    fields = ("position", "title", "minutes", "speaker")


def _call(meeting: Meeting, deed: Deed) -> bool:
    return not call_meeting(meeting, actor=deed.actor, now=deed.now, reason=deed.words["reason"]).was_called_before


def _cancel(meeting: Meeting, deed: Deed) -> bool:
    if not deed.words["reason"].strip():
        raise Refused
    return cancel_meeting(meeting, actor=deed.actor, now=deed.now, reason=deed.words["reason"])


def _may_be_held(meeting: Meeting, _actor: object) -> bool:
    return meeting.state == MeetingState.CALLED and meeting.has_started(timezone.now())


@admin.register(Meeting)
class MeetingAdmin(HistoryAdmin):
    """Every meeting with how it fills."""

    list_display = ("title", "group", "kind", "state", "starts_at", "venue", "invited", "answered", "coming", "queued")
    list_filter = ("state", HomeFilter, "kind", "is_open", "is_board_only", "language")
    list_select_related = ("group", "round", "created_by", "called_by")
    linked_from = ("group",)
    search_fields = ("title", "venue", "group__name")
    search_help_text = _("Title, venue or group")
    date_hierarchy = "starts_at"
    inlines = (AgendaInline,)
    fieldsets = (
        (None, {"fields": ("title", "group", "kind", "state", "language", "round")}),
        (
            _("When and where"),
            {
                "fields": (
                    "starts_at",
                    "ends_at",
                    "venue",
                    "online_url",
                    "capacity",
                    "capacity_per_company",
                    "guests_each",
                    "serves_food",
                )
            },
        ),
        (_("Words"), {"fields": ("description", "practical")}),
        (_("Answers"), {"fields": ("answer_by", "reminder_days", "invited", "answered", "coming", "queued", "mails")}),
        (_("Who sees it"), {"fields": ("is_open", "is_board_only")}),
        (
            _("Trace"),
            {
                "fields": (
                    "created_by",
                    "created_at",
                    "called_by",
                    "called_at",
                    "staff_reason",
                    "cancelled_at",
                    "cancel_reason",
                )
            },
        ),
    )
    verbs = (
        Verb(
            name="call",
            label=_("Call meeting"),
            allowed=lambda row, _actor: row.state == MeetingState.DRAFT,
            run=_call,
            form=CallAsk,
            warning=_("Everybody it is for gets an invitation now. Look at the preview on the meeting's page first."),
            in_lists=False,
        ),
        Verb(
            name="cancel",
            label=_("Call meeting off"),
            allowed=lambda row, _actor: can_change(row, timezone.now()),
            run=_cancel,
            form=CancelAsk,
            warning=_("Everybody who was invited gets a mail, and the meeting leaves their calendars."),
            in_lists=False,
        ),
        Verb(
            name="hold",
            label=_("Note as held"),
            allowed=_may_be_held,
            run=lambda row, deed: hold_meeting(row, actor=deed.actor, now=deed.now),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meeting]:
        standing = Q(invitations__withdrawn_at__isnull=True)
        seated = standing & Q(invitations__answer=Answer.YES, invitations__queued_at__isnull=True)
        rows: QuerySet[Meeting] = super().get_queryset(request)
        return rows.annotate(
            invited_count=Count("invitations", filter=standing),
            answered_count=Count("invitations", filter=standing & ~Q(invitations__answer=Answer.NONE)),
            coming_count=Count("invitations", filter=seated)
            + Coalesce(Sum("invitations__guest_count", filter=seated), 0),
            queued_count=Count("invitations", filter=standing & Q(invitations__queued_at__isnull=False)),
        )

    @admin.display(description=_("invited"), ordering="invited_count")
    def invited(self, row: Meeting) -> int:
        return int(getattr(row, "invited_count", 0))

    @admin.display(description=_("answered"), ordering="answered_count")
    def answered(self, row: Meeting) -> int:
        return int(getattr(row, "answered_count", 0))

    @admin.display(description=_("coming"), ordering="coming_count")
    def coming(self, row: Meeting) -> int:
        """With the guests they bring."""
        return int(getattr(row, "coming_count", 0))

    @admin.display(description=_("on the waiting list"), ordering="queued_count")
    def queued(self, row: Meeting) -> int:
        return int(getattr(row, "queued_count", 0))

    @admin.display(description=_("mail"))
    def mails(self, row: Meeting) -> SafeString:
        """Where everything that was mailed about it stands, with what failed on top."""
        path = f"{reverse('admin:mail_message_changelist')}?{urlencode({'about': row.about})}"
        return format_html('<a href="{}">{}</a>', path, _("All mail about this meeting"))

    def new_address(self) -> str:
        """Where meetings are made."""
        return reverse("meetings:new")


@admin.register(AgendaItem)
class AgendaItemAdmin(Shown):
    """Items of agendas, to search in."""

    list_display = ("title", "meeting", "position", "minutes", "speaker")
    list_filter = ("minutes",)
    list_select_related = ("meeting",)
    linked_from = ("meeting",)
    search_fields = ("title", "speaker", "meeting__title")
    search_help_text = _("Item, speaker or meeting")
