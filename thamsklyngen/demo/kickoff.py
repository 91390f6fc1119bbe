"""The kickoff some weeks ago: who came, what was said, how the board has begun to sort it; and the meeting to come."""

from datetime import date, datetime, timedelta
from itertools import cycle

from django.utils.text import slugify

from groups.costs import hours_a_month
from groups.enums import GroupStation
from groups.models import Group, Input, Round, Support, Theme
from meetings.actions.meetings import call_meeting
from meetings.models import AgendaItem, DietNeed, Invitation, Meeting
from members.clock import oslo_today
from members.models import Affiliation
from projects.models import Participation, Project
from thamsklyngen.demo import cast, said
from thamsklyngen.demo.documents import add_slides
from thamsklyngen.demo.minutes import write_minutes
from thamsklyngen.demo.times import at, coming_day, demo_uid, kickoff_day
from thamsklyngen.demo.years import plan_year

QUESTION = "Hva stopper flyten hos dere?"
CAME = 40
OPEN_DAYS = 35  # the board keeps the round open until after the next meeting
AGENDA = (
    ("Velkommen, og hvorfor vi er her", 15, cast.LEADER),
    ("Tre bedrifter forteller: der stopper det hos oss", 45, ""),
    ("Lapper: ett problem per lapp", 40, "alle"),
    ("Pause", 15, ""),
    ("Hva går igjen? Rundt bordene", 60, ""),
    ("Veien videre", 35, cast.LEADER),
)
# By the place of a person in the story: guests they bring, and what they cannot eat
GUESTS = {7: ("Ane Brattli", "Jon Flå"), 13: ("Sissel Moum",)}
DIETS = {2: "Vegetar", 8: "Tåler ikke nøtter", 11: "Glutenfritt", 16: "Vegetar", 17: "Melk (laktose)"}
COMING_AGENDA = (
    ("Temaene så langt", 20, cast.LEADER),
    ("Rundt bordene: hva prøver vi først?", 60, ""),
    ("Hvem blir med videre?", 40, ""),
)


def hold_kickoff(group: Group, ties: dict[str, Affiliation], now: datetime) -> None:
    """Everything that happened in the group until today."""
    today = oslo_today(now)
    day = kickoff_day(today)
    leader = ties[cast.LEADER].user
    round_ = Round.objects.create(
        group=group,
        question=QUESTION,
        opens_at=at(day - timedelta(days=14), 9),
        closes_at=at(day + timedelta(days=OPEN_DAYS), 15, 30),
        close_hours=OPEN_DAYS * 24,
        room_opens_at=at(day, 11, 30),
        room_closes_at=at(day, 16),
        created_by=leader,
    )
    meeting = Meeting.objects.create(
        uid=demo_uid("kickoff"),
        group=group,
        kind="kickoff",
        title="Oppstartsmøte: Effektiv produksjon",
        state="held",
        starts_at=at(day, 12),
        ends_at=at(day, 15, 30),
        answer_by=at(day - timedelta(days=3), 12),
        venue="Damphuset, Orkanger",
        description="Vi møtes for å si hva som stopper flyten, i produksjonen og på kontoret. Ta med én ting som tar for lang tid.",
        practical="Parkering bak bygget. Lunsj fra kl. 11.30.",
        capacity=60,
        is_open=True,
        round=round_,
        created_by=leader,
        called_by=leader,
        called_at=at(day - timedelta(days=21), 9),
        sequence=0,
    )
    _agenda(meeting, AGENDA)
    guests = _attendance(meeting, ties, day)
    round_.invited_companies.set({tie.company_id for tie in guests})
    write_minutes(meeting, ties, day)
    add_slides(meeting, ties, day)
    inputs = _inputs(round_, ties, day)
    themes = _themes(round_, inputs)
    _support(inputs, ties, day)
    _project(group, themes[said.PROJECT_THEME], ties, today, now)
    Group.objects.filter(pk=group.pk).update(station=GroupStation.INPUT, kickoff_at=meeting.starts_at)
    _coming(group, ties, today, now)
    plan_year(group, meeting, ties, now)


