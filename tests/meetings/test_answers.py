"""Answering, undoing, sending a colleague, and who may do it for whom."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from mail.models import Message
from meetings.actions.answers import AnswersClosed, answer_invitation, undo_answer
from meetings.actions.handing import Colleague, NotAColleague, hand_over
from meetings.enums import Road
from meetings.models import AnswerChange, Invitation
from meetings.tokens import answer_path, answer_token
from members.errors import Refused
from members.models import CompanyDomain, User
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory, UserFactory
from tests.meetings.pages import nonce_of, press

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(group, leader):
    return MeetingFactory(group=group, called_by=leader)


@pytest.fixture
def invitation(meeting, member):
    return InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member)


def fresh(row):
    return Invitation.objects.get(pk=row.pk)


def say(row, answer, *, via=Road.PAGE, now=None, **more):
    return answer_invitation(row, answer=answer, via=via, actor=row.user, now=now or timezone.now(), **more)


def waiting(kind):
    return list(Message.objects.waiting().filter(kind=f"meetings.{kind}").values_list("recipient", flat=True))


def test_the_newest_answer_wins_and_every_change_is_logged(invitation):
    for answer in ("yes", "maybe", "no", "yes"):
        say(invitation, answer)
    assert fresh(invitation).answer == "yes"
    assert list(AnswerChange.objects.order_by("pk").values_list("answer", flat=True)) == ["yes", "maybe", "no", "yes"]


def test_the_same_answer_twice_is_one_answer(invitation):
    assert say(invitation, "yes").changed
    assert not say(invitation, "yes").changed
    assert AnswerChange.objects.count() == 1


def test_the_same_answer_after_a_move_counts_as_new(invitation, meeting):
    say(invitation, "yes")
    meeting.sequence = meeting.answer_floor = 3
    meeting.save()
    assert say(invitation, "yes").changed
    assert fresh(invitation).answered_sequence == 3


def test_a_word_to_the_organiser_goes_along_and_can_be_changed_alone(client, invitation):
    press(client, invitation, "yes", comment="Nøtteallergi")
    press(client, invitation, "yes", comment="Nøtter og melk")
    assert fresh(invitation).comment == "Nøtter og melk"
    assert AnswerChange.objects.count() == 1


def test_too_long_a_word_is_said_beside_the_field_and_writes_nothing(client, invitation):
    response = press(client, invitation, "yes", comment="x" * 501)
    assert response.status_code == 400
    assert "x" * 501 in response.content.decode()
    assert fresh(invitation).answer == "none"


@pytest.mark.parametrize("answer", ["", "perhaps", "none", "YES", "yes\x00"])
def test_an_answer_that_is_none_of_the_three_is_refused(client, invitation, answer):
    assert press(client, invitation, answer).status_code == 400
    assert fresh(invitation).answer == "none"


def test_undo_brings_back_what_was_before(client, invitation):
    press(client, invitation, "yes")
    press(client, invitation, "no")
    press(client, invitation, "undo")
    assert fresh(invitation).answer == "yes"


def test_undo_of_the_first_answer_leaves_none(client, invitation):
    press(client, invitation, "no")
    press(client, invitation, "undo")
    assert fresh(invitation).answer == "none"


def test_undo_is_only_for_the_next_half_hour(invitation):
    now = timezone.now()
    say(invitation, "yes", now=now)
    with pytest.raises(AnswersClosed):
        undo_answer(invitation, via=Road.LINK, actor=None, now=now + dt.timedelta(minutes=31))


def test_no_after_the_deadline_is_taken_and_goes_to_the_organiser(client, invitation, meeting, leader):
    say(invitation, "yes")
    with time_machine.travel(meeting.answer_by + dt.timedelta(hours=1), tick=False):
        assert press(client, invitation, "no", comment="Ble syk").status_code == 302
    assert fresh(invitation).answer == "no"
    assert waiting("late_no") == [f"user:{leader.pk}"]


def test_no_before_the_deadline_troubles_nobody(client, invitation):
    press(client, invitation, "no")
    assert not waiting("late_no")


def test_yes_after_the_deadline_is_refused(invitation, meeting):
    with pytest.raises(AnswersClosed):
        say(invitation, "yes", now=meeting.answer_by)


def test_an_answer_by_link_gets_one_receipt_however_often_it_changes_at_once(client, invitation):
    for answer in ("yes", "no", "yes"):
        press(client, invitation, answer)
    assert waiting("receipt") == [invitation.ref]


def test_an_answer_on_the_page_gets_no_mail(client_of, invitation, member):
    client_of(member).post(reverse("meetings:answer", args=[invitation.meeting_id]), {"answer": "yes"})
    assert fresh(invitation).answer == "yes"
    assert not Message.objects.exists()


# Signed in


def test_answering_from_my_page_comes_back_there_with_words(client_of, invitation, member):
    client = client_of(member)
    response = client.post(reverse("meetings:answer", args=[invitation.meeting_id]), {"answer": "yes", "next": "/me/"})
    assert response["Location"] == "/me/"


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_the_way_back_never_leaves_the_portal(client_of, invitation, member, path):
    response = client_of(member).post(
        reverse("meetings:answer", args=[invitation.meeting_id]), {"answer": "yes", "next": path}
    )
    assert response["Location"] == reverse("meetings:detail", args=[invitation.meeting_id])


def test_htmx_gets_the_card_alone(client_of, invitation, member):
    response = client_of(member).post(
        reverse("meetings:answer", args=[invitation.meeting_id]), {"answer": "yes"}, headers={"HX-Request": "true"}
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert 'value="yes" aria-pressed="true"' in page


def test_a_get_never_answers(client_of, invitation, member):
    for name in ("answer", "send_colleague"):
        assert client_of(member).get(reverse(f"meetings:{name}", args=[invitation.meeting_id])).status_code == 405


@pytest.mark.parametrize("who", ["outsider", "newcomer", "other_member", None])
def test_nobody_answers_a_meeting_they_are_not_invited_to(client_of, invitation, who, request):
    client = client_of(request.getfixturevalue(who) if who else None)
    response = client.post(reverse("meetings:answer", args=[invitation.meeting_id]), {"answer": "yes"})
    assert response.status_code == (404 if who else 302)
    assert fresh(invitation).answer == "none"


# On behalf


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("leader", 302),
        ("board_member", 302),
        ("staff", 302),
        ("colleague", 404),
        ("outsider", 404),
        ("other_member", 404),
        ("member", 403),
        (None, 302),
    ],
)
def test_who_answers_on_behalf_of_another(client_of, invitation, meeting, member, request, who, status):
    other = InvitationFactory(meeting=meeting)
    user = request.getfixturevalue(who) if who else None
    path = reverse("meetings:answer_on_behalf", args=[meeting.pk, other.pk])
    assert client_of(user).post(path, {"answer": "yes"}).status_code == status
    allowed = who in {"leader", "board_member", "staff"}
    row = fresh(other)
    assert row.answer == ("yes" if allowed else "none")
    if allowed:
        assert (row.answered_via, row.answered_by) == (Road.BEHALF, user)


def test_whoever_was_answered_for_sees_by_whom_on_both_pages_and_hears_it(
    client_of, client, invitation, meeting, leader
):
    path = reverse("meetings:answer_on_behalf", args=[meeting.pk, invitation.pk])
    client_of(leader).post(path, {"answer": "no"})
    words = "Siv Tangvold svarte nei for deg"
    assert words in client_of(invitation.user).get(meeting.get_absolute_url()).content.decode()
    assert words in client.get(answer_path(invitation)).content.decode()
    assert waiting("receipt") == [invitation.ref]
    client_of(invitation.user).post(reverse("meetings:answer", args=[meeting.pk]), {"answer": "yes"})
    assert "Siv Tangvold svarte" not in client_of(invitation.user).get(meeting.get_absolute_url()).content.decode()


def test_an_organiser_notes_any_answer_after_the_deadline_without_mailing_themselves(meeting, invitation, leader):
    later = meeting.answer_by + dt.timedelta(hours=1)
    for answer in ("yes", "no"):
        answer_invitation(invitation, answer=answer, via=Road.BEHALF, actor=leader, now=later)
    assert fresh(invitation).answer == "no"
    assert not waiting("late_no")


def test_a_contact_answers_for_a_colleague_without_mail_and_for_nobody_else(client_of, meeting, contact, company):
    InvitationFactory(meeting=meeting, affiliation=contact.affiliations.get(), user=contact)
    offline = InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(user__email=None, company=company))
    online = InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(company=company))
    stranger = InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(user__email=None))
    codes = [
        client_of(contact)
        .post(reverse("meetings:answer_on_behalf", args=[meeting.pk, row.pk]), {"answer": "yes"})
        .status_code
        for row in (offline, online, stranger)
    ]
    assert codes == [302, 403, 403]
    assert [fresh(row).answer for row in (offline, online, stranger)] == ["yes", "none", "none"]


# A colleague instead


def hand(row, now=None, **to):
    return hand_over(row, to=Colleague(**to), via=Road.PAGE, actor=row.user, now=now or timezone.now())


def test_the_colleague_gets_the_seat_and_both_get_a_mail(meeting, invitation, colleague):
    meeting.capacity = 1
    meeting.save()
    say(invitation, "yes")
    queued = InvitationFactory(meeting=meeting)
    say(queued, "yes")
    handed = hand(invitation, affiliation=colleague.affiliations.get())
    assert fresh(handed.taker).has_seat
    assert (fresh(handed.taker).answered_via, fresh(handed.taker).user) == (Road.HANDED, colleague)
    assert fresh(invitation).answer == "no"
    assert fresh(invitation).handed_to == handed.taker
    assert fresh(queued).queued_at is not None
    assert waiting("handed") == [handed.taker.ref]
    assert waiting("receipt") == [invitation.ref]


def test_a_place_in_the_queue_is_handed_on_too(meeting, invitation, colleague):
    meeting.capacity = 1
    meeting.save()
    now = timezone.now()
    say(InvitationFactory(meeting=meeting), "yes", now=now)
    say(invitation, "yes", now=now + dt.timedelta(minutes=1))
    behind = InvitationFactory(meeting=meeting)
    say(behind, "yes", now=now + dt.timedelta(minutes=2))
    taker = hand(invitation, affiliation=colleague.affiliations.get(), now=now + dt.timedelta(minutes=3)).taker
    assert fresh(taker).queued_at == now + dt.timedelta(minutes=1)


@pytest.mark.parametrize("who", ["outsider", "other_member"])
def test_nobody_of_another_company_takes_the_place(invitation, who, request):
    stranger = request.getfixturevalue(who)
    with pytest.raises(NotAColleague):
        hand(invitation, affiliation=stranger.affiliations.get())
    with pytest.raises(NotAColleague):
        hand(invitation, email=stranger.email)
    assert fresh(invitation).answer == "none"


def test_a_known_colleague_is_found_by_address(invitation, colleague):
    assert hand(invitation, email=colleague.email.upper()).taker.user == colleague


def test_an_unknown_address_at_the_companys_own_domain_is_a_colleague(invitation, company):
    CompanyDomain.objects.create(company=company, domain="kobberheim.no", state="approved")
    taker = hand(invitation, email="ny@kobberheim.no", name="Ny Kollega").taker
    assert (taker.user.name, taker.user.claimed_at, taker.company_name) == ("Ny Kollega", None, company.name)


def test_an_unknown_address_at_the_givers_own_domain_is_a_colleague(invitation, member):
    User.objects.filter(pk=member.pk).update(email="marte@eget-verksted.no")
    assert hand(fresh(invitation), email="per@eget-verksted.no").taker.user.email == "per@eget-verksted.no"


@pytest.mark.parametrize("address", ["hvem@gmail.com", "noen@annen-bedrift.no"])
def test_an_address_anybody_can_have_is_not_a_colleague(invitation, member, address):
    User.objects.filter(pk=member.pk).update(email="marte@gmail.com")
    with pytest.raises(NotAColleague):
        hand(fresh(invitation), email=address)
    assert not User.objects.filter(email=address).exists()


def test_the_refusal_does_not_tell_whether_the_portal_knows_the_address(client, invitation, outsider):
    path = reverse("meetings:hand_over_by_link", args=[answer_token(invitation)])
    pages = []
    for address in (outsider.email, "ukjent@et-annet-sted.no"):
        nonce = nonce_of(client, answer_path(invitation))
        response = client.post(path, {"email": address, "nonce": nonce})
        page = response.content.decode()
        assert response.status_code == 200
        assert address in page
        assert outsider.name not in page
        pages.append(page.replace(address, "").replace(nonce, ""))
    import re

    first, second = (re.sub(r'name="nonce" value="[^"]*"', "", page) for page in pages)
    assert first == second


def test_one_colleague_is_enough(invitation, colleague, contact):
    hand(invitation, affiliation=colleague.affiliations.get())
    with pytest.raises(Refused):
        hand(invitation, affiliation=contact.affiliations.get())


def test_a_withdrawn_colleague_is_not_brought_back(meeting, invitation, colleague):
    InvitationFactory(
        meeting=meeting, affiliation=colleague.affiliations.get(), user=colleague, withdrawn_at=timezone.now()
    )
    with pytest.raises(NotAColleague):
        hand(invitation, affiliation=colleague.affiliations.get())


def test_after_the_deadline_a_seat_can_be_handed_on_and_the_organiser_hears(meeting, invitation, colleague, leader):
    say(invitation, "yes")
    taker = hand(invitation, affiliation=colleague.affiliations.get(), now=meeting.answer_by).taker
    assert fresh(taker).has_seat
    assert waiting("late_no") == [f"user:{leader.pk}"]


def test_after_the_deadline_nobody_without_a_seat_sends_a_colleague(meeting, invitation, colleague):
    with pytest.raises(AnswersClosed):
        hand(invitation, affiliation=colleague.affiliations.get(), now=meeting.answer_by)


def test_the_page_behind_the_link_names_no_colleague_and_the_signed_in_page_lets_one_pick(
    client, client_of, invitation, member, colleague
):
    assert colleague.name not in client.get(answer_path(invitation)).content.decode()
    path = reverse("meetings:send_colleague", args=[invitation.meeting_id])
    client_of(member).post(path, {"colleague": colleague.affiliations.get().pk})
    assert Invitation.objects.get(meeting=invitation.meeting, user=colleague).answer == "yes"


@pytest.mark.parametrize("data", [{}, {"email": "not an address"}, {"colleague": "999999"}, {"colleague": "x"}])
def test_no_colleague_named_is_said_in_words(client_of, invitation, member, data):
    path = reverse("meetings:send_colleague", args=[invitation.meeting_id])
    assert client_of(member).post(path, data).status_code == 302
    assert fresh(invitation).answer == "none"


def test_handing_to_oneself_is_refused(invitation, member):
    with pytest.raises(NotAColleague):
        hand(invitation, affiliation=member.affiliations.get())


# Afterwards


def pages_of(client_of, row):
    """What the person reads on the meeting's page and behind the link."""
    answer = client_of(row.user).get(row.meeting.get_absolute_url()), client_of(None).get(answer_path(row))
    return [page.content.decode() for page in answer]


