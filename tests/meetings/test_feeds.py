"""Meetings in people's own calendars by themselves: who gets which, the same bytes, and addresses that die."""

import datetime as dt

import icalendar
import pytest
from django.utils import timezone

from meetings.actions.feeds import choose_for_feed, renew_feed, switch_off_feed
from meetings.actions.meetings import move_meeting
from meetings.enums import Answer, FeedHolds, MeetingState
from meetings.forgetting import forget_in_meetings
from meetings.models import CalendarFeed
from tests.factories.meetings import AgendaItemFactory, InvitationFactory, MeetingFactory
from tests.meetings.reader import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def token(member, now):
    return renew_feed(member, now=now)


@pytest.fixture
def invited(member, group):
    """A meeting the member is invited to."""

    def make(*, answer=Answer.NONE, **values):
        meeting = MeetingFactory(group=group, **values)
        AgendaItemFactory(meeting=meeting)
        at = timezone.now() if answer != Answer.NONE else None
        return InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), answer=answer, answered_at=at)

    return make


def get(client, token, **headers):
    return client.get(f"/feed/{token}.ics", headers=headers)


def events(response):
    """By our own strict reader, and by icalendar, which must find nothing wrong."""
    assert response.status_code == 200
    (calendar,) = [read(response.content)]
    for one in icalendar.Calendar.from_ical(response.content).walk():
        assert not one.errors
    assert max(len(line) for line in response.content.split(b"\r\n")) <= 75
    return {event.text("SUMMARY"): event for event in calendar.children if event.name == "VEVENT"}


def status_of(event):
    return event.one("STATUS")[1]


def test_a_feed_has_the_meetings_with_where_the_person_stands(client, token, invited):
    invited(title="Uten svar")
    invited(title="Kanskje", answer=Answer.MAYBE)
    invited(title="Ja", answer=Answer.YES)
    invited(title="Nei", answer=Answer.NO)
    MeetingFactory(title="En annens", is_open=True)
    found = events(get(client, token))
    assert {title: status_of(event) for title, event in found.items()} == {
        "Uten svar": "TENTATIVE", "Kanskje": "TENTATIVE", "Ja": "CONFIRMED",
    }  # fmt: skip


def test_a_place_on_the_waiting_list_is_not_certain(client, token, invited, member, now):
    row = invited(title="I kø", answer=Answer.YES)
    row.queued_at = now
    row.save()
    assert status_of(events(get(client, token))["I kø"]) == "TENTATIVE"
    choose_for_feed(member, holds=FeedHolds.UNSENT, shows_closed=False)
    assert set(events(get(client, token))) == {"I kø"}


def test_the_same_id_and_number_as_in_the_invitation(client, token, invited):
    row = invited(title="Møte")
    event = events(get(client, token))["Møte"]
    assert event.one("UID")[1] == str(row.meeting.uid)
    assert event.one("SEQUENCE")[1] == str(row.meeting.sequence)


def test_nobody_is_named_and_nothing_asks_for_an_answer(client, token, invited, member):
    invited(answer=Answer.YES)
    response = get(client, token)
    calendar = read(response.content)
    assert "METHOD" not in calendar.names()
    assert "UID" not in calendar.names()
    for word in (b"ATTENDEE", b"ORGANIZER", b"/r/", b"/c/", member.email.encode()):
        assert word not in response.content.replace(b"\r\n ", b"")


def test_a_declined_meeting_that_moved_is_asked_anew(client, token, invited):
    row = invited(title="Flyttet", answer=Answer.NO)
    row.meeting.sequence = row.meeting.answer_floor = 1
    row.meeting.save()
    assert status_of(events(get(client, token))["Flyttet"]) == "TENTATIVE"


def test_what_was_called_off_stays_a_month(client, token, invited, now):
    ago = {"state": MeetingState.CANCELLED}
    invited(title="Nylig", cancelled_at=now - dt.timedelta(days=29), **ago)
    invited(title="Gammelt", cancelled_at=now - dt.timedelta(days=31), **ago)
    invited(title="Sa nei", answer=Answer.NO, cancelled_at=now, **ago)
    found = events(get(client, token))
    assert set(found) == {"Avlyst: Nylig", "Avlyst: Sa nei"}
    assert status_of(found["Avlyst: Nylig"]) == "CANCELLED"
    assert found["Avlyst: Nylig"].one("TRANSP")[1] == "TRANSPARENT"


