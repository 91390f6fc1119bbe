"""Meetings in people's own calendars: the feeds, and the page where one gets hold of one's own."""

from urllib.parse import quote, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.models import Group
from mail.links import absolute
from meetings.actions.feeds import choose_for_feed, renew_feed, switch_off_feed
from meetings.feeds import Feed, group_feed, personal_feed
from meetings.forms.feeds import FeedForm
from meetings.models import CalendarFeed
from meetings.models.feed import feed_digest
from members.limits import address_of, is_within
from members.models import User

KEPT_FOR = 900  # seconds a calendar need not ask again


@require_safe
@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """How one's meetings come into one's own calendar."""
    return _page(request)


@require_POST
@login_required
def renew(request: HttpRequest) -> HttpResponse:
    """Make the feed, or give it a new address. The address is shown this once: only its hash is kept."""
    token = renew_feed(_user(request), now=timezone.now())
    return _page(request, token)


@require_POST
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """What the feed holds."""
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    if choose_for_feed(_user(request), **form.cleaned_data):
        messages.success(request, _("Your choice is saved."))
    return redirect("meetings:calendar")


@require_POST
@login_required
def switch_off(request: HttpRequest) -> HttpResponse:
    """The address is no more; calendars that have it stop getting meetings."""
    if switch_off_feed(_user(request), now=timezone.now()):
        messages.success(request, _("The feed is off. Take it out of your calendar, too."))
    return redirect("meetings:calendar")


@require_safe
def personal(request: HttpRequest, token: str) -> HttpResponseBase:
    """One person's meetings, for a calendar that knows the secret. 410 without a body when it is no more:
    an empty calendar would take all meetings away in silence.
    """
    if not is_within("feed_address", address_of(request)):
        return HttpResponse(status=429, content_type="text/plain")
    feed = CalendarFeed.objects.select_related("user").filter(digest=feed_digest(token)).first()
    if feed is None:
        raise Http404
    if feed.revoked_at is not None or not feed.user.is_active or feed.user.anonymised_at is not None:
        return HttpResponse(status=410, content_type="text/plain")
    return _answer(request, personal_feed(feed, timezone.now()), "private")


@require_safe
def of_group(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A group's meetings that are open to all."""
    group = get_object_or_404(Group.objects.listed(), slug=slug)
    return _answer(request, group_feed(group, timezone.now()), "public")


def _answer(request: HttpRequest, feed: Feed, kept: str) -> HttpResponseBase:
    """The calendar, or 304 when the reader has these very bytes. A date alone proves nothing: what a person said no to
    is gone, and nothing that is left is newer for it.
    """
    etag = quote_etag(feed_digest(feed.octets.decode())[:32])
    response = HttpResponse(feed.octets, content_type="text/calendar; charset=utf-8")
    if feed.changed_at:
        response.headers["Last-Modified"] = http_date(feed.changed_at.timestamp())
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"{kept}, max-age={KEPT_FOR}"
    response.headers["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=response) or response


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _page(request: HttpRequest, token: str = "", *, form: FeedForm | None = None, status: int = 200) -> HttpResponse:
    feed = CalendarFeed.objects.filter(user=_user(request), revoked_at__isnull=True).first()
    address = absolute(reverse("meetings:feed", args=[token])) if token else ""
    webcal = f"webcal:{address.removeprefix(urlsplit(address).scheme + ':')}" if address else ""
    context = {
        "feed": feed,
        "address": address,
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}" if webcal else "",
        "form": form or FeedForm(initial={"holds": feed.holds, "shows_closed": feed.shows_closed} if feed else {}),
    }
    return render(request, "meetings/calendar.html", context, status=status)
