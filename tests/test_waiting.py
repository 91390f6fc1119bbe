"""The number on the bell agrees with what is there to do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.enums import MembershipState
from groups.models import Membership
from members.enums import AffiliationState
from tests.factories.groups import MembershipFactory
from tests.factories.members import AffiliationFactory
from thamsklyngen.waiting import waiting_count


@pytest.fixture
def now():
    return timezone.now()


def test_nothing_waits_for_a_new_person(newcomer, now):
    assert waiting_count(newcomer, now) == 0


def test_a_colleague_who_asks_waits_for_the_contact_alone(contact, colleague, company, now):
    AffiliationFactory(company=company, state=AffiliationState.REQUESTED, requested_at=now - timedelta(hours=1))
    assert waiting_count(contact, now) == 1
    assert waiting_count(colleague, now) == 0


def test_a_group_with_members_to_let_in_waits_once_for_each_on_its_board(group, board_member, member, now):
    for _ in range(3):
        MembershipFactory(group=group, state=MembershipState.REQUESTED)
    assert Membership.objects.filter(state=MembershipState.REQUESTED).count() == 3
    assert waiting_count(board_member, now) == 1
    assert waiting_count(member, now) == 0


def test_counting_takes_one_query(board_member, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        waiting_count(board_member, now)
