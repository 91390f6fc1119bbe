"""The office's view of outgoing mail: what failed first, and one button: send again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mail.addresses import mend
from mail.incoming.outcomes import reason_words
from mail.kinds import all_kinds
from mail.models import BouncedAddress, Incoming, Message, MessageQuerySet, Relay
from mail.queue import send_again, withdraw_messages


class KindFilter(admin.SimpleListFilter):
    """By what the mail is for, in words."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.name, str(kind.label)) for kind in all_kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Staff look; nothing is added, changed or removed by hand."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What was sent to whom, without codes and personal links; what failed can be sent again."""

    list_display = ("kind_label", "addressee", "shown_state", "error", "subject", "created_at", "sent_at", "attempts")
    list_display_links = ("kind_label",)
    list_filter = ("state", KindFilter, "language")
    search_fields = ("recipient", "about", "to", "subject", "message_id")
    search_help_text = _("Address, subject, or a reference such as meeting:12 or user:7")
    date_hierarchy = "created_at"
    list_per_page = 50
    show_full_result_count = False
    actions = ("send_again", "withdraw")
    fieldsets = (
        (None, {"fields": ("kind_label", "addressee", "recipient", "about", "shown_state", "error")}),
        (_("Words"), {"fields": ("subject", "language", "words")}),
        (_("Delivery"), {"fields": ("created_at", "not_before", "sent_at", "attempts", "build_failures")}),
        (_("Trace"), {"fields": ("unknown_outcomes", "claimed_until", "message_id", "dedupe_key")}),
    )

    def get_queryset(self, request: HttpRequest) -> MessageQuerySet:
        return Message.objects.defer("html", "sealed", "data").failed_first()

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ()  # the question itself puts what failed on top

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, row: Message) -> str:
        return row.label

    @admin.display(description=_("to"), ordering="to")
    def addressee(self, row: Message) -> str:
        return row.to or row.recipient

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, row: Message) -> str:
        return str(_("Came back")) if row.came_back else row.get_state_display()

    @admin.display(description=_("text"))
    def words(self, row: Message) -> SafeString | str:
        return format_html('<pre class="tk-kept-mail">{}</pre>', row.text) if row.text else "–"

    def has_act_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    class Media:
        css = {"all": ["css/mail.css"]}

    @admin.action(description=_("Send again what failed or came back"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """What failed or came back gets a fresh start; others are left as they are, and that is said."""
        chosen = list(queryset)
        count = send_again(chosen)
        self._log(request, [row for row in chosen if row.can_go_again], "Sent again")
        if count:
            words = ngettext("%(count)d mail is on its way again.", "%(count)d mails are on their way again.", count)
            self.message_user(request, words % {"count": count}, messages.SUCCESS)
        if left := len(chosen) - count:
            words = ngettext(
                "%(count)d mail had not failed and was left as it is.",
                "%(count)d mails had not failed and were left as they are.",
                left,
            )
            self.message_user(request, words % {"count": left}, messages.WARNING)

    @admin.action(description=_("Withdraw waiting mails"), permissions=["act"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Waiting mails are taken back; what has gone out cannot be."""
        chosen = list(queryset)
        count = withdraw_messages(chosen, reason="withdrawn by the office")
        waiting = (Message.State.QUEUED, Message.State.SENDING)
        self._log(request, [row for row in chosen if row.state in waiting], "Withdrawn")
        words = ngettext("%(count)d mail is withdrawn.", "%(count)d mails are withdrawn.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    def _log(self, request: HttpRequest, rows: list[Message], words: str) -> None:
        for row in rows:
            self.log_change(request, row, words)


@admin.register(Relay)
class RelayAdmin(ReadOnlyAdmin):
    """Whether the mail server refuses us, since when, and with what words."""

    list_display = ("__str__", "health", "refusing_since", "paused_until", "error")
    fields = ("health", "refusing_since", "paused_until", "error")

    @admin.display(description=_("state"))
    def health(self, row: Relay) -> str | Promise:
        if row.refusing_since is None:
            return _("Takes our mail")
        return _("Refuses our mail") if row.paused_until and row.paused_until > timezone.now() else _("Tried again")


@admin.register(BouncedAddress)
class BouncedAddressAdmin(ReadOnlyAdmin):
    """Addresses that do not work: correct them on the person, or say that they work again."""

    list_display = ("address", "status", "bounced_at")
    list_filter = ("status", "bounced_at")
    search_fields = ("address",)
    show_full_result_count = False
    actions = ("works_again",)

    def has_act_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=_("The address works again"), permissions=["act"])
    def works_again(self, request: HttpRequest, queryset: QuerySet[BouncedAddress]) -> None:
        """Take the mark off."""
        rows = list(queryset)
        for row in rows:
            self.log_change(request, row, "Works again")
        mend(row.address for row in rows)
        words = ngettext("%(count)d address is unmarked.", "%(count)d addresses are unmarked.", len(rows))
        self.message_user(request, words % {"count": len(rows)}, messages.SUCCESS)


@admin.register(Incoming)
class IncomingAdmin(ReadOnlyAdmin):
    """What came in, by which road, and what it ended as. The words themselves stay sealed."""

    list_display = ("received_at", "source", "outcome", "why", "about", "concerns", "copies")
    list_display_links = ("received_at",)
    list_filter = ("outcome", "source")
    search_fields = ("about", "concerns", "message_id")
    search_help_text = _("A reference such as meeting:12 or invitation:7, or a Message-ID")
    date_hierarchy = "received_at"
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-received_at", "-pk")
    fieldsets = (
        (None, {"fields": ("received_at", "source", "outcome", "why", "about", "concerns")}),
        (_("Trace"), {"fields": ("envelope_to", "message_id", "copies", "processed_at", "handled_by", "handled_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Incoming]:
        return Incoming.objects.defer("sealed", "data")

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, row: Incoming) -> str:
        return str(reason_words(row.reason))
