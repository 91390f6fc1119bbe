"""Put mail in the queue, take it out again, send it again. The only doors for the other apps."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from celery import Task
from django.db import connection, transaction
from django.utils import timezone

from mail.kinds import all_kinds, kind_of
from mail.models import Message, MessageQuerySet, State
from mail.seal import seal

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

CHUNK = 5_000  # rows to one statement: a meeting of any size the cluster has is one
PACE = 5  # mails a second of what the clock sends; two seconds' worth that come together are still ten
APART = timedelta(seconds=1 / PACE)
QUIET_SECONDS = 30
FORGOTTEN_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One row to be. `data` holds ids and plain values, never a person's words, never a code.

    `to` is the address as far as it is known now, by which the office finds what waits; sending asks for it anew.
    """

    recipient: str
    to: str = ""
    about: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    dedupe_key: str = ""
    not_before: datetime | None = None
    sealed: Mapping[str, Any] = field(default_factory=dict)


def _row(kind: str, draft: Draft) -> Message:
    now = timezone.now()
    return Message(
        kind=kind,
        recipient=draft.recipient,
        to=draft.to[:320],
        about=draft.about,
        data=dict(draft.data),
        dedupe_key=draft.dedupe_key,
        urgent=kind_of(kind).urgent,
        not_before=draft.not_before or now,
        sealed=seal(draft.sealed) if draft.sealed else "",
        created_at=now,
    )


def enqueue(
    kind: str,
    *,
    recipient: str,
    about: str = "",
    data: Mapping[str, Any] | None = None,
    dedupe_key: str = "",
    not_before: datetime | None = None,
    sealed: Mapping[str, Any] | None = None,
) -> Message | None:
    """Queue one mail inside the caller's transaction; the worker is woken when that commits.

    None means that a mail with this dedupe key is already there. A broker that is down is no error:
    the row is the promise, and the tick finds it within a minute.
    """
    row = _row(
        kind,
        Draft(
            recipient=recipient,
            about=about,
            data=data or {},
            dedupe_key=dedupe_key,
            not_before=not_before,
            sealed=sealed or {},
        ),
    )
    if dedupe_key:
        Message.objects.bulk_create([row], ignore_conflicts=True)
        stored = Message.objects.filter(message_id=row.message_id).first()
        if stored is None:
            return None
        row = stored
    else:
        row.save()
    wake_on_commit(urgent=row.urgent)
    return row


def enqueue_many(kind: str, drafts: Iterable[Draft]) -> int:
    """Queue many mails of one kind with few statements and one wake-up; says how many are new.

    A paced kind gets times of its own: PACE a second, behind what of such kinds waits for its time already.
    """
    if kind_of(kind).paced:
        drafts = _paced(list(drafts), timezone.now())
    rows = iter([_row(kind, draft) for draft in drafts])
    new = 0
    with transaction.atomic():
        while chunk := list(islice(rows, CHUNK)):
            Message.objects.bulk_create(chunk, ignore_conflicts=True)
            new += Message.objects.filter(message_id__in=[row.message_id for row in chunk]).count()
    if new:
        wake_on_commit()
    return new


def _paced(drafts: Sequence[Draft], now: datetime) -> list[Draft]:
    """The drafts with times so far apart that a clock that was stopped for days sends no flood when it goes again."""
    start = next_place(now)
    return [replace(draft, not_before=start + place * APART) for place, draft in enumerate(drafts)]


def next_place(moment: datetime) -> datetime:
    """When, from this moment on, the next paced mail may go: behind those that wait for their first try."""
    last = Message.objects.ahead(moment, [kind.name for kind in all_kinds() if kind.paced])
    return moment if last is None else last + APART


def withdraw(*, about: str, kinds: Collection[str] = (), recipient: str = "", reason: str) -> int:
    """Take back what is not yet on the wire: about one thing, of these kinds, to this recipient (or all).

    A row that a worker has claimed and not yet handed over is taken back too; says how many were.
    """
    rows = Message.objects.about(about)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if recipient:
        rows = rows.to_recipient(recipient)
    return _take_back(rows, reason)


def withdraw_messages(messages: Collection[Message], *, reason: str) -> int:
    """Take back these mails, as far as they are not yet on the wire; says how many were."""
    return _take_back(Message.objects.filter(pk__in=[message.pk for message in messages]), reason)


def _take_back(rows: MessageQuerySet, reason: str) -> int:
    return rows.waiting().update(state=State.WITHDRAWN, error=reason[:300], sealed="", claim="", claimed_until=None)


def gathered_for(now: datetime) -> list[str]:
    """To whom a digest is due."""
    rows = Message.objects.gathered(now).order_by().values_list("gathered_for", flat=True)
    return sorted(rows.distinct())


def close_digest(digest: Message) -> int:
    """A digest is out, or nobody wants it: what waited for it waits no more. Says how much there was."""
    rows = Message.objects.gathered(digest.created_at).filter(gathered_for=digest.recipient)
    return _take_back(rows, "told in the weekly mail" if digest.state == State.SENT else digest.error)


def ungather(recipient: str, kinds: Collection[str]) -> int:
    """What waits for the digest goes out by itself: the recipient has chosen so. Says how much there was."""
    rows = Message.objects.filter(state=State.QUEUED, gathered_for=recipient, kind__in=kinds)
    count = rows.update(gathered_for="", not_before=timezone.now())
    if count:
        wake_on_commit()
    return count


def send_again(messages: Collection[Message]) -> int:
    """Give mails that failed or came back a fresh start; the Message-ID stays. Says how many there were."""
    again = Message.objects.in_trouble().filter(pk__in=[message.pk for message in messages])
    count = again.update(
        state=State.QUEUED, not_before=timezone.now(), sent_at=None, attempts=0, build_failures=0, error=""
    )
    if count:
        wake_on_commit()
    return count


def wake_on_commit(*, urgent: bool = False) -> None:
    """Wake a worker once when the present transaction commits, however much was queued in it.

    For urgent mail the worker that keeps free for it, too; where none does, the others send it first.
    """
    for call in (wake, wake_for_urgent) if urgent else (wake,):
        if not any(entry[1] is call for entry in connection.run_on_commit):
            transaction.on_commit(call)


class _Broker:
    """Whether this process found the broker out of order a moment ago, and until when it has asked to be woken later."""

    quiet_until = 0.0
    asked_until = 0.0


def wake() -> None:
    """Tell a worker that mail waits. After a refusal the broker is left alone for half a minute."""
    from mail.tasks import deliver

    _call(deliver)


def wake_later(seconds: float) -> None:
    """Tell a worker that mail will wait then. One such call at a time from each process, however often it is asked."""
    from mail.tasks import deliver

    if time.monotonic() >= _Broker.asked_until:
        _Broker.asked_until = time.monotonic() + seconds
        _call(deliver, countdown=seconds, expires=seconds + FORGOTTEN_SECONDS)


def wake_for_urgent() -> None:
    """Tell the worker of the urgent queue. Nobody listens there? Then the call is forgotten; ``wake`` was called too."""
    from mail.tasks import deliver_urgent

    _call(deliver_urgent, expires=FORGOTTEN_SECONDS)


def _call(task: Task, **options: Any) -> None:
    if time.monotonic() < _Broker.quiet_until:
        return
    try:
        task.apply_async(retry=False, **options)
    except Exception as error:  # noqa: BLE001  whatever the broker's client raises: the rows wait for the tick
        _Broker.quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("mail.wake_failed", reason=type(error).__name__)
