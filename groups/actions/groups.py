"""Groups: found, start, pause, close; where they are on the line; what they say about themselves."""

from datetime import date, datetime
from itertools import chain, count

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from groups import notices, rules
from groups.enums import GroupKind, GroupState, GroupStation, Joining
from groups.errors import StateRefused
from groups.models import Group, Interest
from members.models import User

# From which states a group may come to each.
BEFORE = {
    GroupState.ACTIVE: (GroupState.PLANNED, GroupState.PAUSED),
    GroupState.PAUSED: (GroupState.ACTIVE,),
    GroupState.CLOSED: (GroupState.PLANNED, GroupState.ACTIVE, GroupState.PAUSED),
}


@transaction.atomic
def found_group(
    *,
    name: str,
    actor: User | None,
    kind: str = GroupKind.COMPETENCE,
    purpose: str = "",
    language: str = "nb",
    joining: str = Joining.OPEN,
    reference: str = "",
    planned_for: str = "",
    seeks_leader: bool = False,
    slug: str = "",
) -> Group:
    """Record a group that the cluster board has founded or plans. It is planned until ``activate_group``."""
    _only_office(actor)
    return Group.objects.create(
        name=name.strip(),
        slug=slug or _free_slug(name),
        kind=kind,
        purpose=purpose,
        language=language,
        joining=joining,
        founding_reference=reference,
        planned_for=planned_for,
        seeks_leader=seeks_leader,
    )


@transaction.atomic
def activate_group(group: Group, *, actor: User | None, on_day: date, reference: str = "") -> Group:
    """Start a planned or paused group; those who asked to hear of it get a mail, once."""
    _only_office(actor)
    group = _moved(group, GroupState.ACTIVE)
    changed = ["state"]
    if group.founded_on is None:
        group.founded_on = on_day
        changed.append("founded_on")
    if reference:
        group.founding_reference = reference
        changed.append("founding_reference")
    if group.station == GroupStation.PLANNED:
        group.station = GroupStation.KICKOFF
        changed.append("station")
    group.save(update_fields=changed)
    notices.tell_started(group, Interest.objects.filter(group=group).select_related("affiliation"))
    return group


@transaction.atomic
def pause_group(group: Group, *, actor: User | None) -> Group:
    """Let a group rest; it keeps its members and its board."""
    _only_office(actor)
    group = _moved(group, GroupState.PAUSED)
    group.save(update_fields=["state"])
    return group


@transaction.atomic
def close_group(group: Group, *, actor: User | None) -> Group:
    """End a group. Its history stays readable."""
    _only_office(actor)
    group = _moved(group, GroupState.CLOSED)
    group.save(update_fields=["state"])
    return group


@transaction.atomic
def edit_group(
    group: Group,
    *,
    actor: User,
    on_day: date,
    purpose: str | None = None,
    language: str | None = None,
    joining: str | None = None,
) -> Group:
    """The board words its own purpose and says how one joins; staff may too."""
    if not rules.may_organise(actor, group, on_day):
        raise PermissionDenied
    given = {"purpose": purpose, "language": language, "joining": joining}
    changed = {field: value for field, value in given.items() if value is not None and value != getattr(group, field)}
    for field, value in changed.items():
        setattr(group, field, value)
    if changed:
        group.save(update_fields=list(changed))
    return group


@transaction.atomic
def correct_group(
    group: Group,
    *,
    actor: User,
    name: str | None = None,
    seeks_leader: bool | None = None,
    planned_for: str | None = None,
    founding_reference: str | None = None,
) -> Group:
    """The office puts right what it recorded about a group when the cluster board founded or planned it."""
    _only_office(actor)
    given = {
        "name": name,
        "seeks_leader": seeks_leader,
        "planned_for": planned_for,
        "founding_reference": founding_reference,
    }
    changed = {field: value for field, value in given.items() if value is not None}
    for field, value in changed.items():
        setattr(group, field, value)
    if changed:
        group.save(update_fields=list(changed))
    return group


@transaction.atomic
def move_station(group: Group, *, to: str, kickoff_at: datetime | None = None, back: bool = False) -> Group:
    """Move the group along the line. Only forward, unless ``back`` says that a step was taken back."""
    line = list(GroupStation)
    changed = []
    if back or line.index(GroupStation(to)) > line.index(GroupStation(group.station)):
        group.station = GroupStation(to)
        changed.append("station")
    if kickoff_at is not None and kickoff_at != group.kickoff_at:
        group.kickoff_at = kickoff_at
        changed.append("kickoff_at")
    if changed:
        group.save(update_fields=changed)
    return group


def _only_office(actor: User | None) -> None:
    """The portal itself (no actor) or the office; leaders found nothing."""
    if actor is not None and not rules.may_record_seats(actor):
        raise PermissionDenied


def _moved(group: Group, to: GroupState) -> Group:
    """The group with its row locked and its new state assigned, not yet saved."""
    fresh = Group.objects.select_for_update().get(pk=group.pk)
    if fresh.state not in BEFORE[to]:
        raise StateRefused
    group.state = fresh.state = to
    return fresh


def _free_slug(name: str) -> str:
    """An address on the web that nobody has."""
    wanted = slugify(name.translate(str.maketrans("æøåÆØÅ", "aoaAOA")))[:50].strip("-") or "gruppe"
    taken = set(Group.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(slug for slug in chain([wanted], numbered) if slug not in taken)
