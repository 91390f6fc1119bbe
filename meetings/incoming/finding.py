"""Whose answer is it, to which meeting, and how sure is that?

A secret address names the person; the ATTENDEE in the calendar must fit. Without the secret our own mail server must
have proved the sender. What is less sure than that waits for a person and changes nothing.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from mail.incoming.authenticity import Authenticity
from mail.incoming.reading import Mail
from mail.models import Message, Outcome
from meetings.enums import MeetingState
from meetings.incoming.calendars import Said
from meetings.models import CalendarIdentity, Invitation, Meeting
from members.addresses import owner_of, verified_addresses
from members.models import User

SECRET = re.compile(r"mote-([a-z2-7]{24})")


@dataclass(frozen=True, kw_only=True)
class Match:
    """The invitation that an answer is about. With an ``outcome`` it does not count by itself, and ``reason`` says why.

    ``flagged``: it counts, and something about it is odd.
    """

    invitation: Invitation | None = None
    meeting: Meeting | None = None
    outcome: str = ""
    reason: str = ""
    flagged: str = ""


def identity_behind(mail: Mail) -> CalendarIdentity | None:
    """The secret address among those the envelope named, if we still read it."""
    tokens = []
    for address in mail.recipients:
        local, _at, domain = address.rpartition("@")
        found = SECRET.fullmatch(local)
        if found and domain == settings.RSVP_DOMAIN:
            tokens.append(found[1])
    if len(set(tokens)) != 1:
        return None
    rows = CalendarIdentity.objects.select_related("user", "group")
    return rows.filter(token=tokens[0], revoked_at__isnull=True).first()


def addresses_of(user: User) -> set[str]:
    """Every address by which the person may answer."""
    return {address.lower() for address in (user.email or "", *verified_addresses(user)) if address}


def meeting_by_uid(uid: str) -> Meeting | None:
    """The meeting with this id, which never changes."""
    try:
        return Meeting.objects.filter(uid=uuid.UUID(uid)).first()
    except ValueError:
        return None


def invitation_of(meeting: Meeting, user: User) -> Invitation | None:
    """The person's invitation, withdrawn or not."""
    rows = Invitation.objects.select_related("meeting__group", "user", "affiliation__company")
    return rows.filter(meeting=meeting, user=user).first()


def match(mail: Mail, said: Said, now: datetime) -> Match:
    """Whose answer a calendar's reply is."""
    identity = identity_behind(mail)
    meeting = meeting_by_uid(said.uid)
    if identity is not None:
        return _by_secret(mail, said, identity, meeting, now)
    if meeting is None:
        return Match(outcome=Outcome.IGNORED, reason="unknown_meeting")
    return _by_sender(mail, said, meeting)


def _by_secret(mail: Mail, said: Said, identity: CalendarIdentity, meeting: Meeting | None, now: datetime) -> Match:
    user = identity.user
    invitation = invitation_of(meeting, user) if meeting and meeting.group_id == identity.group_id else None
    own = addresses_of(user)
    answer = said.partstat_of(own)
    attendee = answer[0] if answer else ""
    if invitation is None:
        reason = "somebody_else" if attendee and attendee not in own else "unknown_meeting"
        return Match(invitation=only_open(identity, now), outcome=Outcome.REVIEW, reason=reason)
    is_forged = mail.authenticity is Authenticity.FORGED
    if attendee in own:
        return Match(invitation=invitation, flagged="sender_not_proven" if is_forged else "")
    is_own_mail = mail.sender in own and mail.authenticity is Authenticity.PROVEN
    if is_own_mail and not (attendee and owner_of(attendee)):
        return Match(invitation=invitation, flagged="another_address")
    reason = "no_attendee" if not attendee else "somebody_else"
    return Match(invitation=invitation, outcome=Outcome.REVIEW, reason=reason)


def _by_sender(mail: Mail, said: Said, meeting: Meeting) -> Match:
    if mail.authenticity is Authenticity.FORGED:
        return Match(outcome=Outcome.REJECTED, reason="sender_forged")
    user = owner_of(mail.sender) if mail.sender else None
    invitation = invitation_of(meeting, user) if user else None
    if invitation is None or user is None:
        return Match(meeting=meeting, outcome=Outcome.REVIEW, reason="not_invited")
    answer = said.partstat_of(addresses_of(user))
    is_own = answer is not None and answer[0] in addresses_of(user)
    if is_own and mail.authenticity is Authenticity.PROVEN:
        return Match(invitation=invitation)
    return Match(
        invitation=invitation, outcome=Outcome.REVIEW, reason="sender_not_proven" if is_own else "somebody_else"
    )


def open_behind(identities: Collection[CalendarIdentity], now: datetime) -> dict[int, list[Invitation]]:
    """What each of these addresses, by key, can be about now: the person's open invitations there, the next first."""
    rows = Invitation.objects.standing().filter(
        user__in=[one.user_id for one in identities], meeting__state=MeetingState.CALLED, meeting__ends_at__gt=now
    )
    found = list(rows.select_related("meeting__group", "user", "affiliation__company").order_by("meeting__starts_at"))
    return {
        one.pk: [row for row in found if (row.user_id, row.meeting.group_id) == (one.user_id, one.group_id)]
        for one in identities
    }


def only_open(identity: CalendarIdentity, now: datetime) -> Invitation | None:
    """The one invitation that the address can be about now; None when there are several, or none."""
    found = open_behind([identity], now)[identity.pk]
    return found[0] if len(found) == 1 else None


def answered_mail(mail: Mail) -> Invitation | None:
    """The invitation of the mail that this one answers, by its Message-ID."""
    earlier = re.findall(r"<[^<>\s]{3,190}>", f"{mail.header('In-Reply-To')} {mail.header('References')}")[:20]
    refs = Message.objects.filter(message_id__in=earlier, recipient__startswith="invitation:")
    row = refs.order_by("-pk").values_list("recipient", flat=True).first()
    if row is None:
        return None
    rows = Invitation.objects.select_related("meeting__group", "user", "affiliation__company")
    return rows.filter(pk=int(row.removeprefix("invitation:"))).first()
