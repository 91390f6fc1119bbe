"""Meetings and who is invited to them."""

from meetings.models.calendar import CalendarIdentity, TimeProposal
from meetings.models.diet import DietNeed
from meetings.models.document import MeetingDocument
from meetings.models.feed import CalendarFeed
from meetings.models.invitation import AnswerChange, Invitation
from meetings.models.meeting import AgendaItem, Meeting
from meetings.models.minutes import ActionItem, Minutes, MinutesVersion, Section
from meetings.models.template import MeetingTemplate
from meetings.models.word import Word

__all__ = [
    "ActionItem",
    "AgendaItem",
    "AnswerChange",
    "CalendarFeed",
    "CalendarIdentity",
    "DietNeed",
    "Invitation",
    "Meeting",
    "MeetingDocument",
    "MeetingTemplate",
    "Minutes",
    "MinutesVersion",
    "Section",
    "TimeProposal",
    "Word",
]
