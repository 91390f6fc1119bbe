"""Meetings and invitations as the office sees them. Importing registers every model."""

from meetings.admin import calendars, documents, invitations, meetings, minutes, templates, words

__all__ = ["calendars", "documents", "invitations", "meetings", "minutes", "templates", "words"]
