"""Inviting colleagues to the portal, and the invitation's own page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mail.links import read_token
from members import actions
from members.access import editable_company_for, invite_to_look_after
from members.actions.invites import left_today
from members.addresses import verified_addresses
from members.errors import Refused
from members.forms.invites import InviteForm
from members.letters import INVITE_PURPOSE
from members.masking import masked_address
from members.models import Company, Invite, User
from members.rules import belongs_to
from members.sheets import Verdict, judge
from members.views.guards import SignedInRequest, behind_a_link, signed_in, tell_refusal


def _invite_page(
    request: SignedInRequest, company: Company, form: InviteForm, *, preview: bool = False, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    lines = judge(form.lines, company, now) if preview else []
    context = {
        "company": company,
        "form": form,
        "lines": lines,
        "to_send": sum(line.verdict is Verdict.INVITE for line in lines),
        "left": left_today(company, now),
    }
    return render(request, "members/invite.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, slug: str) -> HttpResponse:
    """Type or paste colleagues; the first press shows each line's verdict, the second sends."""
    company = editable_company_for(request.user, slug)
    if request.method != "POST":
        return _invite_page(request, company, InviteForm())
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _invite_page(request, company, form, status=422)
    if "send" not in request.POST:
        return _invite_page(request, company, form, preview=True)
    now = timezone.now()
    lines = [line for line in judge(form.lines, company, now) if line.verdict is Verdict.INVITE]
    try:
        people = [(line.email, line.name) for line in lines]
        count = len(actions.invite_colleagues(company, people=people, actor=request.user, now=now))
    except Refused as error:
        form.add_error("people", str(error))
        return _invite_page(request, company, form, preview=True, status=409)
    told = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", count)
    messages.success(request, told % {"count": count})
    return redirect("members:company_people", slug)


@signed_in
@require_POST
def revoke(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Take an unused invitation back."""
    company = editable_company_for(request.user, slug)
    row = invite_to_look_after(company, pk)
    if actions.revoke_invite(row, actor=request.user, now=timezone.now()):
        messages.success(request, _("The invitation is taken back."))
    else:
        messages.warning(request, _("The invitation was used or taken back before."))
    return redirect("members:company_people", slug)


def _invite_by(token: str) -> Invite:
    """The invitation behind a link; 404 for a forged one."""
    value = read_token(INVITE_PURPOSE, token)
    pk, _dot, email = (value or "").partition(".")
    row = Invite.objects.select_related("company", "invited_by").filter(pk=int(pk), email=email) if value else None
    found = row.first() if row is not None else None
    if found is None:
        raise Http404
    return found


def _standing(row: Invite, user: User | None) -> str:
    """What the page says: open, for another address, used by this person, or over."""
    if row.accepted_at is not None or row.revoked_at is not None or row.expires_at <= timezone.now():
        return "mine" if user is not None and row.accepted_by_id == user.pk else "over"
    if user is None:
        return "sign_in"
    return "open" if row.email in verified_addresses(user) else "other"


@behind_a_link
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Whose invitation it is, and the one press that accepts it. Opening it changes nothing."""
    row = _invite_by(token)
    user = request.user if isinstance(request.user, User) else None
    context = {
        "invite": row,
        "company": row.company,
        "token": token,
        "standing": _standing(row, user),
        "address": masked_address(row.email),
        "belongs": user is not None and belongs_to(user, row.company),
    }
    return render(request, "members/invitation.html", context)


@behind_a_link
@signed_in
@require_POST
def accept(request: SignedInRequest, token: str) -> HttpResponse:
    """Join the company that invited; only with the invited address, and once."""
    row = _invite_by(token)
    try:
        actions.accept_invite(row, user=request.user, now=timezone.now())
    except Refused as error:
        tell_refusal(request, error)
        return redirect("members:invitation", token)
    messages.success(request, _("You belong to %(company)s.") % {"company": row.company.name})
    return redirect("groups")
