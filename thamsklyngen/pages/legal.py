"""Privacy notice, accessibility statement and security.txt."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from members.models import ClusterSettings


def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored about a person, why, for how long, and whom to ask."""
    return render(request, "pages/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "pages/accessibility.html")


def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a hole (RFC 9116); expires in a year, so it is made anew at each reading."""
    office = ClusterSettings.load().office_email or settings.DEFAULT_FROM_EMAIL
    expires = (timezone.now() + timedelta(days=365)).replace(microsecond=0).isoformat()
    lines = [
        f"Contact: mailto:{office.split('<')[-1].rstrip('>')}",
        f"Expires: {expires}",
        "Preferred-Languages: nb, nn, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
