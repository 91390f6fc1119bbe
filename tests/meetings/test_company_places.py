"""So many places for each company: nobody past the share, nobody past the queue who could be seated, and hands are free."""

import datetime as dt

import pytest
from django.utils import timezone

from mail import delivery
from mail.models import Message
from meetings.actions import seats
from meetings.actions.answers import answer_invitation
from meetings.actions.handing import Colleague, hand_over
from meetings.actions.meetings import edit_called
from meetings.cards import answer_card
from meetings.coming import queue_place
from meetings.enums import Road
from meetings.models import Invitation, Meeting
from meetings.plans import Details
from members.clock import oslo_today
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory, CompanyFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, capacity=3, capacity_per_company=1, starts_at=NOW + dt.timedelta(days=14))


@pytest.fixture
def big(db):
    return CompanyFactory(name="Storverk AS")


def of(meeting, company, count=1):
    rows = [InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(company=company)) for _ in range(count)]
    return rows if count > 1 else rows[0]


def say(row, answer, minute=0):
    now = NOW + dt.timedelta(minutes=minute)
    return answer_invitation(row, answer=answer, via=Road.PAGE, actor=row.user, now=now).invitation


def seated(meeting):
    return list(Invitation.objects.filter(meeting=meeting).seated(oslo_today()).order_by("pk"))


def queue(meeting):
    return list(Invitation.objects.filter(meeting=meeting).queued(oslo_today()))


def moved_up():
    rows = Message.objects.waiting().filter(kind="meetings.moved_up").order_by("pk")
    return list(rows.values_list("recipient", flat=True))


def test_a_second_from_the_company_waits_though_there_is_room(meeting, big):
    first, second = of(meeting, big, 2)
    other = of(meeting, CompanyFactory())
    say(first, "yes")
    assert say(second, "yes", 1).queued_at is not None
    assert say(other, "yes", 2).queued_at is None
    assert (seated(meeting), queue(meeting)) == ([first, other], [second])
    assert answer_card(Invitation.objects.get(pk=second.pk), NOW).waits_for_company
    assert not answer_card(Invitation.objects.get(pk=other.pk), NOW).waits_for_company


def test_when_a_colleague_leaves_the_next_of_that_company_moves_up(meeting, big):
    first, second, third = of(meeting, big, 3)
    for minute, row in enumerate((first, second, third)):
        say(row, "yes", minute)
    say(first, "no", 9)
    assert (seated(meeting), queue(meeting)) == ([second], [third])
    assert moved_up() == [second.ref]


def test_a_free_place_goes_past_those_whose_company_has_its_share_to_the_first_who_may_have_it(meeting, big):
    first, second = of(meeting, big, 2)
    others = [of(meeting, CompanyFactory()) for _ in range(4)]
    for minute, row in enumerate((first, second, *others)):
        say(row, "yes", minute)
    assert (seated(meeting), queue(meeting)) == ([first, *others[:2]], [second, *others[2:]])
    say(others[0], "no", 9)
    assert (seated(meeting), queue(meeting)) == ([first, *others[1:3]], [second, others[3]])
    assert moved_up() == [others[2].ref]


def test_when_both_limits_keep_people_waiting_the_company_goes_by_its_place_in_line(meeting, big):
    first, second = of(meeting, big, 2)
    others = [of(meeting, CompanyFactory()) for _ in range(3)]
    for minute, row in enumerate((first, others[0], others[1], others[2], second)):
        say(row, "yes", minute)
    say(first, "no", 9)
    assert (seated(meeting), queue(meeting)) == (others, [second])


def test_the_share_alone_is_a_limit_too(meeting, big):
    meeting.capacity = None
    meeting.save()
    first, second = of(meeting, big, 2)
    say(first, "yes")
    say(second, "yes", 1)
    assert (seated(meeting), queue(meeting)) == ([first], [second])
    assert queue_place(Invitation.objects.get(pk=second.pk)) == 1


def test_plants_share_the_places_of_the_top_company_unless_they_count_by_themselves(meeting, big):
    one = of(meeting, CompanyFactory(parent=big))
    two = of(meeting, CompanyFactory(parent=big))
    apart = of(meeting, CompanyFactory(parent=big, counts_by_itself=True))
    for minute, row in enumerate((one, two, apart)):
        say(row, "yes", minute)
    assert (seated(meeting), queue(meeting)) == ([one, apart], [two])


def test_guests_written_with_the_companys_name_take_its_places_and_those_without_take_none(meeting, big):
    guest = InvitationFactory(
        meeting=meeting, affiliation=None, user=AffiliationFactory().user, company_name="STORVERK"
    )
    free = [InvitationFactory(meeting=meeting, affiliation=None, user=AffiliationFactory().user) for _ in range(2)]
    mine = of(meeting, big)
    for minute, row in enumerate((guest, mine, *free)):
        say(row, "yes", minute)
    assert (seated(meeting), queue(meeting)) == ([guest, *free], [mine])


def test_handing_over_within_the_company_passes_the_place_on(meeting, big):
    first, second = of(meeting, big, 2)
    say(first, "yes")
    say(second, "yes", 1)
    late = AffiliationFactory(company=big)
    hand_over(first, to=Colleague(affiliation=late), via=Road.PAGE, actor=first.user, now=NOW)
    assert [row.user_id for row in seated(meeting)] == [late.user_id]
    assert queue(meeting) == [second]


