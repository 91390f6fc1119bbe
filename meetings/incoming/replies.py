"""The reader of answers: from a mail to exactly one outcome, and to a changed answer only where it is sure whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mail.incoming.outcomes import Result
from mail.incoming.reading import Mail
from mail.models import Outcome
from meetings import answer_notices, notices
from meetings.actions.answers import AnswersClosed, answer_invitation
from meetings.actions.proposals import propose_time
from meetings.answering import Door
from meetings.enums import Answer, Road
from meetings.incoming.calendars import Said, Unreadable, read_calendars
from meetings.incoming.finding import (
    Match,
    addresses_of,
    answered_mail,
    identity_behind,
    match,
    only_open,
    open_behind,
)
from meetings.incoming.words import suggested
from meetings.models import CalendarIdentity, Invitation, Meeting

PARTSTAT = {"ACCEPTED": Answer.YES, "DECLINED": Answer.NO, "TENTATIVE": Answer.MAYBE}
CLOSED = {
    Door.GONE: "invitation_gone",
    Door.CANCELLED: "meeting_cancelled",
    Door.OVER: "meeting_over",
    Door.STARTED: "meeting_begun",
}


def read_reply(mail: Mail, now: datetime) -> Result | None:
    """What an answer leads to; None for mail that is neither to one of our addresses nor a calendar's answer."""
    if mail.is_report:
        return Result(Outcome.IGNORED, "report_to_nobody")
    if mail.calendars:
        return _calendar(mail, now)
    return _words(mail, now)


def _calendar(mail: Mail, now: datetime) -> Result:
    try:
        said = read_calendars(mail.calendars)
    except Unreadable as error:
        identity = identity_behind(mail)
        if identity is None:
            return Result(Outcome.IGNORED, str(error))
        return _for_review(only_open(identity, now), str(error), now, identity=identity)
    found = match(mail, said, now)
    answer = _answer(said, found)
    if found.outcome == Outcome.REVIEW:
        identity = identity_behind(mail)
        return _for_review(found.invitation, found.reason, now, answer, meeting=found.meeting, identity=identity)
    if found.outcome or found.invitation is None:
        return Result(Outcome(found.outcome or Outcome.IGNORED), found.reason)
    return _by_method(said, found, found.invitation, answer, now)


def _answer(said: Said, found: Match) -> str:
    """The answer by our name; empty for one we do not know."""
    own = addresses_of(found.invitation.user) if found.invitation else set()
    answer = said.partstat_of(own)
    return str(PARTSTAT.get(answer[1], "")) if answer else ""


def _by_method(said: Said, found: Match, invitation: Invitation, answer: str, now: datetime) -> Result:
    if said.recurrence:
        return _for_review(invitation, "one_of_a_series", now, answer)
    if said.method == "REPLY":
        return _apply(said, found, invitation, answer, now)
    if said.method == "COUNTER":
        return _counter(said, invitation, answer, now)
    if said.method == "REFRESH":
        notices.send_again(invitation, now)
        return _ended(invitation, Outcome.APPLIED, "sent_again")
    return _for_review(invitation, "another_method", now)


def _apply(said: Said, found: Match, invitation: Invitation, answer: str, now: datetime) -> Result:
    """An answer counts unless it is none, to an older time, said before something newer, or too late."""
    said_at = min(said.stamp or now, now)
    early = _without_effect(said, invitation, answer, said_at)
    if early is not None:
        return early
    if not answer:
        return _for_review(invitation, "another_answer", now)
    try:
        done = answer_invitation(
            invitation,
            answer=answer,
            via=Road.CALENDAR,
            actor=invitation.user,
            now=now,
            comment=said.comment or None,
            said_at=said_at,
        )
    except AnswersClosed as refused:
        if refused.door is Door.ONLY_NO:
            return _for_review(invitation, "deadline_passed", now, answer)
        return _ended(invitation, Outcome.IGNORED, CLOSED[refused.door], {"answer": answer})
    if done.older:
        return _ended(invitation, Outcome.STALE, "said_before", {"answer": answer})
    return _ended(invitation, Outcome.APPLIED, found.flagged or "answer", {"answer": answer})


