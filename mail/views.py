"""/dev/mail/: the mails of a trial, as their readers get them. Only with DEMO=1; reading only."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from mail import shown
from mail.shown import Shown

# A mail may style itself and nothing else: no script, no picture from elsewhere, links open the page itself.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"
)

View = Callable[..., HttpResponseBase]


def only_in_demo(view: View) -> View:
    """404 where real people's mail could be: everywhere but in a demo."""

    @require_safe
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _find(name: str) -> Shown:
    one = shown.find(name)
    if one is None:
        raise Http404
    return one


@only_in_demo
def mail_list(request: HttpRequest) -> HttpResponse:
    """The newest mails, all or to one address."""
    to = request.GET.get("to", "").strip()[:200]
    mails, last = shown.newest(to=to, before=request.GET.get("before", "")[:40])
    older = "?" + urlencode({"to": to, "before": last} if to else {"before": last}) if last else ""
    return render(request, "mail/list.html", {"mails": mails, "to": to, "older": older})


@only_in_demo
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: as HTML, as text, its calendar part and what machines read."""
    one = _find(name)
    parts = {"html": one.part("text/html"), "text": one.part("text/plain"), "calendar": one.part("text/calendar")}
    return render(request, "mail/mail.html", {"mail": one, **parts})


@only_in_demo
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's own HTML, for the frame on its page."""
    html = _find(name).part("text/html").replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
