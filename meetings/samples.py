"""The words of a meeting's planned mails, built by the builders of the real ones. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from groups.actions.rounds import closing_of
from mail.masking import mask
from meetings.enums import MeetingState
from meetings.letters.building import Sort
from meetings.letters.sheets import Sheets, facts_of
from meetings.models import Invitation, Meeting
from members.clock import oslo_today
from members.enums import Language


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The mail in one language, as its first recipient gets it, personal links left out."""

    language: str
    label: str
    subject: str
    text: str
    mails: int


class Samples:
    """Makes the samples of one meeting: what its mails share is read once."""

    def __init__(self, meeting: Meeting, now: datetime) -> None:
        self.meeting, self.now = meeting, now
        self.sheets = Sheets(facts_of([meeting], oslo_today(now)))

    def of(
        self, sort: Sort, rows: Sequence[Invitation], *, at: datetime | None = None, days: int | None = None
    ) -> list[Sample]:
        """The mail in each language that its recipients read, as it will be when it goes. ``days``: of a reminder."""
        first: dict[str, Invitation] = {}
        mails = Counter(row.user.language for row in rows)
        for row in rows:
            first.setdefault(row.user.language, row)
        return [
            self._sample(sort, row, max(at or self.now, self.now), days, mails[row.user.language])
            for row in first.values()
        ]

    def _sample(self, sort: Sort, row: Invitation, at: datetime, days: int | None, mails: int) -> Sample:
        language = row.user.language
        row.meeting = self.meeting
        row.reminder_days = days or 0  # type: ignore[attr-defined]
        letter = sort.letter(self.sheets.get(self.meeting, language), row, at, opens_round=self._call_opens_round(at))
        return Sample(
            language=language,
            label=str(dict(Language.choices).get(language, language)),
            subject=mask(letter.subject, letter.secrets),
            text=mask(letter.text, letter.secrets),
            mails=mails,
        )

    def _call_opens_round(self, at: datetime) -> bool:
        """True when the round of a draft will be open at that time: from the call until it closes after the meeting."""
        asked = self.meeting.round if self.meeting.state == MeetingState.DRAFT else None
        return asked is not None and at < closing_of(asked, self.meeting.ends_at)
