"""Minutes as a PDF that screen readers can walk through (PDF/UA-1), set by typst.

What people wrote is handed over as data and never becomes markup; the compiler sees one folder with one template, no
network, and only the fonts it brings: it reads no WOFF2, so the portal's own typeface is not in it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from meetings.attending import AttendanceList, Attender
from meetings.models import ActionItem, Meeting, Minutes, MinutesVersion, Section
from members.models import ClusterSettings
from members.templatetags.words import day, moment_range

# How the compiler names a sign that none of its fonts can show
NOT_SHOWN = re.compile(r"the text [`'\"]+(.+?)[`'\"]+ could not be displayed")
REPLACEMENT = "?"
MOST_STRANGE_SIGNS = 12
# What its fonts surely have: Latin with its marks, and common punctuation
KNOWN = frozenset(map(chr, (*range(0x20, 0x180), 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026)))
FOLDER = Path(__file__).parent / "documents"


def minutes_pdf(document: Mapping[str, Any], language: str) -> bytes:
    """The document of ``views.minutes`` as octets of a PDF, in the active language."""
    data = _data(
        document["meeting"],
        document["minutes"],
        document["version"],
        document["sections"],
        document["attendance"],
        document["actions"],
        language,
    )
    return _compiled(json.dumps(data, ensure_ascii=False))


def _compiled(data: str) -> bytes:
    """A sign that no font has, such as a picture, would break the promise that every sign can be read: it is replaced."""
    for _try in range(MOST_STRANGE_SIGNS):
        try:
            result = typst.compile(
                FOLDER / "minutes.typ",
                root=FOLDER,
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["ua-1"],
                sys_inputs={"document": data},
            )
        except typst.TypstError as error:
            strange = NOT_SHOWN.search(str(error))
            if strange is None:
                raise
            data = data.replace(strange[1], REPLACEMENT)
        else:
            assert isinstance(result, bytes)
            return result
    return _compiled("".join(sign if sign in KNOWN else REPLACEMENT for sign in data))


def _data(
    meeting: Meeting,
    minutes: Minutes,
    version: MinutesVersion,
    sections: Sequence[Section],
    attendance: AttendanceList,
    actions: Sequence[ActionItem],
    language: str,
) -> dict[str, Any]:
    cluster = ClusterSettings.load()
    body = str(meeting.group or cluster.name)
    return {
        "title": _("Minutes: %(title)s") % {"title": meeting.title},
        "author": body,
        "body": f"{cluster.name} · {body}" if meeting.group else cluster.name,
        "language": {"nb": "nb", "nn": "nn"}.get(language, "en"),
        "region": "GB" if language == "en" else "NO",
        "footer": f"{cluster.name} · {meeting.title}",
        "facts": _facts(meeting, minutes, version, attendance),
        "sections": [
            {"title": section.title or _("The meeting"), "paragraphs": _paragraphs(section.text)}
            for section in sections
        ],
        "actions_title": _("To be done"),
        "columns": [_("What"), _("Who"), _("By")],
        "actions": [[row.what, row.who or _("nobody"), day(row.due_on) if row.due_on else "–"] for row in actions],
    }


def _facts(
    meeting: Meeting, minutes: Minutes, version: MinutesVersion, attendance: AttendanceList
) -> list[dict[str, str]]:
    pairs = [
        (_("Time"), moment_range(meeting.starts_at, meeting.ends_at)),
        (_("Place"), meeting.venue),
        (_("Present"), _names(attendance.present, attendance.hidden)),
        (_("Apologies"), _names(attendance.apologised)),
        (_("Absent"), _names(attendance.absent)),
        (
            _("Version"),
            _("%(number)s, approved %(when)s")
            % {"number": version.number, "when": day(minutes.published_at) if minutes.published_at else ""},
        ),
    ]
    return [{"name": name, "value": str(value)} for name, value in pairs if value]


def _names(people: Sequence[Attender], hidden: int = 0) -> str:
    """Names by company; they come in that order."""
    found = []
    for company, group in groupby(people, key=lambda one: one.company):
        names = ", ".join(one.name for one in group)
        found.append(f"{company}: {names}" if company else names)
    if hidden:
        found.append(_("and %(count)s more") % {"count": hidden})
    return "; ".join(found)


def _paragraphs(text: str) -> list[list[str]]:
    """Blank lines part paragraphs; other line ends stay."""
    blocks = [block.split("\n") for block in text.split("\n\n")]
    return [[line for line in block if line.strip()] for block in blocks if any(line.strip() for line in block)]
