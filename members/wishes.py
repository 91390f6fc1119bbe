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
    """One kind of mail and when the person wants it."""

    kind: str
    label: str | Promise
    choice: str
    weekly: bool

    @property
    def options(self) -> list[tuple[str, str | Promise]]:
        """What may be chosen: what is about a certain day cannot wait for Monday."""
        return [option for option in MailChoice.choices if self.weekly or option[0] != MailChoice.WEEKLY]


def choices_for(user: User) -> list[Choice]:
    """Every kind of mail that the person may turn off, those of the office for staff alone."""
    chosen = dict(MailWish.objects.filter(user=user).values_list("kind", "choice"))
    return [
        Choice(kind.name, kind.label, chosen.get(kind.name, MailChoice.NOW.value), kind.weekly)
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
