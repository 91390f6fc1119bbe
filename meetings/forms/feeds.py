"""What one's own calendar feed holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import FeedHolds
from members.forms.lists import capital


class FeedForm(forms.Form):
    """Which meetings, and how much of board meetings."""

    holds = forms.ChoiceField(label=_("Which meetings"), choices=capital(FeedHolds.choices), widget=forms.RadioSelect)
    shows_closed = forms.BooleanField(
        label=_("Show what board meetings are about"),
        help_text=_("Otherwise the feed says only «Meeting», with the link. Your calendar's provider reads it, too."),
        required=False,
    )
