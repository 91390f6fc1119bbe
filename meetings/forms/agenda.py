"""Rows of the agenda. An empty title drops the row; the order on the page is the order of the day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.forms.fields import one_line
from meetings.models import Meeting
from meetings.plans import AgendaRow

MOST_ROWS = 30


class AgendaRowForm(forms.Form):
    """One item with its length."""

    title = forms.CharField(label=_("Title"), max_length=160, required=False)
    minutes = forms.IntegerField(label=pgettext_lazy("of time", "Minutes"), min_value=1, max_value=600, required=False)
    speaker = forms.CharField(label=_("Who"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        """A title needs a length, and nothing else can stand without a title."""
        data = super().clean() or {}
        for name in ("title", "speaker"):
            data[name] = one_line(data.get(name) or "")
        if data["title"] and not data.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("How many minutes?"))
        if data["speaker"] and not data["title"] and "title" not in self.errors:
            self.add_error("title", _("What is the item called?"))
        return data


AgendaFormSet = forms.formset_factory(
    AgendaRowForm, extra=3, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 10, validate_max=True
)


def agenda_start(meeting: Meeting | None) -> list[dict[str, Any]]:
    """The stored agenda as the form's first values."""
    if meeting is None:
        return []
    return [dict(row) for row in meeting.agenda.values("title", "minutes", "speaker")]


def agenda_rows(formset: "forms.BaseFormSet[AgendaRowForm]") -> list[AgendaRow]:
    """The rows that have a title, in order."""
    filled = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("title")]
    return [AgendaRow(title=row["title"], minutes=row["minutes"], speaker=row["speaker"]) for row in filled]
