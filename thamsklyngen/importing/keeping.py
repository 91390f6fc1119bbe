"""Between preview and import the read rows lie in the cache for half an hour; the file itself is kept nowhere."""

import re
import secrets

from django.core.cache import cache

from members.models import User
from thamsklyngen.importing.reading import Sheet

HALF_AN_HOUR = 30 * 60
TICKET = re.compile(r"[\w-]{1,40}", re.ASCII)


def _key(user: User, ticket: str) -> str:
    return f"import:{user.pk}:{ticket}"


def keep(user: User, sheet: Sheet, file_name: str) -> str:
    """Put the rows away; answers the ticket that only this person can fetch them with."""
    ticket = secrets.token_urlsafe(16)
    cache.set(_key(user, ticket), (sheet, file_name), HALF_AN_HOUR)
    return ticket


def fetch(user: User, ticket: str) -> tuple[Sheet, str] | None:
    """The rows and the file's name, or None when they are gone, or when the ticket is none of ours."""
    if not TICKET.fullmatch(ticket):
        return None
    found: tuple[Sheet, str] | None = cache.get(_key(user, ticket))
    return found


def drop(user: User, ticket: str) -> None:
    """Forget the rows."""
    if TICKET.fullmatch(ticket):
        cache.delete(_key(user, ticket))
