"""From rows to finished mails: each kind's builder is asked for its rows together."""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import structlog

from mail import claims
from mail.claims import Claim
from mail.kinds import Gathered, Later, Letter, LetterOrNot, UnknownKindError, Unwanted, kind_of
from mail.masking import mask
from mail.mime import Envelope, UnsendableError, compose
from mail.models import Message
from mail.queue import next_place
from mail.returns import return_path
from mail.verdicts import gap

logger: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Answers = dict[int, LetterOrNot | Exception]


@dataclass(frozen=True, slots=True)
class Built:
    """A row with its finished mail."""

    row: Message
    envelope: Envelope


def build(claim: Claim, clock: Callable[[], datetime]) -> list[Built]:
    """The claimed rows' mails, in the claim's order. Rows without one are marked and left out."""
    answers = _ask(claim.rows)
    built = []
    for row in claim.rows:
        finished = _finish(claim, row, answers[row.pk], clock())
        if finished is not None:
            built.append(finished)
    claims.proven(claim, [one.row.pk for one in built], clock())
    return built


def _ask(rows: list[Message]) -> Answers:
    """Every kind's builder once; if that fails, row by row, so that one bad row spoils only itself."""
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    answers: Answers = {}
    for kind, group in by_kind.items():
        try:
            answers |= _ask_builder(kind, group)
        except Exception as error:  # noqa: BLE001  whatever a builder raises stays with its rows
            if len(group) == 1:
                answers[group[0].pk] = error
            else:
                for row in group:
                    answers |= _ask([row])
    return answers


def _ask_builder(kind: str, group: list[Message]) -> Mapping[int, LetterOrNot]:
    given = kind_of(kind).builder(group)
    return {row.pk: given.get(row.pk, Unwanted("nothing left to tell")) for row in group}


def _finish(claim: Claim, row: Message, answer: LetterOrNot | Exception, now: datetime) -> Built | None:
    if isinstance(answer, Unwanted):
        claims.mark_withdrawn(claim, row, answer.reason)
        return None
    if isinstance(answer, Gathered):
        claims.mark_put_off(claim, row, until=answer.until, gathered_for=answer.recipient)
        return None
    if isinstance(answer, Later):
        claims.mark_put_off(claim, row, until=next_place(answer.until))
        return None
    if isinstance(answer, Exception):
        _mark_unbuilt(claim, row, answer, now)
        return None
    _keep_copy(row, answer)
    try:
        return Built(row, compose(answer, row.message_id, now, return_path=return_path(row)))
    except UnsendableError as error:
        claims.mark_failed(claim, row, f"refused here: {error}")
    except Exception as error:  # noqa: BLE001  as above: the next mail must go out
        _mark_unbuilt(claim, row, error, now)
    return None


def _keep_copy(row: Message, letter: Letter) -> None:
    """What the office may read afterwards: without codes, personal links and what is for the recipient alone."""
    row.to = letter.to[:320]
    row.language = letter.language[:10]
    row.subject = mask(letter.subject, letter.secrets)[:500]
    row.text = "" if letter.confidential else mask(letter.text, letter.secrets)
    row.html = "" if letter.confidential else mask(letter.html, letter.secrets)


def _mark_unbuilt(claim: Claim, row: Message, error: Exception, now: datetime) -> None:
    place = place_of(error)
    logger.error("mail.unbuilt", row=row.pk, kind=row.kind, place=place)
    wait = gap(min(row.build_failures, claims.BUILDS))
    claims.mark_unbuilt(claim, row, at=now + wait if wait else now, error=place)


def place_of(error: Exception) -> str:
    """Where the code failed; never the error's own words, which may hold a person's."""
    if isinstance(error, UnknownKindError):
        return "no app knows this kind"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
