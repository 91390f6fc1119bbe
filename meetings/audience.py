"""Exactly who would be invited, and why: read by the preview and by the call, so that both say the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.models import Group, Membership, Role
from meetings.models import Meeting
from meetings.plans import Address
from members.addresses import owners_of
from members.enums import Language
from members.folding import fold_email
from members.models import Affiliation, User


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why somebody is invited: words, and the group they are about, if any."""

    words: str | Promise
    group: Group | None = None

    def __str__(self) -> str:
        return str(self.words) % {"group": self.group} if self.group else str(self.words)


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """One person who would be invited. ``user`` is None for an address that nobody in the portal has yet."""

    user: User | None
    affiliation: Affiliation | None = None
    name: str
    email: str
    company_name: str = ""
    language: str
    reason: Reason

    @property
    def is_reachable(self) -> bool:
        """True when the portal can send this person mail."""
        return self.user.is_reachable if self.user else bool(self.email)

    @property
    def language_name(self) -> str:
        """The language of the mail, in itself."""
        return str(dict(Language.choices).get(self.language, self.language))

    @property
    def company(self) -> str:
        return self.affiliation.company.name if self.affiliation else self.company_name


PICKED = _("picked by name")
ADDRESS = _("address you wrote")
BOARD = _("sits on the board of %(group)s")
MEMBER = _("member of %(group)s")
COMPANY = _("belongs to a company in the cluster")


def audience_of(meeting: Meeting, on_day: date) -> list[Invitee]:
    """Everybody the meeting is for, each once, by company and name. The number of queries is fixed."""
    found: dict[int, Invitee] = {}
    for affiliation, reason in _ties(meeting, on_day):
        found.setdefault(affiliation.user_id, _from_tie(affiliation, reason))
    addresses = [Address(**row) for row in meeting.audience_addresses]
    guests = people_behind(addresses, on_day, meeting.language)
    everybody = list(found.values()) + [one for one in guests if one.user is None or one.user.pk not in found]
    return sorted(everybody, key=lambda one: (one.company.casefold(), one.name.casefold(), one.email))


def people_for(
    people: Iterable[Affiliation], addresses: Iterable[Address], on_day: date, language: str
) -> list[Invitee]:
    """Those picked by name and those behind written addresses, each once."""
    ties = Affiliation.objects.active(on_day).for_display().filter(pk__in=[tie.pk for tie in people])
    found = {tie.user_id: _from_tie(tie, Reason(words=PICKED)) for tie in ties}
    guests = people_behind(addresses, on_day, language)
    return [*found.values(), *(one for one in guests if one.user is None or one.user.pk not in found)]


def people_behind(addresses: Iterable[Address], on_day: date, language: str) -> list[Invitee]:
    """Those whom written addresses mean: people the portal knows by the address, else guests."""
    wanted = {fold_email(row.email): row for row in addresses}
    if not wanted:
        return []
    known = owners_of(wanted)
    ties = _main_ties([user.pk for user in known.values()], on_day)
    people: dict[str, Invitee] = {}
    for email, row in wanted.items():
        user = known.get(email)
        if user is None:
            people[email] = _guest(row, email, language)
        elif user.is_active and not user.anonymised_at:
            people[f"user:{user.pk}"] = _known(user, ties.get(user.pk), row)
    return list(people.values())


def _ties(meeting: Meeting, on_day: date) -> Iterator[tuple[Affiliation, Reason]]:
    """Affiliations in the order of how near they are: a person invited twice is invited for the nearer reason."""
    picked = meeting.audience_people.active(on_day).for_display()
    yield from ((tie, Reason(words=PICKED)) for tie in picked)
    groups = list(meeting.audience_groups.all())
    boards = [*groups, *([meeting.group] if meeting.audience_board and meeting.group else [])]
    if boards:
        seats = Role.objects.held_on(on_day).filter(group__in=boards).for_display().select_related("group")
        yield from ((seat.affiliation, Reason(words=BOARD, group=seat.group)) for seat in seats)
    if groups:
        members = Membership.objects.active(on_day).filter(group__in=groups)
        rows = members.select_related("group", "affiliation__user", "affiliation__company")
        yield from ((row.affiliation, Reason(words=MEMBER, group=row.group)) for row in rows)
    if meeting.audience_all_companies:
        everyone = Affiliation.objects.active(on_day).for_display().order_by("-is_main", "pk")
        yield from ((tie, Reason(words=COMPANY)) for tie in everyone)


def _from_tie(affiliation: Affiliation, reason: Reason) -> Invitee:
    user = affiliation.user
    return Invitee(
        user=user,
        affiliation=affiliation,
        name=user.display_name,
        email=user.email or "",
        language=user.language,
        reason=reason,
    )


def _main_ties(user_pks: list[int], on_day: date) -> dict[int, Affiliation]:
    ties = Affiliation.objects.active(on_day).for_display().filter(user__in=user_pks).order_by("is_main", "-pk")
    return {tie.user_id: tie for tie in ties}


def _guest(row: Address, email: str, language: str) -> Invitee:
    return Invitee(
        user=None,
        name=row.name,
        email=email,
        company_name=row.company,
        language=language,
        reason=Reason(words=ADDRESS),
    )


def _known(user: User, tie: Affiliation | None, row: Address) -> Invitee:
    return Invitee(
        user=user,
        affiliation=tie,
        name=user.display_name if user.name else row.name,
        email=user.email or "",
        company_name="" if tie else row.company,
        language=user.language,
        reason=Reason(words=ADDRESS),
    )
