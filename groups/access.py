"""Find a group, a round or an input, or answer 404 or 403. The look-up is the access check."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from groups import rules
from groups.enums import GroupState
from groups.models import Group, Input, Role, Round
from groups.rules import Standing
from members.clock import oslo_today
from members.rules import Someone


def group_for(user: Someone, slug: str) -> Group:
    """A group's overview is open to all; 404 only when there is none by this address."""
    return get_object_or_404(Group, slug=slug)


def group_as_member(user: Someone, slug: str, on_day: date | None = None) -> tuple[Group, Standing]:
    """The group's inner pages: its members, its board and staff. 404 for everybody else."""
    group = group_for(user, slug)
    standing = rules.standing(user, group, on_day or oslo_today())
    if not (standing.belongs or standing.staff):
        raise Http404
    return group, standing


def group_as_reader(user: Someone, slug: str, on_day: date | None = None) -> tuple[Group, Standing]:
    """What the group may read of its inputs: the group, the cluster board and staff. 404 for everybody else."""
    group = group_for(user, slug)
    standing = rules.standing(user, group, on_day or oslo_today())
    if not standing.reads_inputs:
        raise Http404
    return group, standing


def group_as_organiser(user: Someone, slug: str, on_day: date | None = None) -> tuple[Group, Standing]:
    """The board, or staff. 403 for members, 404 for everybody else."""
    group, standing = group_as_member(user, slug, on_day)
    if not standing.organises:
        raise PermissionDenied
    return group, standing


def group_as_board(user: Someone, slug: str, on_day: date | None = None) -> tuple[Group, Standing]:
    """The board alone. 403 for members and staff, 404 for everybody else."""
    group, standing = group_as_member(user, slug, on_day)
    if not standing.board:
        raise PermissionDenied
    return group, standing


def round_to_write(group: Group, asked: str, now: datetime) -> Round:
    """The round that somebody writes to: the one the page names, else the newest that has opened, else the newest.

    404 for a round of another group, for a group that has ended, and where nobody has been asked yet.
    """
    rounds = Round.objects.filter(group=group).latest().select_related("group")
    if group.state == GroupState.CLOSED:
        raise Http404
    if asked:
        rounds = (
            rounds.filter(pk=int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else rounds.none()
        )
    found = rounds.filter(opens_at__lte=now).first() or rounds.first()
    if found is None:
        raise Http404
    return found


def round_for(user: Someone, pk: int, on_day: date | None = None) -> tuple[Round, Standing]:
    """A round whose inputs the person may read; 404 otherwise."""
    found = get_object_or_404(Round.objects.select_related("group"), pk=pk)
    standing = rules.standing(user, found.group, on_day or oslo_today())
    if not standing.reads_inputs:
        raise Http404
    return found, standing


def input_for(user: Someone, pk: UUID, on_day: date | None = None) -> Input:
    """An input's own page: its writer always, the board, and the group when it is let through. 404 otherwise."""
    item = get_object_or_404(
        Input.objects.select_related("round__group", "theme", "company", "author", "merged_into"), pk=pk
    )
    if user.is_authenticated and item.author_id == user.pk:
        return item
    standing = rules.standing(user, item.round.group, on_day or oslo_today())
    if (
        not standing.reads_inputs
        or not Input.objects.seen_by_group(on_board=standing.board).filter(pk=item.pk).exists()
    ):
        raise Http404
    return item


def seat_for(user: Someone, pk: int) -> Role:
    """A seat that the person may change; 404 for everybody but staff."""
    if not rules.may_record_seats(user):
        raise Http404
    return get_object_or_404(Role.objects.select_related("group", "affiliation__user"), pk=pk)


def own_input(user: Someone, pk: UUID) -> Input:
    """An input the person wrote, signed in. 404 otherwise; anonymous ones are reached by their code alone."""
    if not user.is_authenticated:
        raise Http404
    return get_object_or_404(Input.objects.select_related("round__group"), Q(author=user), pk=pk)
