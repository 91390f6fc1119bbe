"""A colleague of the same company takes the place: what people say as "I cannot, but Kari can"."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetings import answer_notices, word_notices
from meetings.actions.answers import AnswersClosed, fresh, put_answer
from meetings.actions.identities import identities_for
from meetings.actions.seats import move_up, places_for
from meetings.answering import Door, can_hand_over, door_of
from meetings.enums import Answer, Road
from meetings.models import AnswerChange, Invitation
from members.actions.people import find_or_make_person
from members.addresses import owner_of
from members.clock import oslo_today
from members.domains import company_for_address, domain_of, why_never
from members.errors import Refused
from members.models import Affiliation, User


class NotAColleague(Refused):
    """Only a colleague takes the place. The words are the same whether the portal knows the address or not."""

    words = _("Only a colleague in your company can take your place. Ask the organiser to invite anybody else.")


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Who is sent instead: somebody of the company, or an address in it."""

    affiliation: Affiliation | None = None
    email: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """Both invitations as they stand now."""

    giver: Invitation
    taker: Invitation


@transaction.atomic
def hand_over(invitation: Invitation, *, to: Colleague, via: Road, actor: User | None, now: datetime) -> Handed:
    """Send a colleague instead: the giver says no, the colleague yes, and a seat or place in the queue goes along,
    without guests and without what the giver cannot eat.

    Both are mailed. Raises NotAColleague, AnswersClosed, or Refused when somebody was sent before.
    """
    giver = fresh(invitation)
    door = door_of(giver, now)
    if not can_hand_over(giver, door):
        raise AnswersClosed(door)
    if giver.handed_to_id is not None:
        raise Refused(_("You have sent a colleague already."))
    taker = _invitation_of(giver, to, now)
    had_seat, place = giver.has_seat, giver.queued_at
    put_answer(giver, Answer.NO, via=via, actor=actor, now=now, moves_list=False)
    giver.handed_to = taker
    giver.save(update_fields=["handed_to"])
    had_seat = had_seat and _seat_fits(giver, taker, now)
    _take_place(taker, had_seat=had_seat, place=place, actor=actor or giver.user, now=now)
    if any(one.pk == taker.pk for one in move_up(giver.meeting, now=now, quiet=(taker.pk,))):
        taker.queued_at = None
    answer_notices.tell_handed(giver, taker, now)
    word_notices.tell_missed(giver.meeting, [taker], now)
    if door is Door.ONLY_NO:
        answer_notices.tell_late_no(giver, now)
    return Handed(giver=giver, taker=taker)


def _seat_fits(giver: Invitation, taker: Invitation, now: datetime) -> bool:
    """False when the colleague is invited for another company of theirs, which has its share already."""
    keys = Invitation.objects.filter(pk__in=[giver.pk, taker.pk]).company_keys()
    if keys[giver.pk] == keys[taker.pk]:
        return True
    free = places_for(taker, now)
    return free is None or free > 0


def _take_place(taker: Invitation, *, had_seat: bool, place: datetime | None, actor: User, now: datetime) -> None:
    """The colleague comes, in the giver's seat or place in the queue unless theirs is as good.

    The giver's guests stay away with the giver. Guests whom the colleague had in line come along if there are places
    for all of them; otherwise the colleague comes alone.
    """
    if taker.has_seat:
        return
    free = places_for(taker, now) if had_seat and taker.guest_count else None
    if free is not None and taker.people > free:
        taker.guest_count, taker.guest_names = 0, []
    places = [moment for moment in (place, taker.queued_at) if moment]
    taker.queued_at = None if had_seat or not taker.meeting.is_limited else min(places, default=now)
    taker.answer, taker.answered_via, taker.answered_by = Answer.YES, Road.HANDED, actor
    taker.answered_at, taker.answered_sequence, taker.handed_to = now, taker.meeting.sequence, None
    taker.save(
        update_fields=[
            "answer",
            "queued_at",
            "answered_at",
            "answered_via",
            "answered_by",
            "answered_sequence",
            "handed_to",
            "guest_count",
            "guest_names",
        ]
    )
    AnswerChange.objects.create(invitation=taker, answer=Answer.YES, via=Road.HANDED, actor=actor, created_at=now)


def _invitation_of(giver: Invitation, to: Colleague, now: datetime) -> Invitation:
    """The colleague's invitation, made if there is none. One that the organiser took back stays so."""
    user, tie = _colleague(giver, to, now)
    if user.pk == giver.user_id:
        raise NotAColleague(_("That is yourself. Choose a colleague."))
    row, _made = Invitation.objects.select_related("user").get_or_create(
        meeting=giver.meeting,
        user=user,
        defaults={
            "affiliation": tie,
            "company_name": "" if tie else _company_name(giver)[:120],
            "invited_at": now,
            "last_mailed_at": now,
            "identity": identities_for(giver.meeting.group, [user.pk]).get(user.pk),
        },
    )
    if row.withdrawn_at is not None:
        raise NotAColleague
    row.meeting = giver.meeting
    return row


def _colleague(giver: Invitation, to: Colleague, now: datetime) -> tuple[User, Affiliation | None]:
    company = giver.affiliation.company if giver.affiliation else None
    ties = Affiliation.objects.active(oslo_today(now)).select_related("user", "company")
    if to.affiliation is not None:
        tie = ties.filter(company=company, pk=to.affiliation.pk).first() if company else None
        if tie is None:
            raise NotAColleague
        return tie.user, tie
    owner = owner_of(to.email)
    tie = ties.filter(company=company, user=owner).first() if company and owner else None
    if tie is not None:
        return tie.user, tie
    if not _is_their_address(giver, to.email) or (owner and not owner.is_reachable):
        raise NotAColleague
    if owner is not None and Affiliation.objects.of(owner).active(oslo_today(now)).exists():
        raise NotAColleague
    return owner or find_or_make_person(email=to.email, name=to.name, language=giver.user.language), None


def _is_their_address(giver: Invitation, email: str) -> bool:
    """True for an address at a domain approved for the company, or at the giver's own when nobody else shares it."""
    company = company_for_address(email)
    if company is not None:
        return giver.affiliation is not None and company.pk == giver.affiliation.company_id
    domain = domain_of(email)
    return bool(domain) and domain == domain_of(giver.user.email or "") and not why_never(domain)


def _company_name(giver: Invitation) -> str:
    return giver.affiliation.company.name if giver.affiliation else giver.company_name
