"""Find the desk of a group's round, or answer 404 or 403. The look-up is the access check."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from groups import rules
from groups.access import group_as_board, group_for
from groups.models import DeskMove, Group, Input, Role, Round, Theme
from members.clock import oslo_today
from members.prepared import prepared
from members.rules import Someone as Person


@prepared
def _group_of_board(user_pk: int, slug: str, on_day: date) -> QuerySet[Group]:
    seats = Role.objects.held_on(on_day).filter(group=OuterRef("pk"), affiliation__user=user_pk)
    return Group.objects.filter(Exists(seats), slug=slug)


def group_at_desk(user: Person, slug: str, on_day: date | None = None) -> Group:
    """The group for somebody on its board, in one query. 403 for its members and staff, 404 for everybody else."""
    found = _group_of_board(user.pk, slug, on_day or oslo_today()) if user.pk else []
    group = next(iter(found), None)
    if group is None:
        group, _standing = group_as_board(user, slug, on_day)
    return group


def group_to_export(user: Person, slug: str, on_day: date | None = None) -> tuple[Group, bool]:
    """For the group's leader and staff, with whether it is one of the board. 403 for who may read the inputs on the page alone, 404 for everybody else."""
    group = group_for(user, slug)
    standing = rules.standing(user, group, on_day or oslo_today())
    if not standing.reads_inputs:
        raise Http404
    if not (standing.leads or standing.staff):
        raise PermissionDenied
    return group, standing.board


def rounds_of(group: Group) -> list[Round]:
    """The group's rounds, newest first."""
    return list(Round.objects.filter(group=group).latest())


def chosen_round(rounds: Iterable[Round], pk: str) -> Round | None:
    """The round by this id, or the newest when none is asked for. 404 for another group's."""
    rounds = list(rounds)
    if not pk:
        return rounds[0] if rounds else None
    found = next((row for row in rounds if str(row.pk) == pk), None)
    if found is None:
        raise Http404
    return found


def round_at_desk(group: Group, pk: str) -> Round:
    """The round that a step is about; 404 unless it is this group's."""
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    return get_object_or_404(Round.objects.select_related("group"), group=group, pk=pk)


def inputs_at_desk(found: Round, ids: Iterable[str]) -> list[Input]:
    """The chosen inputs; 404 when one is not of this round."""
    try:
        asked = {UUID(pk) for pk in ids}
    except ValueError:
        raise Http404 from None
    rows = list(Input.objects.filter(round=found, pk__in=asked).for_figures())
    if len(rows) < len(asked):
        raise Http404
    return rows


def input_at_desk(group: Group, pk: UUID) -> Input:
    """One input of the group with everything its page on the desk shows; 404 otherwise."""
    rows = (
        Input.objects.filter(round__group=group)
        .for_figures()
        .select_related("round__group", "author", "theme", "company")
    )
    return get_object_or_404(rows, pk=pk)


def theme_at_desk(group: Group, pk: int) -> Theme:
    """A theme of the group, gone ones too; 404 otherwise."""
    return get_object_or_404(Theme.objects.select_related("round__group"), round__group=group, pk=pk)


def move_at_desk(group: Group, pk: int) -> DeskMove:
    """A step on the group's desk; 404 otherwise."""
    return get_object_or_404(DeskMove.objects.select_related("round", "actor"), round__group=group, pk=pk)
