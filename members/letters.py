"""Builders of the register's mails: asked at sending, they tell the newest truth or that the mail is no longer needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mail.kinds import Builder, Letter, Unwanted, register
from mail.links import absolute, make_token
from mail.models import Message
from mail.queue import enqueue
from mail.render import render
from members.clock import oslo_today
from members.domains import twin_of
from members.enums import AffiliationState, CompanyState, Language
from members.models import Affiliation, Company, CompanyDomain, Invite, User
from members.notices import cluster_context, language_of, not_wanting, outgoing, unsubscribe_url

INVITE_PURPOSE = "invite"
TEST = "members.test"


@dataclass(frozen=True, slots=True)
class Content:
    """What one mail says: the values for its templates, and whom an answer reaches."""

    values: Mapping[str, Any]
    reply_to: str = ""
    secrets: tuple[str, ...] = field(default=())


Fill = Callable[[Message, User], Content | Unwanted]

GONE = Unwanted("decided or gone")


def invite_path(invite: Invite) -> str:
    """The personal link of an invitation; bound to its row and address."""
    return f"/invites/{make_token(INVITE_PURPOSE, f'{invite.pk}.{invite.email}')}/"


def _tie(message: Message) -> Affiliation | None:
    ties = Affiliation.objects.select_related("user", "company", "decided_by")
    return ties.filter(pk=message.data["affiliation"]).first()


def _request(message: Message, reader: User) -> Content | Unwanted:
    """To a contact or staff: somebody waits. Unwanted once decided, or when the reader may no longer decide."""
    tie = _tie(message)
    if tie is None or tie.state != AffiliationState.REQUESTED:
        return GONE
    contacts = Affiliation.objects.for_company(tie.company).contacts().active(oslo_today())
    if not reader.is_staff and not contacts.filter(user=reader).exists():
        return Unwanted("no longer contact")
    url = absolute(f"/companies/{tie.company.slug}/people/")
    return Content({"tie": tie, "url": url}, reply_to=tie.user.email or "")


def _decided(message: Message, reader: User) -> Content | Unwanted:
    tie = _tie(message)
    if tie is None or tie.state not in {AffiliationState.ACTIVE, AffiliationState.DECLINED}:
        return GONE
    approved = tie.state == AffiliationState.ACTIVE
    url = absolute("/me/") if approved else absolute("/companies/find/")
    return Content({"tie": tie, "approved": approved, "url": url})


def _company(message: Message) -> Company | None:
    return Company.objects.select_related("applied_by").filter(pk=message.data["company"]).first()


def _company_applied(message: Message, reader: User) -> Content | Unwanted:
    company = _company(message)
    if company is None or company.state != CompanyState.APPLIED or not reader.is_staff:
        return GONE
    same_name = Company.objects.filter(name_folded=company.name_folded).exclude(pk=company.pk)
    url = absolute(f"/admin/members/company/{company.pk}/change/")
    values = {"company": company, "url": url, "same_name": same_name.exists()}
    return Content(values, reply_to=(company.applied_by.email or "") if company.applied_by else "")


def _company_decided(message: Message, reader: User) -> Content | Unwanted:
    company = _company(message)
    if company is None or company.state not in {CompanyState.ACTIVE, CompanyState.REJECTED}:
        return GONE
    approved = company.state == CompanyState.ACTIVE
    url = absolute(f"/companies/{company.slug}/people/invite/") if approved else absolute("/companies/find/")
    return Content({"company": company, "approved": approved, "url": url})


def _domain(message: Message, reader: User) -> Content | Unwanted:
    row = CompanyDomain.objects.select_related("company").filter(pk=message.data["domain"]).first()
    if row is None or row.state != "claimed" or not reader.is_staff:
        return GONE
    url = absolute(f"/admin/members/companydomain/{row.pk}/change/")
    return Content({"row": row, "company": row.company, "twin": twin_of(row), "url": url})


def _no_contact(message: Message, reader: User) -> Content | Unwanted:
    company = _company(message)
    if company is None or not reader.is_staff:
        return GONE
    if Affiliation.objects.for_company(company).contacts().active(oslo_today()).exists():
        return Unwanted("there is a contact again")
    return Content({"company": company, "url": absolute(f"/companies/{company.slug}/people/")})


def _letter(kind: str, message: Message, reader: User, content: Content, *, essential: bool) -> Letter:
    language = language_of(reader)
    context = {**cluster_context(language), "reader": reader, **content.values}
    if not essential:
        context["wishes_url"] = absolute("/me/mail/")
    words = render(kind.replace(".", "/", 1), language, context)
    return Letter(
        to=reader.email or "",
        to_name=reader.name,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=language,
        reply_to=content.reply_to,
        unsubscribe="" if essential else unsubscribe_url(reader, kind),
        secrets=content.secrets,
    )


def _to_person(kind: str, fill: Fill, *, essential: bool) -> Builder:
    """A builder of mails to people of the register: reachable, willing, and with something left to say."""

    def build(messages: Sequence[Message]) -> dict[int, Letter | Unwanted]:
        ids = {message.pk: int(message.recipient.removeprefix("user:")) for message in messages}
        readers = User.objects.reachable().in_bulk(ids.values())
        unwilling = set() if essential else not_wanting(ids.values(), kind)
        answers: dict[int, Letter | Unwanted] = {}
        for message in messages:
            reader = readers.get(ids[message.pk])
            if reader is None or reader.pk in unwilling:
                answers[message.pk] = Unwanted("does not want it" if reader else "not reachable")
                continue
            content = fill(message, reader)
            answers[message.pk] = (
                content
                if isinstance(content, Unwanted)
                else _letter(kind, message, reader, content, essential=essential)
            )
        return answers

    return build


def _build_invites(messages: Sequence[Message]) -> dict[int, Letter | Unwanted]:
    """Invitations go to an address: its owner may not be in the register yet."""
    ids = {message.pk: int(message.data["invite"]) for message in messages}
    rows = Invite.objects.open(timezone.now()).select_related("company", "invited_by").in_bulk(ids.values())
    people = {person.email: person for person in User.objects.filter(email__in=[row.email for row in rows.values()])}
    answers: dict[int, Letter | Unwanted] = {}
    for message in messages:
        row = rows.get(ids[message.pk])
        answers[message.pk] = _invite_letter(row, people.get(row.email)) if row else GONE
    return answers


def _invite_letter(row: Invite, person: User | None) -> Letter:
    reader = person or row.invited_by
    language = language_of(reader) if reader else Language.NB.value
    path = invite_path(row)
    context = {**cluster_context(language), "invite": row, "company": row.company, "url": absolute(path)}
    words = render("members/invite", language, context)
    return Letter(
        to=row.email,
        to_name=row.name,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=language,
        reply_to=(row.invited_by.email or "") if row.invited_by else "",
        secrets=(path,),
    )


_KINDS: list[tuple[str, Fill, str | Promise, bool]] = [
    (outgoing.JOIN_REQUEST, _request, _("Somebody asks to join my company"), False),
    (outgoing.JOIN_REQUEST_STAFF, _request, _("Somebody asks to join a company without a contact"), False),
    (outgoing.REQUEST_REMINDER, _request, _("A colleague still waits for an answer"), False),
    (outgoing.REQUEST_OVERDUE, _request, _("Nobody has answered a request"), False),
    (outgoing.REQUEST_DECIDED, _decided, _("Answer to a request to join"), True),
    (outgoing.COMPANY_APPLIED, _company_applied, _("A new company waits for approval"), False),
    (outgoing.COMPANY_DECIDED, _company_decided, _("Answer to a new company"), True),
    (outgoing.DOMAIN_CLAIMED, _domain, _("An e-mail domain waits for approval"), False),
    (outgoing.NO_CONTACT, _no_contact, _("A company is without a contact"), False),
]


def _test(message: Message, reader: User) -> Content | Unwanted:
    return Content({"asked_at": message.created_at, "url": absolute("/staff/")})


def send_test_mail(user: User) -> None:
    """Queue a mail to the person with nothing to say but that mail arrives."""
    enqueue(TEST, recipient=f"user:{user.pk}")


def register_kinds() -> None:
    """Tell the mail app which mails the register writes."""
    for kind, fill, label, essential in _KINDS:
        register(kind, _to_person(kind, fill, essential=essential), label=label, essential=essential)
    register(TEST, _to_person(TEST, _test, essential=True), label=_("Test mail"), essential=True)
    register(outgoing.INVITE, _build_invites, label=_("Invitation to the portal"), essential=True)
