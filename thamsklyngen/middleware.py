"""Language, the second factor of staff, a sign-in that cannot count its tries, what browsers may ask and keep, and one
log line per request.
"""

import re
from collections.abc import Callable
from time import monotonic

import structlog
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from members.models import User
from thamsklyngen.errors import not_now
from thamsklyngen.logs import is_silent, masked_path

NORWEGIAN = re.compile(r"(?<![\w-])no(?=$|[-,;\s])", re.IGNORECASE)
log = structlog.get_logger("thamsklyngen.request")


def without_plain_norwegian(accept: str) -> str:
    """An Accept-Language header in which "no", an older name that some browsers still send, means bokmål."""
    return NORWEGIAN.sub("nb", accept)


class LanguageMiddleware(LocaleMiddleware):
    """The signed-in person's own choice; else the cookie of the language switch; else Accept-Language; else bokmål."""

    def process_request(self, request: HttpRequest) -> None:
        if accept := request.META.get("HTTP_ACCEPT_LANGUAGE"):
            request.META["HTTP_ACCEPT_LANGUAGE"] = without_plain_norwegian(accept)
        own = getattr(request.user, "language", "") if self.has_session(request) else ""
        if own in dict(settings.LANGUAGES):
            translation.activate(own)
            request.LANGUAGE_CODE = own
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if self.has_session(request):
            patch_vary_headers(response, ("Cookie",))
        return super().process_response(request, response)

    @staticmethod
    def has_session(request: HttpRequest) -> bool:
        return settings.SESSION_COOKIE_NAME in request.COOKIES


class MethodMiddleware:
    """Browsers look and send; anything else is refused before a page takes it for looking."""

    TAKEN = ("GET", "HEAD", "OPTIONS", "POST")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in self.TAKEN else HttpResponseNotAllowed(self.TAKEN)


class NotKeptMiddleware:
    """What somebody signed in has seen is not kept by their browser: the next person at a shared machine goes back to
    nothing. Answers that say themselves how they may be kept do so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response


class LimitsAwayMiddleware:
    """Sign-in counts its tries in Redis and is closed, in words, while nobody can count them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RedisError):
            return None
        log.warning("limits.away", reason=type(exception).__name__)
        return not_now(request)


class SecondFactorMiddleware:
    """Staff set up a passkey or code app before anything else; only the pages to do that are open until then."""

    OPEN = ("/accounts/", "/language/", "/theme/", "/healthz", settings.STATIC_URL)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.must_set_up(request):
            messages.warning(
                request, _("As staff you need a second step at sign-in. Set up a passkey or a code app first.")
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def must_set_up(self, request: HttpRequest) -> bool:
        if not settings.STAFF_NEED_SECOND_FACTOR or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return False
        user = request.user
        is_staff = isinstance(user, User) and (user.is_staff or user.is_superuser)
        return is_staff and not request.path.startswith(self.OPEN) and not is_mfa_enabled(user)


class RequestLogMiddleware:
    """One line per request: what was asked, how it went, how long it took. Nobody's name, address or link.

    None at all where people write input: it would tell when an anonymous one came.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = monotonic()
        response = self.get_response(request)
        if not is_silent(request.path):
            log.info(
                "request",
                method=request.method,
                path=masked_path(request.path),
                status=response.status_code,
                ms=round((monotonic() - begun) * 1000),
            )
        return response
