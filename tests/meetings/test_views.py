"""Pages of meetings: who may, what they show, what they cost."""

import datetime as dt

import pytest
from django.utils import timezone

from meetings.enums import Answer, MeetingState
from meetings.models import Invitation, Meeting
from tests.factories.groups import RoundFactory
from tests.factories.meetings import AgendaItemFactory, DraftFactory, InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory
from tests.meetings.reader import read

pytestmark = pytest.mark.django_db

RUN_PAGES = ("invitations/", "people/", "move/", "change/", "cancel/")


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, round=RoundFactory(group=group), description="Ta med en ting.")


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 302), ("outsider", 404), ("newcomer", 404), ("other_member", 404), ("member", 200), ("leader", 200),
     ("board_member", 200), ("staff", 200)],
)  # fmt: skip
def test_who_may_see_a_closed_meeting(request, client_of, meeting, who, status):
    user = request.getfixturevalue(who) if who else None
    assert client_of(user).get(f"/meetings/{meeting.pk}/").status_code == status
    assert client_of(user).get(f"/meetings/{meeting.pk}/meeting.ics").status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("outsider", 404), ("other_member", 404), ("member", 403), ("leader", 200), ("staff", 200)]
)
@pytest.mark.parametrize("page", RUN_PAGES)
def test_who_may_run_a_meeting(request, client_of, meeting, who, status, page):
    browser = client_of(request.getfixturevalue(who))
    assert browser.get(f"/meetings/{meeting.pk}/{page}").status_code == status


@pytest.mark.parametrize(
    "verb", ["move/", "change/", "cancel/", "hold/", "call/", "remove/", "people/pick/", "invitations/add/"]
)
def test_no_verb_of_a_members_or_outsiders_changes_anything(client_of, meeting, member, outsider, verb):
    before = Meeting.objects.values().get()
    assert client_of(member).post(f"/meetings/{meeting.pk}/{verb}").status_code == 403
    assert client_of(outsider).post(f"/meetings/{meeting.pk}/{verb}").status_code == 404
    assert client_of(None).post(f"/meetings/{meeting.pk}/{verb}").status_code == 302
    assert Meeting.objects.values().get() == before


def test_a_draft_is_hidden_from_those_it_is_for(client_of, group, member, leader):
    meeting = DraftFactory(group=group)
    assert client_of(member).get(f"/meetings/{meeting.pk}/").status_code == 404
    assert client_of(leader).get(f"/meetings/{meeting.pk}/").status_code == 200


def test_a_board_meeting_is_hidden_from_members_not_invited(client_of, group, member, colleague):
    meeting = MeetingFactory(group=group, is_board_only=True)
    assert client_of(member).get(f"/meetings/{meeting.pk}/").status_code == 404
    InvitationFactory(meeting=meeting, user=member, affiliation=member.affiliations.get())
    assert client_of(member).get(f"/meetings/{meeting.pk}/").status_code == 200


def test_a_seat_that_ended_runs_nothing_from_the_next_request(client_of, meeting, leader):
    browser = client_of(leader)
    assert browser.get(f"/meetings/{meeting.pk}/move/").status_code == 200
    tie = leader.affiliations.get()
    tie.state = "ended"
    tie.save()
    assert browser.get(f"/meetings/{meeting.pk}/move/").status_code == 404


def test_only_the_cluster_board_and_staff_make_meetings_without_a_group(client_of, leader, chair, staff, member, group):
    assert client_of(leader).get("/meetings/new/").status_code == 403
    assert client_of(chair).get("/meetings/new/").status_code == 200
    assert client_of(staff).get("/meetings/new/").status_code == 200
    assert client_of(member).get(f"/meetings/new/?group={group.slug}").status_code == 403
    assert client_of(leader).get("/meetings/new/?group=finnes-ikke").status_code == 404
    assert client_of(leader).get("/meetings/choose/").status_code == 302
    assert client_of(member).get("/meetings/choose/").status_code == 403


def test_an_open_meeting_is_for_everybody_without_names_or_links(client, group, member):
    meeting = MeetingFactory(group=group, is_open=True, online_url="https://video.example/rom")
    InvitationFactory(meeting=meeting, user=member, affiliation=member.affiliations.get(), answer=Answer.YES)
    page = client.get(f"/meetings/{meeting.pk}/").content.decode()
    assert meeting.title in page
    assert "video.example" not in page
    assert "Marte" not in page