def _agenda(meeting: Meeting, items: tuple[tuple[str, int, str], ...]) -> None:
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=place, title=title, minutes=minutes, speaker=who)
        for place, (title, minutes, who) in enumerate(items)
    )


def _attendance(meeting: Meeting, ties: dict[str, Affiliation], day: date) -> list[Affiliation]:
    """Everybody was invited; forty answered yes, most of them came."""
    invited = list(ties.values())
    rows = []
    for place, tie in enumerate(invited):
        answer = "yes" if place < CAME else ("no", "maybe", "none")[place % 3]
        came = "no_show" if place % 19 == 7 else "attended"
        rows.append(
            Invitation(
                meeting=meeting,
                user=tie.user,
                affiliation=tie,
                invited_at=meeting.called_at,
                answer=answer,
                answered_at=None if answer == "none" else at(day - timedelta(days=5 + place % 12), 8 + place % 9),
                answered_via="" if answer == "none" else "link",
                attendance=came if answer == "yes" else "apologised" if answer == "no" else "unknown",
            )
        )
    Invitation.objects.bulk_create(rows)
    return invited


def _voices(ties: dict[str, Affiliation]) -> dict[str, Affiliation]:
    """Who says which of the open inputs: named in the data, else somebody from a company of that size."""
    by_size: dict[str, list[Affiliation]] = {}
    for tie in ties.values():
        by_size.setdefault(tie.company.size_class, []).append(tie)
    turns = {size: cycle(found) for size, found in by_size.items()}
    chosen = {}
    for item in said.inputs():
        named = said.VOICES.get(item.key)
        chosen[item.key] = ties[named[1]] if named else next(turns[item.size])
    return chosen


def _inputs(round_: Round, ties: dict[str, Affiliation], day: date) -> dict[str, Input]:
    voices = _voices(ties)
    week = day - timedelta(days=day.weekday())
    made = {}
    for place, item in enumerate(said.inputs()):
        anonymous = item.visibility == "anonymous"
        tie = voices[item.key]
        often, long, many = said.COSTS[place % len(said.COSTS)]
        hours = hours_a_month(often, long, many)
        assert hours is not None
        made[item.key] = Input.objects.create(
            round=round_,
            area=item.area,
            text=item.text,
            language=item.language,
            visibility=item.visibility,
            author=None if anonymous else tie.user,
            affiliation=None if anonymous else tie,
            company=None if anonymous else tie.company,
            door="" if anonymous else "qr" if place % 4 == 0 else "mail",
            created_at=None if anonymous else at(day, 12, 50) + timedelta(minutes=place),
            week=week,
            how_often=often,
            how_long=long,
            how_many=many,
            hours_low=hours[0],
            hours_high=hours[1],
        )
    return made


def _themes(round_: Round, inputs: dict[str, Input]) -> dict[str, Theme]:
    themes = {
        key: Theme.objects.create(round=round_, name=name, position=place)
        for place, (key, name) in enumerate(said.THEMES.items(), start=1)
    }
    for item in said.inputs():
        row = inputs[item.key]
        if item.key in said.ANSWERED or item.key in said.PARKED:
            row.station = "answered" if item.key in said.ANSWERED else "parked"
            row.reply = said.ANSWERED.get(item.key) or said.PARKED[item.key]
            row.replied_on = round_.opens_at.date() + timedelta(days=24) if round_.opens_at else None
        elif item.key not in said.UNSORTED and item.theme in themes:
            row.theme = themes[item.theme]
            row.station = "in_project" if item.theme == said.PROJECT_THEME else "in_theme"
        if item.key in said.MERGED:
            row.merged_into = inputs[said.MERGED[item.key]]
        row.save()
    return themes


