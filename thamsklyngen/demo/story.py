"""Builds the story: some weeks after the kickoff, with a meeting to come."""

from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from groups.models import Group, Interest, Membership, PastEvent, Role
from members.clock import oslo_today
from members.models import Affiliation, ClusterSettings, Company, CompanyDomain, User
from thamsklyngen.demo import cast
from thamsklyngen.demo.kickoff import hold_kickoff
from thamsklyngen.demo.record import PAST_EVENTS, SOURCE

GROUP_SLUG = "effektiv-produksjon"
MEMBER_SINCE = date(2019, 1, 1)


@transaction.atomic
def build(now: datetime) -> None:
    """Fill an empty database with the whole story."""
    _settings()
    people = _register(now)
    group = _groups(people, now)
    hold_kickoff(group, people, now)


def _settings() -> None:
    row = ClusterSettings.load()
    row.office_name = "Klyngekontoret"
    row.office_address = "Fjordgata 1, 7300 Orkanger"
    row.office_phone = "72 00 00 00"
    row.office_email = "kontoret@demo.example"
    row.save()


def _register(now: datetime) -> dict[str, Affiliation]:
    """Companies, their people and the seven logins; answers affiliations by the person's name."""
    password = make_password(cast.PASSWORD)
    ties: dict[str, Affiliation] = {}
    for spec, org_number in zip(cast.COMPANIES, cast.org_numbers(), strict=True):
        company = Company.objects.create(
            name=spec.name,
            slug=cast.domain_of(spec.name).removesuffix(".example"),
            org_number=org_number,
            kind=spec.kind,
            membership_kind=spec.membership,
            size_class=spec.size,
            municipality=spec.municipality,
            industry_code=spec.industry,
            about=spec.about,
            state="active",
            joined_on=MEMBER_SINCE,
        )
        CompanyDomain.objects.create(
            company=company, domain=cast.domain_of(spec.name), state="approved", decided_at=now
        )
        for place, (name, job, function) in enumerate(spec.people):
            user = _person(name, job, function, company, password, now)
            ties[name] = Affiliation.objects.create(
                user=user,
                company=company,
                state="active",
                road="import",
                is_main=True,
                is_contact=name == cast.CONTACT or (place == 0 and cast.CONTACT not in [p[0] for p in spec.people]),
                started_on=MEMBER_SINCE,
                decided_at=now,
            )
    for login in ("staff", "new"):
        user = User(
            name=cast.LOGINS[login],
            email=f"{login}@{cast.LOGIN_DOMAIN}",
            password=password,
            claimed_at=now,
            is_staff=login == "staff",
            is_superuser=login == "staff",
            job_title="klyngerådgiver" if login == "staff" else "",
        )
        _save_with_address(user)
    return ties


def _person(name: str, job: str, function: str, company: Company, password: str, now: datetime) -> User:
    signs_in = name in cast.LOGINS.values()
    user = User(
        name=name,
        email=None if name in cast.WITHOUT_EMAIL else cast.email_of(name, company.name),
        phone="920 00 000" if name in cast.WITHOUT_EMAIL else "",
        job_title=job,
        function=function,
        language="nn" if name in cast.IN_NYNORSK else "en" if name in cast.IN_ENGLISH else "nb",
        password=password if signs_in else "!",
        claimed_at=now - timedelta(days=40) if signs_in else None,
    )
    _save_with_address(user)
    return user


def _save_with_address(user: User) -> None:
    user.save()
    if user.email and user.claimed_at:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _groups(ties: dict[str, Affiliation], now: datetime) -> Group:
    """The group at work with its board, two planned ones with interest, and the cluster board."""
    today = oslo_today(now)
    group = Group.objects.create(
        name="Effektiv produksjon",
        slug=GROUP_SLUG,
        state="active",
        joining="open",
        purpose=(
            "Finne og fjerne det som stopper flyten, i produksjonen og på kontoret.\n\n"
            "De fleste av oss taper timer på de samme stedene: leting, venting, dobbeltføring og omstilling. "
            "Her kan vi si det høyt, se hvem andre som har det sånn, og løse det sammen.\n\n"
            "Du trenger ikke være leder for å være med. Ofte er det de som står nærmest maskinen eller systemet, "
            "som vet hvor det stopper."
        ),
        founded_on=today - timedelta(days=80),
        founding_reference="Klyngestyret, sak 14/26",
    )
    for event in PAST_EVENTS:
        PastEvent.objects.create(group=group, source=SOURCE, **event)
    seated_on = today - timedelta(days=80)
    _seats(group, ties, cast.LEADER, cast.BOARD, seated_on)
    members = [tie for name, tie in ties.items() if name not in {cast.LEADER, *cast.BOARD} and tie.pk % 5]
    Membership.objects.bulk_create(
        Membership(group=group, affiliation=tie, state="active", started_on=seated_on) for tie in members
    )
    _planned(
        "Logistikk og transportflyt",
        "logistikk-og-transportflyt",
        "Fulle biler begge veier, og færre timer på venting.",
        ties,
        now,
        seeks_leader=True,
        every=7,
    )
    _planned(
        "CFO-gruppa",
        "cfo-gruppa",
        "Felles tall for energi, rest og transport, og en månedsslutt som ikke tar tre uker.",
        ties,
        now,
        planned_for="våren",
        every=11,
    )
    _cluster_board(ties, today)
    return group


def _cluster_board(ties: dict[str, Affiliation], today: date) -> None:
    board = Group.objects.create(
        name="Klyngestyret",
        slug="klyngestyret",
        kind="cluster_board",
        state="active",
        joining="closed",
        purpose="Styret i klyngen: grunnlegger grupper, oppnevner gruppestyrer og behandler mandatene deres.",
        founded_on=MEMBER_SINCE,
    )
    _seats(board, ties, cast.CHAIR, cast.CLUSTER_BOARD, today - timedelta(days=400))


def _seats(group: Group, ties: dict[str, Affiliation], leader: str, others: tuple[str, ...], day: date) -> None:
    seats = [(leader, "leader"), *((name, "member") for name in others)]
    Role.objects.bulk_create(
        Role(
            group=group, affiliation=ties[name], kind=kind, started_on=day, decision_reference="Klyngestyret, sak 14/26"
        )
        for name, kind in seats
    )


def _planned(
    name: str,
    slug: str,
    purpose: str,
    ties: dict[str, Affiliation],
    now: datetime,
    *,
    every: int,
    seeks_leader: bool = False,
    planned_for: str = "",
) -> None:
    group = Group.objects.create(
        name=name, slug=slug, purpose=purpose, state="planned", seeks_leader=seeks_leader, planned_for=planned_for
    )
    interested = [tie for place, tie in enumerate(ties.values()) if place % every == 0]
    Interest.objects.bulk_create(
        Interest(group=group, affiliation=tie, created_at=now - timedelta(days=9)) for tie in interested
    )
