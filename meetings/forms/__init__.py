"""Forms of meetings: what organisers write."""

from meetings.forms.agenda import AgendaFormSet, agenda_rows, agenda_start
from meetings.forms.calling import AnswerFilterForm, CallForm, CancelForm, LateForm, PeopleSearchForm
from meetings.forms.meeting import ChangeForm, MeetingForm, MoveForm
from meetings.forms.written import written_copy, written_template

__all__ = [
    "AgendaFormSet",
    "AnswerFilterForm",
    "CallForm",
    "CancelForm",
    "ChangeForm",
    "LateForm",
    "MeetingForm",
    "MoveForm",
    "PeopleSearchForm",
    "agenda_rows",
    "agenda_start",
    "written_copy",
    "written_template",
]
