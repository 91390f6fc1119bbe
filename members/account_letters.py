"""Words of the account mails: codes, changes of address, password and second factor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mail.kinds import Letter, Unwanted, register
from mail.links import absolute
from mail.models import Message
from mail.render import render
from members.models import User
from members.notices import cluster_context, language_of

KIND = "members.account"
LINKS = ("activate_url", "password_reset_url")


@dataclass(frozen=True, slots=True)
class Deed:
    """What one account mail says. `lines` may name the values of SEALED; `page` is where its button leads."""

    subject: str | Promise
    lines: tuple[str | Promise, ...]
    asked: bool = True
    page: str = ""
    button: str | Promise = ""


# Values that a mail may need; allauth's other context (request, IP address, browser) is not kept.
SEALED = ("code", "activate_url", "password_reset_url", "from_email", "to_email", "deleted_email")
_TYPE_CODE = _("Type this code in the window where you asked for it.")
_CONFIRM = Deed(
    _("Confirm your e-mail address"),
    (_("Type this code in the window where you signed up, and the address is confirmed."),),
    button=_("Confirm the address"),
)
_RESET = Deed(
    _("A new password"),
    (_("You asked for a new password."), _TYPE_CODE),
    button=_("Choose a new password"),
)
DEEDS: dict[str, Deed] = {
    "email_confirmation": _CONFIRM,
    "email_confirmation_signup": _CONFIRM,
    "login_code": Deed(_("Your sign-in code"), (_TYPE_CODE,)),
    "password_reset_code": _RESET,
    "password_reset_key": _RESET,
    "account_already_exists": Deed(
        _("You have an account already"),
        (
            _("Somebody, most likely you, signed up with this address. It has an account already."),
            _("Sign in with your password, or let us send you a code."),
        ),
        page="account_login",
        button=_("Sign in"),
    ),
    "unknown_account": Deed(
        _("No account with this address"),
        (
            _("Somebody, most likely you, tried to sign in with this address. It has no account here."),
            _("Perhaps you use another address? If not, you can sign up."),
        ),
        page="account_signup",
        button=_("Sign up"),
    ),
    "email_changed": Deed(
        _("Your e-mail address is changed"),
        (_("From now on you sign in with %(to_email)s, no longer with %(from_email)s."),),
        asked=False,
    ),
    "email_confirm": Deed(
        _("Your e-mail address is confirmed"), (_("The address now belongs to your account."),), asked=False
    ),
    "email_deleted": Deed(
        _("An e-mail address is removed"), (_("%(deleted_email)s is removed from your account."),), asked=False
    ),
    "password_changed": Deed(
        _("Your password is changed"), (_("The password of your account is changed."),), asked=False
    ),
    "password_reset": Deed(_("Your password is changed"), (_("Your account has a new password."),), asked=False),
    "password_set": Deed(_("Your account has a password"), (_("Your account now has a password."),), asked=False),
    "totp_activated": Deed(
        _("Authenticator app is on"), (_("From now on you also need a code from your app to sign in."),), asked=False
    ),
    "totp_deactivated": Deed(
        _("Authenticator app is off"), (_("You no longer need a code from your app to sign in."),), asked=False
    ),
    "recovery_codes_generated": Deed(
        _("New recovery codes"), (_("Your account has new recovery codes. The old ones no longer work."),), asked=False
    ),
    "webauthn_added": Deed(_("A passkey is added"), (_("You can now sign in with a new passkey."),), asked=False),
    "webauthn_removed": Deed(
        _("A passkey is removed"), (_("A passkey of your account is removed and no longer works."),), asked=False
    ),
}


def lifetime(name: str) -> timedelta:
    """How long after it was asked for such a mail is of any use."""
    seconds = {
        "login_code": app_settings.LOGIN_BY_CODE_TIMEOUT,
        "password_reset_code": app_settings.PASSWORD_RESET_BY_CODE_TIMEOUT,
        "email_confirmation": app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
        "email_confirmation_signup": app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    }
    return timedelta(seconds=seconds[name]) if name in seconds else timedelta(days=1)


def build(rows: Sequence[Message]) -> Mapping[int, Letter | Unwanted]:
    """Letters for account mails; a code that no longer works is not sent."""
    ids = [row.data["user"] for row in rows if row.data.get("user")]
    people = User.objects.in_bulk(ids)
    frames: dict[str, dict[str, Any]] = {}
    answers: dict[int, Letter | Unwanted] = {}
    for row in rows:
        person = people.get(row.data.get("user"))
        language = language_of(person) if person and person.claimed_at else row.data["language"]
        if language not in frames:
            frames[language] = cluster_context(language)
        answers[row.pk] = _letter(row, person, language, frames[language])
    return answers


def _letter(row: Message, person: User | None, language: str, frame: dict[str, Any]) -> Letter | Unwanted:
    name, values = row.data["name"], row.unsealed()
    if not values:
        return Unwanted("the code is no longer kept")
    if timezone.now() > row.created_at + lifetime(name):
        return Unwanted("the code has expired")
    if row.data.get("user") and (person is None or not person.is_active):
        return Unwanted("the account is closed")
    with translation.override(language):
        context = _context(DEEDS[name], values, person)
    words = render("members/account", language, {**frame, **context})
    return Letter(
        to=values["email"],
        to_name=person.name if person else "",
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=language,
        secrets=(context["code"], "" if DEEDS[name].page else context["url"]),
    )


def _context(deed: Deed, values: Mapping[str, Any], person: User | None) -> dict[str, Any]:
    """The deed's words with the values set in. Addresses are the portal's own, whatever host was asked."""
    own_link = next((values[key] for key in LINKS if values.get(key)), "")
    page = reverse(deed.page) if deed.page else urlsplit(own_link).path
    return {
        "heading": str(deed.subject),
        "lines": [str(line) % values if "%(" in str(line) else str(line) for line in deed.lines],
        "code": values.get("code", ""),
        "url": absolute(page) if page else "",
        "button": str(deed.button),
        "asked": deed.asked,
        "first_name": person.short_name if person else "",
    }


def register_kind() -> None:
    """Make the kind known to the mail app."""
    register(KIND, build, label=_("Account"), essential=True, urgent=True)
