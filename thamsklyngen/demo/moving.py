"""Moves the demo on by whole weeks when its coming meeting is past, so that there is always one to answer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from groups.models import Group, Input, Round, Support
from meetings.models import ActionItem, DietNeed, Invitation, Meeting, MeetingDocument, Minutes, MinutesVersion
from projects.models import Participation, Project
from thamsklyngen.demo.times import demo_uid
from thamsklyngen.demo.years import year_uids

WEEK = timedelta(weeks=1)
LEAST_AHEAD = timedelta(days=3)


def weeks_behind(now: datetime) -> int:
    """How many weeks the demo must move for its coming meeting to lie at least three days ahead; 0 without a demo."""
    coming = Meeting.objects.filter(uid=demo_uid("coming")).first()
    if coming is None or coming.starts_at > now:
        return 0
    return (now + LEAST_AHEAD - coming.starts_at) // WEEK + 1


@transaction.atomic
def move_on(now: datetime) -> int:
    """Move the demo's own rows; what people added themselves stays. Says by how many weeks."""
    weeks = weeks_behind(now)
    if not weeks:
        return 0
    by = weeks * WEEK
    group = Meeting.objects.get(uid=demo_uid("coming")).group
    meetings = Meeting.objects.filter(uid__in=[demo_uid("kickoff"), demo_uid("coming"), *year_uids(group)])
    rounds = Round.objects.filter(pk__in=meetings.exclude(round=None).values("round"))
    inputs = Input.objects.filter(round__in=rounds)
    projects = Project.objects.filter(theme__round__in=rounds)
    Invitation.objects.filter(meeting__in=meetings).update(
        invited_at=F("invited_at") + by, answered_at=F("answered_at") + by
    )
    DietNeed.objects.filter(invitation__meeting__in=meetings).update(consented_at=F("consented_at") + by)
    Support.objects.filter(input__in=inputs).update(created_at=F("created_at") + by)
    Participation.objects.filter(project__in=projects).update(joined_on=F("joined_on") + by)
    projects.update(created_at=F("created_at") + by, started_on=F("started_on") + by)
    inputs.update(created_at=F("created_at") + by, week=F("week") + by, replied_on=F("replied_on") + by)
    Group.objects.filter(pk__in=rounds.values("group")).update(kickoff_at=F("kickoff_at") + by)
    rounds.update(
        opens_at=F("opens_at") + by,
        closes_at=F("closes_at") + by,
        room_opens_at=F("room_opens_at") + by,
        room_closes_at=F("room_closes_at") + by,
    )
    Minutes.objects.filter(meeting__in=meetings).update(
        first_published_at=F("first_published_at") + by, published_at=F("published_at") + by
    )
    MinutesVersion.objects.filter(minutes__meeting__in=meetings).update(created_at=F("created_at") + by)
    MeetingDocument.objects.filter(meeting__in=meetings).update(uploaded_at=F("uploaded_at") + by)
    ActionItem.objects.filter(meeting__in=meetings).update(due_on=F("due_on") + by, done_at=F("done_at") + by)
    meetings.update(
        starts_at=F("starts_at") + by,
        ends_at=F("ends_at") + by,
        answer_by=F("answer_by") + by,
        called_at=F("called_at") + by,
    )
    return weeks
