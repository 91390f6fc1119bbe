"""The plan of a meeting's mails as its organiser sees it: when, to whom, with which words. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mail.models import Message, State
from meetings import answer_notices, minutes_notices, notices, wishes, word_notices
from meetings.actions.plan import recipients_of, steps_in
from meetings.actions.reminders import THANKS_WITHIN
from meetings.enums import MeetingState
from meetings.letters.kinds import INVITATION
from meetings.letters.minutes import MINUTES
from meetings.letters.replies import PRACTICAL, REMINDER, THANKS, Reply
from meetings.models import Invitation, Meeting, Word
from meetings.preview import preview_of
from meetings.reached import Reached, reached
from meetings.samples import Sample, Samples
from meetings.schedule import deadline_of, practical_at, quiet_ends, reminder_at, thanks_at
from meetings.wishes import Wish, days_of, wish_for
from members.clock import oslo_today
from members.models import User

MOST_NAMES = 60


@dataclass(frozen=True, kw_only=True)
class PlannedMail:
    """One mail of the plan. ``recipients`` are those it goes to at its time as answers stand now; ``ready`` is how many of
    them could get it this moment, when nobody has had another mail within two days.
    """

    step: str
    label: str | Promise
    at: datetime | None
    wish: Wish
    recipients: Sequence[Invitation]
    unwilling: int  # whom it would be for, too, had they not switched its kind off
    samples: Sequence[Sample]
    sent: int
    waiting: int
    failed: int
    is_past: bool
    is_too_early: bool = False  # a reminder whose time is before the call: whoever is asked after it is left in peace
    ready: int = 0
    word: Word | None = None  # what an organiser wrote to some of the people
    waits_for: str | Promise = ""  # the press that sends it, where the clock does not

    @property
    def has_gone(self) -> bool:
        """True when there is such mail, on its way or come to an end."""
        return bool(self.sent or self.waiting or self.failed)

    @property
    def takes_words(self) -> bool:
        """True for mails that somebody is still to get and that take an organiser's own words."""
        return bool(self.step) and not self.is_past

    @property
    def is_changeable(self) -> bool:
        """True for mails that the clock sends and that have not gone out."""
        return self.takes_words and self.step != wishes.INVITATION

    @property
    def can_go_now(self) -> bool:
        """True for a mail that a press may send before its time."""
        return self.is_changeable and not self.wish.is_off and self.ready > 0

    @property
    def names(self) -> list[str]:
        return [row.user.display_name for row in self.recipients[:MOST_NAMES]]

    @property
    def more(self) -> int:
        return max(0, len(self.recipients) - MOST_NAMES)


def plan_of(meeting: Meeting, now: datetime) -> list[PlannedMail]:
    """Every mail of the meeting in the order of time; a number of queries that no number of people raises."""
    counts = _counts(meeting)
    draft = _as_invited(meeting, now) if meeting.state == MeetingState.DRAFT else None
    samples = Samples(meeting, draft, now)
    planned = [_invitation(meeting, draft, counts, samples, now)]
    planned += [_step(meeting, step, draft, counts, samples, now) for step in steps_in(meeting)]
    planned += _words(meeting, counts)
    timed = sorted(planned, key=lambda one: (one.at is not None, one.at or now))
    timed.append(_minutes(meeting, draft, counts, samples, now))
    if meeting.state == MeetingState.CANCELLED:
        return [one for one in timed if one.has_gone]
    return timed


Counts = Counter[tuple[str, str]]


def _counts(meeting: Meeting) -> Counts:
    """How many mails there are by kind (reminders and own words one by one) and state, and by kind alone; one query."""
    found: Counts = Counter()
    for kind, state, data in Message.objects.about(meeting.about).values_list("kind", "state", "data"):
        one = {answer_notices.REMINDER: "step", word_notices.WORD: "word"}.get(kind)
        name = f"{kind}:{data.get(one)}" if one else kind
        found[name, state] += 1
        found[name, ""] += 1
    return found


def _as_invited(meeting: Meeting, now: datetime) -> list[Invitation]:
    """A draft's people as they will be invited, for reading alone."""
    found = []
    for one in preview_of(meeting, now).mailed:
        user = one.user or User(email=one.email, name=one.name, language=one.language)
        row = Invitation(pk=0, meeting=meeting, user=user, affiliation=one.affiliation)
        row.company_name = "" if one.affiliation else one.company_name
        found.append(row)
    return found


def _invitation(
    meeting: Meeting, draft: list[Invitation] | None, counts: Counts, samples: Samples, now: datetime
) -> PlannedMail:
    """Goes at the call; whoever is invited later gets it, too, until the meeting is over."""
    is_past = meeting.state == MeetingState.CANCELLED or meeting.is_over(now)
    return _planned(
        wishes.INVITATION,
        _("Invitation"),
        meeting.called_at,
        notices.INVITATION,
        Reached(draft or []),
        [] if is_past else samples.of(INVITATION, draft or []),
        counts,
        wish=wish_for(meeting, wishes.INVITATION),
        is_past=is_past,
        waits_for="" if draft is None else _("When you call the meeting"),
    )


