"""From stored mails to outcomes: each read and applied in one transaction, once, by whichever worker is first."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from mail.building import place_of
from mail.incoming.bounces import read_bounce
from mail.incoming.outcomes import Result, readers
from mail.incoming.reading import read
from mail.models import Incoming, IncomingQuerySet, Outcome

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

READINGS = 3  # failures after which a person must look
SLICE = timedelta(seconds=20)


def process(now: datetime) -> int:
    """Read what has come, the oldest first, for some seconds; says how many mails have got their outcome."""
    done = 0
    passed: set[int] = set()
    end = now + SLICE
    while timezone.now() < end or not done:
        pk = _process_next(passed)
        if pk is None:
            break
        done += 1
        passed.add(pk)
    return done


def _process_next(passed: set[int]) -> int | None:
    """One mail, read and applied together or not at all; its key, None when nothing waits."""
    pk = 0
    try:
        with transaction.atomic():
            row = _locked(Incoming.objects.unread().exclude(pk__in=passed)).first()
            if row is None:
                return None
            pk = row.pk
            end_as(row, _outcome(row), timezone.now())
    except Exception as error:  # noqa: BLE001  whatever a reader raises stays with its mail
        logger.error("mail.unreadable", row=pk, place=place_of(error))  # noqa: TRY400  the error's own words may hold a person's
        _note_failure(pk, error)
    return pk


def _locked(rows: IncomingQuerySet) -> IncomingQuerySet:
    skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=skip)


def _outcome(row: Incoming) -> Result:
    mail = read(row)
    for reader in (read_bounce, *readers()):
        result = reader(mail, row.received_at)
        if result is not None:
            return result
    return Result(Outcome.IGNORED, "nobody_reads_it")


def end_as(row: Incoming, result: Result, now: datetime) -> None:
    """Write how a mail ended."""
    row.outcome, row.reason = result.outcome, result.reason[:60]
    row.about, row.concerns, row.data = result.about, result.concerns, dict(result.data)
    row.processed_at = now
    row.save(update_fields=["outcome", "reason", "about", "concerns", "data", "processed_at"])


@transaction.atomic
def _note_failure(pk: int, error: Exception) -> None:
    row = Incoming.objects.unread().select_for_update().filter(pk=pk).first()
    if row is None:
        return
    row.failures += 1
    row.save(update_fields=["failures"])
    if row.failures >= READINGS:
        end_as(row, Result(Outcome.REVIEW, "unreadable", data={"place": place_of(error)}), timezone.now())