@pytest.mark.parametrize(
    ("stored", "before", "after"),
    [
        ({"answer": "yes"}, "Du kommer.", "Du svarte ja."),
        ({"answer": "yes", "guest_count": 2}, "Du kommer med 2 gjester.", "Du svarte ja, med 2 gjester."),
        ({"answer": "yes", "queued_at": timezone.now()}, "Du er nummer 1 på ventelista.", "Du svarte ja, og sto på"),
        ({"answer": "no"}, "Du kommer ikke.", "Du svarte nei."),
    ],
)
def test_nobody_comes_to_a_meeting_that_is_over(client_of, invitation, meeting, stored, before, after):
    Invitation.objects.filter(pk=invitation.pk).update(**stored)
    for page in pages_of(client_of, invitation):
        assert before in page
        assert after not in page
    meeting.state = "held"
    meeting.save()
    for page in pages_of(client_of, invitation):
        assert before not in page
        assert after in page


def test_a_meeting_ahead_is_coming_and_a_meeting_that_is_over_was_said_yes_to(client_of, invitation, meeting):
    say(invitation, "yes")
    assert "Hvem kommer" in pages_of(client_of, invitation)[0]
    with time_machine.travel(meeting.ends_at):
        page = pages_of(client_of, invitation)[0]
    assert "Hvem svarte ja" in page
    assert "Hvem kommer" not in page


