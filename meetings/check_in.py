"""The code by the door with which people tick themselves in. It changes every half minute: a picture of it sent to
somebody who is not there is soon worth nothing.
"""

from datetime import datetime, timedelta

from django.urls import reverse

from mail.links import absolute, make_token, read_token
from meetings.enums import MeetingState
from meetings.models import Meeting

CHECK_IN = "check_in"
TURN = timedelta(seconds=30)
TURNS_KEPT = 4  # from the wall to the phone, and a phone that is slow
OPENS_BEFORE = timedelta(hours=1)
FORM_AGE = timedelta(minutes=10)  # how long a page that was opened in time may lie


def _turn(now: datetime) -> int:
    return int(now.timestamp() // TURN.total_seconds())


def check_in_is_open(meeting: Meeting, now: datetime) -> bool:
    """From an hour before the start until the end."""
    called = meeting.state in {MeetingState.CALLED, MeetingState.HELD}
    return called and meeting.starts_at - OPENS_BEFORE <= now < meeting.ends_at


def check_in_token(meeting: Meeting, now: datetime) -> str:
    """The token of this half minute."""
    return make_token(CHECK_IN, f"{meeting.pk}.{_turn(now)}")


def check_in_link(meeting: Meeting, now: datetime) -> str:
    """The address behind the code of this half minute."""
    return absolute(reverse("meetings:check_in", args=[check_in_token(meeting, now)]))


def meeting_behind(token: str, now: datetime) -> tuple[Meeting | None, bool]:
    """The meeting of a genuine token, and whether the code was on the wall just now. None for a forged one."""
    meeting, _dot, turn = (read_token(CHECK_IN, token) or "").partition(".")
    if not (meeting.isdecimal() and turn.isdecimal()):
        return None, False
    found = Meeting.objects.select_related("group", "round").filter(pk=int(meeting)).first()
    return found, 0 <= _turn(now) - int(turn) < TURNS_KEPT
