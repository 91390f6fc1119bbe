"""What the group's leader has kept for next time: a template, and a year of drafts made from it."""

from datetime import datetime, time
from uuid import UUID

from groups.models import Group
from meetings.actions.templates import save_template
from meetings.actions.years import Planned, make_year, uids_of
from meetings.enums import Every, Week
from meetings.models import Meeting
from meetings.years import Rule, month_after, propose, titled
from members.clock import oslo_today
from members.models import Affiliation, User
from thamsklyngen.demo import cast
from thamsklyngen.demo.times import THURSDAY, at, demo_uid

NAME = "Arbeidsmøte, halv dag"
NAME_FOR_ALL = "Oppstartsmøte med lapper"
TITLE = "Arbeidsmøte i [måned]"
MONTHS = 10


def plan_year(group: Group, kickoff: Meeting, ties: dict[str, Affiliation], now: datetime) -> None:
    """Every second month from the one after the coming meeting; the office shares the kickoff with all groups."""
    leader = ties[cast.LEADER].user
    coming = Meeting.objects.get(uid=demo_uid("coming"))
    template = save_template(coming, name=NAME, for_all=False, actor=leader, now=now)
    template.title, template.answer_days, template.answer_clock = "Arbeidsmøte", 7, time(16)
    template.save()
    save_template(kickoff, name=NAME_FOR_ALL, for_all=True, actor=User.objects.get(is_staff=True), now=now)
    first = month_after(oslo_today(coming.starts_at).replace(day=1), 1)
    rule = Rule(
        first=first, last=month_after(first, MONTHS), every=Every.TWO_MONTHS, week=Week.SECOND, weekday=THURSDAY
    )
    rows = [
        Planned(
            title=titled(TITLE, one.day, number, template.language),
            starts_at=at(one.day, 12),
            ends_at=at(one.day, 14),
            venue=template.venue,
        )
        for number, one in enumerate(propose(rule, oslo_today(now)).kept, start=1)
    ]
    make_year(group, rows=rows, pattern=template, key=demo_uid("year"), actor=leader, now=now)


def year_uids(group: Group | None) -> list[UUID]:
    """By these the drafts are found again to be moved on."""
    return uids_of(demo_uid("year"), group)
