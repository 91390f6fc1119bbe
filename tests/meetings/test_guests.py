"""Guests take places: never one too many, whoever brings them sits with them or waits with them, and names are not kept."""

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from mail import delivery
from mail.models import Message
from meetings.actions import guests as guest_verbs
from meetings.actions import seats
from meetings.actions.answers import AnswersClosed, answer_invitation, undo_answer
from meetings.actions.guests import NoPlaceForGuests, bring_guests, forget_guest_names
from meetings.actions.handing import Colleague, hand_over
from meetings.actions.meetings import edit_called, invite_late, move_meeting, withdraw_invitation
from meetings.attending import attendance_list, attendance_rows
from meetings.cards import answer_card
from meetings.coming import coming_and_tally, tally, who_comes
from meetings.enums import Road
from meetings.models import Invitation, Meeting
from meetings.plans import Details
from meetings.tasks import sweep
from meetings.tokens import answer_path
from members import actions as register
from members.clock import oslo_today
from tests.factories.groups import GroupFactory
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory, CompanyFactory
from tests.meetings.pages import nonce_of
from tests.office import change, clerk, listing, office, without_second_factor
from thamsklyngen.pages.counts import with_coming

__all__ = ["clerk", "office", "without_second_factor"]
NOW = timezone.now().replace(microsecond=0)
NAMES = ["Guri Gjest", "Ola Følge", "Per Plass", "Kari Kaffe", "Nils Nummer"]


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, capacity=4, guests_each=3, starts_at=NOW + dt.timedelta(days=14))


def invite(meeting, count):
    return [InvitationFactory(meeting=meeting) for _ in range(count)]


def say(row, answer, minute=0):
    now = NOW + dt.timedelta(minutes=minute)
    return answer_invitation(row, answer=answer, via=Road.PAGE, actor=row.user, now=now).invitation


def bring(row, count, via=Road.PAGE, now=NOW):
    return bring_guests(row, names=NAMES[:count], via=via, now=now)


def fresh(row):
    return Invitation.objects.get(pk=row.pk)


def seated(meeting):
    return list(Invitation.objects.filter(meeting=meeting).seated(oslo_today()).order_by("pk"))


def taken(meeting):
    return sum(row.people for row in seated(meeting))


def queue(meeting):
    return list(Invitation.objects.filter(meeting=meeting).queued(oslo_today()))


def moved_up():
    rows = Message.objects.waiting().filter(kind="meetings.moved_up").order_by("pk")
    return list(rows.values_list("recipient", flat=True))


# Places


@pytest.mark.django_db
def test_guests_take_places_from_those_who_come_later(meeting):
    first, second, third = invite(meeting, 3)
    say(first, "yes")
    bring(first, 2)
    assert say(second, "yes", 1).queued_at is None
    assert say(third, "yes", 2).queued_at is not None
    assert (taken(meeting), queue(meeting)) == (4, [third])


@pytest.mark.django_db
def test_more_guests_than_places_are_refused_whole_and_nobody_loses_a_seat(meeting):
    first, second = invite(meeting, 2)
    say(first, "yes")
    say(second, "yes")
    bring(first, 1)
    with pytest.raises(NoPlaceForGuests, match="1"):
        bring(first, 3)
    with pytest.raises(NoPlaceForGuests, match="1"):
        bring(second, 2)
    assert (fresh(first).guest_names, fresh(second).guest_count, taken(meeting)) == (NAMES[:1], 0, 3)
    assert fresh(first).has_seat


@pytest.mark.django_db
def test_guests_count_in_the_companys_share(meeting):
    Meeting.objects.filter(pk=meeting.pk).update(capacity=None, capacity_per_company=2)
    big = CompanyFactory()
    first, second = (InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(company=big)) for _ in range(2))
    other = InvitationFactory(meeting=meeting)
    for row in (first, other):
        say(row, "yes")
    bring(first, 1)
    assert say(second, "yes", 1).queued_at is not None
    assert answer_card(fresh(second), NOW).waits_for_company
    with pytest.raises(NoPlaceForGuests):
        bring(first, 2)
    bring(other, 1)
    bring(first, 0)
    assert queue(meeting) == []