def test_a_year_back_and_all_to_come(client, token, invited, now):
    for title, days in (("Forrige år", -364), ("Lenge siden", -366), ("Om fem år", 1800)):
        start = now + dt.timedelta(days=days)
        invited(title=title, starts_at=start, ends_at=start + dt.timedelta(hours=1), answer_by=None)
    assert set(events(get(client, token))) == {"Forrige år", "Om fem år"}


def test_drafts_and_withdrawn_invitations_are_not_there(client, token, invited, now):
    invited(title="Utkast", state=MeetingState.DRAFT)
    row = invited(title="Trukket")
    row.withdrawn_at = now
    row.save()
    assert events(get(client, token)) == {}


def test_whoever_has_left_the_company_sees_its_meetings_no_more(client, token, invited, member, now):
    invited(title="Møte")
    tie = member.affiliations.get()
    tie.state, tie.ended_on = "ended", (now - dt.timedelta(days=1)).date()
    tie.save()
    assert events(get(client, token)) == {}


def test_a_board_meeting_says_nothing_unless_the_person_wants_it(client, token, invited, member):
    invited(title="Styremøte om nedbemanning", is_board_only=True, venue="Hotellet", description="Hemmelig sak")
    response = get(client, token)
    assert set(events(response)) == {"Møte"}
    for word in ("nedbemanning", "Hemmelig", "Hotellet", "Velkommen"):
        assert word.encode() not in response.content
    choose_for_feed(member, holds=FeedHolds.ALL, shows_closed=True)
    assert set(events(get(client, token))) == {"Styremøte om nedbemanning"}


def test_what_the_mail_has_put_there_can_be_left_out(client, token, invited, member):
    invited(title="Ja", answer=Answer.YES)
    invited(title="Uten svar")
    choose_for_feed(member, holds=FeedHolds.UNSENT, shows_closed=False)
    assert set(events(get(client, token))) == {"Uten svar"}


# Reading again


def test_the_same_bytes_until_something_changes(client, token, invited, leader, now):
    row = invited(title="Møte")
    first, second = get(client, token), get(client, token)
    assert first.content == second.content
    assert get(client, token, if_none_match=first["ETag"]).status_code == 304
    move_meeting(
        row.meeting, actor=leader, now=now, starts_at=row.meeting.starts_at + dt.timedelta(hours=1),
        ends_at=row.meeting.ends_at + dt.timedelta(hours=1), venue="Damphuset",
    )  # fmt: skip
    third = get(client, token, if_none_match=first["ETag"])
    assert (third.status_code, third["ETag"] == first["ETag"]) == (200, False)


def test_a_no_takes_a_meeting_away_also_for_readers_who_ask_by_date(client, token, invited):
    invited(title="Blir")
    row = invited(title="Går")
    first = get(client, token)
    row.answer, row.answered_at = Answer.NO, timezone.now()
    row.save()
    again = get(client, token, if_modified_since=first["Last-Modified"])
    assert set(events(again)) == {"Blir"}


def test_headers_let_a_calendar_keep_it_for_a_while(client, token, invited):
    invited()
    response = get(client, token)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, max-age=900"
    assert "Last-Modified" in response
    head = client.head(f"/feed/{token}.ics")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", response["ETag"])


def test_an_empty_feed_is_a_calendar(client, token):
    assert events(get(client, token)) == {}


# Addresses that die


@pytest.mark.parametrize("end", ["renewed", "off", "inactive", "forgotten"])
def test_a_dead_address_says_gone_and_empties_no_calendar(client, token, member, now, end, invited):
    invited()
    if end == "renewed":
        assert get(client, renew_feed(member, now=now)).status_code == 200
    elif end == "off":
        switch_off_feed(member, now=now)
    elif end == "inactive":
        member.is_active = False
        member.save()
    else:
        forget_in_meetings(member, actor=None, now=now)
    response = get(client, token)
    assert (response.status_code, response.content) == (410, b"")
    assert "calendar" not in response["Content-Type"]


@pytest.mark.parametrize("made_up", ["x", "a" * 43, "../admin", "%00"])
def test_a_made_up_address_is_unknown(client, token, made_up):
    assert get(client, made_up).status_code == 404


