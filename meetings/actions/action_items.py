"""What a meeting found must be done: written down, done, taken away again."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem, Meeting
from members.clock import oslo_today
from members.errors import Refused
from members.models import Affiliation, User


@transaction.atomic
def add_action(
    meeting: Meeting, *, what: str, responsible: Affiliation | None, due_on: date | None, actor: User, now: datetime
) -> ActionItem:
    """Write down something to do. Whoever has left their company can take nothing on."""
    if responsible is not None and not responsible.holds(oslo_today(now)):
        raise Refused(_("This person has left the company. Choose somebody else."))
    return ActionItem.objects.create(meeting=meeting, what=what, responsible=responsible, due_on=due_on)


def set_done(action: ActionItem, *, is_done: bool, actor: User, now: datetime) -> bool:
    """Done, or not done after all. False if it stood so."""
    rows = ActionItem.objects.filter(pk=action.pk, done_at__isnull=is_done)
    return bool(rows.update(done_at=now if is_done else None, done_by=actor if is_done else None))


def remove_action(action: ActionItem, *, actor: User) -> None:
    """Take away what was written down by mistake."""
    ActionItem.objects.filter(pk=action.pk).delete()
