"""Make a year's meetings at one press."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from meetings.actions.meetings.drafts import create_meeting
from meetings.models import Meeting, MeetingTemplate
from meetings.plans import AgendaRow, Audience, Details
from members.errors import Refused
from members.models import User

# What the numbers of these meetings are made of, so that the same press can make each but once
PRESSES = UUID("6f0a3c2e-7a4b-4a55-9d6b-0b2c7b1d9e11")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One row of the plan."""

    title: str
    starts_at: datetime
    ends_at: datetime
    venue: str = ""


def make_year(
    group: Group | None,
    *,
    rows: Sequence[Planned],
    pattern: MeetingTemplate,
    key: UUID,
    actor: User,
    now: datetime,
) -> list[Meeting]:
    """Make a draft of every row with the pattern's words, terms and agenda: all of them or none. Nobody is told.

    ``key`` is of one page that was shown: pressed twice, however close, it makes no more. Then none are answered.
    """
    most = settings.MEETINGS_PER_YEAR_PLAN
    if len(rows) > most:
        raise Refused(_("No more than %(most)s meetings at once.") % {"most": most})
    uids = uids_of(key, group)
    try:
        with transaction.atomic():
            if first_made(key, group):
                return []
            return [
                create_meeting(
                    actor=actor,
                    now=now,
                    group=group,
                    details=_details(group, row, pattern, now),
                    agenda=[AgendaRow(**item) for item in pattern.agenda],
                    audience=Audience(
                        groups=[group] if group and pattern.audience_own_group else [],
                        board=bool(group) and pattern.audience_board,
                        all_companies=pattern.audience_all_companies,
                    ),
                    uid=uid,
                )
                for row, uid in zip(rows, uids, strict=False)
            ]
    except IntegrityError:
        if first_made(key, group):  # the other press was first
            return []
        raise


def first_made(key: UUID, group: Group | None) -> Meeting | None:
    """The first meeting that a press of the page with this key has made, as long as it stands."""
    return Meeting.objects.filter(uid__in=uids_of(key, group)).order_by("starts_at", "pk").first()


def uids_of(key: UUID, group: Group | None) -> list[UUID]:
    """The numbers for life of a press's meetings."""
    owner = group.pk if group else "cluster"
    return [uuid5(PRESSES, f"{key}:{owner}:{place}") for place in range(settings.MEETINGS_PER_YEAR_PLAN)]


def _details(group: Group | None, row: Planned, pattern: MeetingTemplate, now: datetime) -> Details:
    deadline = pattern.answer_by(row.starts_at)
    return Details(
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        venue=row.venue,
        kind=pattern.kind,
        language=pattern.language,
        online_url=pattern.online_url,
        description=pattern.description,
        practical=pattern.practical,
        capacity=pattern.capacity,
        capacity_per_company=pattern.capacity_per_company,
        guests_each=pattern.guests_each,
        serves_food=pattern.serves_food,
        answer_by=deadline if deadline and deadline > now else None,
        reminder_days=pattern.reminder_days,
        is_open=pattern.is_open,
        is_board_only=bool(group) and pattern.is_board_only,
    )
