"""What whoever runs the portal does from the command line."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from members.actions.people import find_or_make_person
from members.models import User


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
