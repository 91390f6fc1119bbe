"""Questions compiled once: same answers as asked anew, other values each time, and no value left behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from members.clock import oslo_today
from members.enums import AffiliationState
from members.models import Affiliation, User
from members.prepared import DerivedValueError, prepared

pytestmark = pytest.mark.django_db


@prepared
def ties(user, on_day):
    return Affiliation.objects.of(user).active(on_day).select_related("company")


def test_each_call_is_answered_for_its_own_values(member, leader, django_assert_num_queries):
    today = oslo_today()
    for person in (member, leader, member):
        with django_assert_num_queries(1):
            found = ties(person, today)
        assert found == list(Affiliation.objects.of(person).active(today))
        with django_assert_num_queries(0):
            assert [tie.company.name for tie in found]


def test_a_change_in_the_data_shows_at_once(member):
    today = oslo_today()
    assert ties(member, today)
    Affiliation.objects.filter(user=member).update(ended_on=today, is_contact=False)
    assert ties(member, today) == []
    assert ties(member, today - timedelta(days=1))


def test_moments_and_words_reach_the_database_as_given(member):
    @prepared
    def joined(name, before):
        return User.objects.filter(name=name, date_joined__lt=before).values_list("pk", flat=True)

    now = timezone.now()
    assert joined(member.name, now + timedelta(hours=1)) == [member.pk]
    assert joined(member.name, now - timedelta(days=36500)) == []
    assert joined("Somebody else", now + timedelta(hours=1)) == []


def test_a_flag_makes_a_question_of_its_own(member):
    @prepared
    def people(*, active):
        return User.objects.filter(pk__gt=0, is_active=True) if active else User.objects.filter(pk__lt=0)

    assert member in people(active=True)
    assert people(active=False) == []


def test_a_value_worked_out_from_an_argument_is_refused(member):
    @prepared
    def lately(now):
        return User.objects.filter(date_joined__gt=now - timedelta(days=1))

    with pytest.raises(DerivedValueError):
        lately(timezone.now())


def test_what_a_row_says_cannot_steer_the_question(member):
    @prepared
    def by_rank(user):
        return User.objects.filter(pk=user.pk, is_staff=user.is_staff)

    with pytest.raises(User.DoesNotExist):
        by_rank(member)


def test_rows_fetched_beside_are_refused(member):
    @prepared
    def with_ties(user):
        return User.objects.filter(pk=user.pk).prefetch_related("affiliations")

    with pytest.raises(DerivedValueError):
        with_ties(member)


def test_a_choice_is_a_constant(member):
    @prepared
    def in_state(user, state):
        return Affiliation.objects.filter(user=user, state=state)

    assert in_state(member, AffiliationState.ACTIVE)
    assert in_state(member, AffiliationState.DECLINED) == []
