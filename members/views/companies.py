"""The list of companies, and what a contact changes about theirs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import actions
from members.access import editable_company_for
from members.errors import Refused
from members.forms.companies import DomainForm, PageForm
from members.forms.people import CompanyFilter
from members.models import Company
from members.paging import page_by_key
from members.rules import may_see_people
from members.views.guards import SignedInRequest, signed_in, tell_refusal


@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    """Companies that take part: everybody sees those that agreed to it, members see all."""
    form = CompanyFilter(request.GET or None)
    rows = Company.objects.active() if may_see_people(request.user) else Company.objects.public()
    text = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    if text:
        rows = rows.named(text)
    page = page_by_key(rows, request, by="name_folded")
    context = {"form": form, "page": page, "text": text, "count": rows.count()}
    return render(request, "members/companies.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def company_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """What the company's page tells."""
    company = editable_company_for(request.user, slug)
    if request.method != "POST":
        return render(request, "members/company_edit.html", {"company": company, "form": PageForm(instance=company)})
    before = company.name
    form = PageForm(request.POST, instance=company)
    if not form.is_valid():
        context = {"company": Company(name=before, slug=slug), "form": form}
        return render(request, "members/company_edit.html", context, status=422)
    actions.update_company(company, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The page is saved."))
    return redirect("company", slug)


@signed_in
@require_POST
def claim_domain(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask staff to let addresses at a domain join at once."""
    company = editable_company_for(request.user, slug)
    form = DomainForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["domain"][0]))
        return redirect("members:company_people", slug)
    try:
        actions.claim_domain(company, domain=form.cleaned_data["domain"], actor=request.user)
        messages.success(request, _("The office decides about the domain."))
    except Refused as error:
        tell_refusal(request, error)
    return redirect("members:company_people", slug)
