"""Who sends which row: claimed by conditional UPDATE, held by a short lease, marked one by one.

With `queue.py` the only place where a mail's state is assigned.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from mail.models import Message, MessageQuerySet, State

SUSPECT_AFTER = 2  # builds that failed or never came back: such a row is tried alone
BUILDS = 5


@dataclass(slots=True)
class Claim:
    """Rows that this worker alone may send until the lease ends."""

    token: str
    rows: list[Message]
    until: datetime


def _lease() -> timedelta:
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def _held(claim: Claim) -> MessageQuerySet:
    return Message.objects.filter(claim=claim.token, state=State.SENDING)


def claim_due(now: datetime, limit: int, *, urgent: bool = False) -> Claim | None:
    """Take up to `limit` due rows, the urgent first or alone. No other worker gets them before the lease has run out."""
    claim = Claim(secrets.token_hex(16), [], now + _lease())
    with transaction.atomic():
        ids = _candidates(now, limit, urgent=urgent)
        if not ids:
            return None
        Message.objects.filter(pk__in=ids, state=State.QUEUED).update(
            state=State.SENDING,
            claim=claim.token,
            claimed_until=claim.until,
            build_failures=F("build_failures") + 1,  # until the build proves otherwise
        )
    order = {pk: place for place, pk in enumerate(ids)}
    claim.rows = sorted(_held(claim), key=lambda row: order[row.pk])
    return claim


def _candidates(now: datetime, limit: int, *, urgent: bool) -> list[int]:
    """Due rows; a row whose builds keep failing comes alone, so that it cannot take others down."""
    due = Message.objects.due(now)
    if urgent:
        due = due.filter(urgent=True)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    rows = list(due.values_list("pk", "build_failures")[:limit])
    if rows and rows[0][1] >= SUSPECT_AFTER:
        return [rows[0][0]]
    return [pk for pk, failures in rows if failures < SUSPECT_AFTER]


def senders(now: datetime) -> int:
    """How many workers hold claims at this moment."""
    held = Message.objects.filter(state=State.SENDING, claimed_until__gt=now)
    return held.values("claim").distinct().count()


def proven(claim: Claim, ids: Iterable[int], now: datetime) -> None:
    """These rows could be built: their count of failed builds starts again, and the lease too."""
    claim.until = now + _lease()
    _held(claim).filter(pk__in=list(ids)).update(build_failures=0, claimed_until=claim.until)


def renew(claim: Claim, now: datetime) -> None:
    """Keep the claim alive while its mails go out; costs a statement only when a quarter is used."""
    if claim.until - now < _lease() * 0.75:
        claim.until = now + _lease()
        _held(claim).update(claimed_until=claim.until)


# Two statements for each mail, written out: for Django to write them anew costs eight times what they take to run.
_STILL_MINE = "SELECT 1 FROM mail_message WHERE id = %s AND claim = %s AND state = %s"
_MARK_SENT = """UPDATE mail_message SET state = %s, sent_at = %s, "to" = %s, language = %s, subject = %s, text = %s, html = %s,
    attempts = attempts + 1, error = '', sealed = '', claim = '', claimed_until = NULL WHERE id = %s"""


def still_mine(claim: Claim, row: Message) -> bool:
    """False when the row was withdrawn, or freed and taken by another worker."""
    with connection.cursor() as cursor:
        cursor.execute(_STILL_MINE, [row.pk, claim.token, State.SENDING.value])
        return cursor.fetchone() is not None


def hand_back(claim: Claim) -> int:
    """Rows of the claim that were not tried go back to the queue with nothing held against them."""
    return _held(claim).update(state=State.QUEUED, claim="", claimed_until=None, build_failures=0)


def mark_sent(row: Message, now: datetime) -> None:
    """The server has taken it. True even if the row was withdrawn or freed meanwhile, so no condition."""
    sent_at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        words = [row.to, row.language, row.subject, row.text, row.html]
        cursor.execute(_MARK_SENT, [State.SENT.value, sent_at, *words, row.pk])


def mark_withdrawn(claim: Claim, row: Message, reason: str) -> None:
    """The builder says that nobody wants it any more."""
    _held(claim).filter(pk=row.pk).update(
        state=State.WITHDRAWN,
        error=reason[:300],
        sealed="",
        claim="",
        claimed_until=None,
        build_failures=0,
    )


def mark_put_off(claim: Claim, row: Message, *, until: datetime, gathered_for: str = "") -> None:
    """Not at this time, or the recipient wants it together with others; nothing is held against it."""
    _held(claim).filter(pk=row.pk).update(
        state=State.QUEUED,
        not_before=until,
        gathered_for=gathered_for,
        claim="",
        claimed_until=None,
        build_failures=0,
    )


def mark_retry(claim: Claim, row: Message, *, at: datetime, error: str, unknown: bool) -> None:
    """The server did not take it, or nobody knows: try again later under the same Message-ID."""
    _held(claim).filter(pk=row.pk).update(
        state=State.QUEUED,
        not_before=at,
        attempts=F("attempts") + 1,
        unknown_outcomes=F("unknown_outcomes") + int(unknown),
        to=row.to,
        error=error[:300],
        claim="",
        claimed_until=None,
    )


def mark_unbuilt(claim: Claim, row: Message, *, at: datetime, error: str) -> None:
    """The words could not be built; after five times in a row a person must look."""
    given_up = row.build_failures >= BUILDS
    _held(claim).filter(pk=row.pk).update(
        state=State.FAILED if given_up else State.QUEUED,
        not_before=at,
        error=error[:300],
        claim="",
        claimed_until=None,
    )


def mark_failed(claim: Claim, row: Message, error: str) -> None:
    """The server will never take it; a person must look."""
    _held(claim).filter(pk=row.pk).update(
        state=State.FAILED,
        attempts=F("attempts") + 1,
        to=row.to,
        error=error[:300],
        claim="",
        claimed_until=None,
    )


def release_stuck(now: datetime) -> int:
    """Rows whose worker died go back to the queue; those that died in building too often are given up."""
    stuck = Message.objects.filter(state=State.SENDING, claimed_until__lte=now)
    poison = stuck.filter(build_failures__gte=BUILDS).update(
        state=State.FAILED,
        error="the worker died while building this mail",
        claim="",
        claimed_until=None,
    )
    return poison + stuck.update(state=State.QUEUED, claim="", claimed_until=None)
