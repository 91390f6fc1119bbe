"""Pages behind a personal link: who reads, in which language, and what is told of the person invited."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from meetings.models import Invitation
from members.models import User
from members.notices import language_of


def someone_else(request: HttpRequest, invitation: Invitation) -> User | None:
    """Whoever is signed in, when that is not the person invited. Without a session nobody is asked for."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    user = request.user
    return user if isinstance(user, User) and user.pk != invitation.user_id else None


def speak(request: HttpRequest, invitation: Invitation) -> None:
    """The page speaks the language of the mail it was opened from, unless the reader has chosen one here."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return
    language = language_of(invitation.user)
    translation.activate(language)
    request.LANGUAGE_CODE = language


def masked(user: User) -> str:
    """Enough of a name for its owner's colleague to know it, too little for anybody else."""
    return " ".join(f"{part[0]}…" for part in user.display_name.split())