@pytest.mark.django_db
def test_a_party_waits_together_and_those_for_whom_there_is_a_place_go_past(meeting):
    first, second, party, single = invite(meeting, 4)
    for row in (first, second):
        say(row, "yes")
        bring(row, 1)
    say(party, "yes", 1)
    bring(party, 1)
    say(single, "yes", 2)
    assert queue(meeting) == [party, single]
    bring(first, 0)  # one place: too little for the party
    assert (queue(meeting), taken(meeting), moved_up()) == ([party], 4, [single.ref])
    say(second, "no", 3)  # two places
    assert (queue(meeting), taken(meeting)) == ([], 4)
    assert fresh(party).guest_count == 1


@pytest.mark.django_db
def test_whoever_waits_gets_in_at_once_with_fewer_guests_and_without_a_mail(meeting):
    first, party = invite(meeting, 2)
    say(first, "yes")
    bring(first, 1)
    say(party, "yes", 1)
    Invitation.objects.filter(pk=party.pk).update(queued_at=NOW, guest_count=3, guest_names=NAMES[:3])
    assert seats.next_in_line(meeting, NOW) == []
    bring(party, 1)
    assert fresh(party).has_seat
    assert (taken(meeting), moved_up()) == (4, [])


@pytest.mark.django_db
def test_a_party_that_can_never_have_places_is_told_at_once(meeting):
    Meeting.objects.filter(pk=meeting.pk).update(capacity=2)
    rows = invite(meeting, 3)
    for row in rows:
        say(row, "yes")
    with pytest.raises(NoPlaceForGuests, match="1"):
        bring(rows[2], 2)
    bring(rows[2], 1)
    assert queue(meeting) == [fresh(rows[2])]


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["no", "maybe"])
def test_without_a_yes_guests_go_and_their_places_are_free(meeting, answer):
    first, second = invite(meeting, 2)
    say(first, "yes")
    bring(first, 3)
    say(second, "yes", 1)
    say(first, answer, 2)
    assert seated(meeting) == [second]
    assert (fresh(first).guest_count, fresh(first).guest_names) == (0, [])


@pytest.mark.django_db
def test_an_undone_no_comes_back_alone(meeting):
    first, second = invite(meeting, 2)
    say(first, "yes")
    bring(first, 2)
    say(first, "no", 1)
    say(second, "yes", 2)
    bring(second, 2)
    undo_answer(fresh(first), via=Road.PAGE, actor=first.user, now=NOW + dt.timedelta(minutes=3))
    assert (fresh(first).people, taken(meeting)) == (1, 4)


@pytest.mark.django_db
def test_a_withdrawn_invitation_takes_its_guests_along_and_comes_back_without(meeting, leader):
    first, second = invite(meeting, 2)
    say(first, "yes")
    bring(first, 3)
    say(second, "yes", 1)
    withdraw_invitation(first, actor=leader, now=NOW)
    assert seated(meeting) == [second]
    assert fresh(first).guest_names == []
    invite_late(meeting, actor=leader, now=NOW, people=[first.affiliation])
    assert (fresh(first).guest_count, fresh(first).answer) == (0, "none")


@pytest.mark.django_db
def test_whoever_leaves_the_company_leaves_no_guests_behind(meeting):
    first, second = invite(meeting, 2)
    say(first, "yes")
    bring(first, 3)
    say(second, "yes", 1)
    tie = first.affiliation
    tie.state, tie.ended_on = "ended", oslo_today() - dt.timedelta(days=1)
    tie.save()
    assert seats.fill_seats(NOW) == 1
    assert (seated(meeting), taken(meeting)) == ([second], 1)