def test_whoever_never_answered_the_new_time_is_not_asked_once_it_is_over(client_of, invitation, meeting):
    say(invitation, "yes")
    meeting.answer_floor = 1
    meeting.save()
    assert "Passer den nye tiden?" in pages_of(client_of, invitation)[1]
    meeting.state = "held"
    meeting.save()
    assert "Passer den nye tiden?" not in pages_of(client_of, invitation)[1]


# Who comes


def test_those_who_hide_are_counted_and_not_named(meeting):
    from meetings.coming import who_comes

    shown = InvitationFactory(meeting=meeting, answer="yes")
    hidden = InvitationFactory(meeting=meeting, answer="yes", affiliation__user__shows_attendance=False)
    coming = who_comes(meeting)
    names = [name for row in coming.companies for name in row.people]
    assert names == [shown.user.name]
    assert (coming.people_count, coming.company_count, coming.hidden_count) == (2, 2, 1)
    everybody = [name for row in who_comes(meeting, shows_all=True).companies for name in row.people]
    assert hidden.user.name in everybody


def test_a_plant_counts_as_its_company_unless_it_counts_by_itself(meeting):
    from meetings.coming import who_comes
    from tests.factories.members import CompanyFactory

    top = CompanyFactory()
    for parent, own in ((None, False), (top, False), (top, True)):
        company = top if parent is None else CompanyFactory(parent=parent, counts_by_itself=own)
        InvitationFactory(meeting=meeting, answer="yes", affiliation=AffiliationFactory(company=company))
    assert who_comes(meeting).company_count == 2


def test_a_person_without_a_name_is_greeted_without_one(client, meeting):
    row = InvitationFactory(meeting=meeting, affiliation=None, user=UserFactory(name=""), company_name="Gjest AS")
    assert client.get(answer_path(row)).status_code == 200
