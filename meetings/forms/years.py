"""A year of meetings: the rule that proposes the days, and the rows that can be changed before they are made."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from babel.dates import format_date
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from meetings.actions.years import Planned
from meetings.clashes import Clash
from meetings.enums import Every, Week
from meetings.forms.fields import ClockField, LineField, TimesForm
from meetings.models import MeetingTemplate
from meetings.years import PLACES, Proposal, Proposals, Rule, month_after, propose, titled
from members.clock import oslo_today
from members.forms.lists import capital

MONTHS_AHEAD = 30
AUTUMN = 8  # from then on people plan the next year
A_MONDAY = date(2024, 1, 1)
WORKDAYS = 5
_PLACE = re.compile(r"\[([^\[\]]*)\]")


class RuleForm(forms.Form):
    """How often, which day, from when to when. ``proposals`` holds the days once it is valid."""

    first = forms.TypedChoiceField(label=_("From"), coerce=date.fromisoformat)
    last = forms.TypedChoiceField(label=_("Through"), coerce=date.fromisoformat)
    every = forms.TypedChoiceField(label=_("How often"), choices=capital(Every.choices), coerce=Every)
    week = forms.TypedChoiceField(
        label=_("Which in the month"), choices=capital(Week.choices), coerce=lambda value: Week(int(value))
    )
    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int)
    starts = ClockField(label=_("Starts"))
    ends = ClockField(label=_("Ends"))
    title = LineField(
        label=_("Title"),
        max_length=100,
        help_text=_("You can write [month], [year] and [number]. They are filled in for each meeting."),
    )
    venue = LineField(label=_("Venue"), max_length=120, required=False)
    proposals: Proposals

    def __init__(self, *args: Any, pattern: MeetingTemplate, now: datetime, **kwargs: Any) -> None:
        self.pattern, self.today = pattern, oslo_today(now)
        kwargs["initial"] = self._usual()
        super().__init__(*args, **kwargs)
        months = [(day.isoformat(), _in_words(day, "LLLL y")) for day in self._months()]
        for name in ("first", "last"):
            self.fields[name].choices = months  # type: ignore[attr-defined]
        self.fields["weekday"].choices = [  # type: ignore[attr-defined]
            (day, _in_words(A_MONDAY.replace(day=1 + day), "EEEE")) for day in range(WORKDAYS)
        ]

    def _months(self) -> list[date]:
        this = self.today.replace(day=1)
        return [month_after(this, count) for count in range(MONTHS_AHEAD)]

    def _usual(self) -> dict[str, Any]:
        """The rest of this year, or from the autumn on the next; the first Tuesday of each month."""
        year = self.today.year + (self.today.month > AUTUMN)
        first = date(year, 1, 1) if year > self.today.year else self.today.replace(day=1)
        return {
            "first": first.isoformat(),
            "last": date(year, 12, 1).isoformat(),
            "every": Every.MONTH,
            "week": Week.FIRST,
            "weekday": 1,
            "starts": self.pattern.starts,
            "ends": self.pattern.ends,
            "title": self.pattern.title,
            "venue": self.pattern.venue,
        }

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if any(place.strip().lower() not in PLACES for place in _PLACE.findall(title)):
            raise ValidationError(_("Only [month], [year] and [number] can stand between brackets."))
        return _PLACE.sub(lambda found: f"[{found[1].strip().lower()}]", title)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", _("The meeting must end after it starts."))
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last month must not come before the first."))
        if not self.errors:
            self._propose(data)
        return data

    def _propose(self, data: dict[str, Any]) -> None:
        names = ("first", "last", "every", "week", "weekday")
        self.proposals = propose(Rule(**{name: data[name] for name in names}), self.today)
        most = settings.MEETINGS_PER_YEAR_PLAN
        if len(self.proposals.kept) > most:
            words = _("That makes %(count)s meetings, and %(most)s is the most. Choose a shorter period.")
            self.add_error("last", words % {"count": len(self.proposals.kept), "most": most})
        elif not self.proposals.kept:
            self.add_error("last", _("No day to come fits. Choose a longer period."))

    def rows(self) -> list[dict[str, Any]]:
        """The first values of the rows."""
        data = self.cleaned_data
        return [
            {
                "keep": True,
                "day": one.day,
                "starts": data["starts"],
                "ends": data["ends"],
                "title": titled(data["title"], one.day, number, self.pattern.language),
                "venue": data["venue"],
            }
            for number, one in enumerate(self.proposals.kept, start=1)
        ]


class RowForm(TimesForm):
    """One meeting of the plan. Left out, nothing in it is asked. ``seen`` names the clashes that the page has shown."""

    keep = forms.BooleanField(label=_("Make this meeting"), required=False)
    title = LineField(label=_("Title"), max_length=120)
    venue = LineField(label=_("Venue"), max_length=120, required=False)
    seen = forms.CharField(required=False, max_length=400)
    proposal: Proposal | None = None
    clashes: Sequence[Clash] = ()

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        del self.fields["ends_on"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.clean_times(data)
        if not data.get("keep"):
            self.errors.clear()
        return data

    @property
    def is_kept(self) -> bool:
        return bool(self.cleaned_data.get("keep") if self.is_bound else self.initial.get("keep"))

    @property
    def shown_clashes(self) -> str:
        """What the page says of clashes, for the press that follows."""
        return ",".join(str(one.meeting.pk) for one in self.clashes if one.is_same_time)

    def planned(self) -> Planned:
        assert self.times is not None
        data = self.cleaned_data
        return Planned(title=data["title"], venue=data["venue"], starts_at=self.times[0], ends_at=self.times[1])


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """All rows: at least one is kept, and no two at the same time."""

    def clean(self) -> None:
        """What no row can tell by itself."""
        kept = [form for form in self.forms if form.is_kept]
        if not kept:
            raise ValidationError(_("Keep at least one meeting."))
        timed = sorted((form for form in kept if form.times), key=lambda form: form.times or ())
        for before, after in pairwise(timed):
            if before.times and after.times and after.times[0] < before.times[1]:
                after.add_error("day", _("Two rows of the plan are at the same time. Change or leave out one."))

    def note_clashes(self, found: Sequence[Sequence[Clash]]) -> None:
        """Put beside each row what the group has that day. A clash that the reader has not seen stops the press once."""
        for form, clashes in zip(self.forms, found, strict=True):
            form.clashes = clashes
            same = {str(one.meeting.pk) for one in clashes if one.is_same_time}
            if not self.is_bound:
                form.initial["keep"] = not same
            elif form.is_kept and same - set(form.cleaned_data.get("seen", "").split(",")):
                form.add_error(
                    "day", _("The group has a meeting at that time. Choose another, or press once more to make both.")
                )

    def note_proposals(self, proposals: Sequence[Proposal]) -> None:
        """Put beside each row where its day comes from."""
        for form, proposal in zip(self.forms, proposals, strict=False):
            form.proposal = proposal


RowFormSet = forms.formset_factory(
    RowForm,
    formset=Rows,
    extra=0,
    max_num=settings.MEETINGS_PER_YEAR_PLAN,
    absolute_max=settings.MEETINGS_PER_YEAR_PLAN,
    validate_max=True,
)


class PressForm(forms.Form):
    """The page's own number, by which a second press is known."""

    key = forms.UUIDField()


def _in_words(day: date, pattern: str) -> str:
    return str(capfirst(format_date(day, pattern, locale=(get_language() or "nb")[:2])))
