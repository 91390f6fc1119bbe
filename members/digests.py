"""The weekly mail: what a person wants to hear of on Monday, in one mail. Nothing empty is ever sent."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from mail import queue
from mail.kinds import Letter, LetterOrNot, Unwanted, kind_of, register
from mail.links import absolute
from mail.models import Message, State
from mail.queue import Draft
from mail.render import render
from members.clock import oslo_today
from members.models import User
from members.notices import cluster_context, language_of, set_aside, unsubscribe_url

DIGEST = "members.digest"
LOOKED_BACK = timedelta(days=14)


@dataclass(frozen=True)
class Line:
    """One thing to hear of: what its own mail would have said in the subject, and where it is read."""

    subject: str
    link: str


def send_digests(now: datetime) -> int:
    """Queue one weekly mail to each person for whom something waits, and close those that are out. Safe to run twice."""
    ended = Message.objects.filter(kind=DIGEST, state__in=[State.SENT, State.WITHDRAWN])
    for digest in ended.filter(created_at__gt=now - LOOKED_BACK):
        queue.close_digest(digest)
    day = oslo_today(now).isoformat()
    drafts = [Draft(recipient=who, dedupe_key=f"{DIGEST}:{who}:{day}") for who in queue.gathered_for(now)]
    return queue.enqueue_many(DIGEST, drafts)


def build_digests(messages: Sequence[Message]) -> Mapping[int, LetterOrNot]:
    """Each digest with what its reader still wants to hear of, by the words of now."""
    owners = {row.pk: int(row.recipient.removeprefix("user:")) for row in messages}
    readers = User.objects.reachable().in_bulk(owners.values())
    aside = set_aside(DIGEST, messages, owners)
    return {row.pk: aside.get(row.pk) or _digest(row, readers.get(owners[row.pk])) for row in messages}


def _digest(digest: Message, reader: User | None) -> Letter | Unwanted:
    if reader is None:
        return Unwanted("not reachable")
    lines = lines_of(digest)
    if not lines:
        return Unwanted("nothing left to tell")
    language = language_of(reader)
    context = {
        **cluster_context(language),
        "reader": reader,
        "lines": lines,
        "url": absolute("/me/"),
        "wishes_url": absolute("/me/mail/"),
    }
    words = render("members/digest", language, context)
    return Letter(
        to=reader.email or "",
        to_name=reader.name,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=language,
        unsubscribe=unsubscribe_url(reader, DIGEST),
        # Subjects may name what is for the reader alone
        confidential=True,
    )


def lines_of(digest: Message) -> list[Line]:
    """What waits for this digest, the oldest first; each kind's builder is asked once."""
    rows = list(Message.objects.gathered(digest.created_at).filter(gathered_for=digest.recipient))
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    letters: dict[int, LetterOrNot] = {}
    for kind, some in by_kind.items():
        letters |= kind_of(kind).builder(some)
    found = [letters.get(row.pk) for row in rows]
    return [Line(one.subject, one.link) for one in found if isinstance(one, Letter)]


def register_kind() -> None:
    """Make the weekly mail known."""
    register(DIGEST, build_digests, label=_("The mail on Monday with what I chose for it"), paced=True)
