"""What the frame of every page needs: the cluster's name and looks, the menus, the reader's choices."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from members.models import ClusterSettings, User
from members.prepared import prepared
from thamsklyngen.waiting import waiting_count

THEME_COOKIE = "theme"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Link:
    """A place in a menu. ``current`` is the value for aria-current where the reader is."""

    path: str
    label: str | Promise
    icon: str = ""
    current: str = ""

    @property
    def is_current(self) -> bool:
        return bool(self.current)

    def seen_from(self, path: str) -> "Link":
        """The same link, marked when ``path`` is this page or one below it."""
        below = self.path != "/" and "#" not in self.path and path.startswith(self.path)
        current = "page" if path == self.path else "true" if below else ""
        return Link(self.path, self.label, self.icon, current)


ME = Link("/me/", _("My page"), "house-door")
GROUPS = Link("/groups/", _("Groups"), "people")
MEETINGS = Link("/meetings/", _("Meetings"), "calendar3")
INPUT = Link("/me/#input", _("Input"), "plus-circle")
PROJECTS = Link("/projects/", _("Projects"), "diagram-3")
OUTCOMES = Link("/outcomes/", _("What became of it?"), "signpost-split")
COMPANIES = Link("/companies/", _("Companies"), "building")
PEOPLE = Link("/people/", _("People"), "person-badge")
SEARCH = Link("/search/", _("Search"), "search")
STAFF = Link("/staff/", _("Office"), "clipboard-check")
ADMIN = Link("/admin/", _("Administration"), "gear")

ACCOUNT = (
    Link("/me/profile/", _("My profile"), "person"),
    Link("/me/mail/", _("Mail I get"), "envelope"),
    Link("/accounts/email/", _("Sign-in and security"), "shield-lock"),
)
FOOTER = (
    Link("/#about", _("About the cluster")),
    Link("/privacy/", _("Privacy")),
    Link("/accessibility/", _("Accessibility")),
)
DEMO_MAIL = Link("/dev/mail/", _("Sent mail"))
LANGUAGES = (("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English"))


def chosen_theme(request: HttpRequest) -> str:
    """``light`` or ``dark`` when the reader chose one on this device, else empty: the system decides."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def _main_menu(request: HttpRequest) -> list[Link]:
    user = request.user
    links = [GROUPS, MEETINGS, PROJECTS, OUTCOMES]
    if user.is_authenticated:
        links.insert(0, ME)
        if user.is_staff:
            links.append(STAFF)
    return [link.seen_from(request.path) for link in links]


def _more_menu(request: HttpRequest) -> list[Link]:
    links = [PROJECTS, OUTCOMES, COMPANIES, PEOPLE, SEARCH]
    if request.user.is_staff:
        links += [STAFF, ADMIN]
    return [link.seen_from(request.path) for link in links]


def _account_menu(request: HttpRequest) -> list[Link]:
    links = [*ACCOUNT, COMPANIES, PEOPLE, SEARCH]
    if request.user.is_staff:
        links.append(ADMIN)
    return [link.seen_from(request.path) for link in links]


def _login_path(request: HttpRequest) -> str:
    """Where the sign-in button leads; back here afterwards, except from the front page."""
    path = resolve_url(settings.LOGIN_URL)
    return path if request.path in ("/", path) else f"{path}?{urlencode({'next': request.path})}"


@prepared
def _settings_row() -> QuerySet[ClusterSettings]:
    return ClusterSettings.objects.filter(pk=1).defer("logo").annotate(has_logo=GreaterThan(Length("logo"), 0))


def _cluster() -> ClusterSettings:
    """The cluster's settings without the picture itself; ``has_logo`` tells whether there is one."""
    return next(iter(_settings_row()), None) or ClusterSettings(pk=1)


def _waiting_count(request: HttpRequest) -> int:
    return waiting_count(request.user, timezone.now()) if isinstance(request.user, User) else 0


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page. Everything that asks the database does so only when shown."""
    return {
        "cluster": SimpleLazyObject(_cluster),
        "colour_scheme": chosen_theme(request),  # pages have themes and tabs of their own
        "languages": LANGUAGES,
        "is_demo": settings.DEMO,  # the demo's accounts sign in by password
        "footer_links": (*FOOTER, DEMO_MAIL) if settings.DEMO else FOOTER,
        "nav": SimpleLazyObject(lambda: _main_menu(request)),
        "tab_bar": SimpleLazyObject(lambda: [link.seen_from(request.path) for link in (ME, MEETINGS, INPUT, GROUPS)]),
        "more_links": SimpleLazyObject(lambda: _more_menu(request)),
        "account_links": SimpleLazyObject(lambda: _account_menu(request)),
        "login_path": SimpleLazyObject(lambda: _login_path(request)),
        "waiting_count": lambda: _waiting_count(request),
    }
