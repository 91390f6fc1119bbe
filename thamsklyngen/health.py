"""/healthz: is the portal alive as a whole? Booleans and ages, nothing that helps a stranger."""

from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": True})
