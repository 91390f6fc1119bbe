"""Join, ask, leave, hear of a planned group; the members and the requests that wait for the board."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups import access
from groups.actions.groups import edit_group
from groups.actions.memberships import (
    approve_membership,
    decline_membership,
    join_group,
    leave_group,
    register_interest,
    withdraw_interest,
)
from groups.enums import MembershipState
from groups.errors import MembershipDecided
from groups.forms import CompanyForm, GroupForm, JoinForm
from groups.models import Group, Membership, Role
from groups.models.core import MembershipQuerySet
from groups.tabs import group_tabs
from members.clock import oslo_today
from members.errors import Refused
from members.models import Affiliation, User
from members.rules import affiliations_of

SHOWN = 40


Deed = Callable[[Affiliation], str]


def _for_company(request: HttpRequest, group: Group, deed: Deed) -> HttpResponse:
    """Do it for the only company, or for the one that was chosen; asks first when there are several. 403 without one."""
    ties = affiliations_of(request.user)
    if not ties:
        raise PermissionDenied
    form = CompanyForm(request.POST if "company" in request.POST else None, ties=ties)
    if len(ties) > 1 and not form.is_valid():
        context = {"group": group, "form": form, "path": request.path, "message": request.POST.get("message", "")}
        return render(request, "groups/choose_company.html", context)
    tie = next((tie for tie in ties if str(tie.company_id) == form.data.get("company")), ties[0])
    try:
        messages.success(request, deed(tie))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(group)


@login_required
@require_POST
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Join at once, or ask the board."""
    group = access.group_for(request.user, slug)
    form = JoinForm(request.POST)
    message = form.cleaned_data["message"] if form.is_valid() else ""

    def deed(tie: Affiliation) -> str:
        membership = join_group(group, tie, message=message, now=timezone.now())
        if membership.state == MembershipState.ACTIVE:
            return _("You are in the group %(group)s.") % {"group": group.name}
        return _("The group board has your request. You get a mail when it has decided.")

    return _for_company(request, group, deed)


@login_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """End every membership and request the person has in the group."""
    assert isinstance(request.user, User)
    group = access.group_for(request.user, slug)
    mine = Membership.objects.filter(
        group=group, affiliation__user=request.user, state__in=MembershipState.open_states()
    ).select_related("group", "affiliation")
    for membership in mine:
        leave_group(membership, actor=request.user, on_day=oslo_today())
    messages.success(request, _("You are no longer in the group. You are welcome back."))
    return redirect(group)


@login_required
@require_POST
def interest(request: HttpRequest, slug: str) -> HttpResponse:
    """Hear of it when a planned group starts."""
    group = access.group_for(request.user, slug)

    def deed(tie: Affiliation) -> str:
        register_interest(group, tie, now=timezone.now())
        return _("We tell you when the group starts.")

    return _for_company(request, group, deed)


@login_required
@require_POST
def no_interest(request: HttpRequest, slug: str) -> HttpResponse:
    """No longer hear of it."""
    assert isinstance(request.user, User)
    group = access.group_for(request.user, slug)
    withdraw_interest(group, user=request.user)
    messages.success(request, _("You get no mail about this group."))
    return redirect(group)


@login_required
@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs, by company; for the board, who waits for an answer."""
    group, standing = access.group_as_member(request.user, slug)
    today = oslo_today()
    rows = Membership.objects.filter(group=group).select_related("affiliation__user", "affiliation__company")
    active = rows.active(today)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 12:
        last = active.filter(pk=int(after)).first()
        active = _after(active, last) if last else active
    shown = list(active.order_by("affiliation__company__name_folded", "affiliation__user__name", "pk")[: SHOWN + 1])
    more, shown = len(shown) > SHOWN, shown[:SHOWN]
    return render(
        request,
        "groups/members.html",
        {
            "group": group,
            "standing": standing,
            "tabs": group_tabs(group, standing, here="members"),
            "members": shown,
            "older": f"?after={shown[-1].pk}" if more else "",
            "newer": "?" if after else "",
            "requests": list(rows.requested()) if standing.organises else [],
            "roles": list(Role.objects.held_on(today).filter(group=group).for_display()),
            "today": today,
        },
    )


def _after(rows: MembershipQuerySet, last: Membership) -> MembershipQuerySet:
    """Rows that come after one of them in the order of the list."""
    company, name = last.affiliation.company.name_folded, last.affiliation.user.name
    key = "affiliation__company__name_folded"
    later = Q(**{f"{key}__gt": company})
    later |= Q(**{key: company}, affiliation__user__name__gt=name)
    later |= Q(**{key: company}, affiliation__user__name=name, pk__gt=last.pk)
    return rows.filter(later)


def _decide(request: HttpRequest, slug: str, pk: int, verb: Callable[..., Membership], words: str) -> HttpResponse:
    assert isinstance(request.user, User)
    group, _standing = access.group_as_organiser(request.user, slug)
    membership = get_object_or_404(
        Membership.objects.select_related("group", "affiliation__user", "affiliation__company"), pk=pk, group=group
    )
    try:
        verb(membership, actor=request.user, now=timezone.now())
    except MembershipDecided as decided:
        messages.warning(request, str(decided))
    else:
        messages.success(request, words % {"name": membership.affiliation.user.display_name})
    return redirect("groups:members", slug)


@login_required
@require_POST
def approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The board lets somebody in."""
    return _decide(request, slug, pk, approve_membership, _("%(name)s is in the group, and gets a mail."))


@login_required
@require_POST
def decline(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The board says no."""
    return _decide(request, slug, pk, decline_membership, _("%(name)s gets a mail that the answer is no."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The board words its own purpose."""
    assert isinstance(request.user, User)
    group, standing = access.group_as_organiser(request.user, slug)
    form = GroupForm(request.POST or None, instance=Group.objects.get(pk=group.pk))
    if request.method == "POST" and form.is_valid():
        edit_group(group, actor=request.user, on_day=oslo_today(), **form.cleaned_data)
        messages.success(request, _("The group page is changed."))
        return redirect(group)
    return render(request, "groups/edit.html", {"group": group, "form": form, "standing": standing})
