"""Whoever leaves a company leaves its invitations behind: no page, no answer, no seat; and can be asked anew."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from mail.models import Message
from meetings.actions.answers import AnswersClosed, answer_invitation
from meetings.actions.handing import Colleague, hand_over
from meetings.actions.meetings import invite_late, withdraw_invitation
from meetings.actions.seats import fill_seats
from meetings.coming import tally, who_comes
from meetings.enums import Road
from meetings.models import Invitation
from meetings.tokens import answer_path
from members.actions import end_affiliation
from members.clock import oslo_today
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory
from tests.meetings.pages import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(leader):
    """For the whole cluster, so that nobody sees it but whoever is invited."""
    return MeetingFactory(group=None, capacity=1, called_by=leader)


@pytest.fixture
def invitation(meeting, colleague):
    return InvitationFactory(meeting=meeting, affiliation=colleague.affiliations.get(), user=colleague)


@pytest.fixture
def leave(staff):
    def end(user):
        end_affiliation(user.affiliations.get(state="active"), actor=staff, on_day=oslo_today())

    return end


def fresh(row):
    return Invitation.objects.get(pk=row.pk)


def say(row, answer):
    return answer_invitation(row, answer=answer, via=Road.PAGE, actor=row.user, now=timezone.now())


def test_the_meeting_is_seen_until_the_person_leaves(client_of, meeting, invitation, colleague, leave):
    browser = client_of(colleague)
    assert browser.get(meeting.get_absolute_url()).status_code == 200
    assert meeting.title in browser.get("/me/").content.decode()
    leave(colleague)
    assert browser.get(meeting.get_absolute_url()).status_code == 404
    assert browser.get(reverse("meetings:ics", args=[meeting.pk])).status_code == 404
    assert meeting.title not in browser.get("/me/").content.decode()
    assert browser.post(reverse("meetings:answer", args=[meeting.pk]), {"answer": "yes"}).status_code == 404


def test_the_link_in_the_old_mail_answers_nothing(client, invitation, colleague, leave):
    leave(colleague)
    page = client.get(answer_path(invitation))
    assert page.status_code == 200
    assert invitation.meeting.venue not in page.content.decode()
    press(client, invitation, "yes")
    assert fresh(invitation).answer == "none"
    with pytest.raises(AnswersClosed):
        say(invitation, "yes")


def test_the_seat_goes_to_the_next_in_the_queue(meeting, invitation, colleague, leave):
    waits = InvitationFactory(meeting=meeting)
    say(invitation, "yes")
    say(waits, "yes")
    assert fill_seats(timezone.now()) == 0
    assert not fresh(waits).has_seat
    leave(colleague)
    assert who_comes(meeting).people_count == 0
    assert tally(meeting).yes == 0
    assert fill_seats(timezone.now()) == 1
    assert fill_seats(timezone.now()) == 0
    assert fresh(waits).has_seat
    assert Message.objects.get(kind="meetings.moved_up").recipient == waits.ref


def test_somebody_who_changed_companies_is_asked_anew_under_a_new_link(
    client, meeting, invitation, colleague, leave, leader, other_company
):
    say(invitation, "no")
    old = answer_path(invitation)
    leave(colleague)
    tie = AffiliationFactory(user=colleague, company=other_company)
    assert invite_late(meeting, actor=leader, now=timezone.now(), people=[tie]) == 1
    row = fresh(invitation)
    assert (row.affiliation, row.answer, row.link_version) == (tie, "none", 2)
    assert "Damphuset" not in client.get(old).content.decode()
    assert say(row, "yes").invitation.has_seat
    assert invite_late(meeting, actor=leader, now=timezone.now(), people=[tie]) == 0


def test_asked_again_after_a_withdrawal_is_asked_as_for_the_first_time(meeting, invitation, contact, leader):
    now = timezone.now()
    tie = invitation.affiliation
    hand_over(
        invitation,
        to=Colleague(affiliation=contact.affiliations.get()),
        via=Road.PAGE,
        actor=invitation.user,
        now=now,
    )
    Invitation.objects.filter(pk=invitation.pk).update(practical_sent_at=now - dt.timedelta(days=1), comment="Syk")
    withdraw_invitation(fresh(invitation), actor=leader, now=now)
    invite_late(meeting, actor=leader, now=now, people=[tie])
    row = fresh(invitation)
    assert (row.handed_to, row.practical_sent_at, row.comment, row.answer) == (None, None, "", "none")
