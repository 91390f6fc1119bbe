"""Error pages in the reader's language. They keep the usual frame unless it is the frame that fails."""

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from thamsklyngen.context import chosen_theme

# The skeleton of a page: asks no database, no session and no cache.
BARE = {"frame_template": "layouts/bare.html"}


def _page(request: HttpRequest, template: str, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    try:
        return HttpResponse(render_to_string(template, context, request), status=status)
    except DatabaseError:
        return HttpResponse(_bare(request, template), status=status)


def _bare(request: HttpRequest, template: str) -> str:
    return render_to_string(template, {**BARE, "colour_scheme": chosen_theme(request)})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Without the request's frame: what could not be read may be its host, cookie or form."""
    return HttpResponse(_bare(request, "400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Says who the page is for when the one who refused gave the words: ``PermissionDenied(_("…"))``."""
    return _page(request, "403.html", 403, {"why": str(exception)})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth's answer when a limit is reached, and ours."""
    return _page(request, "429.html", 429)


def not_now(request: HttpRequest) -> HttpResponse:
    """Something that this page cannot be without is away, and comes back by itself."""
    response = _page(request, "503.html", 503)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request, so that no context processor asks a database that may be what failed."""
    return HttpResponse(_bare(request, "500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "403_csrf.html", 403)
