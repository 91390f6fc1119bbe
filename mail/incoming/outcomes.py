"""What a reader of incoming mail answers, and who reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mail.models import Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """How one mail ends. ``reason`` is a code, ``about`` and ``concerns`` plain references, ``data`` ids and plain values."""

    outcome: Outcome
    reason: str
    about: str = ""
    concerns: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


# The reader gets a mail and the time, and answers how it ends; None leaves it to the next reader.
Reader = Callable[[Any, datetime], Result | None]

_readers: list[Reader] = []
_words: dict[str, str | Promise] = {
    "automatic": _("an automatic answer"),
    "delayed": _("a mail is late and still being tried"),
    "mail_unknown": _("about a mail that is no more"),
    "no_report": _("came back without saying why"),
    "nobody_reads_it": _("for nobody here"),
    "report_to_nobody": _("a report about a mail of somebody else"),
    "undelivered": _("a mail could not be delivered"),
    "unreadable": _("could not be read"),
}


def register(reader: Reader, words: Mapping[str, str | Promise]) -> None:
    """Make a reader known, and its reasons in words; called in ``ready()`` of the app that understands the mail."""
    _words.update(words)
    if reader not in _readers:
        _readers.append(reader)


def reason_words(code: str) -> str | Promise:
    """A reason for people; the code itself when no app knows it any more."""
    return _words.get(code, code)


def readers() -> tuple[Reader, ...]:
    """Everybody who reads, in the order in which they are asked."""
    return tuple(_readers)
