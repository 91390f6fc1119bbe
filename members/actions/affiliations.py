"""Who belongs where: asked, decided, ended, handed on. The only place that assigns ``Affiliation.state``."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from members.addresses import verified_addresses
from members.clock import oslo_today
from members.domains import company_for_addresses
from members.enums import AffiliationRoad, AffiliationState, CompanyState
from members.errors import AlreadyDecided, CompanyNotOpen, LastContact, Refused, TooManyRequests
from members.models import Affiliation, Company, User
from members.notices import outgoing
from members.rules import is_staff

# Each request is a mail to somebody: nobody needs more than a few at a time.
MOST_REQUESTS = 5


def _locked(tie: Affiliation) -> Affiliation:
    """The tie as it stands now, with its company held so that two deciders come one after the other."""
    Company.objects.select_for_update().get(pk=tie.company_id)
    return Affiliation.objects.select_for_update(of=("self",)).select_related("user", "company").get(pk=tie.pk)


def _open_tie(user: User, company: Company) -> Affiliation | None:
    states = AffiliationState.open_states()
    return Affiliation.objects.of(user).for_company(company).filter(state__in=states).first()


def _needs_main(user: User) -> bool:
    return not Affiliation.objects.of(user).filter(state=AffiliationState.ACTIVE, is_main=True).exists()


def _activate(tie: Affiliation, *, actor: User | None, now: datetime) -> None:
    tie.state = AffiliationState.ACTIVE
    tie.started_on = oslo_today(now)
    tie.decided_by, tie.decided_at = actor, now
    tie.is_main = _needs_main(tie.user)
    tie.save(update_fields=["state", "started_on", "decided_by", "decided_at", "is_main", "is_contact"])


@transaction.atomic
def ask_to_join(user: User, company: Company, *, message: str = "", now: datetime) -> Affiliation:
    """Ask to belong to a company; asking twice is asking once.

    A verified address at a domain that staff approved for exactly this company lets the person in at once.
    Otherwise contacts, or staff where there are none, get a mail.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if not Company.objects.active().filter(pk=company.pk).exists():
        raise CompanyNotOpen
    existing = _open_tie(user, company)
    if existing is not None:
        return existing
    if Affiliation.objects.of(user).requested().count() >= MOST_REQUESTS:
        raise TooManyRequests
    tie = Affiliation(user=user, company=company, message=message.strip(), requested_at=now)
    if company_for_addresses(verified_addresses(user)) == company:
        tie.road = AffiliationRoad.DOMAIN
        tie.save()
        _activate(tie, actor=None, now=now)
    else:
        tie.save()
        outgoing.tell_of_request(tie)
    return tie


def attach(
    user: User,
    company: Company,
    *,
    road: str,
    actor: User | None,
    now: datetime,
    is_contact: bool = False,
) -> Affiliation:
    """Let a person belong to a company without asking: by import, by staff, by invitation. Idempotent."""
    try:
        with transaction.atomic():
            tie = _open_tie(user, company)
            if tie is None:
                tie = Affiliation.objects.create(user=user, company=company, road=road)
            elif tie.state == AffiliationState.ACTIVE:
                return tie
            else:
                outgoing.forget_request(tie)
            tie.is_contact = is_contact
            _activate(tie, actor=actor, now=now)
            return tie
    except IntegrityError:
        found = _open_tie(user, company)
        if found is None:
            raise
        return found


@transaction.atomic
def approve_affiliation(tie: Affiliation, *, actor: User, now: datetime) -> Affiliation:
    """Let the person in. AlreadyDecided when somebody else was first, also with the same answer."""
    row = _locked(tie)
    if row.state != AffiliationState.REQUESTED:
        raise AlreadyDecided(row)
    if row.company.state != CompanyState.ACTIVE:
        raise CompanyNotOpen
    _activate(row, actor=actor, now=now)
    outgoing.forget_request(row)
    outgoing.tell_of_decision(row)
    return row


def _close(row: Affiliation, state: AffiliationState, *, actor: User | None, now: datetime) -> None:
    row.state = state
    row.decided_by, row.decided_at = actor, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    outgoing.forget_request(row)


@transaction.atomic
def decline_affiliation(tie: Affiliation, *, actor: User, now: datetime) -> Affiliation:
    """Say no. AlreadyDecided when somebody else was first."""
    row = _locked(tie)
    if row.state != AffiliationState.REQUESTED:
        raise AlreadyDecided(row)
    _close(row, AffiliationState.DECLINED, actor=actor, now=now)
    outgoing.tell_of_decision(row)
    return row


@transaction.atomic
def withdraw_request(tie: Affiliation, *, actor: User, now: datetime) -> Affiliation:
    """The person takes the own request back."""
    row = _locked(tie)
    if row.state != AffiliationState.REQUESTED:
        raise AlreadyDecided(row)
    _close(row, AffiliationState.WITHDRAWN, actor=actor, now=now)
    return row


