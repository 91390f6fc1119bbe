"""Keep what a meeting is like under a name, give the template another name, take it away."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from meetings.actions.meetings.drafts import default_deadline
from meetings.models import Meeting, MeetingTemplate
from meetings.models.template import MeetingTemplateQuerySet
from meetings.models.terms import Terms
from members.clock import OSLO
from members.errors import Refused
from members.models import User

MINUTE = 60


def template_of(meeting: Meeting) -> MeetingTemplate:
    """The meeting without its day and its people, not stored. Three queries at most."""
    starts = timezone.localtime(meeting.starts_at, OSLO)
    row = MeetingTemplate(
        group=meeting.group,
        starts=starts.time(),
        minutes=max(1, int((meeting.ends_at - meeting.starts_at).total_seconds()) // MINUTE),
        agenda=list(meeting.agenda.values("title", "minutes", "speaker")),
        audience_own_group=meeting.group_id in set(meeting.audience_groups.values_list("pk", flat=True)),
        **{name: getattr(meeting, name) for name in Terms.names()},
    )
    if meeting.answer_by and meeting.answer_by != default_deadline(meeting.starts_at):
        deadline = timezone.localtime(meeting.answer_by, OSLO)
        row.answer_days, row.answer_clock = (starts.date() - deadline.date()).days, deadline.time()
    if meeting.round:
        row.round_question, row.round_board_first = meeting.round.question, meeting.round.board_first
    return row


def save_template(meeting: Meeting, *, name: str, for_all: bool, actor: User, now: datetime) -> MeetingTemplate:
    """Keep what the meeting is like, for its own group or for all. Raises Refused for a name that is taken, and for one
    template too many.
    """
    row = template_of(meeting)
    row.name, row.created_by, row.created_at = name, actor, now
    if for_all:
        row.group = None
    if _of(row.group).count() >= settings.TEMPLATES_PER_GROUP:
        raise Refused(
            _("There are %(most)s templates, and that is the most. Remove one first.")
            % {"most": settings.TEMPLATES_PER_GROUP}
        )
    _store(row)
    return row


def rename_template(template: MeetingTemplate, *, name: str, actor: User) -> None:
    """Another name. Raises Refused for one that is taken."""
    template.name = name
    _store(template)


@transaction.atomic
def remove_template(template: MeetingTemplate, *, actor: User) -> None:
    """Take the template away. Meetings that began with it are their own and stay. Twice is once."""
    MeetingTemplate.objects.filter(pk=template.pk).delete()


def _of(group: Group | None) -> MeetingTemplateQuerySet:
    return MeetingTemplate.objects.filter(group=group)


def _store(row: MeetingTemplate) -> None:
    taken = _("There is a template with that name already. Choose another.")
    if _of(row.group).filter(name__iexact=row.name).exclude(pk=row.pk).exists():
        raise Refused(taken)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # somebody else's press came between
        raise Refused(taken) from error
