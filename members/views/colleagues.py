"""A company's people, as its contact and staff see them: requests, roles, leaving."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mail.addresses import bounced
from members import actions
from members.access import affiliation_to_look_after, editable_company_for
from members.clock import oslo_today
from members.enums import DomainState
from members.errors import LastContact, Refused
from members.forms.companies import DomainForm
from members.forms.people import ColleagueForm, SuccessorForm
from members.models import Affiliation, Invite
from members.paging import page_by_key
from members.views.guards import SignedInRequest, signed_in, tell_refusal

SHOWN = 16  # a row carries four forms; a page of them stays under 40 KB


@signed_in
@require_safe
def company_people(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who waits, who is here, who is invited."""
    company = editable_company_for(request.user, slug)
    ties = Affiliation.objects.for_company(company)
    people = page_by_key(ties.active(oslo_today()).for_display(), request, by="user__name", size=SHOWN)
    context = {
        "company": company,
        "requests": ties.requested().for_display(),
        "people": people,
        "contacts": ties.active(oslo_today()).contacts().count(),
        "mine": ties.active(oslo_today()).filter(user=request.user).first(),
        "invites": Invite.objects.open(timezone.now()).filter(company=company).select_related("invited_by")[:200],
        "domains": company.domains.exclude(state=DomainState.REFUSED),
        "domain_form": DomainForm(),
        "bounced": bounced(tie.user.email or "" for tie in people.rows),
    }
    return render(request, "members/company_people.html", context)


def _others(tie: Affiliation) -> list[Affiliation]:
    rows = Affiliation.objects.for_company(tie.company).active(oslo_today()).exclude(pk=tie.pk)
    return list(rows.for_display().order_by("user__name"))


def name_a_successor(
    request: SignedInRequest, tie: Affiliation, *, status: int, form: SuccessorForm | None = None
) -> HttpResponse:
    """Who takes the contact's role over? Told with 409 when somebody tried to leave the company without one."""
    others = _others(tie)
    context = {
        "company": tie.company,
        "tie": tie,
        "form": form or SuccessorForm(people=others),
        "others": others,
        "refused": status == 409,
    }
    return render(request, "members/successor.html", context, status=status)


Deed = Callable[[SignedInRequest, Affiliation], str]


def _on_tie(request: SignedInRequest, slug: str, pk: int, deed: Deed) -> HttpResponse:
    """Look the tie up, do the deed, tell how it went."""
    company = editable_company_for(request.user, slug)
    tie = affiliation_to_look_after(request.user, company, pk)
    try:
        messages.success(request, deed(request, tie))
    except LastContact:
        return name_a_successor(request, tie, status=409)
    except Refused as error:
        tell_refusal(request, error)
    return redirect("members:company_people", slug)


@signed_in
@require_POST
def approve(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Let a person in who asked to join."""

    def deed(request: SignedInRequest, tie: Affiliation) -> str:
        actions.approve_affiliation(tie, actor=request.user, now=timezone.now())
        return _("%(person)s is in and has been told.") % {"person": tie.user.display_name}

    return _on_tie(request, slug, pk, deed)


@signed_in
@require_POST
def decline(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Say no to a person who asked to join."""

    def deed(request: SignedInRequest, tie: Affiliation) -> str:
        actions.decline_affiliation(tie, actor=request.user, now=timezone.now())
        return _("%(person)s has been told that the answer is no.") % {"person": tie.user.display_name}

    return _on_tie(request, slug, pk, deed)


@signed_in
@require_POST
def end(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """End a person's tie to the company."""

    def deed(request: SignedInRequest, tie: Affiliation) -> str:
        actions.end_affiliation(tie, actor=request.user, on_day=oslo_today())
        return _("%(person)s no longer belongs to the company.") % {"person": tie.user.display_name}

    return _on_tie(request, slug, pk, deed)


@signed_in
@require_POST
def make_contact(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Give a colleague the contact's role too."""

    def deed(request: SignedInRequest, tie: Affiliation) -> str:
        actions.make_contact(tie, actor=request.user)
        return _("%(person)s is now a contact.") % {"person": tie.user.display_name}

    return _on_tie(request, slug, pk, deed)


@signed_in
@require_POST
def stand_down(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Take the contact's role away; never the last one."""

    def deed(request: SignedInRequest, tie: Affiliation) -> str:
        actions.stand_down(tie, actor=request.user)
        return _("%(person)s is no longer a contact.") % {"person": tie.user.display_name}

    return _on_tie(request, slug, pk, deed)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hand_on(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Hand the contact's role to a colleague."""
    company = editable_company_for(request.user, slug)
    tie = affiliation_to_look_after(request.user, company, pk)
    if request.method != "POST":
        return name_a_successor(request, tie, status=200)
    form = SuccessorForm(request.POST, people=_others(tie))
    if not form.is_valid():
        return name_a_successor(request, tie, status=422, form=form)
    heir: Affiliation = form.cleaned_data["to"]
    try:
        actions.hand_contact_on(tie, to=heir, actor=request.user)
        messages.success(request, _("%(person)s is now the contact.") % {"person": heir.user.display_name})
    except Refused as error:
        tell_refusal(request, error)
    if tie.user_id == request.user.pk and not request.user.is_staff:
        return redirect("company", slug)
    return redirect("members:company_people", slug)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_colleague(request: SignedInRequest, slug: str) -> HttpResponse:
    """Add a person without e-mail."""
    company = editable_company_for(request.user, slug)
    form = ColleagueForm(request.POST or None)
    context: dict[str, Any] = {"company": company, "form": form}
    if request.method != "POST":
        return render(request, "members/add_colleague.html", context)
    if not form.is_valid():
        return render(request, "members/add_colleague.html", context, status=422)
    try:
        actions.add_colleague(company, **form.cleaned_data, actor=request.user, now=timezone.now())
    except Refused as error:
        form.add_error(None, str(error))
        return render(request, "members/add_colleague.html", context, status=409)
    messages.success(request, _("%(person)s is added.") % {"person": form.cleaned_data["name"]})
    return redirect("members:company_people", slug)
