"""What calling a draft would send: to whom, in which language, with which words. Reads only."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from mail.kinds import Letter
from meetings.audience import Invitee, audience_of
from meetings.letters.kinds import INVITATION
from meetings.letters.sheets import sheet_for
from meetings.models import Invitation, Meeting
from members.clock import oslo_today
from members.enums import Language
from members.models import User


@dataclass(frozen=True)
class Preview:
    """Everybody a call would invite."""

    invitees: list[Invitee]

    @property
    def mailed(self) -> list[Invitee]:
        """Those who get the mail."""
        return [one for one in self.invitees if one.is_reachable]

    @property
    def unreachable(self) -> list[Invitee]:
        """Those who are invited and must be rung."""
        return [one for one in self.invitees if not one.is_reachable]

    @property
    def companies(self) -> int:
        """How many companies they come from."""
        return len({one.affiliation.company_id for one in self.invitees if one.affiliation})

    @property
    def languages(self) -> list[tuple[str, int]]:
        """The languages the mail goes out in, with the number of mails, the commonest first."""
        counted = Counter(one.language for one in self.mailed)
        return [(code, number) for code, number in counted.most_common() if code in Language.values]

    def first_in(self, language: str) -> Invitee:
        """Somebody who gets the mail in the language; LookupError when nobody does."""
        for one in self.mailed:
            if one.language == language:
                return one
        raise LookupError(language)


def preview_of(meeting: Meeting, now: datetime) -> Preview:
    """Who would be invited if the draft were called now."""
    return Preview(audience_of(meeting, oslo_today(now)))


def sample_letter(meeting: Meeting, invitee: Invitee, now: datetime) -> Letter:
    """The very mail this person would get, built by the builder of the real one; only the links lead nowhere."""
    user = invitee.user or User(email=invitee.email, name=invitee.name, language=invitee.language)
    invitation = Invitation(pk=0, meeting=meeting, user=user, affiliation=invitee.affiliation)
    invitation.company_name = "" if invitee.affiliation else invitee.company_name
    sheet = sheet_for(meeting, invitee.language, now)
    return INVITATION.letter(sheet, invitation, now, opens_round=True)


@dataclass(frozen=True)
class Sample:
    """One language of the mail: how many get it, and its subject."""

    language: str
    label: str
    mails: int
    subject: str
    text: str


def samples_of(preview: Preview, meeting: Meeting, now: datetime) -> list[Sample]:
    """The mail in each language that occurs, as its first recipient gets it."""
    labels = dict(Language.choices)
    found = []
    for code, mails in preview.languages:
        letter = sample_letter(meeting, preview.first_in(code), now)
        found.append(Sample(code, str(labels[code]), mails, letter.subject, letter.text))
    return found
