"""Write input, say "we have that too", and change one's own; signed in."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from groups import access, rules
from groups.actions.inputs import Writer, edit_input, support_input, withdraw_input, withdraw_support
from groups.counting import round_counts
from groups.doors import too_many
from groups.enums import Door
from groups.errors import InputGone, ReviewBegun, StaleInput
from groups.forms import CostForm, EditForm, InputForm
from groups.models import Input, Round, Support
from groups.writing import Desk, blinded, cost_figures
from members.clock import oslo_today
from members.limits import is_within
from members.models import Affiliation, User
from members.rules import affiliations_of


def _desk(request: HttpRequest, slug: str) -> Desk:
    """The form's round and writer. 403 without a company, 404 without a round."""
    assert isinstance(request.user, User)
    now = timezone.now()
    group = access.group_for(request.user, slug)
    ties = affiliations_of(request.user)
    if not ties:
        raise PermissionDenied
    found = access.round_to_write(group, request.GET.get("round", ""), now)
    writer = Writer(request.user, ties[0], ties[0].company, Door.SIGNED_IN, confirmed=True)
    return Desk(found, writer, now, shows_others=_reads(request.user, found, ties, now), ties=ties)


def _reads(user: User, found: Round, ties: list[Affiliation], now: datetime) -> bool:
    """Members read; those invited who are not members do so in the room."""
    if rules.may_read_inputs(user, found.group, oslo_today(now)):
        return True
    in_room = found.room_is_open(now)
    return in_room and found.invited_companies.filter(pk__in=[tie.company_id for tie in ties]).exists()


def _context(desk: Desk) -> dict[str, object]:
    slug, query = desk.round.group.slug, {"round": desk.round.pk}
    return {
        "round": desk.round,
        "group": desk.round.group,
        "writer": desk.writer,
        "is_open": desk.round.is_open(desk.now),
        "has_opened": desk.round.has_opened(desk.now),
        "form_url": reverse("groups:input_new", args=[slug], query=query),
        "similar_url": reverse("groups:input_similar", args=[slug], query=query) if desk.shows_others else "",
        "support_url": reverse("groups:input_support", args=[slug], query=query),
        "cost_figures": cost_figures(),
        "draft": f"round-{desk.round.pk}",
    }


def _page(request: HttpRequest, desk: Desk, form: InputForm, **more: object) -> HttpResponse:
    return render(request, "groups/input_new.html", {**_context(desk), "form": form, **more})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def input_new(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and handing in. The answer to a sent form is the receipt itself: no address ever tells of it."""
    desk = _desk(request, slug)
    if request.method != "POST" or not desk.round.has_opened(desk.now):
        return _page(request, desk, desk.form())
    form = desk.form(request.POST)
    if not form.is_valid():
        return _page(request, desk, form)
    if not is_within("input_person", blinded(request, desk.now)):
        return too_many(request)
    item, code = desk.hand_in(form)
    context = {
        **_context(desk),
        "item": item,
        "code": code if item.author_id is None else "",
        "alike": desk.alike(item.text, without=item),
        "counts": round_counts(desk.round) if desk.shows_others else None,
    }
    return render(request, "groups/input_sent.html", context)


@login_required
@require_POST
def input_similar(request: HttpRequest, slug: str) -> HttpResponse:
    """What resembles the text so far; nothing of it is kept."""
    desk = _desk(request, slug)
    return render(
        request, "groups/_similar.html", {**_context(desk), "alike": desk.alike(request.POST.get("text", ""))}
    )


@login_required
@require_POST
def input_support(request: HttpRequest, slug: str) -> HttpResponse:
    """Take "we have that too" from beside the form; what was typed stays."""
    desk = _desk(request, slug)
    try:
        item, company = desk.support(request.POST)
    except InputGone:
        raise Http404 from None
    context = {**_context(desk), "item": item, "company": company}
    if request.headers.get("HX-Request"):
        return render(request, "groups/_supported.html", context)
    return _page(request, desk, desk.form(request.POST), supported=item, supporter=company)


def _tie_and_input(request: HttpRequest, pk: UUID) -> tuple[Affiliation, Input, list[Affiliation]]:
    """For whom, on what, and all the companies there are to choose from."""
    assert isinstance(request.user, User)
    item = access.input_for(request.user, pk)
    ties = affiliations_of(request.user)
    if not ties:
        raise PermissionDenied
    chosen = (request.POST if request.method == "POST" else request.GET).get("company", "")
    return next((tie for tie in ties if str(tie.company_id) == chosen), ties[0]), item, ties


def _back(request: HttpRequest, item: Input) -> HttpResponse:
    target = request.POST.get("next", "")
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect("groups:inputs", item.round.group.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take "we have that too", once per company; the page asks what it costs them."""
    tie, item, ties = _tie_and_input(request, pk)
    form = CostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _row, new = support_input(item, company=tie.company, affiliation=tie, cost=form.cost(), now=timezone.now())
        except InputGone as gone:
            messages.error(request, str(gone))
            return _back(request, item)
        words = _("Noted: %(company)s has it too.") if new else _("Your company's answer is kept.")
        messages.success(request, words % {"company": tie.company.name} if new else words)
        return _back(request, item)
    given = Support.objects.filter(input=item, company=tie.company).first()
    start = {name: getattr(given, name, "") for name in ("how_often", "how_long", "how_many")}
    context = {
        "item": item,
        "group": item.round.group,
        "form": form if request.method == "POST" else CostForm(initial=start),
        "given": given,
        "company": tie.company,
        "other_ties": [other for other in ties if other.company_id != tie.company_id],
        "cost_figures": cost_figures(),
    }
    return render(request, "groups/support.html", context)


@login_required
@require_POST
def unsupport(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the company's "we have that too" back."""
    tie, item, _ties = _tie_and_input(request, pk)
    if withdraw_support(item, company=tie.company):
        messages.success(request, _("Your company no longer stands behind it."))
    return _back(request, item)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def input_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The writer changes their own input until review begins; afterwards the page says so."""
    item = access.own_input(request.user, pk)
    form = EditForm(request.POST or None, item=item)
    typed = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            edit_input(
                item,
                text=data["text"],
                kind=data["kind"],
                area=data["area"],
                visibility=data["visibility"],
                cost=form.cost(),
                version=data["version"],
                now=timezone.now(),
            )
        except (ReviewBegun, StaleInput) as error:
            typed = data["text"]
            return _edit_page(
                request, error.item, EditForm(item=error.item), status=409, refused=str(error), typed=typed
            )
        messages.success(request, _("The input is changed."))
        return redirect(item)
    return _edit_page(request, item, form)


def _edit_page(request: HttpRequest, item: Input, form: EditForm, *, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "item": item,
        "group": item.round.group,
        "round": item.round,
        "form": form,
        "may_change": rules.may_change(item),
        "cost_figures": cost_figures(),
        **more,
    }
    return render(request, "groups/input_edit.html", context, status=status)


@login_required
@require_POST
def input_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The writer takes their own input back until review begins."""
    item = access.own_input(request.user, pk)
    try:
        withdraw_input(item, now=timezone.now())
    except ReviewBegun as error:
        return _edit_page(request, error.item, EditForm(item=error.item), status=409, refused=str(error))
    messages.success(request, _("The input is withdrawn."))
    return redirect("my_inputs")
