"""Groups, seats, rounds and inputs."""

import datetime as dt

import factory
from django.utils import timezone

from groups.enums import GroupKind, GroupState, MembershipState, RoleKind
from groups.models import Group, Input, Membership, Role, Round, Support, Theme
from tests.factories.members import AffiliationFactory, CompanyFactory


def monday(moment: dt.datetime) -> dt.date:
    day = timezone.localdate(moment)
    return day - dt.timedelta(days=day.weekday())


class GroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"Gruppe {n}")
    slug = factory.Sequence(lambda n: f"gruppe-{n}")
    state = GroupState.ACTIVE
    purpose = "Finne det som stopper flyten."


class ClusterBoardFactory(GroupFactory):
    kind = GroupKind.CLUSTER_BOARD
    name = "Klyngestyret"
    slug = "klyngestyret"
    joining = "closed"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    group = factory.SubFactory(GroupFactory)
    affiliation = factory.SubFactory(AffiliationFactory)
    state = MembershipState.ACTIVE
    started_on = dt.date(2020, 1, 1)


class RoleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Role

    group = factory.SubFactory(GroupFactory)
    affiliation = factory.SubFactory(AffiliationFactory)
    kind = RoleKind.MEMBER
    started_on = dt.date(2020, 1, 1)


class RoundFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Round

    group = factory.SubFactory(GroupFactory)
    question = "Hva stopper flyten hos dere?"
    opens_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=7))


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme

    round = factory.SubFactory(RoundFactory)
    name = factory.Sequence(lambda n: f"Tema {n}")


class InputFactory(factory.django.DjangoModelFactory):
    """A named input by a member of a company; pass author=None etc. for other doors."""

    class Meta:
        model = Input

    round = factory.SubFactory(RoundFactory)
    area = "production"
    text = factory.Sequence(lambda n: f"Vi venter på deler, sak {n}.")
    affiliation = factory.SubFactory(AffiliationFactory)
    author = factory.LazyAttribute(lambda o: o.affiliation.user if o.affiliation else None)
    company = factory.LazyAttribute(lambda o: o.affiliation.company if o.affiliation else None)
    door = "signed_in"
    created_at = factory.LazyFunction(timezone.now)
    week = factory.LazyFunction(lambda: monday(timezone.now()))


class AnonymousInputFactory(InputFactory):
    visibility = "anonymous"
    affiliation = None
    door = ""
    created_at = None


class SupportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Support

    input = factory.SubFactory(InputFactory)
    company = factory.SubFactory(CompanyFactory)
    created_at = factory.LazyFunction(timezone.now)
