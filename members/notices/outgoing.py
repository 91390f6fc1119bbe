"""The mails that the register's deeds put in the queue. Called from actions: a deed and its mail commit together."""

from collections.abc import Iterable

from mail.queue import Draft, enqueue, enqueue_many, withdraw
from members.clock import oslo_today
from members.models import Affiliation, Company, Invite, User

JOIN_REQUEST = "members.join_request"
JOIN_REQUEST_STAFF = "members.join_request_staff"
REQUEST_DECIDED = "members.request_decided"
COMPANY_APPLIED = "members.company_applied"
COMPANY_DECIDED = "members.company_decided"
INVITE = "members.invite"
REQUEST_REMINDER = "members.request_reminder"
REQUEST_OVERDUE = "members.request_overdue"
DOMAIN_CLAIMED = "members.domain_claimed"
NO_CONTACT = "members.no_contact"


def staff_to_tell() -> Iterable[User]:
    """Cluster staff who can be mailed."""
    people: Iterable[User] = User.objects.reachable().filter(is_staff=True)
    return people


def contacts_to_tell(company: Company) -> Iterable[User]:
    """The company's contacts who can be mailed."""
    ties = Affiliation.objects.for_company(company).contacts().active(oslo_today())
    people: Iterable[User] = User.objects.reachable().filter(pk__in=ties.values("user"))
    return people


def _to_people(kind: str, people: Iterable[User], *, about: str, data: dict[str, int], key: str = "") -> int:
    drafts = [
        Draft(
            recipient=f"user:{person.pk}",
            to=person.email or "",
            about=about,
            data=data,
            dedupe_key=f"{kind}:{key}:{person.pk}" if key else "",
        )
        for person in people
    ]
    return enqueue_many(kind, drafts)


def tell_of_request(tie: Affiliation) -> None:
    """A request goes to the company's contacts; to staff when there is none who reads mail."""
    about, data = f"affiliation:{tie.pk}", {"affiliation": tie.pk}
    contacts = list(contacts_to_tell(tie.company))
    if contacts:
        _to_people(JOIN_REQUEST, contacts, about=about, data=data)
    else:
        _to_people(JOIN_REQUEST_STAFF, staff_to_tell(), about=about, data=data)


def forget_request(tie: Affiliation) -> None:
    """What has yet to be sent about a decided request is no longer needed."""
    kinds = (JOIN_REQUEST, JOIN_REQUEST_STAFF, REQUEST_REMINDER, REQUEST_OVERDUE)
    withdraw(about=f"affiliation:{tie.pk}", kinds=kinds, reason="decided")


def tell_of_decision(tie: Affiliation) -> None:
    """The person who asked hears the answer."""
    if tie.user.is_reachable:
        data = {"affiliation": tie.pk}
        enqueue(REQUEST_DECIDED, recipient=f"user:{tie.user_id}", about=f"affiliation:{tie.pk}", data=data)


def remind_contacts(tie: Affiliation) -> int:
    """One reminder to each contact of the company."""
    about, data = f"affiliation:{tie.pk}", {"affiliation": tie.pk}
    return _to_people(REQUEST_REMINDER, contacts_to_tell(tie.company), about=about, data=data, key=str(tie.pk))


def tell_staff_of_overdue(tie: Affiliation) -> int:
    """Staff hear once of a request that nobody has decided."""
    about, data = f"affiliation:{tie.pk}", {"affiliation": tie.pk}
    return _to_people(REQUEST_OVERDUE, staff_to_tell(), about=about, data=data, key=str(tie.pk))


def tell_staff_of_company(company: Company) -> None:
    """Staff hear of a company that wants to take part."""
    _to_people(COMPANY_APPLIED, staff_to_tell(), about=f"company:{company.pk}", data={"company": company.pk})


def tell_of_company_decision(company: Company) -> None:
    """Whoever registered the company hears the answer."""
    withdraw(about=f"company:{company.pk}", kinds=(COMPANY_APPLIED,), reason="decided")
    if company.applied_by is not None and company.applied_by.is_reachable:
        data = {"company": company.pk}
        enqueue(COMPANY_DECIDED, recipient=f"user:{company.applied_by_id}", about=f"company:{company.pk}", data=data)


def tell_staff_of_domain(domain_id: int, company: Company) -> None:
    """Staff hear of a claimed domain."""
    data = {"domain": domain_id, "company": company.pk}
    _to_people(DOMAIN_CLAIMED, staff_to_tell(), about=f"company:{company.pk}", data=data, key=str(domain_id))


def tell_staff_of_no_contact(company: Company) -> None:
    """Staff hear that a company has people but no contact left."""
    _to_people(NO_CONTACT, staff_to_tell(), about=f"company:{company.pk}", data={"company": company.pk})


def send_invites(invites: Iterable[Invite]) -> int:
    """One personal mail for each invitation."""
    drafts = [
        Draft(recipient=f"invite:{invite.pk}", to=invite.email, about=f"invite:{invite.pk}", data={"invite": invite.pk})
        for invite in invites
    ]
    return enqueue_many(INVITE, drafts)


def recall_invite(invite: Invite) -> None:
    """An invitation that was taken back is not sent any more."""
    withdraw(about=f"invite:{invite.pk}", kinds=(INVITE,), reason="revoked")
