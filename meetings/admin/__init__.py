"""Meetings and invitations as the office sees them. Importing registers every model."""

from meetings.admin import invitations, meetings

__all__ = ["invitations", "meetings"]
