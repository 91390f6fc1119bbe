"""What an organiser wants, as plain values: the input of the verbs that make and change meetings."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from groups.models import Group
from meetings.enums import MeetingKind
from members.enums import Language
from members.models import Affiliation


@dataclass(frozen=True, kw_only=True)
class Details:
    """Time, place and words of a meeting. Without ``answer_by`` the deadline is three working days before."""

    title: str
    starts_at: datetime
    ends_at: datetime
    kind: str = MeetingKind.WORK
    language: str = Language.NB
    venue: str = ""
    online_url: str = ""
    description: str = ""
    practical: str = ""
    capacity: int | None = None
    capacity_per_company: int | None = None
    guests_each: int = 0
    serves_food: bool = False
    answer_by: datetime | None = None
    reminder_days: Sequence[int] = (7, 2)
    is_open: bool = False
    is_board_only: bool = False


@dataclass(frozen=True, kw_only=True)
class AgendaRow:
    """One item of the agenda."""

    title: str
    minutes: int = 15
    speaker: str = ""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Somebody without an account, as the organiser wrote them."""

    email: str
    name: str = ""
    company: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Whom the meeting is for; counted together, each person once."""

    groups: Sequence[Group] = ()
    board: bool = False
    all_companies: bool = False
    people: Sequence[Affiliation] = ()
    addresses: Sequence[Address] = ()


@dataclass(frozen=True, kw_only=True)
class RoundWish:
    """The question of the round of input that goes with the meeting."""

    question: str
    language: str = Language.NB
    board_first: bool = False
    close_hours: int = 48
