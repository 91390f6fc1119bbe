"""What every app needs to write to a person: language, wishes, the cluster's own words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from mail.kinds import Gathered, UnknownKindError, Unwanted, kind_of
from mail.links import absolute, make_token
from mail.models import Message
from members.clock import OSLO, oslo_today
from members.enums import Language, MailChoice
from members.models import ClusterSettings, MailWish, User
from members.workdays import is_working_day, next_working_day

UNSUBSCRIBE = "unsubscribe"
DIGEST_CLOCK = time(7)


def cluster_context(language: str) -> dict[str, Any]:
    """What every mail template needs beside its own words: the cluster, the portal's address, the language."""
    return {
        "cluster": ClusterSettings.objects.defer("logo").filter(pk=1).first() or ClusterSettings(pk=1),
        "site_url": settings.SITE_URL,
        "language": language,
    }


def language_of(user: User) -> str:
    """The language to write to this person in."""
    return user.language if user.language in Language.values else Language.NB.value


def reader_language() -> str:
    """The language of the page being read now, as one of ours."""
    code = (translation.get_language() or "")[:2]
    return code if code in Language.values else Language.NB.value


def is_essential(kind: str) -> bool:
    """Tell whether mail of this kind has no choice."""
    try:
        return kind_of(kind).essential
    except UnknownKindError:
        return False


def wants(user: User, kind: str) -> bool:
    """Tell whether the person wants mail of this kind. For many people ask ``not_wanting`` once."""
    return is_essential(kind) or user.pk not in not_wanting([user.pk], kind)


def not_wanting(user_ids: Iterable[int], kind: str) -> set[int]:
    """Those of the people who have said no to mail of this kind. One query; nobody for essential mail."""
    if is_essential(kind):
        return set()
    wishes = MailWish.objects.filter(kind=kind, choice=MailChoice.OFF, user_id__in=list(user_ids))
    return set(wishes.values_list("user_id", flat=True))


def set_aside(kind: str, messages: Sequence[Message], owners: Mapping[int, int]) -> dict[int, Unwanted | Gathered]:
    """Mails of this kind that their owners do not want, or want on Monday. ``owners``: the person's key by the mail's.

    One query. What has been gathered once is not gathered again: the digest is asking.
    """
    if is_essential(kind):
        return {}
    rows = MailWish.objects.filter(kind=kind, user_id__in=set(owners.values())).exclude(choice=MailChoice.NOW)
    wishes = dict(rows.values_list("user_id", "choice"))
    answers: dict[int, Unwanted | Gathered] = {}
    for message in messages:
        owner = owners.get(message.pk)
        wish = wishes.get(owner) if owner else None
        if wish == MailChoice.OFF:
            answers[message.pk] = Unwanted("does not want it")
        elif wish == MailChoice.WEEKLY and kind_of(kind).weekly and not message.gathered_for:
            answers[message.pk] = Gathered(f"user:{owner}", digest_after(timezone.now()))
    return answers


def digest_after(now: datetime) -> datetime:
    """When the next weekly mail goes out: Monday at seven in Oslo, or the first working day after."""
    day = oslo_today(now)
    while True:
        monday = day + timedelta(days=-day.weekday())
        sends = monday if is_working_day(monday) else next_working_day(monday)
        moment = datetime.combine(sends, DIGEST_CLOCK, tzinfo=OSLO)
        if moment > now:
            return moment
        day = monday + timedelta(weeks=1)


def unsubscribe_url(user: User, kind: str) -> str:
    """The personal link that stops mail of this kind, from the page or by one click in the mail program."""
    return absolute(f"/unsubscribe/{make_token(UNSUBSCRIBE, f'{user.pk}.{kind}')}/")