def test_the_page_shows_the_agenda_against_the_clock(client_of, member, group):
    meeting = MeetingFactory(
        group=group,
        starts_at=dt.datetime(2027, 7, 1, 10, tzinfo=dt.UTC),
        ends_at=dt.datetime(2027, 7, 1, 12, tzinfo=dt.UTC),
    )
    AgendaItemFactory(meeting=meeting, title="Velkommen", minutes=15, position=0)
    AgendaItemFactory(meeting=meeting, title="Tenk alene", minutes=20, position=1)
    AgendaItemFactory(meeting=meeting, title="Pause", minutes=5, position=2)
    page = client_of(member).get(f"/meetings/{meeting.pk}/").content.decode()
    assert page.index("12.00") < page.index("Velkommen") < page.index("12.15") < page.index("12.35")


def test_the_list_has_its_tabs(client_of, member, leader, group):
    coming = MeetingFactory(group=group, title="Kommer snart")
    past = MeetingFactory(group=group, title="Var en gang", starts_at=timezone.now() - dt.timedelta(days=9))
    draft = DraftFactory(group=group, title="Bare et utkast")
    InvitationFactory(meeting=coming, user=member, affiliation=member.affiliations.get())

    def shown(user, tab):
        page = client_of(user).get(f"/meetings/?show={tab}").content.decode()
        return {one.title for one in (coming, past, draft) if one.title in page}

    assert shown(member, "upcoming") == shown(member, "mine") == {"Kommer snart"}
    assert shown(member, "past") == {"Var en gang"}
    assert shown(member, "drafts") == set()
    assert shown(leader, "drafts") == {"Bare et utkast"}
    assert shown(member, "tull") == {"Kommer snart"}
    assert client_of(None).get("/meetings/").status_code == 200


def test_the_list_pages_by_key_there_and_back(client_of, leader, group):
    start = timezone.now() + dt.timedelta(days=3)
    made = [MeetingFactory(group=group, starts_at=start, title=f"Møte {n:02}") for n in range(45)]
    browser = client_of(leader)
    seen, url, pages = [], "/meetings/", []
    while url:
        response = browser.get(url)
        seen += [one.pk for one in response.context["meetings"]]
        pages.append(url)
        url = response.context["older"] and f"/meetings/{response.context['older']}"
    assert seen == [one.pk for one in made]
    assert len(pages) == 3
    back = browser.get(f"/meetings/{browser.get(pages[2]).context['newer']}")
    assert [one.pk for one in back.context["meetings"]] == seen[20:40]
    for bad in ("x", "2026-01-01_1", "_", "9" * 60, "2026-13-45T00:00:00Z_4"):
        assert browser.get("/meetings/", {"after": bad}).status_code == 200


def test_the_meeting_page_costs_eleven_queries_whatever_it_shows(client_of, group, member, same_queries):
    def page(number):
        meeting = MeetingFactory(group=group, round=RoundFactory(group=group))
        AgendaItemFactory.create_batch(5, meeting=meeting)
        InvitationFactory.create_batch(number, meeting=meeting, answer=Answer.YES)
        InvitationFactory(meeting=meeting, user=member, affiliation=member.affiliations.get())
        return f"/meetings/{meeting.pk}/"

    same_queries(page(3), page(40), client=client_of(member), at_most=10)


def test_the_organisers_pages_cost_the_same_at_3_and_40(client_of, group, leader, same_queries):
    def made(number):
        meeting = MeetingFactory(group=group)
        InvitationFactory.create_batch(number, meeting=meeting)
        return meeting

    few, many = made(3), made(40)
    for page in ("", "invitations/"):
        same_queries(f"/meetings/{few.pk}/{page}", f"/meetings/{many.pk}/{page}", client=client_of(leader), at_most=12)


def test_the_preview_costs_the_same_at_3_and_60(client_of, group, leader, same_queries):
    def made(number):
        meeting = DraftFactory(group=group)
        for one in AffiliationFactory.create_batch(number):
            meeting.audience_people.add(one)
        return f"/meetings/{meeting.pk}/preview/"

    same_queries(made(3), made(60), client=client_of(leader))


def test_the_list_costs_the_same_at_3_and_20(client_of, group, leader, same_queries):
    other = {"group": group, "is_open": True}
    MeetingFactory.create_batch(3, **other)
    few = client_of(leader).get("/meetings/")
    assert len(few.context["meetings"]) == 3
    past = {"starts_at": timezone.now() - dt.timedelta(days=30)}
    MeetingFactory.create_batch(20, **other, **past)
    same_queries("/meetings/?show=upcoming", "/meetings/?show=past", client=client_of(leader), at_most=10)


