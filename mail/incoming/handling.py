"""A person has decided about a mail that waited."""

from collections.abc import Collection
from datetime import datetime

from mail.models import Incoming, Outcome


def settle(row: Incoming, *, by: str, now: datetime) -> bool:
    """Note who decided ("user:7") and when. False when somebody did before."""
    return bool(Incoming.objects.for_review().filter(pk=row.pk).update(handled_by=by, handled_at=now))


def settle_proposals_of(refs: Collection[str], *, by: str, now: datetime) -> int:
    """Proposals of these ("invitation:7") have been answered elsewhere; says how many waited."""
    rows = Incoming.objects.for_review().filter(outcome=Outcome.COUNTER, concerns__in=refs)
    return rows.order_by().update(handled_by=by, handled_at=now)
