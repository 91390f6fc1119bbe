"""A mail that came in, read with bounds and without belief: broken, hostile and oversized ones are read as far as they go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Part
from email.utils import getaddresses
from functools import cached_property
from html.parser import HTMLParser

from mail.incoming.authenticity import Authenticity, authenticity_of
from mail.incoming.storing import raw_of
from mail.models import Incoming

DEEPEST = 10
MOST_PARTS = 20
LARGEST_CALENDAR = 256 * 1024
LONGEST_TEXT = 4000
# What a mail holds of other mails is theirs: a bounce holds our own invitation.
CLOSED = frozenset({"message/rfc822", "message/delivery-status", "message/global", "text/rfc822-headers"})
CALENDARS = frozenset({"text/calendar", "application/ics"})
GENERIC = frozenset({"application/octet-stream", "text/plain", "application/x-unknown-content-type"})
TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
# RFC 3834, and what came before it
NOT_AUTOMATIC = frozenset({"", "no"})
_ATOM = r"[^\s\x00-\x20\x7f<>@:;,\"\\()\[\]]+"
ADDRESS = re.compile(rf"{_ATOM}@{_ATOM}\.{_ATOM}")


@dataclass(frozen=True)
class Mail:
    """One stored mail, read on demand. Nothing here raises on what others wrote."""

    row: Incoming
    message: Part
    recipients: tuple[str, ...] = field(default=())

    @property
    def received_at(self) -> datetime:
        return self.row.received_at

    def header(self, name: str) -> str:
        """A header's words on one line, decoded as far as it can be."""
        raw = self.message.get(name, "")
        try:
            words = str(make_header(decode_header(str(raw))))
        except (HeaderParseError, UnicodeError, LookupError, ValueError):
            words = str(raw)
        return " ".join(without_nul(words.encode("utf-8", "replace").decode()).split())

    @cached_property
    def sender(self) -> str:
        """The one address in From, folded; empty when there is none, several, or something else."""
        lines = [str(line) for line in self.message.get_all("From", [])]
        found = [address.strip().lower() for _name, address in getaddresses(lines) if address]
        return found[0] if len(lines) == len(found) == 1 and ADDRESS.fullmatch(found[0]) else ""

    @cached_property
    def authenticity(self) -> Authenticity:
        """What our own mail server says about the sender."""
        return authenticity_of(self.message, self.sender)

    @property
    def is_automatic(self) -> bool:
        """True for absence notes and the like. A server-side answer with a calendar is automatic, too, and counts."""
        word = self.header("Auto-Submitted").partition(";")[0].strip().lower()
        told = word not in NOT_AUTOMATIC or self.header("Precedence").lower() in {"bulk", "junk", "auto_reply", "list"}
        return told or bool(self.message.get("X-Autoreply") or self.message.get("X-Autorespond")) or self.has_no_return

    @property
    def has_no_return(self) -> bool:
        """True for mail with an empty envelope sender: machines' reports about mail (RFC 5321 4.5.5)."""
        return str(self.message.get("Return-Path", "?")).strip() == "<>"

    @property
    def is_report(self) -> bool:
        return self.message.get_content_type() == "multipart/report"

    @cached_property
    def parts(self) -> list[Part]:
        """The leaves, so many and so deep at the most."""
        return [part for part, _place in zip(_leaves(self.message, 0), range(MOST_PARTS), strict=False)]

    @cached_property
    def calendars(self) -> list[tuple[str, str]]:
        """Every calendar in it, with the method that its content type names."""
        read = [(part, octets_of(part)) for part in self.parts if _is_calendar(part)]
        return [
            (decoded(octets, _charset(part)), _parameter(part, "method"))
            for part, octets in read
            if octets and len(octets) <= LARGEST_CALENDAR
        ]

    @property
    def has_tnef(self) -> bool:
        """True for winmail.dat: Outlook's own form, which says nothing that can be read with certainty."""
        return any(part.get_content_type() in TNEF for part in self.parts)

    @cached_property
    def text(self) -> str:
        """What a person wrote, without what they quote; plain if there is any, else out of the HTML."""
        plain = next((part for part in self.parts if part.get_content_type() == "text/plain"), None)
        html = next((part for part in self.parts if part.get_content_type() == "text/html"), None)
        part = plain or html
        if part is None:
            return ""
        words = decoded(octets_of(part), _charset(part))
        return unquoted(words if plain else _plain(words))[:LONGEST_TEXT]


def read(row: Incoming) -> Mail:
    """The stored mail, ready to be asked."""
    message = message_from_bytes(raw_of(row), policy=policy.compat32)
    return Mail(row, message, tuple(row.envelope_to))


def _leaves(part: Part, depth: int) -> Iterator[Part]:
    if part.get_content_type() in CLOSED or depth > DEEPEST:
        return
    inner = part.get_payload()
    if isinstance(inner, list):
        for one in inner:
            if isinstance(one, Part):
                yield from _leaves(one, depth + 1)
    else:
        yield part


def _is_calendar(part: Part) -> bool:
    kind = part.get_content_type()
    name = _parameter(part, "name") or _file_name(part)
    return kind in CALENDARS or (kind in GENERIC and name.lower().endswith(".ics"))


def _file_name(part: Part) -> str:
    try:
        return part.get_filename() or ""
    except (TypeError, ValueError, LookupError):
        return ""


def _parameter(part: Part, name: str) -> str:
    try:
        value = part.get_param(name)
    except (TypeError, ValueError, LookupError):
        return ""
    return value.strip() if isinstance(value, str) else ""


def _charset(part: Part) -> str | None:
    try:
        return part.get_content_charset()
    except (TypeError, ValueError, LookupError):
        return None


def octets_of(part: Part) -> bytes:
    """A leaf's content, its transfer encoding undone; nothing when that fails."""
    with suppress(ValueError, LookupError, TypeError):
        octets = part.get_payload(decode=True)
        if isinstance(octets, bytes):
            return octets
    return b""


def decoded(octets: bytes, charset: str | None) -> str:
    """Octets as text: as declared, else UTF-8, UTF-16 by its mark, Windows-1252, which takes nearly all."""
    tries = ["utf-16"] if octets[:2] in {b"\xff\xfe", b"\xfe\xff"} else []
    for name in [*tries, charset or "utf-8", "utf-8", "windows-1252"]:
        with suppress(ValueError, LookupError):
            return without_nul(octets.decode(name).lstrip("\ufeff"))
    return without_nul(octets.decode("latin-1"))


def without_nul(words: str) -> str:
    """The words without NUL, which a mail may not hold (RFC 5322 4.1) and PostgreSQL takes in no text."""
    return words.replace("\0", "")


QUOTE_MARKS = re.compile(
    r"^\s*(>|-{2,}\s*(original|opprinnelig|videresendt|forwarded)|(fra|from|frå):\s|_{10,}"
    r"|(den|on|på)\b.*\b(skrev|skreiv|wrote)\b.*:\s*$)",
    re.IGNORECASE,
)


def unquoted(words: str) -> str:
    """The top of a reply, down to where the quoted mail or the signature begins."""
    kept = []
    for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if QUOTE_MARKS.match(line[:500]) or line.rstrip() == "--":
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()


class _Text(HTMLParser):
    """Words of an HTML mail; nothing of it is ever shown as HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "script", "head", "blockquote"}:
            self.hidden += 1
        elif tag in {"p", "div", "br", "tr", "li"}:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "head", "blockquote"}:
            self.hidden = max(0, self.hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def _plain(html: str) -> str:
    reader = _Text()
    reader.feed(html[: 50 * LONGEST_TEXT])
    reader.close()
    return "".join(reader.words)
