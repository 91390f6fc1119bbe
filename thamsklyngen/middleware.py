"""Language and one log line per request."""

import re
from collections.abc import Callable
from time import monotonic

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from thamsklyngen.logs import masked_path

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

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if self.has_session(request):
            patch_vary_headers(response, ("Cookie",))
        answer: HttpResponse = super().process_response(request, response)
        return answer

    @staticmethod
    def has_session(request: HttpRequest) -> bool:
        return settings.SESSION_COOKIE_NAME in request.COOKIES


class RequestLogMiddleware:
    """One line per request: what was asked, how it went, how long it took. Nobody's name, address or link."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = monotonic()
        response = self.get_response(request)
        log.info(
            "request",
            method=request.method,
            path=masked_path(request.path),
            status=response.status_code,
            ms=round((monotonic() - begun) * 1000),
        )
        return response
