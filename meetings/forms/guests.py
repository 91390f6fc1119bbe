"""Whom somebody brings to a meeting, and what they cannot eat."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.cards import AnswerCard
from meetings.models import Invitation
from members.names import clean_line

NAME_SIZE = 80
DIET_SIZE = 200


def extra_forms(card: AnswerCard, *, shows_diet: bool = True) -> dict[str, Any]:
    """The forms that go with a yes, as far as the meeting asks."""
    forms_: dict[str, Any] = {}
    if card.most_guests:
        forms_["guests_form"] = GuestsForm(invitation=card.invitation, most=card.most_guests)
    if card.tells_kitchen:
        forms_["diet_form"] = DietForm(initial={"diet": card.diet.text if card.diet and shows_diet else ""})
    return forms_


class GuestsForm(forms.Form):
    """A name for each guest; an empty field is no guest."""

    def __init__(self, *args: Any, invitation: Invitation, most: int, **kwargs: Any) -> None:
        names = invitation.guest_names
        kwargs["initial"] = {f"guest_{place}": name for place, name in enumerate(names, 1)}
        super().__init__(*args, **kwargs)
        for place in range(1, most + 1):
            self.fields[f"guest_{place}"] = forms.CharField(
                label=_("Name of guest") if most == 1 else _("Name of guest %(number)d") % {"number": place},
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
        return [name for name in self.cleaned_data.values() if name]

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
