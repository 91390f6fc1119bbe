"""Fields that several forms share: a moment in Oslo, and what may stand on one line."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.clocks import FIRST, SECOND, NoSuchTime, TwiceThatNight, oslo_moment, which_of_two
from members.clock import OSLO, oslo_today

FURTHEST = timedelta(days=3 * 366)
CLOCKS = ["%H:%M", "%H.%M", "%H:%M:%S"]
DAYS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
_BLANKS = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b\u2028\u2029\ufeff]")


def one_line(text: str) -> str:
    """Text without line breaks and other controls, so that it can stand in a subject or a calendar."""
    return _BLANKS.sub(" ", _CONTROL.sub(" ", text)).strip()


class LineField(forms.CharField):
    """Words on one line; where some are wanted, blanks and controls alone are none."""

    def clean(self, value: Any) -> str:
        line = one_line(super().clean(value) or "")
        if self.required and not line:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return line


class DayField(forms.DateField):
    """A day, chosen from the browser's calendar or typed as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=DAYS, **kwargs)


class ClockField(forms.TimeField):
    """A time of day in Oslo."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(widget=widget, input_formats=CLOCKS, **kwargs)


class WhichField(forms.ChoiceField):
    """Which of the two, for a time that comes twice the night the clocks go back. Left out on all other days."""

    def __init__(self) -> None:
        super().__init__(
            label=_("That time comes twice this night. Which do you mean?"),
            choices=[(FIRST, _("The first, in summer time")), (SECOND, _("The second, in winter time"))],
            widget=forms.RadioSelect,
            required=False,
        )


class TimesForm(forms.Form):
    """When: a day, from and to in Oslo's time, over the clock changes too. ``times`` holds both moments."""

    day = DayField(label=_("Day"))
    starts = ClockField(label=_("From"))
    ends = ClockField(label=_("To"))
    ends_on = DayField(label=_("Last day, if it is another"), required=False)
    starts_which = WhichField()
    ends_which = WhichField()

    LONGEST = timedelta(days=14)
    now: datetime
    times: tuple[datetime, datetime] | None = None

    @property
    def asks_which(self) -> list[forms.BoundField]:
        """The questions about the doubled hour that must be shown."""
        names = ("starts_which", "ends_which")
        return [self[name] for name in names if name in self.errors or self[name].value()]

    def clean_times(self, data: dict[str, Any]) -> None:
        """Turn the written times into moments, with an error beside the field that is wrong."""
        day, last = data.get("day"), data.get("ends_on") or data.get("day")
        if day is None or last is None or self._is_far("day", day) or self._is_far("ends_on", last):
            return
        starts = self._moment(day, data.get("starts"), "starts", data.get("starts_which", ""))
        ends = self._moment(last, data.get("ends"), "ends", data.get("ends_which", ""))
        if starts is None or ends is None:
            return
        if starts <= self.now:
            self.add_error("day", _("That time has passed. Choose one to come."))
        elif ends <= starts:
            self.add_error("ends", _("The meeting must end after it starts."))
        elif ends - starts > self.LONGEST:
            self.add_error("ends_on", _("A meeting lasts two weeks at most."))
        else:
            self.times = (starts, ends)

    def _is_far(self, name: str, day: date) -> bool:
        today = oslo_today(self.now)
        if day < today:
            self.add_error(name, _("That day has passed. Choose one to come."))
        elif day > today + FURTHEST:
            self.add_error(name, _("Choose a day within three years."))
        return name in self.errors

    def _moment(self, day: date, clock: time | None, name: str, which: str) -> datetime | None:
        if clock is None:
            return None
        try:
            return oslo_moment(day, clock, which)
        except NoSuchTime:
            self.add_error(
                name, _("That time does not exist: the clocks go from 02:00 to 03:00 that night. Choose another.")
            )
        except TwiceThatNight:
            self.add_error(f"{name}_which", _("The clocks go back that night. Choose which of the two you mean."))
        return None


def written_times(starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """Two moments as the fields of ``TimesForm`` show them."""
    starts, ends = timezone.localtime(starts_at, OSLO), timezone.localtime(ends_at, OSLO)
    return {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "ends_on": ends.date() if ends.date() != starts.date() else None,
        "starts_which": which_of_two(starts_at),
        "ends_which": which_of_two(ends_at),
    }
