"""The board asks its group a question without a meeting."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import access
from groups.actions.rounds import ask_group
from groups.desk_forms import AskForm
from members.clock import oslo_today
from members.errors import Refused
from members.models import User
from members.notices import reader_language


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """A round of input with times of its own; open as soon as it is sent."""
    assert isinstance(request.user, User)
    group, _standing = access.group_as_board(request.user, slug)
    now = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, today=oslo_today(now), language=reader_language())
    if form.is_valid():
        try:
            ask_group(
                group,
                question=form.cleaned_data["question"],
                language=form.cleaned_data["language"],
                board_first=form.cleaned_data["board_first"],
                closes_at=form.closes_at(),
                actor=request.user,
                now=now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The question is asked. It stands on the group page and on the members' own pages.")
            )
            return redirect("groups:inputs", slug)
    return render(request, "groups/ask.html", {"group": group, "form": form}, status=422 if form.errors else 200)
