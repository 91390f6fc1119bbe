"""May this person? Plain questions about meetings."""

from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser

from groups.models import Group
from groups.rules import belongs_to_group, sits_on_board, sits_on_cluster_board
from meetings.enums import MeetingState
from meetings.models import Invitation, Meeting
from members.models import User
from members.rules import is_staff

Someone = User | AnonymousUser


def organises(user: Someone, group: Group | None, on_day: date) -> bool:
    """Tell whether meetings of this group are the person's own task: its board's, or the cluster board's without one."""
    if not isinstance(user, User):
        return False
    return sits_on_board(user, group, on_day) if group else sits_on_cluster_board(user, on_day)


def may_make_meeting(user: Someone, group: Group | None, on_day: date) -> bool:
    """Tell whether the person may make a meeting for the group, or for the whole cluster."""
    return is_staff(user) or organises(user, group, on_day)


def may_run(user: Someone, meeting: Meeting, on_day: date) -> bool:
    """Tell whether the person may call, move and cancel: the board of its group; staff with a reason."""
    return is_staff(user) or organises(user, meeting.group, on_day)


def must_say_why(user: Someone, meeting: Meeting, on_day: date) -> bool:
    """Tell whether the person acts in the leader's place and owes the leader a reason."""
    return meeting.group is not None and is_staff(user) and not organises(user, meeting.group, on_day)


def may_see(user: Someone, meeting: Meeting, invitation: Invitation | None, on_day: date) -> bool:
    """Tell whether the person may know of the meeting; the same rule as ``Meeting.objects.visible_to`` for one row."""
    if is_staff(user) or (user.is_authenticated and meeting.created_by_id == user.pk):
        return True
    if isinstance(user, User) and meeting.group and sits_on_board(user, meeting.group, on_day):
        return True
    if meeting.state == MeetingState.DRAFT:
        return False
    if meeting.is_open or (invitation is not None and invitation.withdrawn_at is None):
        return True
    is_for_group = isinstance(user, User) and meeting.group is not None and not meeting.is_board_only
    return is_for_group and belongs_to_group(user, meeting.group, on_day)  # type: ignore[arg-type]


def can_change(meeting: Meeting, now: datetime) -> bool:
    """Tell whether a called meeting may still be moved, edited, added to or cancelled: until it has ended."""
    return meeting.state == MeetingState.CALLED and not meeting.is_over(now)