@transaction.atomic
def expire_request(tie: Affiliation, *, now: datetime) -> bool:
    """A request that nobody decided for a long time runs out. False when it has been decided meanwhile."""
    row = _locked(tie)
    if row.state != AffiliationState.REQUESTED:
        return False
    _close(row, AffiliationState.EXPIRED, actor=None, now=now)
    return True


def _others(tie: Affiliation) -> "list[Affiliation]":
    return list(Affiliation.objects.for_company(tie.company).active(oslo_today()).exclude(pk=tie.pk))


def _keep_a_contact(tie: Affiliation, *, actor: User) -> None:
    """A company with people has a contact; the last person of a company is let go by staff alone."""
    others = _others(tie)
    if not tie.is_contact or any(other.is_contact for other in others):
        return
    if others or not is_staff(actor):
        raise LastContact


def _end(row: Affiliation, *, actor: User | None, on_day: date) -> None:
    row.state = AffiliationState.ENDED
    row.ended_on = max(on_day, row.started_on or on_day)
    row.decided_by = actor
    row.is_contact = row.is_main = False
    row.save(update_fields=["state", "ended_on", "decided_by", "is_contact", "is_main"])
    heir = Affiliation.objects.of(row.user).active(on_day).order_by("pk").first()
    if heir is not None and _needs_main(row.user):
        heir.is_main = True
        heir.save(update_fields=["is_main"])


@transaction.atomic
def end_affiliation(tie: Affiliation, *, actor: User, on_day: date) -> Affiliation:
    """The person leaves the company; from that day no right of the tie holds. LastContact keeps one contact."""
    row = _locked(tie)
    if row.state != AffiliationState.ACTIVE:
        raise AlreadyDecided(row)
    _keep_a_contact(row, actor=actor)
    _end(row, actor=actor, on_day=on_day)
    return row


def end_all_affiliations(user: User, *, actor: User | None, now: datetime) -> None:
    """Every tie of a person who leaves the portal ends. Staff hear of companies left without a contact."""
    for tie in list(Affiliation.objects.of(user).filter(state__in=AffiliationState.open_states())):
        row = _locked(tie)
        if row.state == AffiliationState.REQUESTED:
            _close(row, AffiliationState.WITHDRAWN, actor=actor, now=now)
            continue
        was_contact = row.is_contact
        _end(row, actor=actor, on_day=oslo_today(now))
        if was_contact:
            _tell_if_no_contact(row)


def tell_of_lost_contacts(user: User) -> None:
    """Staff hear of companies whose only contact can no longer sign in."""
    for tie in Affiliation.objects.of(user).filter(state=AffiliationState.ACTIVE).contacts().select_related("company"):
        _tell_if_no_contact(tie)


def _tell_if_no_contact(tie: Affiliation) -> None:
    others = _others(tie)
    if others and not any(other.is_contact for other in others):
        outgoing.tell_staff_of_no_contact(tie.company)


def _set_contact(row: Affiliation, *, is_contact: bool) -> None:
    row.is_contact = is_contact
    row.save(update_fields=["is_contact"])


@transaction.atomic
def make_contact(tie: Affiliation, *, actor: User) -> Affiliation:
    """Give a person of the company the contact's role beside those who have it."""
    row = _locked(tie)
    if not row.holds(oslo_today()):
        raise AlreadyDecided(row)
    _set_contact(row, is_contact=True)
    return row


@transaction.atomic
def stand_down(tie: Affiliation, *, actor: User) -> Affiliation:
    """Lay the contact's role down; never the last one of the company."""
    row = _locked(tie)
    if row.is_contact:
        _keep_a_contact(row, actor=actor)
        _set_contact(row, is_contact=False)
    return row


@transaction.atomic
def hand_contact_on(tie: Affiliation, *, to: Affiliation, actor: User) -> Affiliation:
    """Give the contact's role to a colleague of the same company; both or nothing. Answers the heir's tie."""
    row, heir = _locked(tie), _locked(to)
    if heir.company_id != row.company_id or heir.pk == row.pk or not heir.holds(oslo_today()):
        raise Refused
    if not row.is_contact:
        raise AlreadyDecided(row)
    _set_contact(heir, is_contact=True)
    _set_contact(row, is_contact=False)
    return heir


@transaction.atomic
def choose_main(tie: Affiliation, *, actor: User) -> Affiliation:
    """Make this the company that deeds use unless another is chosen."""
    row = _locked(tie)
    if not row.holds(oslo_today()):
        raise AlreadyDecided(row)
    Affiliation.objects.of(row.user).filter(is_main=True).exclude(pk=row.pk).update(is_main=False)
    row.is_main = True
    row.save(update_fields=["is_main"])
    return row


@transaction.atomic
def add_colleague(
    company: Company, *, name: str, phone: str, job_title: str, actor: User, now: datetime
) -> Affiliation:
    """Add a person without e-mail, whom others answer and write for."""
    if company.state != CompanyState.ACTIVE:
        raise CompanyNotOpen
    person = User.objects.create_user(None, name=name, phone=phone, job_title=job_title)
    road = AffiliationRoad.STAFF if is_staff(actor) else AffiliationRoad.INVITE
    return attach(person, company, road=road, actor=actor, now=now)