def test_a_colleague_who_is_invited_for_a_company_that_has_its_share_waits(meeting, big):
    """The seat of one company is no seat past the share of another, nor past its waiting list."""
    Meeting.objects.filter(pk=meeting.pk).update(capacity_per_company=1)
    other = CompanyFactory(name="Nabo AS")
    giver, seated_there = of(meeting, big), of(meeting, other)
    taker = of(meeting, other)
    for minute, row in enumerate((giver, seated_there, taker)):
        say(row, "yes", minute)
    tie = AffiliationFactory(user=taker.user, company=big, is_main=False)
    hand_over(giver, to=Colleague(affiliation=tie), via=Road.PAGE, actor=giver.user, now=NOW)
    assert seated(meeting) == [seated_there]
    assert queue(meeting) == [taker]


def details(meeting, **more):
    names = ("title", "language", "description", "practical", "capacity", "capacity_per_company", "is_open")
    now = {name: getattr(meeting, name) for name in names}
    return Details(starts_at=meeting.starts_at, ends_at=meeting.ends_at, **(now | more))


def test_a_larger_share_lets_the_company_up_and_a_smaller_one_throws_nobody_out(meeting, big, leader):
    rows = of(meeting, big, 3)
    for minute, row in enumerate(rows):
        say(row, "yes", minute)
    edit_called(meeting, actor=leader, now=NOW, details=details(meeting, capacity_per_company=2), agenda=(), mail=False)
    assert seated(meeting) == rows[:2]
    meeting.refresh_from_db()
    edit_called(meeting, actor=leader, now=NOW, details=details(meeting, capacity_per_company=1), agenda=(), mail=False)
    assert seated(meeting) == rows[:2]
    say(rows[0], "no", 9)
    assert (seated(meeting), queue(meeting)) == ([rows[1]], [rows[2]])


def test_whoever_leaves_the_company_frees_its_place_each_minute(meeting, big):
    first, second = of(meeting, big, 2)
    say(first, "yes")
    say(second, "yes", 1)
    assert seats.fill_seats(NOW) == 0
    tie = first.affiliation
    tie.state, tie.ended_on = "ended", oslo_today() - dt.timedelta(days=1)
    tie.save()
    assert seats.fill_seats(NOW) == 1
    assert seated(meeting) == [second]


def test_who_stands_in_line_costs_no_query_each(meeting, big, django_assert_num_queries):
    Meeting.objects.filter(pk=meeting.pk).update(capacity=None, capacity_per_company=8)
    for minute, row in enumerate(of(meeting, big, 20)):
        say(row, "yes", minute)
    meeting.refresh_from_db()
    assert len(seated(meeting)) == 8
    with django_assert_num_queries(3):
        assert seats.next_in_line(meeting, NOW) == []


def test_the_pages_say_whose_places_are_taken(meeting, big, client_of):
    first, second = of(meeting, big, 2)
    say(first, "yes")
    client_of(second.user).post(f"/meetings/{meeting.pk}/answer/", {"answer": "yes"})
    page = client_of(second.user).get(f"/meetings/{meeting.pk}/").content.decode()
    assert "Hver bedrift har 1 plass, og deres er tatt." in page
    assert "Møtet er fullt." not in page


def test_the_organiser_sets_it_on_the_page(meeting, client_of, leader):
    browser = client_of(leader)
    path = f"/meetings/{meeting.pk}/change/"
    assert 'name="capacity_per_company"' in browser.get(path).content.decode()
    words = {"title": "Fagmøte", "language": "nb", "agenda-TOTAL_FORMS": 0, "agenda-INITIAL_FORMS": 0, "mail": "no"}
    refused = browser.post(path, words | {"capacity_per_company": "0"})
    assert refused.status_code in {400, 422}
    assert refused.context["form"].errors["capacity_per_company"]
    assert browser.post(path, words | {"capacity_per_company": "2"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.capacity_per_company == 2


@pytest.mark.parametrize(
    ("language", "share", "words"),
    [
        ("nb", 1, "Hver bedrift har 1 plass, og deres er tatt. Du er nummer 1 på ventelista"),
        ("nn", 1, "Kvar bedrift har 1 plass, og dykkar er teken. Du er nummer 1 på ventelista"),
        ("en", 2, "Each company has 2 places, and yours are taken. You are number 1 on the waiting list"),
    ],
)
def test_the_receipt_says_whose_places_are_taken(meeting, big, language, share, words):
    Meeting.objects.filter(pk=meeting.pk).update(capacity_per_company=share)
    for row in [*of(meeting, big, 2)[:share], of(meeting, CompanyFactory())]:
        say(row, "yes")
    mine = of(meeting, big)
    mine.user.language = language
    mine.user.save()
    answer_invitation(mine, answer="yes", via=Road.LINK, actor=mine.user, now=NOW)
    row = sent("receipt")
    assert words in " ".join(row.text.split())
    assert words in " ".join(row.html.split())


def test_a_colleague_sent_to_the_line_reads_whose_places_are_taken(meeting, big):
    first, second = of(meeting, big, 2)
    say(first, "yes")
    say(second, "yes", 1)
    late = AffiliationFactory(company=big)
    hand_over(second, to=Colleague(affiliation=late), via=Road.PAGE, actor=second.user, now=NOW)
    assert "Hver bedrift har 1 plass, og deres er tatt: Du er nummer 1" in " ".join(sent("handed").text.split())


def sent(kind):
    """The one mail of the kind, as it was sent."""
    Message.objects.exclude(kind=f"meetings.{kind}").delete()
    Message.objects.update(not_before=NOW)
    delivery.deliver_due(timezone.now())
    row = Message.objects.get()
    assert row.state == "sent", row.error
    return row
