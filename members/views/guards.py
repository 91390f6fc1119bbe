"""What several views of the register share."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from members.enums import AffiliationState
from members.errors import AlreadyDecided, Refused
from members.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request by somebody who has signed in."""

    user: User


View = Callable[Concatenate[HttpRequest, P], HttpResponse]
SignedInView = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def signed_in(view: SignedInView[P]) -> View[P]:
    """Only for people who have signed in; the others are asked to."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return login_required(guarded)  # type: ignore[return-value]


def behind_a_link(view: View[P]) -> View[P]:
    """A page whose address is a secret: not kept, not indexed, not told to other sites."""

    @wraps(view)
    def quiet(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return quiet  # type: ignore[return-value]


def tell_refusal(request: HttpRequest, error: Refused) -> None:
    """Say why a deed was not done, and what is true instead."""
    if isinstance(error, AlreadyDecided):
        messages.warning(request, _already(error))
    else:
        messages.error(request, str(error))


def _already(error: AlreadyDecided) -> str:
    tie = error.affiliation
    names = {"person": tie.user.display_name, "decider": tie.decided_by.display_name if tie.decided_by else ""}
    words = {
        AffiliationState.ACTIVE: _("%(person)s belongs to the company already."),
        AffiliationState.DECLINED: _("The request of %(person)s has been declined already."),
        AffiliationState.WITHDRAWN: _("%(person)s has withdrawn the request."),
        AffiliationState.ENDED: _("%(person)s has left the company already."),
        AffiliationState.EXPIRED: _("The request of %(person)s has run out."),
        AffiliationState.REQUESTED: _("%(person)s has yet to be let in."),
    }[AffiliationState(tie.state)]
    told = words % names
    if names["decider"]:
        told += " " + _("Decided by %(decider)s.") % names
    return told


def or_sign_in(view: View[P]) -> View[P]:
    """Where strangers get 404, ask whoever is not signed in to sign in first: a link in a mail must not look dead.

    The answer is the same for what is not there at all, so nothing is given away.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.user.is_authenticated:
                raise
            return redirect_to_login(request.get_full_path())

    return guarded  # type: ignore[return-value]
