"""The bytes of a mail.

The tree is built with the standard library: Django's own way gives the calendar part two charsets and
8bit, and readers of calendars are picky about both.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_qp
from datetime import datetime
from email import base64mime
from email.errors import HeaderDefect
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage as Tree
from email.message import Message as Part
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr, quote
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from mail.kinds import Letter


class OnePiece(EmailPolicy):
    """Parses and folds subjects as usual, and keeps every other header as it is written.

    The library would encode a long link or id past reading, parse each header twice, and take longer over two addresses
    than everything else in a mail takes.
    """

    FOLDED = frozenset({"subject"})

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if isinstance(value, Address):
            return name, _mailbox(name, value)
        if name.lower() in self.FOLDED:
            return name, _header(name, value)
        if not value.isascii():
            raise UnsendableError(f"{name} is not ASCII")
        return name, _clean(value, name)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in self.FOLDED:
            return _folded(name, value)
        return f"{name}: {value}{self.linesep}".encode("ascii")


POLICY = OnePiece(linesep="\r\n")
LINE = 76  # signs in a line with encoded words (RFC 2047 2)


# The library takes long over a header; the subject of a mass mailing is the same.
@lru_cache(maxsize=64)
def _header(name: str, value: str) -> Any:
    return POLICY.header_factory(name, value)


@lru_cache(maxsize=64)
def _folded(name: str, value: Any) -> bytes:
    folded: bytes = EmailPolicy.fold_binary(POLICY, name, value)
    return folded


ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
PLAIN = 60  # signs of a name that fit a line beside the header's own name


def _mailbox(header: str, address: Address) -> str:
    """A name and an address as one header writes them, folded (RFC 5322 3.4, RFC 2047 5): what every reader takes apart again.

    A name is bare, quoted where a sign of it means something, or encoded; its address follows in one piece.
    """
    name, spec = address.display_name, address.addr_spec
    if not name:
        return spec
    if len(name) > PLAIN or not name.isascii() or not name.isprintable() or "=?" in name:
        name = Header(name, "utf-8", header_name=header, maxlinelen=LINE).encode(linesep="\r\n")
    elif not ATOMS.fullmatch(name):
        name = f'"{quote(name)}"'
    used = len(name) - name.rfind("\n") if "\n" in name else len(f"{header}: {name}")
    return f"{name} <{spec}>" if used + len(spec) + 3 <= LINE else f"{name}\r\n <{spec}>"


LINE_BREAKS = frozenset("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00")


class UnsendableError(ValueError):
    """The letter cannot become a mail; trying again will not help."""


class Bytes(Tree):
    """A finished tree that also answers Django's backends, which ask for line ends by name."""

    def as_bytes(self, unixfrom: bool = False, policy: Any = None, linesep: str = "\n") -> bytes:  # noqa: FBT001, FBT002  the library's own
        """The mail's bytes with the line ends asked for."""
        raw = _flat(self)
        return raw if linesep == "\r\n" else raw.replace(b"\r\n", linesep.encode())


def _flat(part: Part) -> bytes:
    """A part's headers and body. Bodies are ASCII already, so they are joined and not read line by line."""
    head = b"".join(POLICY.fold_binary(name, value) for name, value in part.raw_items()) + b"\r\n"
    inner: Any = part.get_payload()
    if isinstance(inner, str):
        return head + inner.encode("ascii").replace(b"\n", b"\r\n")
    mark = b"--" + str(part.get_boundary()).encode("ascii")
    return head + b"".join(mark + b"\r\n" + _flat(one) + b"\r\n" for one in inner) + mark + b"--\r\n"


class Envelope(EmailMessage):
    """Django's message object around a finished tree, so that every backend can carry it.

    ``sender`` and ``recipient`` are the addresses of the envelope, in ASCII.
    """

    def __init__(self, tree: Bytes, letter: Letter, *, sender: str, recipient: str) -> None:
        super().__init__(subject=letter.subject, body=letter.text, from_email=sender, to=[letter.to])
        self.tree = tree
        self.letter = letter
        self.sender, self.recipient = sender, recipient

    def message(self) -> Bytes:  # type: ignore[override]
        """The tree itself: Django's own composing is left out."""
        return self.tree


