"""A large, realistic data set, fast and the same for the same seed; for measuring, never for showing to people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from groups.costs import hours_a_month
from groups.enums import Area, HowLong, HowMany, HowOften
from groups.models import Group, Input, Membership, Role, Round, Support, Theme
from meetings.models import AgendaItem, Invitation, Meeting
from members.clock import oslo_today
from members.enums import Function, SizeClass
from members.folding import fold_name, org_number_is_valid
from members.models import Affiliation, Company, User

BATCH = 1_000
GROUPS = 8
ROUNDS_A_GROUP = 3
THEMES_A_ROUND = 8
INVITED = 40
FIRST = ("Anne", "Per", "Kari", "Ola", "Liv", "Arne", "Siri", "Jan", "Tone", "Geir", "Eva", "Nils", "Ida", "Odd")
LAST = ("Moen", "Vik", "Hegge", "Aune", "Berg", "Lium", "Rian", "Solem", "Kvam", "Bye", "Dahl", "Grande", "Foss")
WHAT = ("Tegningene", "Timelistene", "Ordrene", "Reservedelene", "Truckene", "Avvikene", "Møtene", "Planene", "Måltallene", "Beskjedene")  # fmt: skip
HOW = ("ligger tre steder", "kommer for sent", "tastes inn på nytt", "står i kø", "blir aldri lukket", "mangler eier", "endres hver mandag", "når ikke nattskiftet")  # fmt: skip
WHERE = ("på lageret", "i sveisehallen", "på kontoret", "ved port 2", "i pakkeriet", "mellom skiftene", "hos leverandøren")  # fmt: skip
SINCE = ("hver dag", "hver uke", "når det haster", "om natta", "i ferien", "etter hver ordre")
COST_CHOICES = [(o, l, m) for o in HowOften.values for l in HowLong.values for m in HowMany.values]  # noqa: E741


@dataclass(frozen=True)
class Size:
    """How much of each."""

    companies: int
    people: int
    meetings: int
    inputs: int


@transaction.atomic
def make_crowd(size: Size, *, seed: int, now: datetime) -> None:
    """Add the crowd to whatever is there. Its names carry the seed, so two crowds do not meet."""
    chance = Random(seed)  # noqa: S311 - repeatable on purpose
    ties = _people(size, _companies(size, chance, seed), chance, seed, now)
    groups = _groups(ties, chance, seed, now)
    rounds = _rounds(groups, ties, now)
    _meetings(size, groups, ties, chance, seed, now)
    _inputs(size, rounds, ties, chance, now)


def _numbers(seed: int) -> Iterator[str]:
    """Valid test organisation numbers, all starting with 2 so that they meet no demo company."""
    start = 20_000_000 + seed % 900 * 10_000
    for serial in range(start, start + 9_000_000):
        for check in range(10):
            if org_number_is_valid(f"{serial}{check}"):
                yield f"{serial}{check}"


def _companies(size: Size, chance: Random, seed: int) -> list[Company]:
    numbers = _numbers(seed)
    rows = [
        Company(
            name=f"Bedrift {seed}-{n} AS",
            name_folded=fold_name(f"Bedrift {seed}-{n} AS"),
            slug=f"bedrift-{seed}-{n}",
            org_number=next(numbers),
            size_class=chance.choice(SizeClass.values),
            municipality="Orkland",
            state="active",
        )
        for n in range(size.companies)
    ]
    return Company.objects.bulk_create(rows, batch_size=BATCH)


def _people(size: Size, companies: Sequence[Company], chance: Random, seed: int, now: datetime) -> list[Affiliation]:
    users = User.objects.bulk_create(
        (
            User(
                name=f"{chance.choice(FIRST)} {chance.choice(LAST)} {n}",
                email=f"person-{seed}-{n}@crowd.example",
                function=chance.choice(Function.values),
                password="!",  # noqa: S106 - unusable
            )
            for n in range(size.people)
        ),
        batch_size=BATCH,
    )
    started = oslo_today(now) - timedelta(days=700)
    rows = [
        Affiliation(
            user=user,
            company=companies[n % len(companies)],
            state="active",
            road="import",
            is_main=True,
            is_contact=n < len(companies),
            started_on=started,
        )
        for n, user in enumerate(users)
    ]
    return Affiliation.objects.bulk_create(rows, batch_size=BATCH)


def _groups(ties: Sequence[Affiliation], chance: Random, seed: int, now: datetime) -> list[Group]:
    groups = Group.objects.bulk_create(
        Group(name=f"Gruppe {seed}-{n}", slug=f"gruppe-{seed}-{n}", state="active", station="input", purpose="Finne det som stopper flyten.")
        for n in range(GROUPS)
    )  # fmt: skip
    started = oslo_today(now) - timedelta(days=600)
    members = [
        Membership(group=group, affiliation=tie, state="active", started_on=started)
        for group in groups
        for tie in chance.sample(ties, min(len(ties), 60))
    ]
    Membership.objects.bulk_create(members, batch_size=BATCH)
    Role.objects.bulk_create(
        Role(group=group, affiliation=ties[(place * 5 + seat) % len(ties)], kind="member" if seat else "leader", started_on=started)
        for place, group in enumerate(groups)
        for seat in range(min(4, len(ties)))
    )  # fmt: skip
    return groups


def _rounds(groups: Sequence[Group], ties: Sequence[Affiliation], now: datetime) -> list[Round]:
    rows = [
        Round(
            group=group,
            question="Hva stopper flyten hos dere?",
            opens_at=now - timedelta(days=10 + 120 * step),
            closes_at=now + timedelta(days=20 - 120 * step),
        )
        for group in groups
        for step in range(ROUNDS_A_GROUP)
    ]
    rounds = Round.objects.bulk_create(rows)
    themes = [
        Theme(round=round_, name=f"{WHAT[place]} {HOW[place]}", position=place)
        for round_ in rounds
        for place in range(THEMES_A_ROUND)
    ]
    Theme.objects.bulk_create(themes, batch_size=BATCH)
    return rounds


def _meetings(size: Size, groups: Sequence[Group], ties: Sequence[Affiliation], chance: Random, seed: int, now: datetime) -> None:  # fmt: skip
    rows = []
    for n in range(size.meetings):
        starts_at = (now + timedelta(days=(n - size.meetings * 3 // 4) * 3)).replace(minute=0, second=0, microsecond=0)
        rows.append(
            Meeting(
                group=groups[n % len(groups)],
                title=f"Møte {seed}-{n}",
                state="held" if starts_at < now else "called",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                answer_by=starts_at - timedelta(days=3),
                venue="Damphuset",
                called_at=starts_at - timedelta(days=30),
                is_open=n % 4 == 0,
            )
        )
    meetings = Meeting.objects.bulk_create(rows, batch_size=BATCH)
    AgendaItem.objects.bulk_create(
        (
            AgendaItem(meeting=meeting, position=place, title=HOW[place], minutes=30)
            for meeting in meetings
            for place in range(4)
        ),
        batch_size=BATCH,
    )
    Invitation.objects.bulk_create(_invitations(meetings, ties, chance), batch_size=BATCH)


def _invitations(meetings: Sequence[Meeting], ties: Sequence[Affiliation], chance: Random) -> Iterator[Invitation]:
    for meeting in meetings:
        for tie in chance.sample(ties, min(INVITED, len(ties))):
            answer = chance.choices(("yes", "no", "maybe", "none"), (6, 2, 1, 3))[0]
            yield Invitation(
                meeting=meeting,
                user_id=tie.user_id,
                affiliation=tie,
                invited_at=meeting.called_at,
                answer=answer,
                answered_at=None if answer == "none" else meeting.answer_by,
                answered_via="" if answer == "none" else "link",
            )


def _inputs(size: Size, rounds: Sequence[Round], ties: Sequence[Affiliation], chance: Random, now: datetime) -> None:
    themes: dict[int, list[int]] = {}
    for pk, round_id in Theme.objects.filter(round__in=rounds).values_list("pk", "round_id"):
        themes.setdefault(round_id, []).append(pk)
    inputs = Input.objects.bulk_create(
        (_input(n, rounds[n % len(rounds)], themes, ties, chance, now) for n in range(size.inputs)), batch_size=BATCH
    )
    Support.objects.bulk_create(_supports(inputs, ties, chance, now), batch_size=BATCH, ignore_conflicts=True)


def _input(n: int, round_: Round, themes: dict[int, list[int]], ties: Sequence[Affiliation], chance: Random, now: datetime) -> Input:  # fmt: skip
    tie = chance.choice(ties)
    often, long, many = chance.choice(COST_CHOICES)
    low, high = hours_a_month(often, long, many) or (0.0, 0.0)
    created_at = now - timedelta(minutes=n * 7 % 14_000)
    day = oslo_today(created_at)
    theme = chance.choice(themes[round_.pk]) if chance.random() < 0.7 else None
    return Input(
        round=round_,
        area=chance.choice(Area.values),
        text=f"{chance.choice(WHAT)} {chance.choice(HOW)} {chance.choice(WHERE)}, {chance.choice(SINCE)}. Sak {n}.",
        visibility=chance.choice(("named", "company", "board")),
        author_id=tie.user_id,
        affiliation=tie,
        company_id=tie.company_id,
        door="mail",
        created_at=created_at,
        week=day - timedelta(days=day.weekday()),
        theme_id=theme,
        station="in_theme" if theme else "received",
        how_often=often,
        how_long=long,
        how_many=many,
        hours_low=low,
        hours_high=high,
    )


def _supports(inputs: Sequence[Input], ties: Sequence[Affiliation], chance: Random, now: datetime) -> Iterator[Support]:
    for item in inputs:
        for tie in chance.sample(ties, min(len(ties), chance.choice((0, 0, 1, 1, 3)))):
            if tie.company_id != item.company_id:
                yield Support(input=item, company_id=tie.company_id, affiliation=tie, created_at=now)