def test_invitations_are_filtered_and_paged_by_key(client_of, group, leader):
    meeting = MeetingFactory(group=group)
    rows = InvitationFactory.create_batch(55, meeting=meeting)
    guest = InvitationFactory(
        meeting=meeting, affiliation=None, user=rows[0].answered_by or leader, company_name="Åsen"
    )
    Invitation.objects.filter(pk=rows[0].pk).update(answer=Answer.YES)
    browser = client_of(leader)
    seen, query = [], ""
    while True:
        response = browser.get(f"/meetings/{meeting.pk}/invitations/{query}")
        assert len(response.content) < 40_000
        seen += [one.pk for one in response.context["rows"]]
        query = response.context["older"]
        if not query:
            break
    assert sorted(seen) == sorted([*(one.pk for one in rows), guest.pk])
    assert len(seen) == len(set(seen))
    found = browser.get(f"/meetings/{meeting.pk}/invitations/?answer=yes").context["rows"]
    assert [one.pk for one in found] == [rows[0].pk]
    found = browser.get(f"/meetings/{meeting.pk}/invitations/?q={rows[3].user.name}").context["rows"]
    assert [one.pk for one in found] == [rows[3].pk]
    assert browser.get(f"/meetings/{meeting.pk}/invitations/?answer=tull&after=x").status_code == 200


def test_an_invitation_of_another_meeting_is_not_found_here(client_of, group, leader, meeting):
    foreign = InvitationFactory()
    url = f"/meetings/{meeting.pk}/invitations/{foreign.pk}/"
    assert client_of(leader).get(url).status_code == 404
    assert client_of(leader).post(f"{url}withdraw/").status_code == 404


def test_withdrawing_by_its_button(client_of, leader, meeting):
    row = InvitationFactory(meeting=meeting)
    url = f"/meetings/{meeting.pk}/invitations/{row.pk}/"
    assert client_of(leader).get(url).status_code == 200
    assert client_of(leader).get(f"{url}withdraw/").status_code == 405
    client_of(leader).post(f"{url}withdraw/")
    row.refresh_from_db()
    assert row.withdrawn_at


def test_the_calendar_file_is_read_and_has_nobody_in_it(client_of, member, meeting):
    response = client_of(member).get(f"/meetings/{meeting.pk}/meeting.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    event = read(response.content).children[1]
    assert event.text("SUMMARY") == meeting.title
    assert "ATTENDEE" not in event.names()


def test_the_mail_in_the_preview_may_be_framed_by_the_portal_alone(client_of, leader, group):
    meeting = DraftFactory(group=group)
    meeting.audience_groups.add(group)
    response = client_of(leader).get(f"/meetings/{meeting.pk}/preview/nb/")
    assert response.status_code == 200
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    for language in ("en", "xx"):
        assert client_of(leader).get(f"/meetings/{meeting.pk}/preview/{language}/").status_code == 404


def test_holding_is_noted_once_it_has_begun(client_of, leader, meeting):
    client_of(leader).post(f"/meetings/{meeting.pk}/hold/")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CALLED
    Meeting.objects.update(starts_at=timezone.now() - dt.timedelta(hours=1), answer_by=None)
    client_of(leader).post(f"/meetings/{meeting.pk}/hold/")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.HELD


def test_the_list_of_one_group_leaves_the_others_out_on_every_tab(client_of, meeting, other_member, group):
    other = MeetingFactory(is_open=True)
    page = client_of(other_member).get(f"/meetings/?group={other.group.slug}")
    assert page.context["meetings"] == [other]
    assert all(f"group={other.group.slug}" in tab["path"] for tab in page.context["tabs"])
    text = page.content.decode()
    assert f"Møter i {other.group.name}</h1>" in text
    assert f'<a href="{other.group.get_absolute_url()}">{other.group.name}</a>' in text
    assert '<a href="/meetings/">Vis alle</a>' in text
    assert client_of(other_member).get("/meetings/?group=ingen").context["meetings"] == []


@pytest.mark.parametrize(
    ("who", "sees"), [(None, False), ("outsider", False), ("member", True), ("leader", True), ("staff", True)]
)
def test_the_way_in_online_stands_in_the_entry_for_those_who_see_it_on_the_page(request, client_of, group, who, sees):
    meeting = MeetingFactory(group=group, is_open=True, venue="", online_url="https://meet.example/1")
    InvitationFactory(meeting=meeting, affiliation=request.getfixturevalue("member").affiliations.get())
    browser = client_of(request.getfixturevalue(who) if who else None)
    for page in ("", "meeting.ics"):
        raw = browser.get(f"/meetings/{meeting.pk}/{page}").content.replace(b"\r\n ", b"")
        assert (b"meet.example" in raw) is sees


def test_a_groups_feed_gives_nobody_the_way_in_online(client, group):
    MeetingFactory(group=group, is_open=True, title="Fagmøte", venue="", online_url="https://meet.example/1")
    raw = client.get(f"/groups/{group.slug}/meetings.ics").content.replace(b"\r\n ", b"")
    assert "Fagmøte".encode() in raw
    assert b"meet.example" not in raw
