"""What is the same for everybody who reads about one meeting in one language: worked out once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parseaddr
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import escape, linebreaks
from django.utils.translation import gettext as _

from groups.models import Role
from mail.links import absolute
from mail.render import Mould, Words
from meetings import ical
from meetings.agenda import Slot, running
from meetings.models import Invitation, Meeting
from members.clock import OSLO, oslo_today
from members.models import ClusterSettings, User
from members.notices import cluster_context
from members.templatetags.words import moment_range

# What each recipient's mail says of them alone; the templates print these as they are
OWN = ("first_name", "company", "answer_url", "yes_url", "maybe_url", "no_url", "input_url", "wishes_url")


@dataclass(frozen=True)
class Greeter:
    """Who signs: the group's leader, else whoever called the meeting."""

    name: str = ""
    role: str = ""
    company: str = ""


@dataclass(frozen=True)
class Facts:
    """What a batch reads about one meeting before any language is chosen."""

    meeting: Meeting
    slots: Sequence[Slot]
    leader: Role | None
    caller: User | None


@dataclass
class Sheet:
    """One meeting in one language."""

    facts: Facts
    language: str
    values: Mapping[str, Any]
    _moulds: dict[str, list[tuple[dict[str, Any], Mould]]] = field(default_factory=dict)

    @property
    def meeting(self) -> Meeting:
        return self.facts.meeting

    @property
    def cluster(self) -> ClusterSettings:
        return self.values["cluster"]  # type: ignore[no-any-return]

    def render(self, template: str, personal: Mapping[str, Any]) -> Words:
        """The words of one mail to one person. The templates run once for all to whom they say the same."""
        own = {name: value for name in OWN if (value := personal.get(name))}
        rest = {name: value for name, value in personal.items() if name not in own} | dict.fromkeys(own)
        moulds = self._moulds.setdefault(template, [])
        mould = next((made for said, made in moulds if said == rest), None)
        if mould is None:
            mould = Mould(f"meetings/{template}", self.language, {**self.values, **rest}, own)
            moulds.append((rest, mould))
        return mould.fill(own)

    def organiser(self, invitation: Invitation | None = None) -> ical.Organiser:
        """Whoever calls, as calendars show it: at the person's own address, whose answers count, else at the office's."""
        name = str(self.meeting.group or self.cluster.name)
        if invitation is not None and invitation.identity is not None and invitation.identity.address:
            return ical.Organiser(name=name, email=invitation.identity.address, reads=True)
        email = self.cluster.office_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        return ical.Organiser(name=name, email=email)

    def reply_to(self, invitation: Invitation) -> str:
        """Where an answer in words goes: to where the calendar's answers go, else to the office."""
        own = self.organiser(invitation)
        name = own.name.replace('"', "'").replace("\\", "")
        return f'"{name}" <{own.email}>' if own.reads else self.cluster.office_email

    def calendar_words(self) -> ical.Words:
        """What the calendar entry says; worked out once."""
        return self._calendar_words

    @cached_property
    def _calendar_words(self) -> ical.Words:
        return entry_words(self.meeting, self.language, self.facts.slots)


def facts_of(meetings: Sequence[Meeting], on_day: date) -> dict[int, Facts]:
    """The facts of each meeting; three queries for all of them (agenda, leaders, callers)."""
    leaders = _leaders({meeting.group_id for meeting in meetings if meeting.group_id}, on_day)
    callers = User.objects.in_bulk([pk for pk in (one.called_by_id or one.created_by_id for one in meetings) if pk])
    return {
        meeting.pk: Facts(
            meeting=meeting,
            slots=list(running(meeting.starts_at, meeting.agenda.all())),
            leader=leaders.get(meeting.group_id or 0),
            caller=callers.get(meeting.called_by_id or meeting.created_by_id or 0),
        )
        for meeting in meetings
    }


def _leaders(groups: set[int], on_day: date) -> dict[int, Role]:
    seats = Role.objects.held_on(on_day).filter(group__in=groups).for_display()
    found: dict[int, Role] = {}
    for seat in seats:
        if seat.kind in {"leader", "deputy"}:
            found.setdefault(seat.group_id, seat)
    return found


def greeter_of(facts: Facts) -> Greeter:
    """Who signs, in the active language."""
    if facts.leader:
        tie = facts.leader.affiliation
        return Greeter(tie.user.display_name, str(facts.leader.get_kind_display()), tie.company.name)
    return Greeter(facts.caller.display_name) if facts.caller else Greeter()


@dataclass
class Sheets:
    """Sheets made on demand, one per meeting and language."""

    facts: Mapping[int, Facts]
    made: dict[tuple[int, str], Sheet] = field(default_factory=dict)

    def get(self, meeting: Meeting, language: str) -> Sheet:
        """The sheet of the meeting in the language."""
        key = (meeting.pk, language)
        if key not in self.made:
            self.made[key] = make_sheet(self.facts[meeting.pk], language)
        return self.made[key]


def make_sheet(facts: Facts, language: str) -> Sheet:
    """Everything the templates ask about the meeting, in the language."""
    meeting = facts.meeting
    with translation.override(language):
        values = {
            **cluster_context(language),
            "meeting": meeting,
            "starts_at": timezone.localtime(meeting.starts_at, OSLO),
            "when": upper_first(moment_range(meeting.starts_at, meeting.ends_at)),
            "lines": [line for line in (meeting.venue, meeting.online_url) if line],
            "slots": facts.slots,
            "greeter": greeter_of(facts),
            "meeting_url": absolute(meeting.get_absolute_url()),
            "asks_in_own_words": meeting.language == language,
        }
    return Sheet(facts, language, values)


def upper_first(words: str) -> str:
    """The words as the beginning of a line."""
    return words[:1].upper() + words[1:]


def entry_words(meeting: Meeting, language: str, slots: Sequence[Slot]) -> ical.Words:
    """What a calendar shows of the meeting: the link first, then how to answer, then what it is about."""
    url = absolute(meeting.get_absolute_url())
    with translation.override(language):
        paragraphs = [
            _("Answer with the buttons in the mail or on the meeting's page."),
            meeting.description,
            "\n".join(f"{_clock(slot.at, language)} {slot.title}" for slot in slots),
            meeting.practical,
            meeting.online_url,
        ]
    plain = "\n\n".join([url, *(text for text in paragraphs if text)])
    html = f'<p><a href="{escape(url)}">{escape(url)}</a></p>' + "".join(
        linebreaks(text, autoescape=True) for text in paragraphs if text
    )
    return ical.Words(summary=meeting.title, description=plain, html=html, url=url)


def _clock(at: datetime, language: str) -> str:
    return timezone.localtime(at, OSLO).strftime("%H:%M" if language == "en" else "%H.%M")


def sheet_for(meeting: Meeting, language: str, now: datetime) -> Sheet:
    """One sheet for a page that shows a mail."""
    return make_sheet(facts_of([meeting], oslo_today(now))[meeting.pk], language)