def test_only_a_hash_of_the_address_is_kept(token, client_of, member):
    row = CalendarFeed.objects.get()
    assert token not in str(row.__dict__)
    assert token not in client_of(member).get("/me/calendar/").content.decode()


def test_whoever_guesses_is_slowed_down(client, settings, token):
    settings.LIMITS = settings.LIMITS | {"feed_address": (2, 60)}
    assert [get(client, "x").status_code for _ in range(3)] == [404, 404, 429]


def test_renewing_keeps_the_choices(member, token, now):
    choose_for_feed(member, holds=FeedHolds.UNSENT, shows_closed=True)
    renew_feed(member, now=now)
    row = CalendarFeed.objects.get(revoked_at__isnull=True)
    assert (row.holds, row.shows_closed) == (FeedHolds.UNSENT, True)


# The page


def test_the_address_is_shown_once_with_ways_into_each_calendar(client_of, member):
    client = client_of(member)
    page = client.post("/me/calendar/renew/")
    text = page.content.decode()
    address = text.split('value="http')[1].split('"')[0]
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert client_of(None).get(f"/feed/{token}.ics").status_code == 200
    assert f'href="webcal://testserver/feed/{token}.ics"' in text
    assert "calendar.google.com/calendar/r?cid=webcal%3A%2F%2Ftestserver%2Ffeed%2F" in text
    assert page["Cache-Control"] == "no-store, private"
    assert token not in client.get("/me/calendar/").content.decode()


def test_help_for_each_calendar_stands_there_as_long_as_there_is_a_feed(client_of, member):
    client = client_of(member)
    assert "<dt>Outlook</dt>" not in client.get("/me/calendar/").content.decode()
    assert "<dt>Outlook</dt>" in client.post("/me/calendar/renew/").content.decode()
    page = client.get("/me/calendar/").content.decode()
    assert page.count("<dt>Outlook</dt>") == 1
    assert '<details class="mt-2"><summary>Hjelp for Outlook, Google og Apple' in page


def test_choices_are_saved_and_nonsense_is_refused(client_of, member, token):
    client = client_of(member)
    client.post("/me/calendar/choose/", {"holds": "unsent", "shows_closed": "on"})
    assert CalendarFeed.objects.get().shows_closed is True
    assert client.post("/me/calendar/choose/", {"holds": "x"}).status_code == 422
    assert CalendarFeed.objects.get().holds == FeedHolds.UNSENT
    client.post("/me/calendar/off/")
    assert CalendarFeed.objects.get().revoked_at is not None


# A group's own


def test_a_groups_feed_has_what_is_open_to_all(client, group):
    MeetingFactory(group=group, title="Åpent", is_open=True)
    MeetingFactory(group=group, title="Lukket")
    MeetingFactory(group=group, title="Styret", is_open=True, is_board_only=True)
    MeetingFactory(title="Andres", is_open=True)
    MeetingFactory(group=group, title="Utkast", is_open=True, state=MeetingState.DRAFT)
    response = client.get(f"/groups/{group.slug}/meetings.ics")
    assert set(events(response)) == {"Åpent"}
    assert response["Cache-Control"] == "public, max-age=900"
    assert client.get("/groups/finnes-ikke/meetings.ics").status_code == 404


def test_the_groups_page_offers_the_feed_to_open_to_copy_and_with_help(client, group):
    MeetingFactory(group=group, is_open=True)
    page = client.get(f"/groups/{group.slug}/").content.decode()
    assert f'href="webcal://testserver/groups/{group.slug}/meetings.ics"' in page
    assert f'value="http://testserver/groups/{group.slug}/meetings.ics"' in page
    assert "<dt>Outlook</dt>" in page


# Size


def test_five_hundred_meetings_take_as_many_queries_as_two(client, token, member, group, django_assert_num_queries):
    tie = member.affiliations.get()

    def fill(number):
        for row in MeetingFactory.create_batch(number, group=group):
            AgendaItemFactory(meeting=row)
            InvitationFactory(meeting=row, affiliation=tie)

    fill(2)
    get(client, token)
    with django_assert_num_queries(3):  # the feed with its person, invitations with meetings, agendas
        get(client, token)
    fill(498)
    with django_assert_num_queries(3):
        response = get(client, token)
    assert len(events(response)) == 500
    assert len(response.content) < 400_000
