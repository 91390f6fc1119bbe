"""Change the plan of a meeting's mails: another time, off and on, own words, or now. Stored only where it differs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings import wishes
from meetings.actions import seats
from meetings.actions.meetings.calling import check_reason
from meetings.actions.reminders import (
    THANKS_LATEST,
    send_practical,
    send_reminder,
    send_thanks,
    unreminded,
    unthanked,
    without_practical,
)
from meetings.answer_notices import PRACTICAL
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.reached import Reached, reached
from meetings.schedule import anchor_of, deadline_of, is_quiet
from meetings.wishes import Wish, days_of, wish_for
from members.clock import OSLO
from members.errors import Refused
from members.models import User


class NotPlanned(Refused):
    """The meeting sends no such mail, or it has gone out."""

    words = _("This mail is not in the plan any more.")


def steps_in(meeting: Meeting) -> list[str]:
    """The names of the mails that the clock sends about the meeting, those switched off among them."""
    reminders = sorted({int(days) for days in meeting.reminder_days}, reverse=True)
    return [*(wishes.reminder_step(days) for days in reminders), wishes.PRACTICAL, wishes.THANKS]


def worded_in(meeting: Meeting) -> list[str]:
    """The names of the mails that take an organiser's own words: the invitation, too, for whoever has yet to get it."""
    return [wishes.INVITATION, *steps_in(meeting)]


@transaction.atomic
def move_step(meeting: Meeting, *, step: str, at: datetime, actor: User, now: datetime, reason: str = "") -> None:
    """Give one mail another time. It keeps its distance when the meeting moves."""
    row = _changeable(meeting, step, actor, now, reason)
    if at <= now:
        raise Refused(_("Choose a time to come."))
    if is_quiet(at):
        raise Refused(_("Choose a time between 07 and 21 that is no public holiday."))
    _check_purpose(row, step, at)
    distance = timezone.localtime(at, OSLO).replace(tzinfo=None) - anchor_of(row, step).replace(tzinfo=None)
    _write(row, step, replace(wish_for(row, step), distance=distance), reason)


def _check_purpose(meeting: Meeting, step: str, at: datetime) -> None:
    if days_of(step) is not None and at >= min(deadline_of(meeting), meeting.starts_at):
        raise Refused(_("A reminder must go out before the answer deadline."))
    if step == wishes.PRACTICAL and at >= meeting.starts_at:
        raise Refused(_("The practical mail must go out before the meeting."))
    if step == wishes.THANKS and not meeting.ends_at < at <= meeting.ends_at + THANKS_LATEST:
        raise Refused(_("The thanks must go out after the meeting, within thirty days."))


@transaction.atomic
def switch_step(meeting: Meeting, *, step: str, is_on: bool, actor: User, now: datetime, reason: str = "") -> None:
    """Send one mail or not."""
    row = _changeable(meeting, step, actor, now, reason)
    _write(row, step, replace(wish_for(row, step), is_off=not is_on), reason)


@transaction.atomic
def write_words(meeting: Meeting, *, step: str, words: str, actor: User, now: datetime, reason: str = "") -> None:
    """Put own words above the text of one mail, or take them away."""
    row = _changeable(meeting, step, actor, now, reason, steps=worded_in)
    if step == wishes.INVITATION and row.is_over(now):
        raise NotPlanned
    _write(row, step, replace(wish_for(row, step), words=words.strip()), reason)


@transaction.atomic
def send_step_now(
    meeting: Meeting, *, step: str, actor: User, now: datetime, count: int | None = None, reason: str = ""
) -> int:
    """Send one mail before its time, to whoever it is for now; says how many. A second press sends no second mail.

    ``count`` is how many the page said: when it is for others by now, it is refused and nothing is sent.
    """
    row = _changeable(meeting, step, actor, now, reason)
    if row.state == MeetingState.DRAFT:
        raise Refused(_("Call the meeting first."))
    if wish_for(row, step).is_off:
        raise Refused(_("This mail is switched off."))
    _check_still_helps(row, step, now)
    if count is not None and count != len(recipients_of(row, step, now).people):
        raise Refused(_("Meanwhile it is for others. Look at the number and press again."))
    if step == wishes.THANKS:
        return send_thanks(row, now)
    days = days_of(step)
    return send_practical(row, now, early=True) if days is None else send_reminder(row, now, early=days)


def _check_still_helps(meeting: Meeting, step: str, now: datetime) -> None:
    if step == wishes.THANKS and not meeting.is_over(now):
        raise Refused(_("The thanks must go out after the meeting, within thirty days."))
    if step == wishes.PRACTICAL and meeting.has_started(now):
        raise Refused(_("The meeting has begun."))
    if days_of(step) is not None and now >= min(deadline_of(meeting), meeting.starts_at):
        raise Refused(_("A reminder must go out before the answer deadline."))


def recipients_of(meeting: Meeting, step: str, now: datetime) -> Reached:
    """Whom a mail would go to if it went now."""
    if step == wishes.THANKS:
        return unthanked(meeting)
    if meeting.has_started(now):
        return Reached()
    days = days_of(step)
    if days is not None:
        return unreminded(meeting, days, now)
    return reached(without_practical(meeting, now), PRACTICAL)


def _changeable(
    meeting: Meeting,
    step: str,
    actor: User,
    now: datetime,
    reason: str,
    *,
    steps: Callable[[Meeting], list[str]] = steps_in,
) -> Meeting:
    row = seats.lock(meeting)
    if row.state == MeetingState.CANCELLED or step not in steps(row):
        raise NotPlanned
    check_reason(row, actor, now, reason)
    return row


def _write(meeting: Meeting, step: str, wish: Wish, reason: str) -> None:
    plan = {name: value for name, value in meeting.send_plan.items() if name != step}
    if kept := wish.as_json():
        plan[step] = kept
    meeting.send_plan = plan
    meeting.staff_reason = reason.strip() or meeting.staff_reason
    meeting.save(update_fields=["send_plan", "staff_reason", "changed_at"])
