"""What the sign-in libraries keep about people: addresses, second factors, sessions. Keys and secrets are never shown."""

from typing import Any

from allauth.account import admin as _account_admin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _mfa_admin
from allauth.mfa.models import Authenticator
from allauth.usersessions import admin as _usersessions_admin
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth import admin as _auth_admin
from django.contrib.auth.models import Group as PermissionGroup
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.office import OfficeAdmin, Shown, Verb

# Their own registrations run first, then ours take their place: theirs would show a secret in a form.
REPLACED = (_account_admin, _mfa_admin, _usersessions_admin, _auth_admin)
admin.site.unregister([EmailAddress, Authenticator, UserSession])
UserSession._meta.verbose_name = _("session")  # noqa: SLF001 - the library gives its tables no words
UserSession._meta.verbose_name_plural = _("sessions")  # noqa: SLF001
Authenticator._meta.verbose_name = _("second factor")  # noqa: SLF001
Authenticator._meta.verbose_name_plural = _("second factors")  # noqa: SLF001
admin.site.unregister(PermissionGroup)  # rights are relations in this portal, not permissions granted by hand


@admin.register(EmailAddress)
class EmailAddressAdmin(Shown):
    """Addresses that people have added and proved; theirs to change."""

    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    list_select_related = ("user",)
    search_fields = ("email", "user__name")
    search_help_text = _("Address or person")


@admin.register(Authenticator)
class AuthenticatorAdmin(Shown):
    """Who has set up which second factor. A lost one is reset from the command line."""

    list_display = ("user", "kind", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    search_help_text = _("Person")
    date_hierarchy = "created_at"
    fields = ("user", "kind", "created_at", "last_used_at")

    @admin.display(description=_("kind"), ordering="type")
    def kind(self, row: Authenticator) -> str:
        return str(row.get_type_display())


def _end(session: UserSession) -> None:
    session.end()


@admin.register(UserSession)
class UserSessionAdmin(OfficeAdmin):
    """Where people are signed in. A session can be ended, for a lost phone."""

    list_display = ("user", "created_at", "last_seen_at", "user_agent")
    list_select_related = ("user",)
    list_filter = ("last_seen_at",)
    search_fields = ("user__name", "user__email")
    search_help_text = _("Person")
    date_hierarchy = "last_seen_at"
    fields = ("user", "created_at", "last_seen_at", "user_agent")
    names_people = True

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row without the network address, which the library puts into its title."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.ip = ""
        return row

    def words_of(self, row: Any) -> str:
        return str(row.user)

    verbs = (
        Verb(
            name="end",
            label=_("End session"),
            allowed=lambda _row, _actor: True,
            run=lambda row, _deed: _end(row),
            warning=_("The person is signed out there."),
            in_lists=False,
        ),
    )
