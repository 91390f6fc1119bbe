"""The room's door by QR code or typed code, and the page where a receipt code opens an input."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from groups.actions.inputs import Writer, edit_input, input_by_code, withdraw_input
from groups.doors import TooManyError, closed, forged, guarded, serve, too_many
from groups.enums import Door
from groups.errors import ReviewBegun, StaleInput
from groups.forms import CodeForm, EditForm
from groups.models import Input
from groups.room import room_token, round_by_code, round_of
from groups.rules import may_change
from groups.writing import cost_figures
from members.limits import address_of, is_within


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def door(request: HttpRequest, token: str, verb: str = "") -> HttpResponse:
    """The QR code on the wall. Good only in the room's time window."""
    genuine, found = round_of(token)
    if not genuine:
        try:
            forged(request)
        except TooManyError:
            return guarded(request, token, too_many(request))
    if found is None:
        return closed(request, token, title=_("This round is closed"), text="")
    return serve(request, found, Writer(door=Door.QR, confirmed=False), token=token, verb=verb)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room_code(request: HttpRequest) -> HttpResponse:
    """For phones whose camera fails: type the code on the wall."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not is_within("forged_address", address_of(request)):
            return too_many(request)
        found = round_by_code(form.cleaned_data["code"], timezone.now())
        if found is not None:
            return redirect("door", room_token(found))
        form.add_error("code", _("No room is open with this code now. Look at the wall once more."))
    return render(request, "groups/room_code.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Type a receipt code and see what became of the input. The code is never part of an address."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        item, refused = _by_code(request, form)
        if refused:
            return refused
        if item is not None:
            return _receipt_page(request, item, form.cleaned_data["code"])
    return render(request, "groups/receipt.html", {"form": form})


def _by_code(request: HttpRequest, form: CodeForm) -> tuple[Input | None, HttpResponse | None]:
    if not is_within("forged_address", address_of(request)):
        return None, too_many(request)
    item = input_by_code(form.cleaned_data["code"])
    if item is None:
        form.add_error("code", _("We find no input with this code. Check each sign."))
    return item, None


def _receipt_page(request: HttpRequest, item: Input, code: str, **more: object) -> HttpResponse:
    context = {
        "item": item,
        "code": code,
        "may_change": may_change(item),
        "edit_form": EditForm(item=item),
        "cost_figures": cost_figures(),
        **more,
    }
    return render(request, "groups/receipt_open.html", context)


@never_cache
@require_POST
def receipt_edit(request: HttpRequest) -> HttpResponse:
    """Change an input by its code, until review begins."""
    form = CodeForm(request.POST)
    item, refused = _by_code(request, form) if form.is_valid() else (None, None)
    if refused or item is None:
        return refused or render(request, "groups/receipt.html", {"form": form})
    edit = EditForm(request.POST, item=item)
    code = form.cleaned_data["code"]
    if not edit.is_valid():
        return _receipt_page(request, item, code, edit_form=edit)
    try:
        data = edit.cleaned_data
        edit_input(
            item,
            text=data["text"],
            kind=data["kind"],
            area=data["area"],
            visibility=data.get("visibility"),
            cost=edit.cost(),
            version=data["version"],
            now=timezone.now(),
        )
    except (ReviewBegun, StaleInput) as error:
        return _receipt_page(request, error.item, code, refused=str(error), typed=data["text"])
    messages.success(request, _("The input is changed."))
    return _receipt_page(request, item, code)


@never_cache
@require_POST
def receipt_withdraw(request: HttpRequest) -> HttpResponse:
    """Take an input back by its code, until review begins."""
    form = CodeForm(request.POST)
    item, refused = _by_code(request, form) if form.is_valid() else (None, None)
    if refused or item is None:
        return refused or render(request, "groups/receipt.html", {"form": form})
    code = form.cleaned_data["code"]
    try:
        withdraw_input(item, now=timezone.now())
    except ReviewBegun as error:
        return _receipt_page(request, error.item, code, refused=str(error))
    messages.success(request, _("The input is withdrawn."))
    return _receipt_page(request, item, code)
