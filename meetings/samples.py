"""The words of a meeting's planned mails, built by the builders of the real ones. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from groups.actions.rounds import closing_of
from mail.masking import mask
from meetings.letters.building import Sort
from meetings.letters.sheets import Sheets, facts_of
from meetings.models import Invitation, Meeting
from members.clock import oslo_today
from members.enums import Language
from members.models import User


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The mail in one language, as its first recipient gets it, personal links left out. Where it goes to nobody yet it is
    an example: as ``reader`` would get it.
    """

    language: str
    label: str
    subject: str
    text: str
    mails: int
    reader: str


class Samples:
    """Makes the samples of one meeting: what its mails share is read once. ``draft``: whom a call would invite."""

    def __init__(self, meeting: Meeting, draft: list[Invitation] | None, now: datetime) -> None:
        self.meeting, self.draft, self.now = meeting, draft, now
        self.sheets = Sheets(facts_of([meeting], oslo_today(now)))

    def of(
        self, sort: Sort, rows: Sequence[Invitation], *, at: datetime | None = None, days: int | None = None
    ) -> list[Sample]:
        """The mail in each language that its recipients read, as it will be when it goes; an example where nobody does.
        ``days``: of a reminder.
        """
        first: dict[str, Invitation] = {}
        mails = Counter(row.user.language for row in rows)
        for row in rows or self._stand_in:
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
            reader=row.user.display_name,
        )

    @cached_property
    def _stand_in(self) -> list[Invitation]:
        """Somebody to show a mail to nobody for: the first who is invited, else whoever wrote the meeting."""
        if self.draft:
            return self.draft[:1]
        people = self.meeting.invitations.standing().filter(user__in=User.objects.reachable())
        first = people.select_related("user", "affiliation__company").order_by("pk")[:1]
        writers = User.objects.reachable().filter(pk=self.meeting.created_by_id)
        return list(first) or [Invitation(pk=0, meeting=self.meeting, user=writer) for writer in writers]

    def _call_opens_round(self, at: datetime) -> bool:
        """True when the round of a draft will be open at that time: from the call until it closes after the meeting."""
        asked = None if self.draft is None else self.meeting.round
        return asked is not None and at < closing_of(asked, self.meeting.ends_at)
