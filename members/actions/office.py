"""What the office does for the portal itself: rights of staff, lost second factors, the cluster's settings."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from members.actions.people import find_or_make_person
from members.errors import Refused
from members.models import ClusterSettings, User

SETTINGS_FIELDS = frozenset(
    {
        "name",
        "board_name",
        "office_name",
        "office_address",
        "office_phone",
        "office_email",
        "logo",
        "ring_colour",
        "station_colour",
        "first_reminder_days",
        "last_reminder_days",
    }
)


@transaction.atomic
def make_staff(*, email: str, name: str = "") -> User:
    """Give a person, old or new, the rights of cluster staff. They prove the address by the code at sign-in."""
    person = find_or_make_person(email=email, name=name)
    person.is_staff = person.is_superuser = person.is_active = True
    person.save(update_fields=["is_staff", "is_superuser", "is_active"])
    return person


@transaction.atomic
def reset_second_factor(user: User) -> int:
    """Remove every second factor and end every session; says how many factors there were."""
    count = int(Authenticator.objects.filter(user=user).delete()[0])
    for session in UserSession.objects.filter(user=user):
        session.end()
    return count


@transaction.atomic
def set_rights(user: User, *, is_staff: bool, is_superuser: bool, actor: User) -> bool:
    """Say who is staff, and who among them says so; only the latter may. Nobody changes their own rights.

    False when they had them so before.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    if not actor.is_superuser or row.pk == actor.pk or row.anonymised_at is not None or not row.email:
        raise Refused
    wanted = (is_staff or is_superuser, is_superuser)
    if wanted == (row.is_staff, row.is_superuser):
        return False
    row.is_staff, row.is_superuser = wanted
    row.save(update_fields=["is_staff", "is_superuser"])
    return True


@transaction.atomic
def save_settings(*, actor: User, **fields: Any) -> ClusterSettings:
    """Change the cluster's one row of settings; the first time it is made."""
    if unknown := set(fields) - SETTINGS_FIELDS:
        raise ValueError(f"not a setting: {sorted(unknown)}")
    row, _is_new = ClusterSettings.objects.select_for_update().get_or_create(pk=1)
    for field, value in fields.items():
        setattr(row, field, value)
    row.save(update_fields=[*sorted(fields), "changed_at"])
    return row
