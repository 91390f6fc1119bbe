"""What the fields of a meeting's forms show first: the meeting as it is, one like it, or a template."""

from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from groups.models import Group
from meetings.forms.fields import written_times
from meetings.models import Meeting, MeetingTemplate
from meetings.pasted import as_lines
from meetings.plans import Address
from members.clock import OSLO
from members.templatetags.words import clock

TERMS = (
    "title",
    "language",
    "capacity",
    "capacity_per_company",
    "guests_each",
    "serves_food",
    "is_open",
    "is_board_only",
)


def words_of_deadline(template: MeetingTemplate) -> str:
    """What an empty deadline means in a meeting that begins with the template."""
    words = ngettext(
        "Empty means %(days)s day before the meeting at %(clock)s, as in the template.",
        "Empty means %(days)s days before the meeting at %(clock)s, as in the template.",
        template.answer_days or 0,
    )
    return words % {"days": template.answer_days, "clock": clock(template.answer_clock)}


def written_words(meeting: Meeting) -> dict[str, Any]:
    """The words and terms of a meeting as the fields of ``WordsForm`` show them."""
    deadline = timezone.localtime(meeting.answer_by, OSLO) if meeting.answer_by else None
    return _same_words(meeting) | {
        "answer_day": deadline.date() if deadline else None,
        "answer_clock": deadline.time() if deadline else None,
    }


def _same_words(row: Meeting | MeetingTemplate) -> dict[str, Any]:
    """The words that a meeting and a template have alike."""
    names = (*TERMS, "description", "practical")
    days = ", ".join(str(days) for days in row.reminder_days)
    return {name: getattr(row, name) for name in names} | {"reminder_days": days}


def written_meeting(meeting: Meeting) -> dict[str, Any]:
    """A draft as the fields of ``MeetingForm`` show it."""
    round_ = meeting.round
    return {
        **written_words(meeting),
        **written_times(meeting.starts_at, meeting.ends_at),
        "kind": meeting.kind,
        "venue": meeting.venue,
        "online_url": meeting.online_url,
        "audience_groups": list(meeting.audience_groups.all()),
        "audience_board": meeting.audience_board,
        "audience_all_companies": meeting.audience_all_companies,
        "addresses": as_lines([Address(**row) for row in meeting.audience_addresses]),
        "round_question": round_.question if round_ else "",
        "round_board_first": bool(round_ and round_.board_first),
    }


# What a new meeting does not take over: its day, and what hangs on it
OF_ITS_DAY = ("day", "ends_on", "starts_which", "ends_which", "answer_day", "answer_clock")


def written_copy(meeting: Meeting) -> dict[str, Any]:
    """The first values of a new meeting like this one: everything but the day."""
    return {name: value for name, value in written_meeting(meeting).items() if name not in OF_ITS_DAY}


def written_template(template: MeetingTemplate, group: Group | None) -> dict[str, Any]:
    """The first values of a new meeting that begins with a template."""
    return {
        **_same_words(template),
        "kind": template.kind,
        "starts": template.starts,
        "ends": template.ends,
        "venue": template.venue,
        "online_url": template.online_url,
        "audience_groups": [group] if group and template.audience_own_group else [],
        "audience_board": template.audience_board,
        "audience_all_companies": template.audience_all_companies,
        "round_question": template.round_question,
        "round_board_first": template.round_board_first,
    }
