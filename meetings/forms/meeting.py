"""A meeting as its organiser writes it."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from meetings.clocks import NoSuchTime, TwiceThatNight, oslo_moment
from meetings.enums import MeetingKind
from meetings.forms.calling import checked_addresses
from meetings.forms.fields import ClockField, DayField, LineField, TimesForm, one_line, written_times
from meetings.forms.written import TERMS, words_of_deadline, written_meeting, written_words
from meetings.models import Meeting, MeetingTemplate, TimeProposal
from meetings.models.terms import MOST_GUESTS
from meetings.plans import Address, Audience, Details, RoundWish
from members.enums import Language
from members.forms.lists import capital

DEADLINE_CLOCK = time(16)


def _long(label: Any, size: int, rows: int, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=size, required=False, widget=widget, help_text=help_text)


class PlaceForm(TimesForm):
    """When and where: what everybody is asked about again when it changes."""

    venue = LineField(label=_("Venue"), max_length=120, required=False)
    online_url = forms.URLField(
        label=_("Link for taking part online"), required=False, assume_scheme="https", max_length=200
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.clean_times(data)
        return data


class WordsForm(forms.Form):
    """Words and terms: what can be changed without asking anybody again."""

    title = LineField(label=_("Title"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language of the text"),
        choices=Language.choices,
        help_text=_("What you write is shown as you wrote it. The rest of the mail follows each reader's language."),
    )
    description = _long(_("What it is about"), 4000, 4)
    practical = _long(_("Practical information"), 2000, 3, _("Parking, food, what to bring."))
    capacity = forms.IntegerField(
        label=_("Number of places"),
        min_value=1,
        max_value=2000,
        required=False,
        help_text=_("Empty means no limit. When it is full, people stand in line and move up by themselves."),
    )
    capacity_per_company = forms.IntegerField(
        label=_("Number of places for each company"),
        min_value=1,
        max_value=2000,
        required=False,
        help_text=_("Empty means no limit. Whoever is one too many stands in line until a colleague cannot come."),
    )
    guests_each = forms.IntegerField(
        label=_("Guests each may bring"),
        min_value=0,
        max_value=MOST_GUESTS,
        required=False,
        help_text=_("0 means none, 5 is the most. Guests take places like everybody else."),
    )
    serves_food = forms.BooleanField(
        label=_("Food is served"),
        required=False,
        help_text=_(
            "Then whoever says yes may tell the kitchen of allergies. It is deleted seven days after the meeting."
        ),
    )
    answer_day = DayField(
        label=_("Answer by"), required=False, help_text=_("Empty means three working days before the meeting.")
    )
    answer_clock = ClockField(label=_("Time of day"), required=False)
    reminder_days = forms.CharField(
        label=_("Reminders, days before the deadline"),
        max_length=40,
        required=False,
        help_text=_("To those who have not answered. Numbers with commas, such as 7, 2. Empty means none."),
    )
    is_open = forms.BooleanField(label=_("Show it on the front page, for everybody"), required=False)
    is_board_only = forms.BooleanField(
        label=_("Only for those invited: the rest of the group does not see it"), required=False
    )

    def clean_guests_each(self) -> int:
        return self.cleaned_data["guests_each"] or 0

    def clean_reminder_days(self) -> list[int]:
        parts = [part for part in self.cleaned_data["reminder_days"].replace(";", ",").split(",") if part.strip()]
        if not all(part.strip().isascii() and part.strip().isdigit() and int(part) <= 60 for part in parts):
            raise ValidationError(_("Write whole numbers from 0 to 60 with commas between, such as 7, 2."))
        if len(parts) > 3:
            raise ValidationError(_("No more than three reminders."))
        return sorted({int(part) for part in parts}, reverse=True)

    def deadline(self, starts_at: datetime, now: datetime) -> datetime | None:
        """The answer deadline as written, with an error beside it when it does not fit."""
        day = self.cleaned_data.get("answer_day")
        if day is None:
            return None
        try:
            moment = oslo_moment(day, self.cleaned_data.get("answer_clock") or DEADLINE_CLOCK, "second")
        except (NoSuchTime, TwiceThatNight, OverflowError):
            self.add_error("answer_clock", _("That time does not exist that night. Choose another."))
            return None
        if moment <= now:
            self.add_error("answer_day", _("That day has passed. Choose one to come."))
        elif moment > starts_at:
            self.add_error("answer_day", _("The answer deadline must come before the meeting starts."))
        return moment

    def words(self) -> dict[str, Any]:
        """What goes into ``Details`` besides time and place."""
        names = (*TERMS, "reminder_days")
        texts = {
            name: (self.cleaned_data.get(name) or "").replace("\r\n", "\n") for name in ("description", "practical")
        }
        return {name: self.cleaned_data.get(name) for name in names} | texts


class MoveForm(PlaceForm):
    """Another time or place for a called meeting."""

    reason = forms.CharField(label=_("Why you do it in place of the board"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        meeting: Meeting,
        now: datetime,
        must_say_why: bool = False,
        proposal: TimeProposal | None = None,
        **kwargs: Any,
    ) -> None:
        place = {"venue": meeting.venue, "online_url": meeting.online_url}
        when = proposal or meeting
        kwargs["initial"] = written_times(when.starts_at, when.ends_at) | place
        super().__init__(*args, **kwargs)
        self.now = now
        _settle_reason(self, must_say_why=must_say_why)


class ChangeForm(WordsForm):
    """Other words or terms for a called meeting, told by mail or not."""

    mail = forms.TypedChoiceField(
        label=_("Tell those who are invited?"),
        choices=[("no", _("Save without a mail")), ("yes", _("Save and send everybody a mail"))],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why you do it in place of the board"), max_length=200, required=False)

    def __init__(self, *args: Any, meeting: Meeting, now: datetime, must_say_why: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = written_words(meeting)
        super().__init__(*args, **kwargs)
        self.meeting, self.now = meeting, now
        self.answer_by: datetime | None = meeting.answer_by
        _settle_reason(self, must_say_why=must_say_why)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"answer_day", "answer_clock"} & set(self.changed_data) and data.get("answer_day"):
            self.answer_by = self.deadline(self.meeting.starts_at, self.now)
        return data

    def details(self) -> Details:
        """The meeting as it will be."""
        row = self.meeting
        return Details(
            kind=row.kind,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            venue=row.venue,
            online_url=row.online_url,
            answer_by=self.answer_by,
            **self.words(),
        )


class MeetingForm(PlaceForm, WordsForm):
    """A draft: everything at once, with whom it is for and the question it asks."""

    kind = forms.ChoiceField(label=_("Kind of meeting"), choices=capital(MeetingKind.choices))
    audience_groups = forms.ModelMultipleChoiceField(
        label=_("Members of these groups"),
        queryset=Group.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    audience_board = forms.BooleanField(label=_("The group's board"), required=False)
    audience_all_companies = forms.BooleanField(label=_("Everybody in all companies of the cluster"), required=False)
    addresses = _long(
        _("Addresses, one per line"),
        30_000,
        4,
        _(
            "Name &lt;address&gt;, company. You can paste from a sheet. Whoever the portal knows by the address is recognised."
        ),
    )
    round_question = forms.CharField(
        label=_("Question to think about before the meeting"),
        max_length=200,
        required=False,
        help_text=_(
            "With a question, people hand in input from the invitation until the day after those who came are thanked."
        ),
    )
    round_board_first = forms.BooleanField(label=_("The board sees each input before the group does"), required=False)
    addresses_read: list[Address]

    def __init__(
        self,
        *args: Any,
        group: Group | None,
        now: datetime,
        meeting: Meeting | None = None,
        template: MeetingTemplate | None = None,
        **kwargs: Any,
    ) -> None:
        fresh = {"reminder_days": "7, 2", **kwargs.get("initial", {})}
        kwargs["initial"] = written_meeting(meeting) if meeting else fresh
        super().__init__(*args, **kwargs)
        self.group, self.now, self.addresses_read, self.template = group, now, [], template
        if template and template.answer_days is not None:
            self.fields["answer_day"].help_text = words_of_deadline(template)
        self.fields["audience_groups"].queryset = Group.objects.listed()  # type: ignore[attr-defined]
        if group is None:
            for name in ("audience_board", "round_question", "round_board_first", "is_board_only"):
                del self.fields[name]

    def clean_addresses(self) -> str:
        written = self.cleaned_data["addresses"]
        self.addresses_read = checked_addresses(written)
        return str(written)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.times:
            data["answer_by"] = self.deadline(self.times[0], self.now) or self._usual_deadline(self.times[0])
        return data

    def _usual_deadline(self, starts_at: datetime) -> datetime | None:
        """The template's deadline, as long as it has not passed."""
        moment = self.template.answer_by(starts_at) if self.template else None
        return moment if moment and moment > self.now else None

    def details(self) -> Details:
        """The meeting as written."""
        assert self.times is not None
        data = self.cleaned_data
        return Details(
            kind=data["kind"],
            starts_at=self.times[0],
            ends_at=self.times[1],
            venue=data["venue"],
            online_url=data["online_url"],
            answer_by=data.get("answer_by"),
            **(self.words() | {"is_board_only": bool(data.get("is_board_only"))}),
        )

    def audience(self) -> Audience:
        """Whom it is for; people picked by name are kept apart."""
        data = self.cleaned_data
        return Audience(
            groups=list(data["audience_groups"]),
            board=bool(data.get("audience_board")),
            all_companies=data["audience_all_companies"],
            addresses=self.addresses_read,
        )

    def round_wish(self) -> RoundWish | None:
        """The question that goes with it, if there is one."""
        question = one_line(self.cleaned_data.get("round_question") or "")
        if not question:
            return None
        board_first = bool(self.cleaned_data.get("round_board_first"))
        return RoundWish(question=question, language=self.cleaned_data["language"], board_first=board_first)


def _settle_reason(form: forms.Form, *, must_say_why: bool) -> None:
    if must_say_why:
        form.fields["reason"].required = True
    else:
        del form.fields["reason"]