@pytest.mark.django_db
def test_handing_over_passes_on_the_seat_and_not_the_guests(meeting):
    first, waiting = invite(meeting, 2)
    say(first, "yes")
    bring(first, 3)
    say(waiting, "yes", 1)
    colleague = AffiliationFactory(company=first.affiliation.company)
    hand_over(first, to=Colleague(affiliation=colleague), via=Road.PAGE, actor=first.user, now=NOW)
    assert {row.user_id for row in seated(meeting)} == {colleague.user_id, waiting.user_id}
    assert (taken(meeting), fresh(first).guest_names) == (2, [])


@pytest.mark.django_db
def test_a_colleague_in_line_with_guests_takes_the_seat_alone_where_there_is_one_place(meeting):
    """The case that would oversell: one seat is passed on to a party of three."""
    Meeting.objects.filter(pk=meeting.pk).update(capacity=3)
    company = CompanyFactory()
    giver, taker = (InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(company=company)) for _ in "ab")
    others = invite(meeting, 2)
    for row in (giver, *others, taker):
        say(row, "yes")
    bring(taker, 2)
    hand_over(giver, to=Colleague(affiliation=taker.affiliation), via=Road.PAGE, actor=giver.user, now=NOW)
    assert fresh(taker).has_seat
    assert (fresh(taker).guest_count, taken(meeting)) == (0, 3)


@pytest.mark.django_db
def test_a_colleague_in_line_brings_the_guests_where_there_are_places_for_all(meeting):
    company = CompanyFactory()
    giver, taker = (InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(company=company)) for _ in "ab")
    say(giver, "yes")
    bring(giver, 3)
    say(taker, "yes", 1)
    bring(taker, 3)
    hand_over(giver, to=Colleague(affiliation=taker.affiliation), via=Road.PAGE, actor=giver.user, now=NOW)
    assert (fresh(taker).people, taken(meeting)) == (4, 4)


@pytest.mark.django_db
def test_a_held_seat_of_a_party_goes_to_those_it_does_for(meeting):
    party, big, single = invite(meeting, 3)
    say(party, "yes")
    bring(party, 1)
    Meeting.objects.filter(pk=meeting.pk).update(capacity=2)
    for row in (big, single):
        say(row, "yes", 1)
    bring(big, 1)
    near = meeting.starts_at - dt.timedelta(hours=10)
    Invitation.objects.filter(pk=party.pk).update(confirm_by=near)
    Invitation.objects.filter(pk=big.pk).update(guest_count=2)
    with time_machine.travel(near + dt.timedelta(minutes=1), tick=False):
        assert seats.release_held(timezone.now()) == 1
    assert seated(meeting) == [single]
    assert queue(meeting) == [big, party]


@pytest.mark.django_db
def test_moving_the_meeting_keeps_guests_until_the_answer_changes(meeting, leader):
    (row,) = invite(meeting, 1)
    say(row, "yes")
    bring(row, 2)
    later = meeting.starts_at + dt.timedelta(days=7)
    move_meeting(
        meeting, actor=leader, now=NOW, starts_at=later, ends_at=later + dt.timedelta(hours=3), venue="Damphuset"
    )
    with pytest.raises(AnswersClosed):  # the new time is answered first
        bring(row, 3)
    say(row, "yes", 5)
    assert fresh(row).guest_count == 2


@pytest.mark.django_db
def test_after_the_deadline_fewer_and_other_names_and_more_by_the_organiser_alone(meeting):
    (row,) = invite(meeting, 1)
    say(row, "yes")
    bring(row, 2)
    late = meeting.answer_by + dt.timedelta(hours=1)
    with pytest.raises(NoPlaceForGuests):
        bring(row, 3, now=late)
    assert bring_guests(row, names=["Anna Annen", NAMES[1]], via=Road.PAGE, now=late)
    assert bring(row, 1, now=late)
    assert bring(row, 3, via=Road.BEHALF, now=late)
    with pytest.raises(AnswersClosed):
        bring(row, 1, now=meeting.starts_at)


