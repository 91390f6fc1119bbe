"""A person's own row: found or made, claimed, changed, anonymised."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from members import privacy
from members.actions.affiliations import tell_of_lost_contacts
from members.addresses import owner_of
from members.enums import Language
from members.errors import Refused
from members.folding import fold_email
from members.models import User

PROFILE_FIELDS = frozenset(
    {
        "name",
        "job_title",
        "function",
        "phone",
        "language",
        "in_people_list",
        "shows_email",
        "shows_phone",
        "shows_attendance",
    }
)


def find_or_make_person(*, email: str, name: str = "", language: str = Language.NB, phone: str = "") -> User:
    """The person with this address, or a new row that nobody has claimed yet. Never changes a row that exists."""
    found = owner_of(email)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made: User = User.objects.create_user(fold_email(email), name=name.strip(), language=language, phone=phone)
            return made
    except IntegrityError:
        found_now: User = User.objects.get(email=fold_email(email))
    return found_now


@transaction.atomic
def claim_person(user: User, *, now: datetime, name: str = "", language: str = "", password: str = "") -> bool:
    """The owner of the address has proved it and signs in for the first time.

    A name that staff wrote stays. ``password`` is already hashed and was chosen in the session that proved
    the address. True the first time; later calls change nothing.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.claimed_at is not None:
        return False
    row.claimed_at = now
    row.name = row.name or name
    row.language = language if language in Language.values else row.language
    row.password = password or row.password
    row.save(update_fields=["claimed_at", "name", "language", "password"])
    user.refresh_from_db(fields=["claimed_at", "name", "language", "password"])
    return True


@transaction.atomic
def update_profile(user: User, *, actor: User, **fields: Any) -> None:
    """Change what the person tells about themselves; only fields of the profile."""
    if unknown := set(fields) - PROFILE_FIELDS:
        raise ValueError(f"not in the profile: {sorted(unknown)}")
    for field, value in fields.items():
        setattr(user, field, value)
    user.save(update_fields=sorted(fields))


@transaction.atomic
def set_active(user: User, *, active: bool, actor: User) -> None:
    """Close a person's account, or open it again. All rights end with the next request; what it looked after is told."""
    if user.pk == actor.pk and not active:
        raise Refused
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        tell_of_lost_contacts(user)


@transaction.atomic
def anonymise_person(user: User, *, actor: User | None, now: datetime) -> None:
    """Take the person out of the register in place: rows stay, name, address and all else personal go.

    Every app has said in ``privacy`` what it does; all of it happens, or nothing.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.anonymised_at is not None:
        return
    privacy.forget(row, actor=actor, now=now)
    user.refresh_from_db()
