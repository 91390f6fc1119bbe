"""Colleagues as people paste them: one a line, or cells from a sheet. Each line gets a verdict before anything is sent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.addresses import owners_of
from members.clock import oslo_today
from members.models import Affiliation, Company, Invite
from members.names import clean_address, clean_line

MOST_LINES = 200
_BETWEEN = re.compile(r"[\t;,]|(?<=\s)<|>")
_ADDRESS = re.compile(r"[^\s<>;,\t\"']+@[^\s<>;,\t\"']+")


class Verdict(Enum):
    """What will happen with a line."""

    INVITE = "invite"
    INSIDE = "inside"
    WAITING = "waiting"
    TWICE = "twice"
    WRONG = "wrong"

    @property
    def words(self) -> str | Promise:
        return {
            Verdict.INVITE: _("gets an invitation"),
            Verdict.INSIDE: _("is in the company already"),
            Verdict.WAITING: _("has an invitation that waits"),
            Verdict.TWICE: _("stands in the list twice"),
            Verdict.WRONG: _("no e-mail address that works"),
        }[self]

    @property
    def tag(self) -> str:
        return {Verdict.INVITE: "lichen", Verdict.WRONG: "rust"}.get(self, "")


@dataclass(frozen=True)
class Line:
    """One line of what was pasted."""

    number: int
    text: str
    email: str
    name: str
    verdict: Verdict


def _read(number: int, text: str) -> Line:
    found = _ADDRESS.search(text)
    name = clean_line(" ".join(_BETWEEN.split(_ADDRESS.sub(" ", text))).strip("\"' "))[:120]
    try:
        email = clean_address(found.group().removeprefix("mailto:")) if found else ""
    except ValidationError:
        email = ""
    return Line(number, text.strip(), email, name, Verdict.INVITE if email else Verdict.WRONG)


def read_lines(text: str) -> list[Line]:
    """The lines that say something; a first line of headings is passed over."""
    lines = [_read(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if lines and lines[0].verdict is Verdict.WRONG and "@" not in lines[0].text and len(lines) > 1:
        headings = re.split(r"[\t;,]", lines[0].text.lower())
        if any(word.strip() in {"e-post", "epost", "e-mail", "email", "navn", "namn", "name"} for word in headings):
            return lines[1:]
    return lines


def judge(lines: Iterable[Line], company: Company, now: datetime) -> list[Line]:
    """Each line with what will happen. The number of queries does not depend on the number of lines."""
    lines = list(lines)
    addresses = [line.email for line in lines if line.email]
    owners = owners_of(addresses)
    ties = Affiliation.objects.for_company(company).active(oslo_today(now))
    inside = set(ties.filter(user__in=[user.pk for user in owners.values()]).values_list("user", flat=True))
    waiting = set(Invite.objects.open(now).filter(company=company, email__in=addresses).values_list("email", flat=True))
    seen: set[str] = set()
    judged = []
    for line in lines:
        verdict = line.verdict
        if verdict is Verdict.INVITE:
            owner = owners.get(line.email)
            if line.email in seen:
                verdict = Verdict.TWICE
            elif owner is not None and owner.pk in inside:
                verdict = Verdict.INSIDE
            elif line.email in waiting:
                verdict = Verdict.WAITING
        seen.add(line.email)
        judged.append(replace(line, verdict=verdict))
    return judged
