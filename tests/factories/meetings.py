"""Meetings and invitations."""

import datetime as dt

import factory
from django.utils import timezone

from meetings.enums import MeetingKind, MeetingState
from meetings.models import AgendaItem, Invitation, Meeting, MeetingTemplate
from tests.factories.groups import GroupFactory
from tests.factories.members import AffiliationFactory


class DraftFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Meeting

    group = factory.SubFactory(GroupFactory)
    kind = MeetingKind.KICKOFF
    title = factory.Sequence(lambda n: f"Oppstartsmøte {n}")
    starts_at = factory.LazyFunction(
        lambda: (timezone.now() + dt.timedelta(days=14)).replace(minute=0, second=0, microsecond=0)
    )
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(hours=3))
    answer_by = factory.LazyAttribute(lambda o: o.starts_at - dt.timedelta(days=3))
    venue = "Damphuset"


class MeetingFactory(DraftFactory):
    """A called meeting."""

    state = MeetingState.CALLED
    called_at = factory.LazyFunction(timezone.now)


class AgendaItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    title = "Velkommen"
    minutes = 15


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invitation

    meeting = factory.SubFactory(MeetingFactory)
    affiliation = factory.SubFactory(AffiliationFactory)
    user = factory.LazyAttribute(lambda o: o.affiliation.user)
    invited_at = factory.LazyFunction(timezone.now)


class TemplateFactory(factory.django.DjangoModelFactory):
    """A group's template: half a day, with two items, a limit and a deadline of its own."""

    class Meta:
        model = MeetingTemplate

    group = factory.SubFactory(GroupFactory)
    name = factory.Sequence(lambda n: f"Arbeidsmøte, mal {n}")
    title = "Arbeidsmøte"
    starts = dt.time(9)
    minutes = 180
    venue = "Damphuset"
    description = "Vi arbeider med det som stopper flyten."
    agenda = factory.LazyFunction(
        lambda: [
            {"title": "Siden sist", "minutes": 15, "speaker": "Siv"},
            {"title": "Arbeid i grupper", "minutes": 90, "speaker": ""},
        ]
    )
    capacity = 20
    capacity_per_company = 2
    answer_days = 5
    answer_clock = dt.time(12)
    created_at = factory.LazyFunction(timezone.now)
