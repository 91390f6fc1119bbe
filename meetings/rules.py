"""May this person? Plain questions about meetings."""

from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser

from groups.models import Group
from groups.rules import leads, sits_on_board, sits_on_cluster_board
from meetings.enums import MeetingState
from meetings.models import Meeting, MeetingTemplate
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


def may_keep_template(user: Someone, group: Group | None, on_day: date) -> bool:
    """Tell whether the person may make templates: a group's own whoever makes its meetings, those for all staff alone."""
    return may_make_meeting(user, group, on_day) if group else is_staff(user)


def may_change_template(user: Someone, template: MeetingTemplate, on_day: date) -> bool:
    """Tell whether the person may rename the template and take it away."""
    return may_keep_template(user, template.group, on_day)


def may_run(user: Someone, meeting: Meeting, on_day: date) -> bool:
    """Tell whether the person may call, move and cancel: the board of its group; staff with a reason."""
    return is_staff(user) or organises(user, meeting.group, on_day)


def may_approve(user: Someone, meeting: Meeting, on_day: date) -> bool:
    """Tell whether the person may approve minutes: the group's leader, without a group the cluster board; staff with
    a reason.
    """
    if is_staff(user):
        return True
    return leads(user, meeting.group, on_day) if meeting.group else organises(user, None, on_day)


def must_say_why(user: Someone, meeting: Meeting, on_day: date) -> bool:
    """Tell whether the person acts in the leader's place and owes the leader a reason."""
    return meeting.group is not None and is_staff(user) and not organises(user, meeting.group, on_day)


def can_change(meeting: Meeting, now: datetime) -> bool:
    """Tell whether a called meeting may still be moved, edited, added to or cancelled: until it has ended."""
    return meeting.state == MeetingState.CALLED and not meeting.is_over(now)
