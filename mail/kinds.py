"""What can be mailed: each app registers its kinds, with the builder that is asked at sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from mail.models import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one recipient gets. `secrets` are masked in everything that is kept or shown.

    Of a `confidential` letter no words are kept at all: beside the recipient they would tell too much.
    """

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    language: str
    from_name: str = ""
    reply_to: str = ""
    calendar: bytes = b""
    calendar_method: str = ""
    unsubscribe: str = ""
    in_reply_to: str = ""
    link: str = ""  # where the thing itself is read, for mail that may come in a digest
    secrets: tuple[str, ...] = ()
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The builder's answer when the mail has lost its purpose; the row is withdrawn with the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The builder's answer when the recipient wants it together with others: the row waits for the digest to them."""

    recipient: str  # of the digest, such as "user:12"
    until: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """The builder's answer when this is no time for the mail: the row waits until then."""

    until: datetime


LetterOrNot = Letter | Unwanted | Gathered | Later
Builder = Callable[[Sequence["Message"]], Mapping[int, LetterOrNot]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of mail. Essential mail has no way out of it; urgent mail goes before all other.

    What is still worth reading days later may come in a weekly digest. What the clock sends is paced: it goes out
    evenly, however much of it has come together.
    """

    name: str
    builder: Builder
    label: str | Promise
    essential: bool
    urgent: bool
    weekly: bool
    paced: bool


_kinds: dict[str, Kind] = {}


class UnknownKindError(LookupError):
    """No app has registered a kind by this name."""


def register(
    kind: str,
    builder: Builder,
    *,
    label: str | Promise,
    essential: bool = False,
    urgent: bool = False,
    weekly: bool = False,
    paced: bool = False,
) -> None:
    """Make a kind known; called in `ready()` of the app that writes the words.

    The builder gets waiting rows of its kind, some at a time, and answers by row id. It is asked at
    sending, so it tells the newest truth; a row it leaves out is withdrawn.
    """
    _kinds[kind] = Kind(kind, builder, label, essential, urgent, weekly, paced)


def kind_of(name: str) -> Kind:
    """The kind by this name; UnknownKindError when no app has registered it."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKindError(name) from None


def all_kinds() -> list[Kind]:
    """Every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
