"""The verbs of projects: each is atomic, names its actor, and is the only place that assigns states."""

import secrets
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from groups.actions.desk import carry_into_project, release_from_project
from groups.models import Theme
from members.clock import oslo_today
from members.models import Affiliation, Company, User
from projects import notices, rules
from projects.enums import ParticipationKind, ProjectState
from projects.errors import OwnerStays, ProjectOver, ThemeGone, WrongState
from projects.models import Participation, Project

LONGEST_SLUG = 60
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "Ae", "Ø": "O", "Å": "A"})


@transaction.atomic
def start_project(
    theme: Theme,
    *,
    title: str,
    aim: str,
    owner: Company,
    actor: User,
    now: datetime,
    state: str = ProjectState.PLANNED,
    language: str = "",
) -> Project:
    """A project from a theme: the owner takes part, the theme's inputs are carried on, their writers hear of it."""
    theme = Theme.objects.select_for_update().get(pk=theme.pk)
    if theme.removed_at:
        raise ThemeGone
    today = oslo_today(now)
    project = Project.objects.create(
        title=title,
        slug=_free_slug(title),
        aim=aim,
        language=language or theme.language,
        state=state,
        group=theme.round.group,
        theme=theme,
        owner=owner,
        created_by=actor,
        created_at=now,
        started_on=today if state == ProjectState.RUNNING else None,
    )
    Participation.objects.create(project=project, company=owner, kind=ParticipationKind.OWNER, joined_on=today)
    carry_into_project(theme, actor=actor, now=now)
    notices.tell_writers(project)
    return project


def _free_slug(title: str) -> str:
    base = slugify(title.translate(_LETTERS))[:LONGEST_SLUG].strip("-") or "project"
    if not Project.objects.filter(slug=base).exists():
        return base
    return f"{base}-{secrets.token_hex(3)}"


@transaction.atomic
def change_project(project: Project, *, title: str, aim: str, owner: Company, actor: User, now: datetime) -> Project:
    """Reword a project, or hand it to another company, which then takes part."""
    row = _locked(project)
    if row.owner_id != owner.pk:
        _hand_over(row, owner, now)
    row.title, row.aim, row.owner = title, aim, owner
    row.save(update_fields=["title", "aim", "owner"])
    return row


def _hand_over(project: Project, owner: Company, now: datetime) -> None:
    current = project.participations.current()
    current.filter(kind=ParticipationKind.OWNER).update(kind=ParticipationKind.PARTICIPANT)
    if not current.filter(company=owner).update(kind=ParticipationKind.OWNER):
        Participation.objects.create(
            project=project, company=owner, kind=ParticipationKind.OWNER, joined_on=oslo_today(now)
        )


@transaction.atomic
def advance_project(project: Project, *, to: ProjectState, actor: User, now: datetime) -> Project:
    """Let a project run, or end it. The state it has already is no change. Raises WrongState.

    When a stopped project was the last of its theme, the inputs stand in the theme again.
    """
    row = _locked(project)
    if row.state == to:
        return row
    if to not in ProjectState(row.state).next_states:
        raise WrongState
    today = oslo_today(now)
    row.state = to
    if to == ProjectState.RUNNING:
        row.started_on = today
    else:
        row.ended_on = today
    row.save(update_fields=["state", "started_on", "ended_on"])
    others = Project.objects.filter(theme=row.theme).exclude(state=ProjectState.STOPPED)
    if to == ProjectState.STOPPED and not others.exists():
        release_from_project(row.theme, actor=actor, now=now)
    return row


@transaction.atomic
def join_project(
    project: Project, *, affiliation: Affiliation, actor: User, now: datetime
) -> tuple[Participation, bool]:
    """A person joins for the own company; says whether it is new. Raises ProjectOver."""
    _refuse_others(affiliation, actor, now)
    row = _locked(project)
    standing = row.participations.current().filter(company=affiliation.company).first()
    if standing:
        return standing, False
    if not rules.takes_companies(row):
        raise ProjectOver
    joined = Participation.objects.create(
        project=row, company=affiliation.company, affiliation=affiliation, joined_on=oslo_today(now)
    )
    return joined, True


@transaction.atomic
def leave_project(project: Project, *, affiliation: Affiliation, actor: User, now: datetime) -> bool:
    """A person takes the own company out; says whether it was in. Raises OwnerStays."""
    _refuse_others(affiliation, actor, now)
    row = _locked(project)
    if row.owner_id == affiliation.company_id:
        raise OwnerStays
    left = row.participations.current().filter(company=affiliation.company).update(left_on=oslo_today(now))
    return left > 0


def _locked(project: Project) -> Project:
    return Project.objects.select_for_update(of=("self",)).select_related("theme__round__group").get(pk=project.pk)


def _refuse_others(affiliation: Affiliation, actor: User, now: datetime) -> None:
    """Nobody speaks for another, or for a company they have left."""
    held = Affiliation.objects.active(oslo_today(now)).filter(pk=affiliation.pk, user=actor)
    if not held.exists():
        raise PermissionDenied
