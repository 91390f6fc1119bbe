"""Write to some of a meeting's people. What is sent is exactly what the preview showed, to as many as it said."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from meetings import word_notices
from meetings.actions import seats
from meetings.actions.attendance import PRESENT
from meetings.actions.meetings.calling import check_reason
from meetings.enums import Answer, Attendance, MeetingState, Selection
from meetings.models import Invitation, Meeting, Word
from meetings.reached import Reached, reached
from members.clock import oslo_today
from members.errors import Refused
from members.models import Company, User

SAME_PRESS = timedelta(minutes=10)


class OthersByNow(Refused):
    """The selection has changed since the preview."""

    words = _("Meanwhile it is for others. Look at the number and press again.")


def people_in(meeting: Meeting, selection: str, company: Company | None, now: datetime) -> Reached:
    """Those of the meeting whom a selection means, as it is now, and who get mail of this kind; two queries."""
    current = Q(answered_sequence__gte=meeting.answer_floor)
    wanted = {
        Selection.ALL: Q(),
        Selection.YES: Q(answer=Answer.YES, queued_at__isnull=True),
        Selection.QUEUED: Q(answer=Answer.YES, queued_at__isnull=False),
        Selection.MAYBE: Q(answer=Answer.MAYBE) & current,
        Selection.NO: Q(answer=Answer.NO) & current,
        Selection.NONE: Q(answer=Answer.NONE) | (~Q(answer=Answer.YES) & ~current),
        Selection.CAME: Q(attendance__in=PRESENT),
        Selection.MISSED: _missed(meeting, now),
    }[Selection(selection)]
    rows = meeting.invitations.standing().holding(oslo_today(now)).filter(wanted)
    if company is not None:
        rows = rows.filter(affiliation__company=company)
    return reached(rows.select_related("user", "affiliation__company").order_by("user__name", "pk"), word_notices.WORD)


def _missed(meeting: Meeting, now: datetime) -> Q:
    """Those noted as away and, once it is held or over, whoever had a seat and was not noted as present. Where nobody
    was noted at the door, that says nothing of anybody.
    """
    away = Q(attendance__in=[Attendance.NO_SHOW, Attendance.APOLOGISED])
    if meeting.state != MeetingState.HELD and not (meeting.state == MeetingState.CALLED and meeting.is_over(now)):
        return away
    noted = Exists(meeting.invitations.standing().filter(attendance__in=PRESENT))
    return away | Q(noted, attendance=Attendance.UNKNOWN, answer=Answer.YES, queued_at__isnull=True)


@transaction.atomic
def send_word(
    meeting: Meeting,
    *,
    selection: str,
    company: Company | None,
    subject: str,
    text: str,
    count: int,
    actor: User,
    now: datetime,
    reason: str = "",
) -> Word:
    """Send it to the ``count`` people that the preview named. A second press within ten minutes sends nothing more.

    Raises OthersByNow when they are others, Refused for a draft, for nobody, and beyond a day's number.
    """
    row = seats.lock(meeting)
    if row.state == MeetingState.DRAFT:
        raise Refused(_("Call the meeting first."))
    check_reason(row, actor, now, reason)
    written = {"selection": selection, "company": company, "subject": subject, "text": text}
    earlier = Word.objects.filter(meeting=row, sent_by=actor, sent_at__gt=now - SAME_PRESS, **written).first()
    if earlier is not None:
        return earlier
    people = people_in(row, selection, company, now).people
    if len(people) != count:
        raise OthersByNow
    if not people:
        raise Refused(_("Nobody is in that selection."))
    if Word.objects.filter(meeting=row, sent_at__gt=now - timedelta(days=1)).count() >= settings.WORDS_A_DAY:
        raise Refused(_("That is enough mail about one meeting for a day. Try again tomorrow."))
    word = Word.objects.create(
        meeting=row, count=count, sent_by=actor, sent_at=now, staff_reason=reason.strip(), **written
    )
    word_notices.tell(word, people)
    Invitation.objects.filter(pk__in=[one.pk for one in people]).update(last_mailed_at=now)
    return word
