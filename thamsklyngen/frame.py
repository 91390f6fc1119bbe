"""What belongs to every page and to none: language and colour switches, the manifest, the cluster's own looks."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from members.actions.people import update_profile
from members.models import ClusterSettings
from thamsklyngen.context import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page whose form was sent, if it is ours."""
    target = request.POST.get("next", "")
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if is_ours else "/")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language on this device, and on the person when signed in: their mails follow."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES) or not check_for_language(language):
        return response
    if request.user.is_authenticated:
        update_profile(request.user, actor=request.user, language=language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark on this device; anything else goes back to what the system says."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the portal on its home screen."""
    name = ClusterSettings.load().name
    content = {
        "name": name,
        "short_name": name[:12],
        "description": _("From bottleneck to improvement: meetings, input and projects of the cluster."),
        "lang": request.LANGUAGE_CODE,
        "id": "/",
        "start_url": "/me/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#f1f4f3",
        "theme_color": "#082f37",
        "icons": [
            {"src": static(f"icons/{file}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in ICONS
        ],
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response["Vary"] = "Accept-Language, Cookie"
    return response


@require_safe
@cache_control(public=True, max_age=300)
def cluster_css(request: HttpRequest) -> HttpResponse:
    """The cluster's own colours of the mark, as custom properties: pages carry no style of their own."""
    cluster = ClusterSettings.load()
    pairs = (("ring", cluster.ring_colour), ("dot", cluster.station_colour))
    lines = "".join(f"  --tk-cluster-{name}: {colour};\n" for name, colour in pairs if colour)
    return HttpResponse(f":root {{\n{lines}}}\n", content_type="text/css")


IMAGE_TYPES = ((b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


@require_safe
@cache_control(public=True, max_age=300)
def cluster_logo(request: HttpRequest) -> HttpResponse:
    """The logo that staff uploaded; only picture formats that cannot carry script."""
    logo = bytes(ClusterSettings.load().logo or b"")
    kind = next((kind for start, kind in IMAGE_TYPES if logo.startswith(start)), None)
    if kind is None:
        raise Http404
    return HttpResponse(logo, content_type=kind)


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """The public pages may be found; personal links and the signed-in part may not."""
    closed = ("/accounts/", "/admin/", "/c/", "/d/", "/feed/", "/me/", "/people/", "/r/", "/search/", "/staff/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