@pytest.mark.django_db
def test_no_more_than_the_meeting_lets_each_bring_and_those_who_are_named_stay(meeting, leader):
    first, second = invite(meeting, 2)
    for row in (first, second):
        say(row, "yes")
    with pytest.raises(NoPlaceForGuests):
        bring_guests(first, names=[*NAMES[:3], "En Til"], via=Road.PAGE, now=NOW)
    bring(first, 2)
    words = {name: getattr(meeting, name) for name in ("title", "capacity", "description", "practical")}
    details = Details(starts_at=meeting.starts_at, ends_at=meeting.ends_at, guests_each=0, **words)
    edit_called(meeting, actor=leader, now=NOW, details=details, agenda=(), mail=False)
    assert fresh(first).guest_count == 2
    assert answer_card(fresh(first), NOW).most_guests == 2
    with pytest.raises(AnswersClosed):
        bring(second, 1)
    assert bring(first, 1)


@pytest.mark.django_db
def test_nobody_brings_guests_without_a_yes(meeting):
    (row,) = invite(meeting, 1)
    with pytest.raises(AnswersClosed):
        bring(row, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=row.pk).update(guest_count=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(guests_each=6)


def test_the_last_places_are_never_given_to_two_parties_at_once(transactional_db, monkeypatch):
    count = seats.free_seats

    def slowly(meeting, now):
        free = count(meeting, now)
        time.sleep(0.05)
        return free

    monkeypatch.setattr(seats, "free_seats", slowly)
    meeting = MeetingFactory(group=GroupFactory(), capacity=8, guests_each=3, starts_at=NOW + dt.timedelta(days=9))
    rows = invite(meeting, 5)
    for row in rows:
        say(row, "yes")
    barrier = threading.Barrier(len(rows))

    def act(row):
        barrier.wait()
        try:
            return bring(row, 2)
        except NoPlaceForGuests:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(rows)) as pool:
        got = list(pool.map(act, rows))
    assert (got.count(True), taken(meeting)) == (1, 7)


# Pages


@pytest.fixture
def mine(meeting, member):
    row = InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member)
    say(row, "yes")
    return fresh(row)


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.django_db
def test_only_a_yes_to_a_meeting_with_guests_is_asked(meeting, mine, member, client_of):
    browser = client_of(member)
    page = text_of(browser.get(meeting.get_absolute_url()))
    assert page.count("Navn på gjest") == 3
    assert "Du kan ta med opptil 3 gjester." in page
    say(mine, "no", 1)
    assert "Navn på gjest" not in text_of(browser.get(meeting.get_absolute_url()))
    Meeting.objects.filter(pk=meeting.pk).update(guests_each=0)
    say(mine, "yes", 2)
    page = text_of(browser.get(meeting.get_absolute_url()))
    assert "gjest" not in page.lower().split("</main>")[0].split("<main")[1]