def _without_effect(said: Said, invitation: Invitation, answer: str, said_at: datetime) -> Result | None:
    """How an answer ends that changes nothing whatever the state of the meeting; None for one that may."""
    answers = said.partstat_of(addresses_of(invitation.user))
    if answers and answers[1] == "NEEDS-ACTION":
        return _ended(invitation, Outcome.IGNORED, "no_answer")
    if answer and said.sequence is not None and said.sequence < invitation.meeting.answer_floor:
        return _ended(invitation, Outcome.STALE, "earlier_time", {"answer": answer})
    if answer and answer == invitation.answer and said_at == invitation.answered_at:
        return _ended(invitation, Outcome.DUPLICATE, "same_answer", {"answer": answer})
    return None


def _counter(said: Said, invitation: Invitation, answer: str, now: datetime) -> Result:
    """Another time is kept for the organiser; the answer stays as it is until the meeting moves or not."""
    if said.starts_at is None or said.ends_at is None or said.ends_at <= said.starts_at:
        return _for_review(invitation, "no_time_proposed", now, answer)
    if invitation.withdrawn_at or not invitation.meeting.no_is_open(now) or said.starts_at <= now:
        return _ended(invitation, Outcome.IGNORED, "meeting_begun")
    proposal = propose_time(
        invitation,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        comment=said.comment,
        sequence=said.sequence or 0,
        now=now,
    )
    answer_notices.tell_review(invitation.meeting, now)
    return _ended(invitation, Outcome.COUNTER, "another_time", {"proposal": proposal.pk})


def _words(mail: Mail, now: datetime) -> Result | None:
    """A person's own words are for the organiser to read; an absence note is for nobody."""
    identity = identity_behind(mail)
    answered = answered_mail(mail)
    if identity is None and answered is None:
        return None
    if mail.is_automatic and not mail.has_tnef:
        return Result(Outcome.IGNORED, "automatic")
    if identity is not None and answered is not None and answered.user_id != identity.user_id:
        answered = None  # the mail was passed on: nobody's but the reader's
    invitation = answered or (only_open(identity, now) if identity else None)
    if mail.has_tnef:
        return _for_review(invitation, "winmail", now, identity=identity)
    return _for_review(invitation, "in_words", now, suggested(mail.text), identity=identity)


def _for_review(
    invitation: Invitation | None,
    reason: str,
    now: datetime,
    answer: str = "",
    *,
    meeting: Meeting | None = None,
    identity: CalendarIdentity | None = None,
) -> Result:
    """A person decides; the organisers hear of it. When it can be about several meetings of the group that the secret
    address belongs to, whoever runs them says which. What can be about none is the office's.
    """
    meeting = invitation.meeting if invitation else meeting
    if meeting is None and identity is not None:
        return _which_meeting(identity, reason, now, answer)
    if meeting is not None:
        answer_notices.tell_review(meeting, now)
    return Result(
        Outcome.REVIEW,
        reason,
        about=meeting.about if meeting else "",
        concerns=invitation.ref if invitation else "",
        data={"answer": answer},
    )


def _which_meeting(identity: CalendarIdentity, reason: str, now: datetime, answer: str) -> Result:
    meetings = [row.meeting for row in open_behind([identity], now)[identity.pk]]
    if meetings:
        answer_notices.tell_review_of_group(identity.group_ref, meetings, now)
    return Result(
        Outcome.REVIEW,
        reason,
        about=identity.group_ref if meetings else "",
        concerns=identity.ref,
        data={"answer": answer},
    )


def _ended(invitation: Invitation, outcome: Outcome, reason: str, data: Mapping[str, Any] | None = None) -> Result:
    return Result(outcome, reason, about=invitation.meeting.about, concerns=invitation.ref, data=data or {})
