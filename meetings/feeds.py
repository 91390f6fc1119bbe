"""What feeds hold: a person's meetings for their own calendar, and a group's open ones for everybody.

Calendars read a feed again and again: the same meetings give the same bytes, and a number of queries that none raises.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from groups.models import Group
from mail.links import absolute
from meetings import ical
from meetings.agenda import running
from meetings.enums import Answer, FeedHolds, MeetingState
from meetings.letters.sheets import entry_words
from meetings.models import CalendarFeed, Invitation, Meeting
from members.clock import oslo_today
from members.notices import language_of

LOOKS_BACK = timedelta(days=365)
# Google hides a cancelled meeting at once, Apple strikes it through; after a month nobody looks for it.
SHOWS_CANCELLED = timedelta(days=30)


@dataclass(frozen=True)
class Feed:
    """The finished calendar and when something in it last changed."""

    octets: bytes
    changed_at: datetime | None


def personal_feed(feed: CalendarFeed, now: datetime) -> Feed:
    """The person's meetings from a year back on, those they said no to left out; two queries."""
    rows = list(_invitations(feed, now))
    language = language_of(feed.user)
    entries = [_own_entry(row, language, shows_closed=feed.shows_closed) for row in rows]
    with translation.override(language):
        name = _("My meetings in the cluster")
    return _made(name, entries)


def group_feed(group: Group, now: datetime) -> Feed:
    """The group's meetings that are open to all, in the language of the cluster; two queries."""
    rows = _live(Meeting.objects.filter(group=group, is_open=True, is_board_only=False), now)
    language = "nb"
    meetings = list(rows.prefetch_related("agenda").order_by("starts_at", "pk"))
    for meeting in meetings:
        meeting.online_url = ""  # the way in is for those invited, as on the meeting's page
    return _made(group.name, [_entry(meeting, language, meeting.changed_at) for meeting in meetings])


def _invitations(feed: CalendarFeed, now: datetime) -> QuerySet[Invitation]:
    rows = Invitation.objects.of(feed.user, oslo_today(now)).filter(_recent(now, "meeting__"))
    if feed.holds == FeedHolds.UNSENT and feed.user.is_reachable:
        rows = rows.exclude(answer=Answer.YES, queued_at__isnull=True)
    return rows.select_related("meeting").prefetch_related("meeting__agenda").order_by("meeting__starts_at", "pk")


def _live(meetings: QuerySet[Meeting], now: datetime) -> QuerySet[Meeting]:
    return meetings.filter(_recent(now))


def _recent(now: datetime, path: str = "") -> Q:
    """Called and held meetings of a year, and what was called off within a month."""
    kept = Q(**{f"{path}state__in": [MeetingState.CALLED, MeetingState.HELD]})
    off = Q(**{f"{path}state": MeetingState.CANCELLED, f"{path}cancelled_at__gt": now - SHOWS_CANCELLED})
    return (kept | off) & Q(**{f"{path}ends_at__gt": now - LOOKS_BACK})


def _own_entry(row: Invitation, language: str, *, shows_closed: bool) -> ical.Entry | None:
    """None for a meeting the person said no to, as it is now."""
    meeting = row.meeting
    is_current = row.answer != Answer.NONE and not row.is_stale_for(meeting)
    if is_current and row.answer == Answer.NO and meeting.state != MeetingState.CANCELLED:
        return None
    changed_at = max(moment for moment in (meeting.changed_at, row.answered_at, row.invited_at) if moment)
    is_sure = (row.has_seat and row.confirm_by is None) or meeting.state == MeetingState.HELD
    return _entry(meeting, language, changed_at, is_sure=is_sure, is_closed=meeting.is_board_only and not shows_closed)


def _entry(
    meeting: Meeting, language: str, changed_at: datetime, *, is_sure: bool = True, is_closed: bool = False
) -> ical.Entry:
    is_off = meeting.state == MeetingState.CANCELLED
    with translation.override(language):
        if is_closed:
            url = absolute(meeting.get_absolute_url())
            words = ical.Words(summary=_("Meeting"), description=url, html="", url=url)
        else:
            words = entry_words(meeting, language, list(running(meeting.starts_at, meeting.agenda.all())))
        if is_off:
            words = ical.with_summary(words, _("Cancelled: %(title)s") % {"title": words.summary})
    status = "CANCELLED" if is_off else ("CONFIRMED" if is_sure else "TENTATIVE")
    return ical.Entry(meeting=meeting, words=words, status=status, changed_at=changed_at, is_closed=is_closed)


def _made(name: str, entries: Iterable[ical.Entry | None]) -> Feed:
    kept = list(_present(entries))
    changed = max((entry.changed_at for entry in kept), default=None)
    return Feed(ical.feed(name, kept), changed)


def _present(entries: Iterable[ical.Entry | None]) -> Iterator[ical.Entry]:
    return (entry for entry in entries if entry is not None)
