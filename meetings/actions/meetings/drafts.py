"""Make and change a meeting that nobody has been told of yet."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.actions.rounds import create_round, remove_planned_round, reword_round
from groups.models import Group
from meetings.enums import MeetingState
from meetings.files import disk
from meetings.models import AgendaItem, Meeting
from meetings.plans import AgendaRow, Audience, Details, RoundWish
from members.clock import OSLO
from members.errors import Refused
from members.models import Affiliation, User
from members.workdays import previous_working_day

ANSWER_DAYS = 3
ANSWER_CLOCK = time(16)
DETAIL_FIELDS = (
    "title",
    "starts_at",
    "ends_at",
    "kind",
    "language",
    "venue",
    "online_url",
    "description",
    "practical",
    "capacity",
    "capacity_per_company",
    "guests_each",
    "serves_food",
    "is_open",
    "is_board_only",
)


def default_deadline(starts_at: datetime) -> datetime:
    """Three working days before the meeting, at the end of the office's day."""
    day = timezone.localdate(starts_at, OSLO)
    for _step in range(ANSWER_DAYS):
        day = previous_working_day(day)
    return datetime.combine(day, ANSWER_CLOCK, tzinfo=OSLO).astimezone(UTC)


@transaction.atomic
def create_meeting(
    *,
    actor: User,
    now: datetime,
    group: Group | None,
    details: Details,
    agenda: Sequence[AgendaRow] = (),
    audience: Audience | None = None,
    round_wish: RoundWish | None = None,
    uid: UUID | None = None,
) -> Meeting:
    """Make a draft with its agenda, audience and round of input. Nobody is told."""
    meeting = Meeting(group=group, created_by=actor, uid=uid or uuid4())
    _take(meeting, details)
    meeting.save()
    write_agenda(meeting, agenda)
    _take_audience(meeting, audience or Audience(groups=[group] if group else ()))
    _take_round(meeting, round_wish, actor)
    return meeting


@transaction.atomic
def edit_meeting(
    meeting: Meeting,
    *,
    actor: User,
    now: datetime,
    details: Details,
    agenda: Sequence[AgendaRow],
    audience: Audience,
    round_wish: RoundWish | None = None,
) -> Meeting:
    """Change a draft. People picked by name have verbs of their own and are kept."""
    row = locked(meeting)
    if row.state != MeetingState.DRAFT:
        raise Refused(_("The meeting has been called while you were writing. Open it and change it there."))
    _take(row, details)
    row.save(update_fields=[*DETAIL_FIELDS, "answer_by", "reminder_days", "changed_at"])
    write_agenda(row, agenda)
    _take_audience(row, audience)
    _take_round(row, round_wish, actor)
    return row


@transaction.atomic
def remove_draft(meeting: Meeting, *, actor: User) -> None:
    """Throw a draft away, with its documents and a round that has taken no input. A called meeting is cancelled, never
    removed.
    """
    row = locked(meeting)
    if row.state != MeetingState.DRAFT:
        raise Refused(_("A meeting that has been called is cancelled, not removed."))
    planned = row.round
    keys = list(row.documents.standing().values_list("key", flat=True))
    row.delete()
    for key in keys:
        transaction.on_commit(partial(disk.drop, key), robust=True)
    if planned:
        remove_planned_round(planned, actor=actor)


@transaction.atomic
def add_person(meeting: Meeting, *, affiliation: Affiliation, actor: User) -> None:
    """Pick a person for a draft."""
    _draft(meeting).audience_people.add(affiliation)


@transaction.atomic
def remove_person(meeting: Meeting, *, affiliation: Affiliation, actor: User) -> None:
    """Drop a picked person from a draft."""
    _draft(meeting).audience_people.remove(affiliation)


def locked(meeting: Meeting) -> Meeting:
    """The meeting as it is now, held until the transaction ends."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("group", "round").get(pk=meeting.pk)


def write_agenda(meeting: Meeting, rows: Sequence[AgendaRow]) -> bool:
    """Replace the agenda when it differs; says whether it did."""
    wanted = [(row.title, row.minutes, row.speaker) for row in rows]
    if wanted == list(meeting.agenda.values_list("title", "minutes", "speaker")):
        return False
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=place, title=title, minutes=minutes, speaker=speaker)
        for place, (title, minutes, speaker) in enumerate(wanted)
    )
    return True


def _draft(meeting: Meeting) -> Meeting:
    row = locked(meeting)
    if row.state != MeetingState.DRAFT:
        raise Refused(_("The meeting has been called. Add people under Invitations."))
    return row


def _take(meeting: Meeting, details: Details) -> None:
    for name in DETAIL_FIELDS:
        setattr(meeting, name, getattr(details, name))
    meeting.answer_by = details.answer_by or default_deadline(details.starts_at)
    meeting.reminder_days = sorted(details.reminder_days, reverse=True)


def _take_audience(meeting: Meeting, audience: Audience) -> None:
    meeting.audience_board = audience.board
    meeting.audience_all_companies = audience.all_companies
    meeting.audience_addresses = [row.as_json() for row in audience.addresses]
    meeting.save(update_fields=["audience_board", "audience_all_companies", "audience_addresses", "changed_at"])
    meeting.audience_groups.set(audience.groups)
    if audience.people:
        meeting.audience_people.add(*audience.people)


def _take_round(meeting: Meeting, wish: RoundWish | None, actor: User) -> None:
    """A draft's round has not opened and holds no input: it is made, reworded or let go with the draft."""
    if wish is None or meeting.group is None:
        _drop_round(meeting, actor)
        return
    if meeting.round is None:
        meeting.round = create_round(
            meeting.group,
            question=wish.question,
            language=wish.language,
            actor=actor,
            board_first=wish.board_first,
            close_hours=wish.close_hours,
        )
        meeting.save(update_fields=["round", "changed_at"])
        return
    reword_round(
        meeting.round,
        question=wish.question,
        language=wish.language,
        board_first=wish.board_first,
        close_hours=wish.close_hours,
        actor=actor,
    )


def _drop_round(meeting: Meeting, actor: User) -> None:
    planned = meeting.round
    if planned is None:
        return
    meeting.round = None
    meeting.save(update_fields=["round", "changed_at"])
    remove_planned_round(planned, actor=actor)