@pytest.mark.django_db
def test_named_changed_and_taken_back_on_the_page(meeting, mine, member, client_of):
    browser, path = client_of(member), reverse("meetings:guests", args=[meeting.pk])
    answer = browser.post(path, {"guest_1": "", "guest_2": "  Guri \u202e Gjest  ", "guest_3": "Ola"}, follow=True)
    assert "Du tar med 2 gjester." in text_of(answer)
    assert "Du kommer med 2 gjester." in text_of(answer)
    assert fresh(mine).guest_names == ["Guri Gjest", "Ola"]
    assert 'value="Guri Gjest"' in text_of(answer)
    browser.post(path, {})
    assert fresh(mine).guest_count == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"guest_1": "Guri", "guest_2": "x" * 81}, "80"),
        ({"guest_1": "Guri", "guest_2": "???"}, "Skriv et navn, eller la det stå tomt."),
        ({"guest_1": "Guri", "guest_2": "a\0b"}, "Null"),
        ({"guest_1": "Guri", "guest_2": "Ola", "guest_3": "Per"}, "Det er plass til 2 gjester til nå."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_stored(meeting, mine, member, client_of, sent, words):
    Meeting.objects.filter(pk=meeting.pk).update(capacity=3)
    answer = client_of(member).post(reverse("meetings:guests", args=[meeting.pk]), sent)
    assert answer.status_code == 422
    page = text_of(answer)
    assert words in page
    assert 'aria-invalid="true"' in page
    assert 'value="Guri"' in page
    assert fresh(mine).guest_count == 0


@pytest.mark.django_db
def test_more_names_than_may_be_brought_by_now_are_refused_beside_what_was_written(meeting, mine, member, client_of):
    """The page was opened while more were allowed."""
    sent = {f"guest_{place}": f"Guri {place}" for place in range(1, 9)}
    path = reverse("meetings:guests", args=[meeting.pk])
    Meeting.objects.filter(pk=meeting.pk).update(guests_each=1)
    answer = client_of(member).post(path, sent)
    assert (answer.status_code, fresh(mine).guest_count) == (422, 0)
    assert "Du kan ta med 1 gjest." in text_of(answer)
    assert 'value="Guri 5"' in answer.content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(guests_each=3, answer_by=NOW - dt.timedelta(hours=1))
    answer = client_of(member).post(path, {"guest_1": "Guri"})
    assert (answer.status_code, fresh(mine).guest_count) == (422, 0)
    assert "Svarfristen er ute. Spør arrangøren." in text_of(answer)


@pytest.mark.django_db
def test_behind_the_link_names_are_not_shown_and_stay_until_they_are_changed(client, meeting, mine):
    bring(mine, 2)
    path, here = reverse("meetings:guests_by_link", args=[answer_path(mine).split("/")[2]]), answer_path(mine)
    page = text_of(client.get(here))
    assert "Du tar med 2 gjester." in page
    assert NAMES[0] not in client.get(here).content.decode()
    assert "Et tomt felt er ingen gjest" not in page  # here it leaves things as they are

    def send(**sent):
        assert client.post(path, sent | {"nonce": nonce_of(client, here)}).status_code == 302
        return fresh(mine).guest_names

    assert send(guest_1="", guest_2="") == NAMES[:2]
    assert send(guest_1="Per Plass") == ["Per Plass"]
    assert send(nobody="1") == []


@pytest.mark.django_db
def test_behind_the_link_and_with_a_receipt(client, meeting, mine):
    path, here = reverse("meetings:guests_by_link", args=[answer_path(mine).split("/")[2]]), answer_path(mine)
    assert client.post(path, {"guest_1": "Guri"}).status_code == 403  # the page was not fetched
    answer = client.post(path, {"guest_1": "Guri", "nonce": nonce_of(client, here)})
    assert answer.status_code == 302
    assert fresh(mine).guest_names == ["Guri"]
    refused = client.post(path, {"guest_1": "???", "nonce": nonce_of(client, here)})
    assert refused.status_code == 422
    assert "Skriv et navn" in text_of(refused)
    Message.objects.exclude(kind="meetings.receipt").delete()
    Message.objects.update(not_before=NOW)
    delivery.deliver_due(timezone.now())
    row = Message.objects.get()
    assert "Du kommer med 1 gjest." in row.text
    assert "Guri" not in row.text + row.html


@pytest.mark.django_db
def test_who_moves_up_reads_that_it_goes_for_the_guests_too(client, meeting, mine):
    party = invite(meeting, 1)[0]
    bring(mine, 3)
    say(party, "yes", 1)
    bring(party, 2)
    page = text_of(client.get(answer_path(party)))
    assert "Det er ikke plass til deg og 2 gjester nå." in page
    assert "Møtet er fullt." not in page
    near = meeting.starts_at - dt.timedelta(hours=10)
    with time_machine.travel(near, tick=False):
        answer_invitation(mine, answer="no", via=Road.PAGE, actor=mine.user, now=near)
        page = text_of(client.get(answer_path(party)))
        assert "Det gjelder deg og de 2 gjestene dine." in page
        Message.objects.exclude(kind="meetings.moved_up").delete()
        Message.objects.update(not_before=near)
        delivery.deliver_due(near)
    row = Message.objects.get()
    for words in (row.text, row.html):
        assert "Det gjelder deg og de 2 gjestene dine." in " ".join(words.split())


@pytest.mark.django_db
def test_whoever_is_signed_in_as_somebody_else_neither_sees_nor_names_guests(client_of, meeting, mine, colleague):
    bring(mine, 1)
    browser, here = client_of(colleague), answer_path(mine)
    assert NAMES[0] not in text_of(browser.get(here))
    path = reverse("meetings:guests_by_link", args=[here.split("/")[2]])
    assert browser.post(path, {"guest_1": "Per", "nonce": nonce_of(browser, here)}).status_code == 403
    assert fresh(mine).guest_names == NAMES[:1]


@pytest.mark.django_db
def test_the_organiser_notes_what_was_said_on_the_phone(client_of, meeting, mine, leader):
    browser, path = client_of(leader), reverse("meetings:guests_on_behalf", args=[meeting.pk, mine.pk])
    assert browser.post(path, {"guest_1": "Guri"}).status_code == 302
    assert fresh(mine).guest_names == ["Guri"]
    assert "Guri" in text_of(browser.get(reverse("meetings:invitation", args=[meeting.pk, mine.pk])))
    refused = browser.post(path, {"guest_1": "Guri", "guest_2": "…"})
    assert refused.status_code == 422
    assert "Skriv et navn" in text_of(refused)


@pytest.mark.django_db
def test_who_comes_says_how_many_and_names_guests_to_the_organiser_alone(
    client_of, meeting, mine, leader, board_member
):
    bring(mine, 2)
    other = InvitationFactory(meeting=meeting)
    page = text_of(client_of(other.user).get(meeting.get_absolute_url()))
    assert f"{mine.user.name} med 2 gjester" in page
    assert "3 personer" in page
    assert NAMES[0] not in page
    page = text_of(client_of(leader).get(meeting.get_absolute_url()))
    assert "3 / 4" in page
    page = text_of(client_of(leader).get(reverse("meetings:invitations", args=[meeting.pk])))
    assert "+ 2 gjester: Guri Gjest, Ola Følge" in page


@pytest.mark.django_db
def test_whoever_hides_hides_the_guests_too(meeting, mine):
    bring(mine, 2)
    mine.user.shows_attendance = False
    mine.user.save()
    coming = who_comes(meeting)
    assert (coming.people_count, coming.hidden_count, coming.companies) == (3, 3, [])
    assert coming_and_tally(meeting)[1] == tally(meeting)
    assert (tally(meeting).yes, tally(meeting).guests, tally(meeting).places) == (1, 2, 3)


@pytest.mark.django_db
def test_the_door_counts_guests_with_whom_they_come_and_paper_has_a_box_for_each(client_of, meeting, mine, leader):
    bring(mine, 2)
    with time_machine.travel(meeting.starts_at - dt.timedelta(minutes=10), tick=False):
        browser = client_of(leader)
        page = browser.get(reverse("meetings:door", args=[meeting.pk]))
        assert "+ 2 gjester: Guri Gjest, Ola Følge" in text_of(page)
        assert (page.context["door"].people, page.context["door"].expected) == (0, 3)
        browser.post(reverse("meetings:note_attendance", args=[meeting.pk, mine.pk]), {"attendance": "attended"})
        page = browser.get(reverse("meetings:door", args=[meeting.pk]))
        assert page.context["door"].people == 3
        paper = text_of(browser.get(reverse("meetings:paper", args=[meeting.pk])))
    assert paper.count(f"gjest av {mine.user.name}") == 2
    assert "Ola Følge" in paper
    listed = attendance_list(attendance_rows(meeting), shows_all=True)
    assert (listed.people, listed.present[0].name) == (3, f"{mine.user.name} med 2 gjester")


@pytest.mark.django_db
def test_minutes_from_before_there_were_guests_are_read_as_they_are(meeting, mine):
    bring(mine, 2)
    Invitation.objects.filter(pk=mine.pk).update(attendance="attended")
    rows = [{name: value for name, value in row.items() if name != "guests"} for row in attendance_rows(meeting)]
    assert attendance_list(rows).people == 1


@pytest.mark.django_db
def test_the_office_sees_how_many_in_its_list_and_who_on_the_page(office, meeting, mine):
    bring(mine, 2)
    assert "Guri Gjest, Ola Følge" in text_of(office.get(change(mine)))
    sheet = office.get(listing(Invitation) + "export/csv/").content.decode()
    assert ";2;" in sheet.replace(",", ";")
    assert "Guri" not in sheet
    assert office.get(listing(Meeting)).context["cl"].result_list[0].coming_count == 3


@pytest.mark.django_db
def test_the_front_page_and_the_office_count_guests(meeting, mine):
    bring(mine, 2)
    say(invite(meeting, 1)[0], "yes")
    found = with_coming(Meeting.objects.all()).get()
    assert (found.coming, found.coming_companies) == (4, 2)


@pytest.mark.django_db
def test_in_nynorsk(client_of, meeting, mine, member):
    bring(mine, 1)
    browser = client_of(member)
    browser.cookies["thamsklyngen_language"] = "nn"
    browser.cookies["django_language"] = "nn"
    member.language = "nn"
    member.save()
    page = text_of(browser.get(meeting.get_absolute_url(), headers={"accept-language": "nn"}))
    assert "Du kjem med 1 gjest." in page
    assert "Tek du med gjester?" in page


@pytest.mark.django_db
def test_how_many_is_set_in_the_form_and_copied(client_of, meeting, leader):
    browser, path = client_of(leader), f"/meetings/{meeting.pk}/change/"
    words = {"title": "Fagmøte", "language": "nb", "agenda-TOTAL_FORMS": 0, "agenda-INITIAL_FORMS": 0, "mail": "no"}
    for wrong in ("6", "-1", "to"):
        refused = browser.post(path, words | {"guests_each": wrong})
        assert refused.status_code == 422
        assert refused.context["form"].errors["guests_each"]
    assert browser.post(path, words | {"guests_each": "2", "serves_food": "on"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.guests_each, meeting.serves_food) == (2, True)
    form = browser.get(f"/meetings/new/?group={meeting.group.slug}&copy={meeting.pk}").context["form"]
    assert (form["guests_each"].value(), form["serves_food"].value()) == (2, True)
    browser.post(path, words | {"guests_each": ""})
    meeting.refresh_from_db()
    assert (meeting.guests_each, meeting.serves_food) == (0, False)


# Names are not kept


@pytest.mark.django_db
def test_names_go_seven_days_after_the_meeting_and_the_number_stays(meeting, mine):
    bring(mine, 2)
    boundary = meeting.ends_at + dt.timedelta(days=7)
    assert forget_guest_names(boundary - dt.timedelta(seconds=1)) == 0
    assert fresh(mine).guest_names == NAMES[:2]
    with time_machine.travel(boundary, tick=False):
        sweep()
    assert (fresh(mine).guest_names, fresh(mine).guest_count) == ([], 2)
    assert guest_verbs.forget_guest_names(boundary) == 0


@pytest.mark.django_db
def test_whoever_is_taken_out_takes_the_names_of_guests_along(meeting, mine, member, staff):
    bring(mine, 2)
    started = NOW - dt.timedelta(days=2)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=started, ends_at=started + dt.timedelta(hours=2), answer_by=None
    )
    register.anonymise_person(member, actor=staff, now=NOW)
    assert (fresh(mine).guest_names, fresh(mine).guest_count) == ([], 2)
