"""Mails about what the board decided on the desk, queued together with the step they tell of."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from groups.enums import MoveKind
from groups.models import DeskMove, Input
from mail.queue import Draft, enqueue_many, withdraw

ANSWERED = "groups.input_answered"
PARKED = "groups.input_parked"
KINDS = {MoveKind.ANSWER.value: ANSWERED, MoveKind.PARK.value: PARKED}
# Long enough to notice a slip of the hand and undo it before anybody reads it
TIME_TO_UNDO = timedelta(minutes=5)


def about(move: DeskMove) -> str:
    """How mail rows name a step."""
    return f"desk:{move.pk}"


def tell_writers(move: DeskMove, inputs: Iterable[Input]) -> int:
    """Each writer hears of their inputs in one mail; says how many. Anonymous writers look by their code."""
    theirs: dict[int, list[str]] = defaultdict(list)
    for item in inputs:
        if item.author_id and str(item.pk) in move.after["inputs"]:
            theirs[item.author_id].append(str(item.pk))
    drafts = [
        Draft(
            recipient=f"user:{writer}",
            about=about(move),
            data={"inputs": ids},
            dedupe_key=f"{about(move)}:{writer}",
            not_before=move.created_at + TIME_TO_UNDO,
        )
        for writer, ids in sorted(theirs.items())
    ]
    return enqueue_many(KINDS[move.kind], drafts)


def take_back(move: DeskMove) -> int:
    """What has yet to be sent about an undone step is not sent."""
    return withdraw(about=about(move), reason="undone") if move.kind in KINDS else 0
