"""Taking a person out in place. Each app registers, in ready(), what it does and why each key to a person stays.

Nobody with a history is deleted: rows that others rely on keep pointing to the person's row, which then says
nothing about whom it was.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from members.models import User

Forget = Callable[..., None]

_steps: list[Forget] = []
_keys: dict[str, str] = {}


def register(forget: Forget | None, *, keys: Mapping[str, str]) -> None:
    """Add an app's part.

    ``forget(user, *, actor, now)`` removes what the app stores about the person. ``keys`` names each foreign
    key of the app to User or Company ("groups.Role.seated_by") and says in a few words what becomes of it.
    """
    if forget is not None and forget not in _steps:
        _steps.append(forget)
    _keys.update(keys)


def declared_keys() -> dict[str, str]:
    """Every key to a person or company that an app has spoken for."""
    return dict(_keys)


def forget(user: User, *, actor: User | None, now: datetime) -> None:
    """Run every app's part, the higher apps first: they still see the person as they were."""
    for step in reversed(_steps):
        step(user, actor=actor, now=now)
