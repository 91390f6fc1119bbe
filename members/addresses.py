"""Whose address is this? A person has one address of the register and, in time, verified others."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress

from members.folding import fold_email
from members.models import User


def verified_addresses(user: User) -> list[str]:
    """Addresses that the person has proved to read."""
    return list(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))


def owner_of(address: str) -> User | None:
    """The person with this address: as it stands in the register, or as a verified further address."""
    folded = fold_email(address)
    person: User | None = User.objects.filter(email=folded).first()
    if person is not None:
        return person
    further = EmailAddress.objects.filter(email=folded, verified=True).select_related("user").first()
    return further.user if further else None


def owners_of(addresses: Iterable[str]) -> dict[str, User]:
    """The people behind many addresses by the rule of ``owner_of``, in two queries."""
    folded = {fold_email(address) for address in addresses}
    further = EmailAddress.objects.filter(email__in=folded, verified=True).select_related("user")
    found = {row.email: row.user for row in further}
    return found | {user.email or "": user for user in User.objects.filter(email__in=folded)}


def is_taken(address: str) -> bool:
    """Tell whether a person who has proved the address holds it. Rows that nobody has claimed do not.

    A row with a password, an office's rights or a proved address is never up for claiming by sign-up.
    """
    person = owner_of(address)
    return person is not None and (
        person.claimed_at is not None
        or not person.is_active
        or person.is_staff
        or person.has_usable_password()
        or EmailAddress.objects.filter(user=person, verified=True).exists()
    )
