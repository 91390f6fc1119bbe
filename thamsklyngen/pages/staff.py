"""The office's own page: what waits for staff, and how the next meetings fill."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from groups.enums import RoleKind
from groups.models import Group, Membership, Role
from mail.models import BouncedAddress, Incoming, Message
from meetings.enums import Answer, MeetingState
from meetings.models import Meeting
from members.enums import DomainState
from members.letters import send_test_mail
from members.models import Affiliation, Company, CompanyDomain, User

WAITING_MAIL_IS_LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Task:
    """Something that waits: how many, since when at the longest, and where to do it."""

    label: str | Promise
    count: int
    href: str
    since: datetime | None = None


def _admin(model: str, query: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{query}"


def tasks(now: datetime) -> list[Task]:
    """What waits for the office; kinds with nothing waiting are left out."""
    requests = Affiliation.objects.requested()
    companies = Company.objects.waiting()
    late_mail = Message.objects.waiting().filter(
        created_at__lt=now - WAITING_MAIL_IS_LATE, not_before__lte=now, gathered_for=""
    )
    on_day = timezone.localdate(now)
    leaders = Role.objects.held_on(on_day).filter(kind__in=[RoleKind.LEADER, RoleKind.DEPUTY])
    waiting_mail = Incoming.objects.for_review()
    waiting_since = waiting_mail.values_list("received_at", flat=True).first()
    found = [
        Task(_("companies to approve"), companies.count(), _admin("members_company", "state__exact=applied"), None),
        Task(
            _("people who ask to join a company"),
            requests.count(),
            _admin("members_affiliation", "state__exact=requested"),
            requests.values_list("requested_at", flat=True).first(),
        ),
        Task(
            _("e-mail domains to decide on"),
            CompanyDomain.objects.filter(state=DomainState.CLAIMED).count(),
            _admin("members_companydomain", "state__exact=claimed"),
        ),
        Task(
            _("people who ask to join a group"),
            Membership.objects.requested().count(),
            _admin("groups_membership", "state__exact=requested"),
        ),
        Task(_("mails that failed"), Message.objects.failed().count(), _admin("mail_message", "state__exact=failed")),
        Task(
            _("addresses that mail comes back from"),
            BouncedAddress.objects.count(),
            reverse("admin:mail_bouncedaddress_changelist"),
        ),
        Task(_("mails that should have left by now"), late_mail.count(), _admin("mail_message", "state__exact=queued")),
        Task(_("answers from mail that wait"), waiting_mail.count(), reverse("meetings:review"), waiting_since),
        Task(_("meetings without a venue or a link"), _homeless(now), _admin("meetings_meeting", "venue=missing")),
        Task(
            _("active groups without a leader"),
            Group.objects.active().exclude(pk__in=leaders.values("group_id")).count(),
            _admin("groups_group", "leader=no"),
        ),
    ]
    return [task for task in found if task.count]


def _homeless(now: datetime) -> int:
    return Meeting.objects.filter(
        state__in=[MeetingState.DRAFT, MeetingState.CALLED], ends_at__gt=now, venue="", online_url=""
    ).count()


def next_meetings(now: datetime) -> list[Meeting]:
    """The next ten meetings with invited, answered, coming and queued."""
    standing = Q(invitations__withdrawn_at__isnull=True)
    answered = standing & ~Q(invitations__answer=Answer.NONE)
    coming = standing & Q(invitations__answer=Answer.YES, invitations__queued_at__isnull=True)
    queued = standing & Q(invitations__queued_at__isnull=False)
    rows = (
        Meeting.objects.filter(state__in=[MeetingState.DRAFT, MeetingState.CALLED], ends_at__gt=now)
        .select_related("group")
        .annotate(
            invited=Count("invitations", filter=standing),
            answered=Count("invitations", filter=answered),
            coming=Count("invitations", filter=coming),
            queued=Count("invitations", filter=queued),
        )
        .order_by("starts_at", "pk")[:10]
    )
    return list(rows)


@require_POST
def test_mail(request: HttpRequest) -> HttpResponse:
    """Send staff a mail of their own by the road that all mails go; the list shows how it fares."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff):
        raise Http404
    send_test_mail(user)
    messages.success(request, _("A mail to %(address)s is on its way.") % {"address": user.email})
    return redirect(f"{reverse('admin:mail_message_changelist')}?{urlencode({'q': user.email or ''})}")


def dashboard(request: HttpRequest) -> HttpResponse:
    """For staff alone; others may not know that it is there."""
    if not (request.user.is_authenticated and request.user.is_staff):
        raise Http404
    now = timezone.now()
    return render(request, "pages/staff.html", {"tasks": tasks(now), "meetings": next_meetings(now), "now": now})
