"""Meetings and invitations as the office sees them. Importing registers every model."""

from meetings.admin import calendars, invitations, meetings, minutes, words

__all__ = ["calendars", "invitations", "meetings", "minutes", "words"]