def _support(inputs: dict[str, Input], ties: dict[str, Affiliation], day: date) -> None:
    """Between none and six other companies say that they have it too, each with its own cost."""
    contacts = [tie for tie in ties.values() if tie.is_contact]
    rows: list[Support] = []
    for place, item in enumerate(inputs.values()):
        if item.merged_into_id:
            continue
        for step in range((place * 5 + 3) % 7):
            tie = contacts[(place * 3 + step * 4) % len(contacts)]
            if tie.company_id == item.company_id or any(r.input is item and r.company == tie.company for r in rows):
                continue
            often, long, many = said.COSTS[(place + step) % len(said.COSTS)]
            hours = hours_a_month(often, long, many)
            assert hours is not None
            rows.append(
                Support(
                    input=item, company=tie.company, affiliation=tie, created_at=at(day, 14, step),
                    how_often=often, how_long=long, how_many=many, hours_low=hours[0], hours_high=hours[1],
                )
            )  # fmt: skip
    Support.objects.bulk_create(rows)


def _project(group: Group, theme: Theme, ties: dict[str, Affiliation], today: date, now: datetime) -> None:
    """What the board has already begun with: hours written once."""
    title = "Timelister rett inn i lønn"
    owner = ties["Mona Skjerve"]
    project = Project.objects.create(
        title=title,
        slug=slugify(title),
        aim="Ingen skal skrive samme time to ganger. Tre bedrifter prøver hver sin løsning i åtte uker, og viser tallene til de andre.",
        state="running",
        group=group,
        theme=theme,
        owner=owner.company,
        created_by=ties[cast.LEADER].user,
        created_at=now - timedelta(days=6),
        started_on=today - timedelta(days=5),
    )
    taking_part = (owner, ties["Marte Haugen"], ties["Ida Fannrem"], ties["Gro Kaldahl"])
    Participation.objects.bulk_create(
        Participation(
            project=project,
            company=tie.company,
            affiliation=tie,
            kind="owner" if tie is owner else "participant",
            joined_on=today - timedelta(days=5),
        )
        for tie in taking_part
    )


def _coming(group: Group, ties: dict[str, Affiliation], today: date, now: datetime) -> None:
    """A meeting to answer: called for real, so that its mails lie in the outbox."""
    day = coming_day(today)
    leader = ties[cast.LEADER].user
    meeting = Meeting.objects.create(
        uid=demo_uid("coming"),
        group=group,
        kind="work",
        title="Arbeidsmøte: hva prøver vi først?",
        starts_at=at(day, 12),
        ends_at=at(day, 14),
        answer_by=at(day - timedelta(days=3), 12),
        venue="Damphuset, Orkanger",
        description="Gruppestyret har begynt å sortere innspillene. Nå velger vi hva vi prøver først.",
        practical="Parkering bak bygget. Vi begynner presis, med en enkel lunsj.",
        capacity=45,
        guests_each=2,
        serves_food=True,
        is_open=True,
        created_by=leader,
    )
    meeting.audience_groups.add(group)
    _agenda(meeting, COMING_AGENDA)
    call_meeting(meeting, actor=leader, now=now)
    names = list(ties)
    for invitation in meeting.invitations.select_related("user"):
        place = names.index(invitation.user.name)
        if invitation.user.name in cast.LOGINS.values() or place % 3 == 0:
            continue
        invitation.answer = "yes" if place % 5 else "no"
        invitation.answered_at = now
        invitation.answered_via = "link"
        if invitation.answer == "yes":
            invitation.guest_names = list(GUESTS.get(place, ()))
            invitation.guest_count = len(invitation.guest_names)
        invitation.save(update_fields=["answer", "answered_at", "answered_via", "guest_count", "guest_names"])
        if invitation.answer == "yes" and place in DIETS:
            DietNeed.objects.create(invitation=invitation, text=DIETS[place], consented_at=now)
