"""Changes to the plan of a meeting's mails."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.clocks import NoSuchTime, TwiceThatNight, oslo_moment
from meetings.forms.fields import ClockField, DayField
from meetings.planning import PlannedMail
from meetings.wishes import PLACES
from members.clock import OSLO

KNOWN_PLACE = re.compile(r"\{(?:" + "|".join(PLACES) + r")\}")


def check_places(text: str) -> str:
    """The text with one sort of line ends and no controls; ValidationError for a place that is not filled in."""
    words = text.replace("\r\n", "\n").replace("\r", "\n")
    if re.search(r"[{}]", KNOWN_PLACE.sub("", words)):
        raise ValidationError(
            _("Only {first_name}, {meeting}, {when} and {venue} are filled in. Write them like that.")
        )
    return "".join(char for char in words if char in "\n\t" or ord(char) >= 32).strip()


class ReasonForm(forms.Form):
    """Only staff who act for the board are asked why."""

    reason = forms.CharField(label=_("Why you do it in place of the board"), max_length=200, required=False)

    def __init__(self, *args: Any, must_say_why: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if must_say_why:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class MoveStepForm(ReasonForm):
    """Day and time of day, in Oslo."""

    day = DayField(label=_("Day"))
    clock = ClockField(label=_("Time of day"))
    field_order = ("day", "clock", "reason")

    @classmethod
    def of(cls, planned: PlannedMail, *, must_say_why: bool) -> "MoveStepForm":
        """The form with the time as it is."""
        local = timezone.localtime(planned.at, OSLO) if planned.at else None
        initial = {"day": local.date(), "clock": local.time()} if local else {}
        return cls(initial=initial, must_say_why=must_say_why, auto_id=f"id_{planned.step.replace(':', '-')}_%s")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, clock = data.pop("day", None), data.pop("clock", None)
        if day and clock:
            try:
                data["at"] = oslo_moment(day, clock)
            except (NoSuchTime, TwiceThatNight):
                self.add_error("clock", _("The clocks change at that time. Choose another."))
        return data


class WordsForStepForm(ReasonForm):
    """A paragraph above the text; only fixed places in braces."""

    words = forms.CharField(
        label=_("Your own words above the text"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("These are filled in for each reader: {first_name}, {meeting}, {when}, {venue}."),
    )
    field_order = ("words", "reason")

    @classmethod
    def of(cls, planned: PlannedMail, *, must_say_why: bool) -> "WordsForStepForm":
        """The form with the words as they are."""
        auto_id = f"id_{planned.step.replace(':', '-')}_words_%s"
        return cls(initial={"words": planned.wish.words}, must_say_why=must_say_why, auto_id=auto_id)

    def clean_words(self) -> str:
        return check_places(self.cleaned_data["words"])


class SendNowForm(ReasonForm):
    """As many as the page said."""

    count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
