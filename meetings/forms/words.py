"""A mail to some of a meeting's people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import Selection
from meetings.forms.plan import ReasonForm, check_places
from meetings.models import Meeting
from members.forms.lists import capital
from members.models import Company
from members.names import clean_line


class WordForm(ReasonForm):
    """To whom, and what. ``count`` comes with the confirm alone: as many as the preview said."""

    selection = forms.ChoiceField(label=_("To whom"), choices=capital(Selection.choices))
    company = forms.ModelChoiceField(
        label=_("Only from this company"),
        queryset=Company.objects.none(),
        required=False,
        empty_label=_("All companies"),
    )
    subject = forms.CharField(label=_("Subject"), max_length=120)
    text = forms.CharField(
        label=_("Text"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("These are filled in for each reader: {first_name}, {meeting}, {when}, {venue}."),
    )
    count = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    field_order = ("selection", "company", "subject", "text", "reason")

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["company"]
        assert isinstance(field, forms.ModelChoiceField)
        listed = meeting.invitations.standing().filter(affiliation__isnull=False)
        field.queryset = Company.objects.filter(pk__in=listed.values("affiliation__company")).order_by(
            "name_folded", "pk"
        )

    def clean_subject(self) -> str:
        return check_places(clean_line(self.cleaned_data["subject"]))

    def clean_text(self) -> str:
        return check_places(self.cleaned_data["text"])
