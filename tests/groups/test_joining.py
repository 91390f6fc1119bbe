"""Join, ask, decide, leave, hear of a planned group."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from groups.actions.groups import activate_group, close_group, edit_group, found_group, move_station
from groups.actions.memberships import (
    approve_membership,
    decline_membership,
    join_group,
    leave_group,
    register_interest,
    withdraw_interest,
)
from groups.errors import JoiningClosed, MembershipDecided, NoCompany, NotPlanned, StateRefused
from groups.models import Interest, Membership
from mail.kinds import Unwanted, kind_of
from mail.models import Message
from members.clock import oslo_today
from tests.factories.groups import ClusterBoardFactory, GroupFactory, MembershipFactory
from tests.factories.members import AffiliationFactory

pytestmark = pytest.mark.django_db


def tie_of(user):
    return user.affiliations.get()


def letters_of(kind):
    rows = list(Message.objects.filter(kind=kind))
    return rows, kind_of(kind).builder(rows)


def test_open_group_takes_a_person_at_once_and_once(client_of, group, outsider):
    for _ in range(2):
        response = client_of(outsider).post(f"/groups/{group.slug}/join/")
        assert response.status_code == 302
    membership = Membership.objects.get(group=group, affiliation__user=outsider)
    assert membership.state == "active"
    assert membership.started_on == oslo_today()


def test_group_on_request_asks_every_board_member_by_mail(group, leader, board_member, outsider, now):
    group.joining = "request"
    group.save()
    membership = join_group(group, tie_of(outsider), message="Jeg vil lære.", now=now)
    assert membership.state == "requested"
    rows, letters = letters_of("groups.membership_requested")
    assert {row.recipient for row in rows} == {f"user:{leader.pk}", f"user:{board_member.pk}"}
    assert all("Jeg vil lære." in letter.text for letter in letters.values())
    assert all("Jeg vil lære." not in str(row.data) for row in rows)


def test_request_mail_is_unwanted_once_somebody_has_decided(group, leader, outsider, now):
    group.joining = "request"
    group.save()
    membership = join_group(group, tie_of(outsider), now=now)
    approve_membership(membership, actor=leader, now=now)
    _rows, letters = letters_of("groups.membership_requested")
    assert all(isinstance(letter, Unwanted) for letter in letters.values())


@pytest.mark.parametrize(("verb", "state"), [(approve_membership, "active"), (decline_membership, "declined")])
def test_the_person_hears_what_the_board_decided(group, leader, outsider, now, verb, state):
    membership = MembershipFactory(group=group, affiliation=tie_of(outsider), state="requested", started_on=None)
    verb(membership, actor=leader, now=now)
    assert membership.state == state
    rows, letters = letters_of("groups.membership_decided")
    assert rows[0].recipient == f"user:{outsider.pk}"
    assert group.name in letters[rows[0].pk].text


def test_the_second_decision_gets_the_truth_and_changes_nothing(group, leader, board_member, outsider, now):
    membership = MembershipFactory(group=group, affiliation=tie_of(outsider), state="requested", started_on=None)
    stale = Membership.objects.get(pk=membership.pk)
    approve_membership(membership, actor=leader, now=now)
    with pytest.raises(MembershipDecided) as refused:
        decline_membership(stale, actor=board_member, now=now)
    assert refused.value.membership.state == "active"
    assert Message.objects.filter(kind="groups.membership_decided").count() == 1


def test_a_member_decides_nothing(client_of, group, member, outsider):
    membership = MembershipFactory(group=group, affiliation=tie_of(outsider), state="requested", started_on=None)
    response = client_of(member).post(f"/groups/{group.slug}/members/{membership.pk}/approve/")
    assert response.status_code == 403
    with pytest.raises(PermissionDenied):
        approve_membership(membership, actor=member, now=timezone.now())


def test_a_request_of_another_group_is_not_found(client_of, group, leader, outsider):
    foreign = MembershipFactory(affiliation=tie_of(outsider), state="requested", started_on=None)
    response = client_of(leader).post(f"/groups/{group.slug}/members/{foreign.pk}/approve/")
    assert response.status_code == 404


def test_closed_paused_and_planned_groups_take_nobody(outsider, now):
    for fields in ({"joining": "closed"}, {"state": "paused"}, {"state": "planned"}, {"state": "closed"}):
        with pytest.raises(JoiningClosed):
            join_group(GroupFactory(**fields), tie_of(outsider), now=now)


def test_a_tie_that_has_ended_joins_nothing(group, now):
    with pytest.raises(NoCompany):
        join_group(group, AffiliationFactory(state="ended", ended_on=dt.date(2021, 1, 1)), now=now)


def test_somebody_without_a_company_cannot_join(client_of, group, newcomer):
    assert client_of(newcomer).post(f"/groups/{group.slug}/join/").status_code == 403


def test_leaving_ends_membership_on_the_day(client_of, group, member):
    client_of(member).post(f"/groups/{group.slug}/leave/")
    membership = Membership.objects.get(group=group, affiliation__user=member)
    assert (membership.state, membership.ended_on) == ("ended", oslo_today())
    assert client_of(member).get(f"/groups/{group.slug}/members/").status_code == 404


def test_others_cannot_end_my_membership(group, member, outsider):
    membership = Membership.objects.get(affiliation__user=member)
    with pytest.raises(PermissionDenied):
        leave_group(membership, actor=outsider, on_day=oslo_today())


def test_interest_in_a_planned_group_is_answered_once_when_it_starts(client_of, outsider, staff, now):
    planned = GroupFactory(state="planned", station="planned")
    for _ in range(2):
        client_of(outsider).post(f"/groups/{planned.slug}/interest/")
    assert Interest.objects.filter(group=planned).count() == 1
    activate_group(planned, actor=staff, on_day=oslo_today(), reference="sak 4/26")
    planned.refresh_from_db()
    assert (planned.state, planned.founding_reference, planned.station) == ("active", "sak 4/26", "kickoff")
    rows, letters = letters_of("groups.started")
    assert [row.recipient for row in rows] == [f"user:{outsider.pk}"]
    assert planned.name in letters[rows[0].pk].subject
    with pytest.raises(StateRefused):
        activate_group(planned, actor=staff, on_day=oslo_today())


def test_interest_can_be_taken_back_and_needs_a_planned_group(group, outsider, now):
    planned = GroupFactory(state="planned")
    register_interest(planned, tie_of(outsider), now=now)
    withdraw_interest(planned, user=outsider)
    assert not Interest.objects.exists()
    with pytest.raises(NotPlanned):
        register_interest(group, tie_of(outsider), now=now)


def test_leaders_found_and_close_nothing(group, leader, staff):
    for deed in (lambda: found_group(name="Ny", actor=leader), lambda: close_group(group, actor=leader)):
        with pytest.raises(PermissionDenied):
            deed()
    assert found_group(name="Økonomi og styring", actor=staff).slug == "okonomi-og-styring"
    assert found_group(name="Økonomi og styring", actor=staff).slug == "okonomi-og-styring-2"


def test_the_board_words_its_own_purpose_and_members_do_not(client_of, group, leader, member):
    words = {"purpose": "Fjerne ventetid.", "language": "nb", "joining": "request"}
    assert client_of(member).post(f"/groups/{group.slug}/edit/", words).status_code == 403
    assert client_of(leader).post(f"/groups/{group.slug}/edit/", words).status_code == 302
    group.refresh_from_db()
    assert (group.purpose, group.joining) == ("Fjerne ventetid.", "request")
    with pytest.raises(PermissionDenied):
        edit_group(group, actor=member, on_day=oslo_today(), purpose="x")


def test_purpose_too_long_is_said_beside_the_field_and_kept(client_of, group, leader):
    long = "a" * 2001
    response = client_of(leader).post(
        f"/groups/{group.slug}/edit/", {"purpose": long, "language": "nb", "joining": "open"}
    )
    assert response.status_code == 200
    assert response.context["form"].errors["purpose"]
    assert long in response.content.decode()
    group.refresh_from_db()
    assert group.purpose != long


def test_the_line_goes_forward_unless_a_step_is_taken_back(group):
    move_station(group, to="mandate")
    move_station(group, to="input")
    assert group.station == "mandate"
    move_station(group, to="input", back=True)
    assert group.station == "input"


def test_members_page_is_for_the_group_alone(client_of, group, member, board_member, staff, outsider, other_member):
    url = f"/groups/{group.slug}/members/"
    for person, status in ((member, 200), (board_member, 200), (staff, 200), (outsider, 404), (other_member, 404)):
        assert client_of(person).get(url).status_code == status, person
    assert client_of(None).get(url).status_code == 302


def test_requests_are_shown_to_the_board_alone(client_of, group, member, board_member, outsider):
    MembershipFactory(group=group, affiliation=tie_of(outsider), state="requested", started_on=None)
    assert "Ulf Utenfor" in client_of(board_member).get(f"/groups/{group.slug}/members/").content.decode()
    assert "Ulf Utenfor" not in client_of(member).get(f"/groups/{group.slug}/members/").content.decode()


def test_members_are_paged_by_key_and_each_is_shown_once(client_of, group, board_member):
    MembershipFactory.create_batch(65, group=group)
    client = client_of(board_member)
    first = client.get(f"/groups/{group.slug}/members/")
    second = client.get(f"/groups/{group.slug}/members/" + first.context["older"])
    ids = [row.pk for page in (first, second) for row in page.context["members"]]
    assert len(ids) == len(set(ids)) == 65
    assert client.get(f"/groups/{group.slug}/members/?after=٣").status_code == 200


def test_cluster_board_is_a_group_like_others(client_of, chair):
    board = ClusterBoardFactory._meta.model.objects.get(kind="cluster_board")
    assert client_of(chair).get(f"/groups/{board.slug}/members/").status_code == 200


def test_a_person_with_two_companies_says_for_which_they_join(client_of, group, outsider):
    second = AffiliationFactory(user=outsider, is_main=False)
    browser, path = client_of(outsider), f"/groups/{group.slug}/join/"
    asked = browser.post(path, {"message": "Hei"})
    assert asked.status_code == 200
    assert second.company.name in asked.content.decode()
    assert 'value="Hei"' in asked.content.decode()
    stranger = AffiliationFactory()
    assert browser.post(path, {"company": stranger.company_id}).status_code == 200
    assert not Membership.objects.exists()
    assert browser.post(path, {"company": second.company_id}).status_code == 302
    assert Membership.objects.get().affiliation == second


def test_a_person_with_two_companies_says_for_which_they_want_to_hear(client_of, outsider):
    second = AffiliationFactory(user=outsider, is_main=False)
    planned = GroupFactory(state="planned")
    browser, path = client_of(outsider), f"/groups/{planned.slug}/interest/"
    assert browser.post(path).status_code == 200
    browser.post(path, {"company": second.company_id})
    assert Interest.objects.get().affiliation == second
