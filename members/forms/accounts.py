"""Forms on the way in. allauth's own, with the portal's rules about names, addresses and imported people."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.forms import RequestLoginCodeForm as BaseRequestLoginCodeForm
from allauth.account.forms import ResetPasswordForm as BaseResetPasswordForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.actions import find_or_make_person
from members.addresses import is_taken
from members.claims import remember
from members.models import User
from members.names import clean_address, clean_person_name
from members.notices import reader_language
from members.passwords import LONGEST


def not_too_long(password: str) -> None:
    """A validator: nobody's password is longer than one may be, so it need not be hashed to be wrong."""
    if len(password) > LONGEST:
        raise ValidationError(_("A password has at most %(most)s characters.") % {"most": LONGEST}, code="long")


def ensure_address_row(user: User, address: str) -> None:
    """A person whom others wrote down has no row with allauth yet; the code needs one to confirm."""
    EmailAddress.objects.get_or_create(user=user, email=address, defaults={"primary": user.email == address})


class SignupForm(BaseSignupForm):  # type: ignore[misc]
    """Name, address, and a password for those who want one.

    A row that staff imported, or that an earlier try left behind, is claimed rather than refused. Nothing of
    what is typed here touches it until the address is proved: name and password wait in the session.
    """

    field_order = ["name", "email", "password1"]
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email, password = self.fields["email"], self.fields["password1"]
        email.label = _("E-mail at work")
        email.max_length = 254
        email.widget.attrs.pop("placeholder", None)
        password.label = _("Password, if you want one")
        password.help_text = _("At least 12 characters. Without a password we send you a code each time.")
        password.widget.attrs.pop("placeholder", None)
        password.required = False

    def clean_name(self) -> str:
        return clean_person_name(self.cleaned_data["name"])

    def validate_unique_email(self, value: str) -> str:
        self.account_already_exists = is_taken(value)
        return value

    def save(self, request: HttpRequest) -> User:
        data = self.cleaned_data
        person = find_or_make_person(email=data["email"], name=data["name"], language=reader_language())
        if person.claimed_at is not None:  # claimed between the check and now: no way in without the code
            raise PermissionDenied
        ensure_address_row(person, data["email"])
        password = make_password(data["password1"]) if data.get("password1") else ""
        remember(request, person, name=data["name"], password=password)
        return person


class LoginForm(BaseLoginForm):  # type: ignore[misc]
    """Sign-in by password; labels instead of placeholders. What is too long to be a password is not hashed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["password"].validators.append(not_too_long)
        self.fields["password"].help_text = ""  # the page has the way out beside its button
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class RequestLoginCodeForm(BaseRequestLoginCodeForm):  # type: ignore[misc]
    """A code by mail; works for imported people too, whom it lets claim their row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail at work")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        self.cleaned_data["email"] = clean_address(self.cleaned_data["email"])
        address: str = super().clean_email()
        person = getattr(self, "_user", None)
        if person is not None:
            ensure_address_row(person, address)
        return address


class ResetPasswordForm(BaseResetPasswordForm):  # type: ignore[misc]
    """A new password by code; for imported people it is their first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        self.cleaned_data["email"] = clean_address(self.cleaned_data["email"])
        address: str = super().clean_email()
        for person in self.users:
            ensure_address_row(person, address)
        return address
