"""The way in after sign-up: find the company, ask to join or register it, wait for the answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import actions
from members.access import own_request_for
from members.addresses import verified_addresses
from members.clock import oslo_today
from members.domains import company_for_addresses
from members.enums import AffiliationState
from members.errors import DomainRefused, Refused
from members.forms.companies import ApplyForm, FindCompanyForm, JoinForm, suggested_domain
from members.models import Affiliation, Company, User
from members.rules import affiliations_of, has_company
from members.views.guards import SignedInRequest, signed_in, tell_refusal


def _suggestion(user: User, mine: set[int]) -> dict[str, Any]:
    """The company that the person's mail domain speaks for, with how many colleagues are there."""
    company = company_for_addresses(verified_addresses(user))
    if company is None or company.pk in mine:
        return {}
    count = Affiliation.objects.for_company(company).active(oslo_today()).count()
    return {"suggestion": company, "colleagues": count}


def _find_page(request: SignedInRequest, form: FindCompanyForm, join: JoinForm, status: int = 200) -> HttpResponse:
    open_ties = Affiliation.objects.of(request.user).filter(state__in=AffiliationState.open_states())
    mine = {tie.company_id: tie for tie in open_ties.select_related("company")}
    searched = form.is_valid() and bool(form.cleaned_data["q"])
    hits = form.matches() if searched else []
    context = {
        "form": form,
        "join": join,
        "searched": searched,
        "hits": [(company, mine.get(company.pk)) for company in hits],
        "can_join": any(company.pk not in mine for company in hits),
        "waiting": [tie for tie in mine.values() if tie.state == AffiliationState.REQUESTED],
        "has_company": any(tie.state == AffiliationState.ACTIVE for tie in mine.values()),
        **_suggestion(request.user, set(mine)),
    }
    return render(request, "members/find_company.html", context, status=status)


@signed_in
@require_safe
def find_company(request: SignedInRequest) -> HttpResponse:
    """Search by number or name; what the mail domain suggests stands on top."""
    form = FindCompanyForm(request.GET) if "q" in request.GET else FindCompanyForm()
    return _find_page(request, form, JoinForm())


@signed_in
@require_POST
def ask_to_join(request: SignedInRequest) -> HttpResponse:
    """Ask to belong to a company; with an approved address the person is in at once."""
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _find_page(request, FindCompanyForm(request.POST), form, status=422)
    company: Company = form.cleaned_data["company"]
    try:
        tie = actions.ask_to_join(request.user, company, message=form.cleaned_data["message"], now=timezone.now())
    except Refused as error:
        tell_refusal(request, error)
        return redirect("members:find_company")
    if tie.state == AffiliationState.ACTIVE:
        messages.success(request, _("You belong to %(company)s.") % {"company": company.name})
        return redirect("groups")
    return redirect("members:waiting")


@signed_in
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """What the person waits for, what happens next, and whom to ring."""
    ties = list(Affiliation.objects.of(request.user).requested().select_related("company").order_by("-pk"))
    contacts = (
        Affiliation.objects.filter(company__in=[tie.company_id for tie in ties])
        .contacts()
        .active(oslo_today())
        .select_related("user")
        .order_by("pk")
    )
    names: dict[int, list[str]] = {}
    for contact in contacts:
        names.setdefault(contact.company_id, []).append(contact.user.short_name)
    context = {
        "ties": [(tie, names.get(tie.company_id, [])) for tie in ties],
        "belongs": affiliations_of(request.user),
    }
    return render(request, "members/waiting.html", context)


@signed_in
@require_POST
def withdraw_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the own request back."""
    tie = own_request_for(request.user, pk)
    try:
        actions.withdraw_request(tie, actor=request.user, now=timezone.now())
        messages.success(request, _("The request is withdrawn."))
    except Refused as error:
        tell_refusal(request, error)
    return redirect("members:find_company")


def _apply(request: SignedInRequest, form: ApplyForm) -> Company:
    data = form.cleaned_data
    company, _tie = actions.apply_for_company(
        request.user,
        name=data["name"],
        org_number=data["org_number"] or None,
        municipality=data["municipality"],
        size_class=data["size_class"],
        website=data["website"],
        now=timezone.now(),
    )
    if data["domain"]:
        try:
            actions.claim_domain(company, domain=data["domain"], actor=request.user)
        except DomainRefused as error:
            tell_refusal(request, error)
    return company


def _new_page(request: SignedInRequest, form: ApplyForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "has_company": has_company(request.user)}
    return render(request, "members/new_company.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_company(request: SignedInRequest) -> HttpResponse:
    """Register a company that staff then approve."""
    if request.method != "POST":
        typed = request.GET.get("q", "")
        field = "org_number" if typed.replace(" ", "").isdigit() else "name"
        form = ApplyForm(initial={field: typed[:120], "domain": suggested_domain(request.user.email or "")})
        return _new_page(request, form)
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return _new_page(request, form, status=422)
    if Company.objects.waiting().filter(applied_by=request.user).count() >= 3:
        form.add_error(None, _("Three companies of yours wait for approval already."))
        return _new_page(request, form, status=422)
    try:
        _apply(request, form)
    except Refused as error:
        form.add_error(None, str(error))
        return _new_page(request, form, status=409)
    return redirect("members:waiting")
