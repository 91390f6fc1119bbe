"""Who may do what in a group. Rights are relations on a day; nothing here is stored."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from groups.enums import GroupKind, GroupState, RoleKind, Station, Visibility
from groups.models import Group, Input, Membership, Role
from members.models import User
from members.prepared import prepared
from members.rules import Someone, is_staff

Person = Someone  # whoever asks, signed in or not


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to a group on a day."""

    member: bool = False
    board: bool = False
    leads: bool = False
    cluster_board: bool = False
    staff: bool = False

    @property
    def belongs(self) -> bool:
        """A member, by membership or by a seat."""
        return self.member or self.board

    @property
    def organises(self) -> bool:
        """May do what an organiser does; staff give a reason."""
        return self.board or self.staff

    @property
    def reads_inputs(self) -> bool:
        """May read what the group may read."""
        return self.belongs or self.cluster_board or self.staff


def standing(user: Someone, group: Group, on_day: date) -> Standing:
    """Everything a page of the group asks about its reader, in two queries."""
    if not user.is_authenticated:
        return Standing()
    seats = _seats(user, group, on_day)
    kinds = {kind for group_id, kind in seats if group_id == group.pk}
    return Standing(
        member=bool(_memberships(user, group, on_day)),
        board=bool(kinds),
        leads=RoleKind.LEADER in kinds or (RoleKind.DEPUTY in kinds and not _has_leader(group, on_day)),
        cluster_board=any(group_id != group.pk for group_id, _kind in seats)
        or (bool(kinds) and group.kind == GroupKind.CLUSTER_BOARD),
        staff=is_staff(user),
    )


@prepared
def _seats(user: User, group: Group, on_day: date) -> "QuerySet[Role, tuple[int, str]]":
    """Seats of one person on the group's board and on the cluster board."""
    here = Q(group=group) | Q(group__kind=GroupKind.CLUSTER_BOARD)
    return Role.objects.held_on(on_day).filter(here, affiliation__user=user).values_list("group_id", "kind")


@prepared
def _memberships(user: User, group: Group, on_day: date) -> "QuerySet[Membership, int]":
    rows = Membership.objects.active(on_day).filter(group=group, affiliation__user=user)
    return rows.order_by().values_list("pk", flat=True)


@prepared
def _cluster_seats(user: User, on_day: date) -> "QuerySet[Role, int]":
    rows = Role.objects.held_on(on_day).filter(group__kind=GroupKind.CLUSTER_BOARD, affiliation__user=user)
    return rows.values_list("pk", flat=True)


def _has_leader(group: Group, on_day: date) -> bool:
    return Role.objects.held_on(on_day).leaders().filter(group=group).exists()


def sits_on_board(user: Someone, group: Group, on_day: date) -> bool:
    """Has a seat on the group's board on the day."""
    return user.is_authenticated and any(group_id == group.pk for group_id, _kind in _seats(user, group, on_day))


def leads(user: Someone, group: Group, on_day: date) -> bool:
    """Leads the group on the day; the deputy does when nobody holds the leader's seat."""
    if not user.is_authenticated:
        return False
    kinds = set(Role.objects.held_on(on_day).filter(group=group, affiliation__user=user).values_list("kind", flat=True))
    return RoleKind.LEADER in kinds or (RoleKind.DEPUTY in kinds and not _has_leader(group, on_day))


def belongs_to_group(user: Someone, group: Group, on_day: date) -> bool:
    """A member, or on the board."""
    if not user.is_authenticated:
        return False
    memberships = Membership.objects.active(on_day).filter(group=group, affiliation__user=user)
    return memberships.exists() or sits_on_board(user, group, on_day)


def sits_on_cluster_board(user: Someone, on_day: date) -> bool:
    """Has a seat on the cluster board on the day."""
    return user.is_authenticated and bool(_cluster_seats(user, on_day))


def may_organise(user: Someone, group: Group, on_day: date) -> bool:
    """The group's board; staff too, who give a reason where the action asks for one."""
    return is_staff(user) or sits_on_board(user, group, on_day)


def may_record_seats(user: Someone) -> bool:
    """Only the office records what the cluster board decided about seats; nobody seats their own board."""
    return is_staff(user)


def may_read_inputs(user: Someone, group: Group, on_day: date) -> bool:
    """The group, the cluster board and staff read what the board has let through."""
    return is_staff(user) or belongs_to_group(user, group, on_day) or sits_on_cluster_board(user, on_day)


def takes_members(group: Group) -> bool:
    """Groups at work take members; planned ones take interest."""
    return group.state == GroupState.ACTIVE


def may_change(item: Input) -> bool:
    """The writer may edit or withdraw until the board begins its review."""
    return item.station == Station.RECEIVED and item.merged_into_id is None


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote an input, as far as one reader may know. Empty where the reader may not."""

    name: str = ""
    company: str = ""


def byline(item: Input, *, on_board: bool = False, own: bool = False) -> Byline:
    """The writer as this reader may see them. Nobody sees more than the writer chose, staff included."""
    if item.visibility == Visibility.ANONYMOUS:
        return Byline()
    company = item.company.name if item.company else ""
    name = item.author.display_name if item.author else ""
    if own or item.visibility == Visibility.NAMED:
        return Byline(name, company)
    if item.visibility == Visibility.COMPANY:
        return Byline("", company)
    return Byline(name, company) if on_board else Byline()
