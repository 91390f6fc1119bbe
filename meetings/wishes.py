"""What an organiser has changed in the plan of a meeting's mails. Kept on the meeting, whose history shows who did it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from meetings.models import Meeting

INVITATION, PRACTICAL, THANKS = "invitation", "practical", "thanks"


def reminder_step(days: int) -> str:
    """The name of the reminder so many days before the deadline."""
    return f"reminder:{days}"


def days_of(step: str) -> int | None:
    """The days before the deadline in a reminder's name; None for other mails."""
    days = step.removeprefix("reminder:")
    return int(days) if days != step and days.isascii() and days.isdecimal() else None


@dataclass(frozen=True, kw_only=True)
class Wish:
    """For one mail of the plan: switched off, own words above the text, and how far it was moved to.

    ``distance`` is to what the mail is about, by the wall clock: a reminder's to the answer deadline, the practical mail's
    to the start, the thanks' to the end. It stays when the meeting moves; None follows the rule.
    """

    is_off: bool = False
    distance: timedelta | None = None
    words: str = ""

    def as_json(self) -> dict[str, Any]:
        """Only what differs from the rule."""
        minutes = None if self.distance is None else int(self.distance.total_seconds() // 60)
        found = {"off": self.is_off or None, "minutes": minutes, "words": self.words or None}
        return {name: value for name, value in found.items() if value is not None}


def wish_for(meeting: Meeting, step: str) -> Wish:
    """What is wished for one mail; the rule itself where nothing is."""
    row = meeting.send_plan.get(step) or {}
    minutes = row.get("minutes")
    return Wish(
        is_off=bool(row.get("off")),
        distance=None if minutes is None else timedelta(minutes=int(minutes)),
        words=str(row.get("words", "")),
    )


# What may stand in braces in an organiser's own words; anything else is refused where it is written.
PLACES = ("first_name", "meeting", "when", "venue")


def filled(words: str, values: dict[str, str]) -> str:
    """Own words with the places filled in, once: what is filled in is not looked at again."""
    parts = words.split("{")
    found = [parts[0]]
    for part in parts[1:]:
        name, brace, rest = part.partition("}")
        found.append(values[name] + rest if brace and name in values else "{" + part)
    return "".join(found)
