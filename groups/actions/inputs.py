"""What people hand in, change and take back, and "we have that too"."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from groups import receipts, rules
from groups.costs import hours_a_month
from groups.enums import Door, GroupState, Station, Visibility
from groups.errors import InputGone, NoCompany, ReviewBegun, RoundNotOpen, StaleInput
from groups.models import Input, Round, Support
from members.clock import oslo_today
from members.models import Affiliation, Company, User
from members.rules import is_contact


@dataclass(frozen=True, slots=True)
class Writer:
    """Who hands something in, and through which door. Nothing of it is kept for anonymous input."""

    user: User | None = None
    affiliation: Affiliation | None = None
    company: Company | None = None
    door: str = Door.SIGNED_IN
    confirmed: bool = True

    @property
    def may_be_named(self) -> bool:
        """A name can be shown only where the writer is known."""
        return self.user is not None


@dataclass(frozen=True, slots=True)
class Cost:
    """The three quick choices; empty ones are allowed."""

    how_often: str = ""
    how_long: str = ""
    how_many: str = ""

    def fields(self) -> dict[str, str | float | None]:
        """As the columns of an input or a support, with the range of hours that follows."""
        hours = hours_a_month(self.how_often, self.how_long, self.how_many)
        low, high = hours or (None, None)
        return {
            "how_often": self.how_often,
            "how_long": self.how_long,
            "how_many": self.how_many,
            "hours_low": low,
            "hours_high": high,
        }

    def __bool__(self) -> bool:
        return bool(self.how_often or self.how_long or self.how_many)


@transaction.atomic
def submit_input(
    found: Round,
    *,
    writer: Writer,
    text: str,
    kind: str,
    area: str,
    visibility: str,
    language: str,
    now: datetime,
    cost: Cost = Cost(),
    ticket: str = "",
) -> tuple[Input, str]:
    """Hand in one thought; answers it with its receipt code, of which only a hash is kept.

    The same ticket with the same words is the same input. Anonymous input keeps nothing of the writer, the door
    or the hour: only the week and whether it was late. Raises RoundNotOpen before the round opens.
    """
    if not found.has_opened(now) or found.group.state == GroupState.CLOSED:
        raise RoundNotOpen
    if visibility != Visibility.ANONYMOUS and writer.company is None:
        raise NoCompany
    ticket = _usable(ticket, text) if ticket else receipts.new_ticket()
    code = receipts.receipt_code(ticket)
    today = oslo_today(now)
    fields = {
        "round": found,
        "kind": kind,
        "area": area,
        "text": text,
        "language": language,
        "visibility": visibility,
        "week": today - timedelta(days=today.weekday()),
        "is_late": not found.is_open(now),
        "receipt_hash": receipts.code_hash(code),
        "released": not found.board_first,
        "station": Station.RECEIVED,
        **_trace(writer, visibility, now),
        **cost.fields(),
    }
    pk = receipts.input_id(ticket)
    try:
        with transaction.atomic():
            item = Input.objects.create(pk=pk, **fields)
    except IntegrityError:
        item = Input.objects.filter(pk=pk, text=text).first()  # type: ignore[assignment]
        if item is None:
            raise
    return item, code


def _usable(ticket: str, text: str) -> str:
    """The ticket, unless other words were handed in with it: a page gone back to and written on anew."""
    other = Input.objects.filter(pk=receipts.input_id(ticket)).exclude(text=text).exists()
    return receipts.new_ticket() if other else ticket


def _trace(writer: Writer, visibility: str, now: datetime) -> dict[str, object]:
    """What an input keeps of its writer: everything, or nothing at all."""
    if visibility == Visibility.ANONYMOUS:
        return {}
    return {
        "author": writer.user,
        "affiliation": writer.affiliation,
        "company": writer.company,
        "company_confirmed": writer.confirmed,
        "door": writer.door,
        "created_at": now,
    }


@transaction.atomic
def edit_input(
    item: Input,
    *,
    text: str,
    kind: str,
    area: str,
    version: int,
    now: datetime,
    cost: Cost = Cost(),
    visibility: str | None = None,
) -> Input:
    """The writer's own change, until review begins. The look-up (own_input, a receipt code) is the right to it.

    Raises ReviewBegun or StaleInput, each with the input as it stands. An anonymous input stays so, and a known
    one does not become anonymous: what others have seen cannot be unseen.
    """
    fields: dict[str, object] = {"text": text, "kind": kind, "area": area, **cost.fields()}
    if visibility and Visibility.ANONYMOUS not in (visibility, item.visibility):
        fields["visibility"] = visibility
    if item.visibility != Visibility.ANONYMOUS:
        fields["edited_at"] = now
    done = Input.objects.filter(pk=item.pk, station=Station.RECEIVED, merged_into__isnull=True, version=version).update(
        **fields, version=F("version") + 1
    )
    item.refresh_from_db()
    if not done:
        raise StaleInput(item) if rules.may_change(item) else ReviewBegun(item)
    return item


@transaction.atomic
def withdraw_input(item: Input, *, now: datetime) -> Input:
    """The writer takes it back, until review begins; nobody reads it any more. Twice is once."""
    stamp = {} if item.visibility == Visibility.ANONYMOUS else {"edited_at": now}
    done = Input.objects.filter(pk=item.pk, station=Station.RECEIVED, merged_into__isnull=True).update(
        station=Station.WITHDRAWN, version=F("version") + 1, **stamp
    )
    item.refresh_from_db()
    if not done and item.station != Station.WITHDRAWN:
        raise ReviewBegun(item)
    return item


@transaction.atomic
def support_input(
    item: Input,
    *,
    company: Company,
    affiliation: Affiliation | None,
    now: datetime,
    cost: Cost = Cost(),
    confirmed: bool = True,
) -> tuple[Support, bool]:
    """Take "we have that too" down, once per company; says whether it is new. A later answer about the cost replaces the first.

    A company that its own people have confirmed is not made unconfirmed by somebody at the wall.
    """
    if not Input.objects.standing().filter(pk=item.pk).exists():
        raise InputGone
    try:
        with transaction.atomic():
            return _new_support(item, company, affiliation, now=now, cost=cost, confirmed=confirmed), True
    except IntegrityError:
        support = Support.objects.select_for_update().get(input=item, company=company)
    changed: dict[str, object] = {}
    if cost and (confirmed or not support.confirmed):
        changed |= cost.fields()
    if confirmed and not support.confirmed:
        changed |= {"confirmed": True, "affiliation": affiliation}
    for field, value in changed.items():
        setattr(support, field, value)
    if changed:
        support.save(update_fields=list(changed))
    return support, False


def _new_support(
    item: Input,
    company: Company,
    affiliation: Affiliation | None,
    *,
    now: datetime,
    cost: Cost,
    confirmed: bool,
) -> Support:
    return Support.objects.create(
        input=item, company=company, affiliation=affiliation, confirmed=confirmed, created_at=now, **cost.fields()
    )


@transaction.atomic
def withdraw_support(item: Input, *, company: Company) -> bool:
    """Take the company's "we have that too" back; says whether there was one."""
    gone, _rows = Support.objects.filter(input=item, company=company).delete()
    return gone > 0


@transaction.atomic
def confirm_company(found: Round, company: Company, *, actor: User | None, now: datetime) -> int:
    """The door list (no actor), the board or the company's contact says that the company was there.

    Says how many rows now count.
    """
    today = oslo_today(now)
    if actor and not (rules.may_organise(actor, found.group, today) or is_contact(actor, company, today)):
        raise PermissionDenied
    inputs = Input.objects.filter(round=found, company=company, company_confirmed=False).update(company_confirmed=True)
    supports = Support.objects.filter(input__round=found, company=company, confirmed=False).update(confirmed=True)
    return inputs + supports


def input_by_code(code: str) -> Input | None:
    """The input that a receipt code belongs to. Wrong codes all look the same."""
    hashed = receipts.code_hash(code)
    if not hashed:
        return None
    return Input.objects.select_related("round__group").filter(receipt_hash=hashed).first()


__all__ = [
    "Cost",
    "Writer",
    "confirm_company",
    "edit_input",
    "input_by_code",
    "submit_input",
    "support_input",
    "withdraw_input",
    "withdraw_support",
]
