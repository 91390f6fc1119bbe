"""Calling, calling off, and adding people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.enums import Answer
from meetings.pasted import read_addresses
from meetings.plans import Address
from members.forms.lists import capital


class CallForm(forms.Form):
    """The last press before mails go out. Only staff who act for the board are asked why."""

    reason = forms.CharField(
        label=_("Why you call it in place of the board"),
        help_text=_("The leader sees it on the meeting's page."),
        max_length=200,
    )

    def __init__(self, *args: Any, must_say_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not must_say_why:
            del self.fields["reason"]


class CancelForm(forms.Form):
    """Calling a meeting off."""

    reason = forms.CharField(label=_("Why"), help_text=_("Everybody who was invited gets these words."), max_length=300)


def checked_addresses(written: str) -> list[Address]:
    """The addresses in pasted lines, or an error that names each wrong line."""
    pasted = read_addresses(written)
    if pasted.errors:
        raise ValidationError(
            [
                ValidationError(_("Line %(line)s: %(why)s"), params={"line": line, "why": why})
                for line, why in pasted.errors[:10]
            ]
        )
    return pasted.addresses


class LateForm(forms.Form):
    """More addresses for a meeting that has been called."""

    addresses = forms.CharField(
        label=_("Addresses, one per line"),
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name &lt;address&gt;, company. You can paste from a sheet."),
    )
    addresses_read: list[Address]

    def clean_addresses(self) -> str:
        self.addresses_read = checked_addresses(self.cleaned_data["addresses"])
        if not self.addresses_read:
            raise ValidationError(self.fields["addresses"].error_messages["required"], code="required")
        return str(self.cleaned_data["addresses"])


def _search_field() -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "type": "search"})
    return forms.CharField(label=_("Name or company"), max_length=80, required=False, widget=widget)


class PeopleSearchForm(forms.Form):
    """Find people of the cluster by name or company."""

    q = _search_field()


class AnswerFilterForm(forms.Form):
    """Which invitations to show."""

    q = _search_field()
    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=capital(
            [
                ("", _("all")),
                *Answer.choices,
                ("queued", _("on the waiting list")),
                ("unreached", _("a mail did not arrive")),
                ("withdrawn", _("withdrawn")),
            ]
        ),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
