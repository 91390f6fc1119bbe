"""Staff prove more than a mailbox before they reach the office's pages."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

OFFICE = ("/admin/", "/staff/")


class SecondFactorMiddleware:
    """Lead staff without a second factor to its set-up before the office's pages, outside the demo."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_NEED_SECOND_FACTOR and request.path.startswith(OFFICE):
            user = request.user
            if user.is_authenticated and user.is_staff and not is_mfa_enabled(user):
                messages.warning(request, _("The office needs a second proof: add a passkey or an app with codes first."))
                return redirect("mfa_index")
        return self.get_response(request)
