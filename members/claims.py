"""What someone typed at sign-up waits in their session until they have proved the address."""

from django.http import HttpRequest
from django.utils import timezone

from members.actions.people import claim_person
from members.models import User

KEY = "members_signup"


def remember(request: HttpRequest, person: User, *, name: str, password: str) -> None:
    """Keep name and hashed password for the moment when this session proves the address."""
    request.session[KEY] = {"person": person.pk, "name": name, "password": password}


def claim(request: HttpRequest, person: User) -> bool:
    """Let the person take over their row at the first sign-in. True when this was the first."""
    typed = request.session.pop(KEY, None) or {}
    if person.claimed_at is not None:
        return False
    if typed.get("person") != person.pk:
        typed = {}
    return claim_person(person, now=timezone.now(), name=typed.get("name", ""), password=typed.get("password", ""))
