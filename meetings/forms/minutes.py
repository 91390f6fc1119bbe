"""What is written after a meeting."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting, MinutesVersion, Section
from members.models import Affiliation
from members.names import clean_line

LONGEST = 20_000
MOST_SECTIONS = 60
LONGEST_TITLE = 160


class MinutesForm:
    """One text under each item of the agenda, as the page wrote them: pairs of ``title`` and ``text``, and the version
    they were written on. Titles travel with the texts, so that an agenda that changes meanwhile loses nothing.
    """

    def __init__(self, data: QueryDict) -> None:
        written = data.get("base", "")
        self.base = int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 0
        titles = data.getlist("title")[:MOST_SECTIONS]
        texts = data.getlist("text")[:MOST_SECTIONS]
        self.sections = [
            Section(clean_line(title)[:LONGEST_TITLE], _clean(text)) for title, text in zip(titles, texts, strict=False)
        ]
        self.errors = {
            number: _("At most %(most)s characters.") % {"most": LONGEST}
            for number, section in enumerate(self.sections)
            if len(section.text) > LONGEST
        }

    def is_valid(self) -> bool:
        return bool(self.sections) and not self.errors


def _clean(text: str) -> str:
    """Line ends of one sort, no control characters, no blank lines at the ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char in "\n\t" or ord(char) >= 32).strip("\n").rstrip()


def sections_to_write(meeting: Meeting, newest: MinutesVersion | None) -> list[Section]:
    """A field for the meeting as a whole and one for each item, filled with what is written; nothing is left out."""
    left = list(newest.texts) if newest else []
    found = []
    for title in ["", *(item.title for item in meeting.agenda.all())]:
        there = next((section for section in left if section.title == title), None)
        if there is not None:
            left.remove(there)
        found.append(there or Section(title, ""))
    return found + [section for section in left if section.text]


class ActionForm(forms.Form):
    """Something to do, by whom and by when."""

    what = forms.CharField(
        label=_("What is to be done"), max_length=300, widget=forms.TextInput(attrs={"data-focus": ""})
    )
    responsible = forms.ModelChoiceField(
        label=_("Who"), queryset=Affiliation.objects.none(), required=False, empty_label=_("Nobody yet")
    )
    due_on = forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["responsible"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
        field.label_from_instance = lambda obj: f"{obj.user.display_name}, {obj.company.name}"  # type: ignore[method-assign]

    def clean_what(self) -> str:
        return clean_line(self.cleaned_data["what"])


class PublishForm(forms.Form):
    """Approve a version, with a mail or without."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    mail = forms.BooleanField(label=_("Send everybody on the list a mail"), required=False)
    reason = forms.CharField(label=_("Why you do it in place of the board"), max_length=200, required=False)

    def __init__(self, *args: Any, must_say_why: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if must_say_why:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]
