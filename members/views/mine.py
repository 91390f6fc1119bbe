"""The person's own page settings: profile, companies, mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from mail.addresses import bounced
from mail.links import read_token
from members import actions, wishes
from members.access import own_request_for
from members.clock import oslo_today
from members.errors import LastContact, Refused
from members.forms.people import ProfileForm
from members.models import Affiliation, User
from members.notices import UNSUBSCRIBE
from members.rules import affiliations_of
from members.views.colleagues import name_a_successor
from members.views.guards import SignedInRequest, behind_a_link, signed_in, tell_refusal


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """What I tell about myself, and my companies."""
    context = {
        "ties": affiliations_of(request.user),
        "waiting": Affiliation.objects.of(request.user).requested(),
        "bounced": bounced([request.user.email or ""]).get(request.user.email or ""),
    }
    if request.method != "POST":
        return render(request, "members/profile.html", {**context, "form": ProfileForm(instance=request.user)})
    me = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST, instance=me)
    if not form.is_valid():
        return render(request, "members/profile.html", {**context, "form": form}, status=422)
    actions.update_profile(me, actor=request.user, **form.cleaned_data)
    messages.success(request, _("Your profile is saved."))
    return redirect("members:profile")


@signed_in
@require_POST
def choose_main(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which of my companies I act for unless I choose another."""
    tie = own_request_for(request.user, pk)
    try:
        actions.choose_main(tie, actor=request.user)
        messages.success(request, _("You now act for %(company)s.") % {"company": tie.company.name})
    except Refused as error:
        tell_refusal(request, error)
    return redirect("members:profile")


@signed_in
@require_POST
def leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leave a company; its last contact names a successor first."""
    tie = own_request_for(request.user, pk)
    try:
        actions.end_affiliation(tie, actor=request.user, on_day=oslo_today())
        messages.success(request, _("You no longer belong to %(company)s.") % {"company": tie.company.name})
    except LastContact:
        return name_a_successor(request, tie, status=409)
    except Refused as error:
        tell_refusal(request, error)
    return redirect("members:profile")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: SignedInRequest) -> HttpResponse:
    """What mail I want."""
    choices = wishes.choices_for(request.user)
    if request.method == "POST":
        chosen = {choice.kind: request.POST.get(choice.kind, choice.choice) for choice in choices}
        if any(chosen[choice.kind] not in dict(choice.options) for choice in choices):
            return HttpResponseBadRequest()
        actions.set_wishes(request.user, wishes=chosen)
        messages.success(request, _("Your choice is saved."))
        return redirect("members:mail")
    return render(request, "members/mail.html", {"choices": choices})


def _person_and_kind(token: str) -> tuple[User | None, str]:
    """Whose link it is and which mail it stops; nobody when forged or when the person is gone."""
    value = read_token(UNSUBSCRIBE, token) or ""
    pk, _dot, kind = value.partition(".")
    if not pk.isdigit() or wishes.label_of(kind) is None:
        return None, ""
    return User.objects.living().filter(pk=int(pk)).first(), kind


@behind_a_link
@csrf_exempt  # mail programs post here without cookies (RFC 8058); the signed link is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of mail: from the page, or by one click in the mail program. Opening it changes nothing."""
    person, kind = _person_and_kind(token)
    done = False
    if request.method == "POST":
        if request.POST.get("List-Unsubscribe") != "One-Click":
            return HttpResponseBadRequest()
        if person is not None:
            actions.unsubscribe(person, kind=kind)
        done = True
    context = {"known": person is not None, "label": wishes.label_of(kind), "done": done}
    return render(request, "members/unsubscribe.html", context)