def compose(letter: Letter, message_id: str, now: datetime, *, return_path: str = "") -> Envelope:
    """One mail to one recipient. The same row gives the same bytes, date aside.

    ``return_path`` is the envelope's sender, where reports come back to; without one it is the sender's own address.
    """
    sender, recipient = _sender(letter), _address(_clean(letter.to_name, "to_name"), letter.to)
    tree = Bytes(policy=POLICY)
    for name, value in _headers(letter, sender, recipient, message_id, now):
        tree[name] = value
    tree["MIME-Version"] = "1.0"
    _fill(tree, letter, message_id)
    return Envelope(tree, letter, sender=return_path or sender.addr_spec, recipient=recipient.addr_spec)


def _sender(letter: Letter) -> Address:
    name, spec = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return _address(_clean(letter.from_name or name, "from_name"), spec)


def _clean(value: str, field: str) -> str:
    """A header's source on one line; anything that could begin another header is refused."""
    if LINE_BREAKS.intersection(value):
        raise UnsendableError(f"line break in {field}")
    return value


def _address(name: str, spec: str) -> Address:
    """An address that every mail server takes: ASCII before the @, the domain in its ASCII form."""
    _clean(spec, "address")
    local, at, domain = spec.rpartition("@")
    try:
        local.encode("ascii")
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
        if not (local and at and ascii_domain):
            raise UnsendableError("not a mail address")
        return Address(display_name=name, addr_spec=f"{local}@{ascii_domain}")
    except (UnicodeError, HeaderDefect, IndexError, ValueError) as error:
        raise UnsendableError("not a mail address") from error


def _headers(
    letter: Letter, sender: Address, recipient: Address, message_id: str, now: datetime
) -> list[tuple[str, str | Address]]:
    headers: list[tuple[str, str | Address]] = [
        ("From", sender),
        ("To", recipient),
        ("Subject", _clean(letter.subject, "subject")),
        ("Date", format_datetime(now)),
        ("Message-ID", message_id),
    ]
    if letter.reply_to:
        name, spec = parseaddr(_clean(letter.reply_to, "reply_to"))
        headers.append(("Reply-To", _address(name, spec)))
    if letter.in_reply_to:
        earlier = _clean(letter.in_reply_to, "in_reply_to")
        headers += [("In-Reply-To", earlier), ("References", earlier)]
    headers += [
        ("Content-Language", _clean(letter.language, "language")),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if letter.unsubscribe:
        headers += [
            ("List-Unsubscribe", f"<{_clean(letter.unsubscribe, 'unsubscribe')}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return headers


def _fill(tree: Bytes, letter: Letter, message_id: str) -> None:
    """The tree that calendars read: mixed[alternative[plain, html, calendar], the same calendar as a file]."""
    words = [
        _part('text/plain; charset="utf-8"', _quoted(letter.text)),
        _part('text/html; charset="utf-8"', _quoted(letter.html)),
    ]
    if not letter.calendar:
        _hold(tree, "alternative", message_id, words)
        return
    method = letter.calendar_method
    if f"\r\nMETHOD:{method}\r\n".encode() not in letter.calendar:
        raise UnsendableError("the calendar's METHOD differs from the mail's")
    calendar = base64mime.body_encode(letter.calendar)
    words.append(_part(f'text/calendar; charset="UTF-8"; method="{method}"', calendar, "base64"))
    alternative = Part()
    _hold(alternative, "alternative", message_id, words)
    file = _part('application/ics; name="invite.ics"', calendar, "base64")
    file["Content-Disposition"] = 'attachment; filename="invite.ics"'
    _hold(tree, "mixed", message_id, [alternative, file])


def _quoted(words: str) -> str:
    """Quoted-printable. A CR that stands alone would go as it is, and some servers take it for the end of a line."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(lines.encode()).decode("ascii")


def _part(content_type: str, body: str, encoding: str = "quoted-printable") -> Part:
    part = Part()  # takes headers as they are: the library's own way parses each of them several times
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(body)
    return part


def _hold(holder: Part, kind: str, message_id: str, parts: list[Part]) -> None:
    """Make the holder a multipart of these, with a boundary that does not change from try to try."""
    boundary = hashlib.sha256(f"{kind}{message_id}".encode()).hexdigest()[:24]
    holder["Content-Type"] = f'multipart/{kind}; boundary="=_{boundary}"'
    for part in parts:
        holder.attach(part)
