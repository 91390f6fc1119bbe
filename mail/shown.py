"""The mails that FileBackend wrote, read again for the page that shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from mail.backends import folder

NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
PAGE = 40
HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "Content-Language",
    "Auto-Submitted",
    "List-Unsubscribe",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One written mail."""

    name: str
    mail: EmailMessage

    @property
    def written_at(self) -> datetime:
        """When it was written, by its name."""
        return datetime.strptime(self.name[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.mail["To"] or "")

    @property
    def language(self) -> str:
        return str(self.mail["Content-Language"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers that a person may want to see, in a fixed order."""
        return [(name, str(self.mail[name])) for name in HEADERS if self.mail[name]]

    def part(self, content_type: str) -> str:
        """The words of the first part of this type; empty when there is none."""
        for part in self.mail.walk():
            if part.get_content_type() == content_type:
                raw = part.get_payload(decode=True)
                return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
        return ""


def _names() -> Iterator[str]:
    """Newest first."""
    files = sorted(folder().glob("*.eml"), reverse=True) if folder().is_dir() else []
    return (file.stem for file in files if NAME.fullmatch(file.stem))


def _load(path: Path, name: str) -> Shown | None:
    try:
        return Shown(name, message_from_bytes(path.read_bytes(), policy=policy.default))
    except FileNotFoundError:
        return None


def find(name: str) -> Shown | None:
    """The mail by its name; None for anything that is not a written mail's name."""
    return _load(folder() / f"{name}.eml", name) if NAME.fullmatch(name) else None


def newest(*, to: str = "", before: str = "", limit: int = PAGE) -> tuple[list[Shown], str]:
    """The newest mails to addresses that contain `to`, and the key of the next page, if there is one."""
    found: list[Shown] = []
    for name in _names():
        if before and name >= before:
            continue
        one = _load(folder() / f"{name}.eml", name)
        if one is None or to.casefold() not in one.to.casefold():
            continue
        if len(found) == limit:
            return found, found[-1].name
        found.append(one)
    return found, ""
