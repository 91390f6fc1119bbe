"""Forms of the board: the desk's filter, the words that a step asks for, a question to the group."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.enums import Station
from groups.forms import AREAS, KINDS
from groups.models import Input, Theme
from groups.texts import clean_text
from members.clock import OSLO
from members.enums import Language, SizeClass
from members.forms.lists import PlainSelect, capital

LOOSE = "none"
LONGEST_WORDS = 1000
LONGEST_ROUND = timedelta(days=365)


class DeskFilter(forms.Form):
    """What the board looks at. What is not on the lists is ignored."""

    q = forms.CharField(label=gettext_lazy("Search in inputs"), required=False, max_length=200)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, widget=PlainSelect)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False, widget=PlainSelect)
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False, widget=PlainSelect)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, widget=PlainSelect)
    size = forms.ChoiceField(label=gettext_lazy("Company size"), required=False, widget=PlainSelect)

    def __init__(self, data: Mapping[str, Any], *, themes: Iterable[Theme]) -> None:
        super().__init__(data)
        shown = [state for state in Station if state != Station.WITHDRAWN]
        choices: dict[str, list[tuple[str, Any]]] = {
            "state": capital((state.value, state.label) for state in shown),
            "theme": [(LOOSE, _("Without a theme")), *((str(theme.pk), theme.name) for theme in themes)],
            "area": [(value.value, label) for value, label in AREAS],
            "kind": [(value.value, label) for value, label in KINDS],
            "size": capital(SizeClass.choices),
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *values]
            field.widget.attrs["class"] = "form-select"
        self.fields["q"].widget.attrs.update({"class": "form-control", "type": "search"})

    def chosen(self) -> dict[str, str]:
        """What was chosen and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def passes(item: Input, chosen: Mapping[str, str]) -> bool:
    """True when an input is among what the board looks at. Search knows no case, in any of the languages."""
    size = item.company.size_class if item.company else ""
    theme = str(item.theme_id) if item.theme_id else LOOSE
    facts = {"state": item.station, "theme": theme, "area": item.area, "kind": item.kind, "size": size}
    if any(facts[name] != value for name, value in chosen.items() if name in facts):
        return False
    return chosen.get("q", "").casefold() in item.text.casefold()


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


class ThemeForm(forms.Form):
    """A theme's name."""

    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=80)

    def clean_name(self) -> str:
        return _one_line(self.cleaned_data["name"])


class WordsForm(forms.Form):
    """What the board says to whoever wrote."""

    words = forms.CharField(
        label=gettext_lazy("Why? The writer reads it as it stands here."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        strip=False,
    )

    def clean_words(self) -> str:
        return clean_text(self.cleaned_data["words"])


class KeepForm(forms.Form):
    """Which of the duplicates the others stand under."""

    keep = forms.ChoiceField(label=gettext_lazy("Which one is kept on top?"), widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None = None, *, inputs: Iterable[Input]) -> None:
        super().__init__(data)
        field = self.fields["keep"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(item.pk), item.text) for item in inputs]


class NoteForm(forms.Form):
    """A note between board members."""

    text = forms.CharField(
        label=gettext_lazy("New note"),
        help_text=gettext_lazy("Only the group board reads it, not even the office."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
    )

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"])


class IntoForm(forms.Form):
    """The theme that another is merged into."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("Merge into"), queryset=Theme.objects.none(), empty_label=gettext_lazy("Choose theme")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, theme: Theme) -> None:
        super().__init__(data)
        field = self.fields["into"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Theme.objects.filter(round=theme.round).standing().exclude(pk=theme.pk)


class AskForm(forms.Form):
    """A question to the group, without a meeting."""

    question = forms.CharField(label=gettext_lazy("What do you ask?"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language of the question"), choices=Language.choices)
    closes_on = forms.DateField(
        label=gettext_lazy("Open until the end of this day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    board_first = forms.BooleanField(
        label=gettext_lazy("The board sees each input before the group does"), required=False
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, language: str) -> None:
        super().__init__(data, initial={"language": language, "closes_on": today + timedelta(days=14)})
        self.today = today

    def clean_question(self) -> str:
        return " ".join(clean_text(self.cleaned_data["question"]).split())

    def clean_closes_on(self) -> date:
        day: date = self.cleaned_data["closes_on"]
        if not self.today <= day <= self.today + LONGEST_ROUND:
            raise forms.ValidationError(_("Choose a day to come, within a year."))
        return day

    def closes_at(self) -> datetime:
        """Midnight in Oslo after the chosen day."""
        after = self.cleaned_data["closes_on"] + timedelta(days=1)
        return datetime.combine(after, time.min, tzinfo=OSLO).astimezone(UTC)
