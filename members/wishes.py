"""Which mails a person can choose about."""

from dataclasses import dataclass

from django.utils.functional import Promise

from mail.kinds import UnknownKindError, all_kinds, kind_of
from members.enums import MailChoice
from members.models import MailWish, User
from members.notices import outgoing

FOR_STAFF = frozenset(
    {
        outgoing.JOIN_REQUEST_STAFF,
        outgoing.REQUEST_OVERDUE,
        outgoing.COMPANY_APPLIED,
        outgoing.DOMAIN_CLAIMED,
        outgoing.NO_CONTACT,
    }
)


@dataclass(frozen=True)
class Choice:
    """One kind of mail and whether the person wants it."""

    kind: str
    label: str | Promise
    wanted: bool


def choices_for(user: User) -> list[Choice]:
    """Every kind of mail that the person may turn off, those of the office for staff alone."""
    off = set(MailWish.objects.filter(user=user, choice=MailChoice.OFF).values_list("kind", flat=True))
    return [
        Choice(kind.name, kind.label, kind.name not in off)
        for kind in all_kinds()
        if not kind.essential and (user.is_staff or kind.name not in FOR_STAFF)
    ]


def label_of(kind: str) -> str | Promise | None:
    """What a kind of mail is called; None when there is none by this name that one can stop."""
    try:
        found = kind_of(kind)
    except UnknownKindError:
        return None
    return None if found.essential else found.label