def _minutes(
    meeting: Meeting, draft: list[Invitation] | None, counts: Counts, samples: Samples, now: datetime
) -> PlannedMail:
    """Goes when somebody publishes the minutes, and is said in that press to whom."""
    name = minutes_notices.MINUTES
    is_out = bool(counts[name, ""])
    rows = Reached() if is_out else _readers(meeting, draft, now)
    letters = [] if is_out else samples.of(MINUTES, rows.people)
    waits_for = "" if is_out else _("When the minutes are published")
    return _planned("", _("Minutes"), None, name, rows, letters, counts, is_past=is_out, waits_for=waits_for)


def _words(meeting: Meeting, counts: Counts) -> list[PlannedMail]:
    """What organisers have written to some of the people."""
    return [
        _planned("", word.subject, word.sent_at, f"{word_notices.WORD}:{word.pk}", Reached(), [], counts, word=word)
        for word in meeting.words.select_related("company", "sent_by")
    ]


def _readers(meeting: Meeting, draft: list[Invitation] | None, now: datetime) -> Reached:
    return reached(draft, MINUTES.kind) if draft else minutes_notices.readers_of(meeting, oslo_today(now))


def _step(
    meeting: Meeting, step: str, draft: list[Invitation] | None, counts: Counts, samples: Samples, now: datetime
) -> PlannedMail:
    sort, name, label = _sort_of(step)
    at = _time_of(meeting, step)
    is_past = _is_past(meeting, step, at, counts[name, ""], now)
    is_too_early = not is_past and days_of(step) is not None and at < (meeting.called_at or now)
    goes = not (is_past or is_too_early)
    rows = _recipients(meeting, step, draft, max(at, now)) if goes else Reached()
    return _planned(
        step,
        label,
        at,
        name,
        rows,
        samples.of(sort, rows.people, at=at, days=days_of(step)) if goes else [],
        counts,
        wish=wish_for(meeting, step),
        is_past=is_past,
        is_too_early=is_too_early,
        ready=len(_recipients(meeting, step, None, now).people) if draft is None and goes else 0,
    )


def _sort_of(step: str) -> tuple[Reply, str, str | Promise]:
    """The builder of a mail, the name it is counted under, and what it is called."""
    if step == wishes.PRACTICAL:
        return PRACTICAL, answer_notices.PRACTICAL, _("Practical mail")
    if step == wishes.THANKS:
        return THANKS, answer_notices.THANKS, _("Thanks to those who came")
    return REMINDER, f"{answer_notices.REMINDER}:{days_of(step)}", _("Reminder to those who have not answered")


def _recipients(meeting: Meeting, step: str, draft: list[Invitation] | None, now: datetime) -> Reached:
    if draft is not None:
        return reached(draft, REMINDER.kind) if days_of(step) is not None else Reached()
    return recipients_of(meeting, step, now)


def _time_of(meeting: Meeting, step: str) -> datetime:
    """When it really goes: what falls into the quiet waits for its end, the practical mail no longer than the start."""
    if step == wishes.PRACTICAL:
        at = practical_at(meeting)
        waits = quiet_ends(at)
        return waits if waits < meeting.starts_at else at
    days = days_of(step)
    return quiet_ends(thanks_at(meeting) if days is None else reminder_at(meeting, days))


def _is_past(meeting: Meeting, step: str, at: datetime, gone: int, now: datetime) -> bool:
    """True when it has gone out, or its time is over and it helps nobody any more."""
    if meeting.state == MeetingState.CANCELLED:
        return True
    if step == wishes.THANKS:
        return now >= at + THANKS_WITHIN
    end = meeting.starts_at if step == wishes.PRACTICAL else min(deadline_of(meeting), meeting.starts_at)
    return now >= end or (at <= now and bool(gone))


def _planned(
    step: str,
    label: str | Promise,
    at: datetime | None,
    name: str,
    found: Reached,
    samples: Sequence[Sample],
    counts: Counts,
    *,
    wish: Wish | None = None,
    is_past: bool = True,
    is_too_early: bool = False,
    ready: int = 0,
    word: Word | None = None,
    waits_for: str | Promise = "",
) -> PlannedMail:
    return PlannedMail(
        step=step,
        label=label,
        at=at,
        wish=wish or Wish(),
        recipients=found.people,
        unwilling=found.unwilling,
        samples=samples,
        sent=counts[name, State.SENT],
        waiting=counts[name, State.QUEUED] + counts[name, State.SENDING],
        failed=counts[name, State.FAILED],
        is_past=is_past,
        is_too_early=is_too_early,
        ready=ready,
        word=word,
        waits_for=waits_for,
    )
