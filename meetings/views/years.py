"""A group's year of meetings: the page of it, the rule that proposes days, and the press that makes them."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from groups.models import Group
from meetings.access import group_to_call, meeting_to_copy, template_to_use
from meetings.actions.templates import template_of
from meetings.actions.years import first_made, make_year
from meetings.clashes import clashes_of
from meetings.clocks import oslo_moment
from meetings.enums import MeetingKind, MeetingState
from meetings.forms.years import PressForm, RowFormSet, RuleForm
from meetings.models import Meeting, MeetingTemplate
from meetings.views.meetings import crumbs_to
from meetings.views.templates import with_group
from members.clock import OSLO, oslo_today
from members.models import ClusterSettings
from members.views.guards import SignedInRequest, signed_in

YEARS = range(2000, 2100)
EARLIER = 5
USUAL_START, USUAL_MINUTES = time(9), 120


@require_safe
@signed_in
def year(request: SignedInRequest) -> HttpResponse:
    """The year of a group (``?group=``) or of the cluster, month by month, drafts too."""
    now = timezone.now()
    group = group_to_call(request.user, request.GET, now)
    shown = _year_named(request, now)
    meetings = list(_meetings_of(group).filter(starts_at__range=_whole(shown)).order_by("starts_at", "pk"))
    months = [date(shown, month, 1) for month in range(1, 13)]
    context = {
        "group": group,
        "year": shown,
        "months": [
            (month, [row for row in meetings if timezone.localdate(row.starts_at, OSLO).month == month.month])
            for month in months
        ],
        "meetings": meetings,
        "drafts": sum(row.state == MeetingState.DRAFT for row in meetings),
        "before": with_group("meetings:year", group, year=shown - 1),
        "after": with_group("meetings:year", group, year=shown + 1),
        "plan_path": with_group("meetings:year_plan", group),
        "templates_path": with_group("meetings:templates", group),
        "crumbs": crumbs_to(group),
        "now": now,
    }
    return render(request, "meetings/year.html", context)


def _year_named(request: SignedInRequest, now: datetime) -> int:
    written = request.GET.get("year", "")
    number = int(written) if written.isascii() and written.isdecimal() and len(written) == 4 else 0
    return number if number in YEARS else oslo_today(now).year


def _whole(shown: int) -> tuple[datetime, datetime]:
    """The year's first moment and its last in Oslo."""
    first, last = datetime(shown, 1, 1, tzinfo=OSLO), datetime(shown, 12, 31, 23, 59, 59, tzinfo=OSLO)
    return first.astimezone(UTC), last.astimezone(UTC)


def _meetings_of(group: Group | None) -> Any:
    return Meeting.objects.filter(group=group).select_related("group")


@require_safe
@signed_in
def year_plan(request: SignedInRequest) -> HttpResponse:
    """The rule; with a rule in the address the days that it means, each to be changed or left out. Writes nothing."""
    now = timezone.now()
    group = group_to_call(request.user, request.GET, now)
    pattern = _pattern(request, group, now)
    form = RuleForm(request.GET if "every" in request.GET else None, pattern=pattern, now=now)
    if not form.is_valid() or "edit" in request.GET:
        return _rule_page(request, form, group, pattern)
    rows: Any = RowFormSet(prefix="rows", initial=form.rows(), form_kwargs={"now": now})
    times = [
        (oslo_moment(row["day"], row["starts"], "second"), oslo_moment(row["day"], row["ends"], "second"))
        for row in form.rows()
    ]
    rows.note_clashes(clashes_of(group, times))
    return _rows_page(request, rows, group, pattern, now, key=uuid4())


