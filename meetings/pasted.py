"""Addresses that an organiser pastes: one a line, as written in a mail program or copied from a sheet."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meetings.plans import Address
from members.folding import fold_email

MOST_LINES = 300
_ANGLED = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]*)>[\s,;]*(?P<company>.*)$")
_CELLS = re.compile(r"\t|;")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


@dataclass(frozen=True)
class Pasted:
    """What the lines mean, and which are wrong (line number and why)."""

    addresses: list[Address] = field(default_factory=list)
    errors: list[tuple[int, str | Promise]] = field(default_factory=list)


def read_addresses(text: str) -> Pasted:
    """Read ``Name <address>, company``, a bare address, or cells ``name ⇥ address ⇥ company`` in any order."""
    found = Pasted()
    seen: set[str] = set()
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        found.errors.append((MOST_LINES + 1, _("No more than 300 lines at once.")))
        return found
    for number, line in enumerate(lines, start=1):
        bare = _INVISIBLE.sub("", line).strip(" \t,;")
        if not bare:
            continue
        row = _read(bare)
        if row is None:
            found.errors.append((number, _("There is no valid e-mail address here.")))
        elif row.email not in seen:
            seen.add(row.email)
            found.addresses.append(row)
    return found


def _read(line: str) -> Address | None:
    angled = _ANGLED.match(line)
    if angled:
        cells = [angled["name"].strip(' "\t,;'), angled["email"], angled["company"]]
    else:
        cells = _CELLS.split(line) if _CELLS.search(line) else line.split(",")
    cells = [cell.strip(' "') for cell in cells]
    mails = [cell for cell in cells if "@" in cell]
    if len(mails) != 1 or not _is_mail(mails[0]):
        return None
    others = [cell for cell in cells if cell and cell != mails[0]]
    name, company = [*others, "", ""][:2]
    return Address(email=fold_email(mails[0]), name=name[:120], company=company[:120])


def _is_mail(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return value.isascii() or value.rpartition("@")[0].isascii()


def as_lines(addresses: list[Address]) -> str:
    """The addresses as they can be pasted again."""
    return "\n".join(
        f"{row.name} <{row.email}>".strip() + (f", {row.company}" if row.company else "") for row in addresses
    )
