"""Whom somebody brings to a meeting, and what they cannot eat."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.cards import AnswerCard
from meetings.models import Invitation
from meetings.models.terms import MOST_GUESTS
from members.names import clean_line

NAME_SIZE = 80
DIET_SIZE = 200


def extra_forms(card: AnswerCard, *, shows: bool = True) -> dict[str, Any]:
    """The forms that go with a yes, as far as the meeting asks; ``shows``: with what was written before."""
    forms_: dict[str, Any] = {}
    if card.most_guests:
        forms_["guests_form"] = GuestsForm(invitation=card.invitation, most=card.most_guests, shows=shows)
    if card.tells_kitchen:
        forms_["diet_form"] = DietForm(initial={"diet": card.diet.text if card.diet and shows else ""})
    return forms_


class GuestsForm(forms.Form):
    """A name for each guest; an empty field is no guest.

    Mails are passed on, so behind a link names are not shown: there no names mean that nothing changes, and ``NOBODY``
    takes them away. More names than may be brought are kept, so that the refusal stands beside them.
    """

    NOBODY = "nobody"

    def __init__(self, *args: Any, invitation: Invitation, most: int, shows: bool = True, **kwargs: Any) -> None:
        self.known = invitation.guest_names
        self.hides = bool(self.known) and not shows
        names = [] if self.hides else self.known
        kwargs["initial"] = {f"guest_{place}": name for place, name in enumerate(names, 1)}
        super().__init__(*args, **kwargs)
        written = [place for place in range(1, MOST_GUESTS + 1) if str(self.data.get(f"guest_{place}", "")).strip()]
        count = max([most, *written])
        for place in range(1, count + 1):
            self.fields[f"guest_{place}"] = forms.CharField(
                label=_("Name of guest") if count == 1 else _("Name of guest %(number)d") % {"number": place},
                max_length=NAME_SIZE,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        """Each name on one line; what has no letter is nobody's name."""
        values = super().clean() or {}
        for field, written in list(values.items()):
            values[field] = clean_line(written)
            if written.strip() and not any(sign.isalnum() for sign in values[field]):
                self.add_error(field, ValidationError(_("Write a name, or leave it empty.")))
        return values

    def names(self) -> list[str]:
        names = [name for name in self.cleaned_data.values() if name]
        return list(self.known) if self.hides and not names and self.NOBODY not in self.data else names

    def refuse(self, words: str) -> None:
        """Beside the first field: what is refused is how many there are."""
        self.add_error(next(iter(self.fields), None), words)


class DietForm(forms.Form):
    """What somebody cannot eat, with a consent that is never ticked beforehand. No words take it back."""

    diet = forms.CharField(
        label=_("Allergies or dietary needs"),
        max_length=DIET_SIZE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    consent = forms.BooleanField(required=False)

    def clean_diet(self) -> str:
        return clean_line(self.cleaned_data["diet"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("diet") and not values.get("consent"):
            self.add_error("consent", _("Tick that the organiser may store this, or leave the field empty."))
        return values
