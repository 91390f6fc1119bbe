"""Seats on boards: periods, one leader, hand-over as dated rows, the deputy."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from groups.actions.roles import hand_over_lead, seat, unseat
from groups.errors import LeadMoved, LeadTaken, SeatRefused
from groups.models import Role
from groups.rules import leads, may_organise, sits_on_board, sits_on_cluster_board, standing
from members.clock import oslo_today
from tests.factories.groups import RoleFactory
from tests.factories.members import AffiliationFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
REF = "sak 12/26"


def test_nobody_seats_their_own_board(group, leader, chair):
    for actor in (leader, chair):
        with pytest.raises(PermissionDenied):
            seat(group, AffiliationFactory(), kind="member", from_day=TODAY, actor=actor, reference=REF)


def test_a_seat_needs_a_decision_and_a_tie_that_holds(group, staff):
    with pytest.raises(SeatRefused):
        seat(group, AffiliationFactory(), kind="member", from_day=TODAY, actor=staff, reference="  ")
    gone = AffiliationFactory(state="ended", ended_on=dt.date(2021, 1, 1))
    with pytest.raises(SeatRefused):
        seat(group, gone, kind="member", from_day=TODAY, actor=staff, reference=REF)


def test_the_database_keeps_one_leader(group, leader):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleFactory(group=group, kind="leader")


def test_a_second_leader_is_refused_in_words(group, leader, staff):
    with pytest.raises(LeadTaken):
        seat(group, AffiliationFactory(), kind="leader", from_day=TODAY, actor=staff, reference=REF)


def test_hand_over_ends_one_row_and_opens_the_next_from_the_same_day(group, leader, board_member, staff):
    tie = board_member.affiliations.get()
    new = hand_over_lead(group, to=tie, on_day=TODAY, actor=staff, reference=REF)
    assert (new.kind, new.started_on, new.decision_reference, new.recorded_by) == ("leader", TODAY, REF, staff)
    old = Role.objects.get(group=group, kind="leader", affiliation__user=leader)
    assert old.ended_on == TODAY
    assert leads(board_member, group, TODAY)
    assert not leads(board_member, group, TODAY - dt.timedelta(days=1))
    assert leads(leader, group, TODAY - dt.timedelta(days=1))
    assert Role.objects.held_on(TODAY).filter(group=group).count() == 1


def test_two_hand_overs_at_once_give_the_later_one_the_truth(group, leader, board_member, staff):
    seen = Role.objects.get(group=group, kind="leader")
    first = hand_over_lead(
        group, to=board_member.affiliations.get(), on_day=TODAY, actor=staff, reference=REF, seen=seen
    )
    other = AffiliationFactory()
    with pytest.raises(LeadMoved) as refused:
        hand_over_lead(group, to=other, on_day=TODAY, actor=staff, reference=REF, seen=seen)
    assert refused.value.seat == first
    assert not Role.objects.filter(affiliation=other).exists()


def test_hand_over_to_the_one_who_leads_changes_nothing(group, leader, staff):
    tie = leader.affiliations.get()
    hand_over_lead(group, to=tie, on_day=TODAY, actor=staff, reference=REF)
    assert Role.objects.filter(group=group, kind="leader").count() == 1


def test_hand_over_before_the_seat_began_is_refused_and_writes_nothing(group, leader, board_member, staff):
    with pytest.raises(SeatRefused):
        hand_over_lead(
            group, to=board_member.affiliations.get(), on_day=dt.date(2019, 1, 1), actor=staff, reference=REF
        )
    assert leads(leader, group, TODAY)


def test_the_deputy_acts_when_nobody_leads(group, staff):
    deputy = RoleFactory(group=group, kind="deputy")
    assert leads(deputy.affiliation.user, group, TODAY)
    seat(group, AffiliationFactory(), kind="leader", from_day=TODAY, actor=staff, reference=REF)
    assert not leads(deputy.affiliation.user, group, TODAY)


def test_the_deputy_acts_when_the_leaders_tie_has_ended(group, leader):
    deputy = RoleFactory(group=group, kind="deputy")
    leader.affiliations.update(state="ended", ended_on=dt.date(2026, 1, 1))
    today = oslo_today()
    assert not leads(leader, group, today)
    assert not sits_on_board(leader, group, today)
    assert leads(deputy.affiliation.user, group, today)


def test_a_leader_who_left_makes_room(group, leader, staff):
    leader.affiliations.update(state="ended", ended_on=dt.date(2026, 6, 1))
    new = seat(group, AffiliationFactory(), kind="leader", from_day=TODAY, actor=staff, reference=REF)
    assert new.kind == "leader"
    assert Role.objects.get(group=group, affiliation__user=leader).ended_on == dt.date(2026, 6, 1)


def test_the_same_seat_twice_is_one_and_another_kind_is_a_new_row(group, staff):
    tie = AffiliationFactory()
    one = seat(group, tie, kind="member", from_day=TODAY, actor=staff, reference=REF)
    assert seat(group, tie, kind="member", from_day=TODAY, actor=staff, reference=REF) == one
    two = seat(group, tie, kind="deputy", from_day=TODAY, actor=staff, reference=REF)
    one.refresh_from_db()
    assert (one.ended_on, two.ended_on) == (TODAY, None)


def test_a_seat_ends_on_its_day_and_the_right_with_it(group, board_member, staff):
    role = Role.objects.get(affiliation__user=board_member)
    unseat(role, on_day=TODAY, actor=staff)
    assert sits_on_board(board_member, group, TODAY - dt.timedelta(days=1))
    assert not may_organise(board_member, group, TODAY)


def test_standing_gathers_everything_in_two_queries(
    group, leader, chair, member, outsider, django_assert_max_num_queries
):
    with django_assert_max_num_queries(2):
        assert standing(leader, group, TODAY).leads
    assert standing(member, group, TODAY).belongs
    assert standing(chair, group, TODAY).cluster_board
    assert sits_on_cluster_board(chair, TODAY)
    assert not standing(outsider, group, TODAY).reads_inputs
