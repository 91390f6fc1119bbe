"""What every app needs to write to a person: language, wishes, the cluster's own words."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation

from mail.kinds import UnknownKindError, kind_of
from mail.links import absolute, make_token
from members.enums import Language, MailChoice
from members.models import ClusterSettings, MailWish, User

UNSUBSCRIBE = "unsubscribe"


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


def unsubscribe_url(user: User, kind: str) -> str:
    """The personal link that stops mail of this kind, from the page or by one click in the mail program."""
    return absolute(f"/unsubscribe/{make_token(UNSUBSCRIBE, f'{user.pk}.{kind}')}/")