@require_POST
@signed_in
def year_make(request: SignedInRequest) -> HttpResponse:
    """Make all rows that are kept, or, when a word of one is wrong, none."""
    now = timezone.now()
    group = group_to_call(request.user, request.GET, now)
    pattern = _pattern(request, group, now)
    press = PressForm(request.POST)
    key = press.cleaned_data["key"] if press.is_valid() else uuid4()
    before = first_made(key, group)
    if before:
        return _made_before(request, before)
    rows: Any = RowFormSet(request.POST, prefix="rows", form_kwargs={"now": now})
    rows.is_valid()
    rows.note_clashes(clashes_of(group, [form.times for form in rows.forms]))
    if not press.is_valid() or rows.total_error_count() or not rows.forms:
        return _rows_page(request, rows, group, pattern, now, key=key)
    planned = [form.planned() for form in rows.forms if form.is_kept]
    made = make_year(group, rows=planned, pattern=pattern, key=key, actor=request.user, now=now)
    if not made:
        return _made_before(request, first_made(key, group) or Meeting(group=group, starts_at=now))
    words = ngettext("%(count)s draft is made.", "%(count)s drafts are made.", len(made))
    messages.success(request, words % {"count": len(made)} + " " + _("Nobody has been told."))
    return _to_year(made[0])


def _made_before(request: SignedInRequest, meeting: Meeting) -> HttpResponse:
    messages.info(request, _("These meetings were made already. Nothing was made twice."))
    return _to_year(meeting)


def _to_year(meeting: Meeting) -> HttpResponse:
    return redirect(with_group("meetings:year", meeting.group, year=oslo_today(meeting.starts_at).year))


def _pattern(request: SignedInRequest, group: Group | None, now: datetime) -> MeetingTemplate:
    """What the meetings are like: as a template says, as an earlier meeting was, or as usual."""
    template = template_to_use(request.GET, group)
    if template:
        return template
    copied = meeting_to_copy(request.user, request.GET, group, now)
    if copied:
        return template_of(copied)
    office = ClusterSettings.load()
    return MeetingTemplate(
        kind=MeetingKind.WORK if group else MeetingKind.GATHERING,
        title=_("Meeting in [month]"),
        language=request.LANGUAGE_CODE,
        starts=USUAL_START,
        minutes=USUAL_MINUTES,
        reminder_days=[office.first_reminder_days, office.last_reminder_days],
        audience_own_group=group is not None,
    )


def _rule_page(request: SignedInRequest, form: RuleForm, group: Group | None, pattern: MeetingTemplate) -> HttpResponse:
    copied = request.GET.get("copy", "")
    context = {
        "group": group,
        "form": form,
        "template": pattern if pattern.pk else None,
        "copied": "" if pattern.pk else copied,
        "templates": MeetingTemplate.objects.for_group(group),
        "earlier": _meetings_of(group)
        .filter(state__in=[MeetingState.CALLED, MeetingState.HELD])
        .order_by("-starts_at", "-pk")[:EARLIER],
        "path": reverse("meetings:year_plan"),
        "crumbs": [*crumbs_to(group), (with_group("meetings:year", group), _("Year plan"))],
    }
    return render(request, "meetings/year_plan.html", context, status=422 if form.errors else 200)


def _rows_page(
    request: SignedInRequest, rows: Any, group: Group | None, pattern: MeetingTemplate, now: datetime, *, key: UUID
) -> HttpResponse:
    """The rows with where they come from. The rule stands in the address, so that it can be gone back to."""
    rule = RuleForm(request.GET, pattern=pattern, now=now)
    proposals = rule.proposals if rule.is_valid() else None
    if proposals:
        rows.note_proposals(proposals.kept)
    given = request.GET.copy()
    given["edit"] = "1"
    context = {
        "group": group,
        "rows": rows,
        "kept": pattern,
        "key": key,
        "left_out": proposals.left_out if proposals else [],
        "rule": request.GET.urlencode(),
        "rule_path": f"{reverse('meetings:year_plan')}?{given.urlencode()}",
        "crumbs": [*crumbs_to(group), (with_group("meetings:year", group), _("Year plan"))],
    }
    return render(request, "meetings/year_rows.html", context, status=422 if rows.is_bound else 200)
