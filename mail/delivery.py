"""Sending: claim a batch, commit, build it through its kinds, hand it over on one connection, mark one by one.

Nothing is sent inside a transaction. A worker may be killed at any point: its rows come back when the
lease ends, and only the mail that was on the wire can arrive twice, under the same Message-ID.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from mail import claims, relay
from mail.addresses import note_bounce
from mail.building import Built, build
from mail.claims import Claim, release_stuck
from mail.models import Message
from mail.queue import wake, wake_later
from mail.relay import Line
from mail.verdicts import Verdict, gap, judge

__all__ = ["deliver_due", "release_stuck"]

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
SOON = timedelta(seconds=5)  # for what is due then a run asks to be woken; the tick finds what comes later
STALE_SECONDS = 5  # words older than this are built again before they go out


def _clock(now: datetime) -> Clock:
    start = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - start)


def deliver_due(now: datetime, limit: int | None = None, *, crowded: bool = True, urgent: bool = False) -> int:
    """Send what is due, the urgent first, and say how many mails the server took.

    With `urgent` only what somebody waits for, however many workers are sending: a code never stands behind a mass
    mailing, and not behind workers that a slow server holds.

    Works for at most MAIL_SLICE_SECONDS (or `limit` mails) and then wakes a fresh run if more waits or will in a
    moment, so that other tasks get their turn. With `crowded`, leaves at once when enough workers are sending already.
    """
    if relay.paused(now) or (crowded and not urgent and claims.senders(now) >= settings.MAIL_SENDERS):
        return 0
    clock = _clock(now)
    end = now + timedelta(seconds=settings.MAIL_SLICE_SECONDS)
    sent = 0
    with Line() as line:
        while clock() < end and (limit is None or sent < limit) and not line.refused:
            size = settings.MAIL_BATCH if limit is None else min(settings.MAIL_BATCH, limit - sent)
            claim = claims.claim_due(clock(), size, urgent=urgent)
            if claim is None:
                break
            if sent == 0 and not urgent and len(claim.rows) == settings.MAIL_BATCH:
                wake()  # a long queue: let a second worker help
            sent += _send_claim(line, claim, clock)
    if not urgent and not line.refused:
        _wake_for_the_rest(clock())
    return sent


def _wake_for_the_rest(now: datetime) -> None:
    """A fresh run for what is due still, or for what will be in a moment."""
    waits = Message.objects.due(now + SOON).order_by("not_before").values_list("not_before", flat=True).first()
    if waits is not None and waits > now:
        wake_later(max(1, (waits - now).total_seconds()))
    elif waits is not None:
        wake()


def _send_claim(line: Line, claim: Claim, clock: Clock) -> int:
    """Send one claimed batch; what could not be tried goes back to the queue."""
    built = build(claim, clock)
    stale_at = clock() + timedelta(seconds=STALE_SECONDS)
    sent = 0
    for letter in built:
        if line.refused or clock() > stale_at:
            break
        claims.renew(claim, clock())
        if claims.still_mine(claim, letter.row):
            sent += _send_one(line, claim, letter, clock)
    claims.hand_back(claim)
    return sent


def _send_one(line: Line, claim: Claim, built: Built, clock: Clock) -> int:
    row = built.row
    try:
        line.send(built.envelope)
    except Exception as error:  # noqa: BLE001  every failure becomes a verdict on the row, never the end of the run
        _mark_unsent(line, claim, row, judge(error), clock())
        return 0
    claims.mark_sent(row, clock())
    line.took()
    return 1


def _mark_unsent(line: Line, claim: Claim, row: Message, verdict: Verdict, now: datetime) -> None:
    logger.warning("mail.unsent", row=row.pk, kind=row.kind, tries=row.attempts + 1)
    # From a server that has taken a mail in this run a refusal is meant for the mail
    doubtful = verdict.doubtful and not line.proven
    if verdict.relay:
        line.refuse(verdict.error, now)
    elif doubtful:
        line.doubt(verdict.error, now)
    if line.refused:
        return  # the row goes back untouched with the rest of the claim
    wait = gap(row.attempts + 1) if verdict.retry or doubtful else None
    if wait is None:
        claims.mark_failed(claim, row, verdict.error)
        note_bounce(row.to, verdict.status, now=now)
    else:
        claims.mark_retry(claim, row, at=now + wait, error=verdict.error, unknown=verdict.unknown)
    if verdict.unknown:
        line.lost(verdict.error, now)
