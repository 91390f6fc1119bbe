"""A company's way in and out. The only place that assigns ``Company.state``."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from members.actions.affiliations import attach, expire_request
from members.clock import oslo_today
from members.enums import AffiliationRoad, AffiliationState, CompanyState
from members.errors import CompanyDecided, Refused
from members.models import Affiliation, Company, User
from members.notices import outgoing

PAGE_FIELDS = frozenset({"name", "municipality", "website", "phone", "about", "size_class", "is_public"})
APPLICATION_FIELDS = PAGE_FIELDS | {"kind", "parent"}
OFFICE_FIELDS = APPLICATION_FIELDS | {
    "org_number",
    "counts_by_itself",
    "membership_kind",
    "industry_code",
}
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a"})
RESERVED_SLUGS = frozenset({"find", "new", "waiting", "search"})


def free_slug(name: str) -> str:
    """An address for the company's page that no other company has."""
    base = _slug(name)
    return slug_beside(name, set(Company.objects.filter(slug__startswith=base).values_list("slug", flat=True)))


def slug_beside(name: str, taken: AbstractSet[str]) -> str:
    """An address for the company's page that is neither taken nor a page of ours."""
    base = _slug(name)
    taken = taken | RESERVED_SLUGS
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def _slug(name: str) -> str:
    return slugify(name.translate(_LETTERS))[:70].strip("-") or "bedrift"


def make_company(*, name: str, org_number: str | None, state: CompanyState, **fields: Any) -> Company:
    """A new row under an address of its own. Refused when the organisation number is there already."""
    for _attempt in range(5):
        try:
            with transaction.atomic():
                return Company.objects.create(
                    name=name, slug=free_slug(name), org_number=org_number or None, state=state, **fields
                )
        except IntegrityError:
            if org_number and Company.objects.filter(org_number=org_number).exists():
                break
    raise Refused


@transaction.atomic
def apply_for_company(
    user: User, *, name: str, org_number: str | None, now: datetime, **fields: Any
) -> tuple[Company, Affiliation]:
    """Register a company that staff then approve or reject; the person becomes its contact with the approval."""
    if unknown := set(fields) - APPLICATION_FIELDS:
        raise ValueError(f"not in the application: {sorted(unknown)}")
    company = make_company(
        name=name, org_number=org_number, state=CompanyState.APPLIED, applied_by=user, applied_at=now, **fields
    )
    tie = Affiliation.objects.create(
        user=user, company=company, road=AffiliationRoad.FOUNDER, requested_at=now, state=AffiliationState.REQUESTED
    )
    outgoing.tell_staff_of_company(company)
    return company, tie


def _locked(company: Company) -> Company:
    return Company.objects.select_for_update(of=("self",)).select_related("applied_by").get(pk=company.pk)


def _decide(row: Company, state: CompanyState, *, actor: User, now: datetime) -> None:
    row.state = state
    row.decided_by, row.decided_at = actor, now
    row.save(update_fields=["state", "decided_by", "decided_at", "joined_on", "left_on"])


@transaction.atomic
def approve_company(company: Company, *, actor: User, now: datetime) -> Company:
    """Take the company in; whoever registered it becomes its contact and hears of it."""
    row = _locked(company)
    if row.state != CompanyState.APPLIED:
        raise CompanyDecided(row)
    row.joined_on = oslo_today(now)
    _decide(row, CompanyState.ACTIVE, actor=actor, now=now)
    if row.applied_by is not None and row.applied_by.anonymised_at is None:
        attach(row.applied_by, row, road=AffiliationRoad.FOUNDER, actor=actor, now=now, is_contact=True)
    outgoing.tell_of_company_decision(row)
    return row


@transaction.atomic
def reject_company(company: Company, *, actor: User, now: datetime) -> Company:
    """Say no to a company; whoever registered it hears of it."""
    row = _locked(company)
    if row.state != CompanyState.APPLIED:
        raise CompanyDecided(row)
    _decide(row, CompanyState.REJECTED, actor=actor, now=now)
    for tie in Affiliation.objects.for_company(row).requested():
        expire_request(tie, now=now)
    outgoing.tell_of_company_decision(row)
    return row


@transaction.atomic
def end_company(company: Company, *, actor: User, now: datetime) -> Company:
    """The company leaves the cluster; what its people may do through it ends with it."""
    row = _locked(company)
    if row.state != CompanyState.ACTIVE:
        raise CompanyDecided(row)
    row.left_on = oslo_today(now)
    _decide(row, CompanyState.FORMER, actor=actor, now=now)
    return row


@transaction.atomic
def reinstate_company(company: Company, *, actor: User, now: datetime) -> Company:
    """A former or rejected company takes part again; its people are who they were."""
    row = _locked(company)
    if row.state not in {CompanyState.FORMER, CompanyState.REJECTED}:
        raise CompanyDecided(row)
    row.left_on = None
    row.joined_on = row.joined_on or oslo_today(now)
    _decide(row, CompanyState.ACTIVE, actor=actor, now=now)
    return row


@transaction.atomic
def update_company(company: Company, *, actor: User, **fields: Any) -> None:
    """Change what the company's page tells; staff may also change what counts in figures."""
    if unknown := set(fields) - (OFFICE_FIELDS if actor.is_staff else PAGE_FIELDS):
        raise ValueError(f"not for this person: {sorted(unknown)}")
    for field, value in fields.items():
        setattr(company, field, value)
    company.save(update_fields=sorted(fields))
