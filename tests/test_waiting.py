"""The number on the bell agrees with what is there to do."""

import secrets
from datetime import timedelta

import pytest
from django.utils import timezone

from groups.enums import GroupState, MembershipState
from groups.models import Group, Membership
from mail.models import Incoming, Outcome, Source
from members.enums import AffiliationState
from tests.factories.groups import MembershipFactory
from tests.factories.meetings import MeetingFactory
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


def test_a_group_that_is_closed_waits_for_nobody(group, leader, now):
    MembershipFactory(group=group, state=MembershipState.REQUESTED)
    assert waiting_count(leader, now) == 1
    Group.objects.filter(pk=group.pk).update(state=GroupState.CLOSED)
    assert waiting_count(leader, now) == 0


def test_mails_about_a_groups_meetings_wait_once_for_its_board(group, leader, member, now, client_of):
    meeting = MeetingFactory(group=group)
    long_gone = MeetingFactory(
        group=group, starts_at=now - timedelta(days=40), ends_at=now - timedelta(days=40, hours=-1)
    )
    elsewhere = MeetingFactory()
    for row in (meeting, meeting, long_gone, elsewhere):
        Incoming.objects.create(
            source=Source.LMTP, received_at=now, about=row.about, outcome=Outcome.REVIEW, reason="in_words",
            processed_at=now, raw_sha256=secrets.token_hex(16),
        )  # fmt: skip
    assert waiting_count(leader, now) == 1
    assert waiting_count(member, now) == 0
    page = client_of(leader).get("/me/").content.decode()
    assert "2 e-poster om møter i " in page
    assert "/meetings/review/" in page
    Incoming.objects.update(handled_at=now)
    assert waiting_count(leader, now) == 0
    assert "/meetings/review/" not in client_of(leader).get("/me/").content.decode()
