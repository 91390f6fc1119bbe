"""The form where a contact invites colleagues."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.sheets import MOST_LINES, Line, read_lines


class InviteForm(forms.Form):
    """One colleague a line, or cells pasted from a sheet."""

    people = forms.CharField(
        label=_("Colleagues"),
        help_text=_("One a line: an address, with the name if you like. You can paste from a sheet."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_people(self) -> str:
        text: str = self.cleaned_data["people"]
        self.lines: list[Line] = read_lines(text)
        if len(self.lines) > MOST_LINES:
            raise ValidationError(_("At most %(most)s lines at a time.") % {"most": MOST_LINES}, code="many")
        return text
