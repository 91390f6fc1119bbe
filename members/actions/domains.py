"""E-mail domains of companies: claimed by a contact, decided by staff."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.domains import fold_domain, why_never
from members.enums import DomainState
from members.errors import DomainRefused
from members.models import Company, CompanyDomain, User
from members.notices import outgoing


@transaction.atomic
def claim_domain(company: Company, *, domain: str, actor: User, with_subdomains: bool = False) -> CompanyDomain:
    """Ask staff to let people with addresses at the domain in. Claiming again is the same claim.

    Says nothing of other companies: whether somebody else holds the domain is for staff to see.
    """
    folded = fold_domain(domain)
    if reason := why_never(folded):
        raise DomainRefused(reason)
    Company.objects.select_for_update().get(pk=company.pk)
    row, is_new = CompanyDomain.objects.get_or_create(
        company=company, domain=folded, defaults={"claimed_by": actor, "with_subdomains": with_subdomains}
    )
    if is_new:
        outgoing.tell_staff_of_domain(row.pk, company)
    return row


def _decide(domain: CompanyDomain, state: DomainState, *, actor: User, now: datetime) -> CompanyDomain:
    domain.state = state
    domain.decided_by, domain.decided_at = actor, now
    domain.save(update_fields=["state", "decided_by", "decided_at"])
    return domain


def approve_domain(domain: CompanyDomain, *, actor: User, now: datetime) -> CompanyDomain:
    """From now on verified addresses at the domain join this company at once. Refused when another holds it."""
    if reason := why_never(domain.domain):
        raise DomainRefused(reason)
    try:
        with transaction.atomic():
            return _decide(domain, DomainState.APPROVED, actor=actor, now=now)
    except IntegrityError:
        raise DomainRefused(_("This domain is already approved for another company.")) from None


@transaction.atomic
def refuse_domain(domain: CompanyDomain, *, actor: User, now: datetime) -> CompanyDomain:
    """People with addresses at the domain ask to join like everybody else."""
    return _decide(domain, DomainState.REFUSED, actor=actor, now=now)
