"""Pages that join apps: what stands on them, for whom, and how many questions they ask the database."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups.models import Membership
from members.models import Affiliation
from projects.models import Project
from tests.factories.groups import AnonymousInputFactory, InputFactory, MembershipFactory, RoundFactory, ThemeFactory
from tests.factories.meetings import DraftFactory, InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory, CompanyFactory
from tests.factories.projects import ParticipationFactory, ProjectFactory
from thamsklyngen.waiting import waiting_count


def queries(client, path: str) -> int:
    client.get(path)  # warm: content types and settings that Django keeps for itself
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def fill(group, user, count: int) -> None:
    """Meetings, invitations, inputs, supports' themes and projects of one group, ``count`` of each."""
    tie = Affiliation.objects.get(user=user)
    round_ = RoundFactory(group=group)
    theme = ThemeFactory(round=round_)
    for _n in range(count):
        meeting = MeetingFactory(group=group, is_open=True)
        InvitationFactory(meeting=meeting, affiliation=tie)
        InvitationFactory(meeting=meeting, answer="yes")
        InputFactory(round=round_, affiliation=tie, theme=theme, station="in_project")
        MembershipFactory(group=group)
        project = ProjectFactory(theme=theme)
        ParticipationFactory(project=project, company=tie.company)
        AffiliationFactory(company=tie.company)


PATHS = ["/", "/me/", "/groups/", "/groups/effektiv-produksjon/", "/companies/kobberheim-stal/", "/outcomes/", "/me/inputs/", "/search/?q=e"]  # fmt: skip


@pytest.mark.parametrize("path", [*PATHS, "/search/?q=per"])
def test_queries_do_not_follow_the_number_of_rows(path, client_of, member, group):
    client = client_of(member)
    fill(group, member, 3)
    few = queries(client, path)
    fill(group, member, 12)
    assert queries(client, path) <= few


def test_my_page_asks_at_most_ten_questions(client_of, member, group):
    fill(group, member, 5)
    assert queries(client_of(member), "/me/") <= 10


def test_my_page_of_a_board_member_and_contact_asks_at_most_ten_questions(client_of, leader, group):
    fill(group, leader, 5)
    Affiliation.objects.filter(user=leader).update(is_contact=True)
    AffiliationFactory(company=Affiliation.objects.get(user=leader).company, state="requested", is_main=False)
    assert queries(client_of(leader), "/me/") <= 10


def test_my_page_shows_what_waits_and_what_is_answered_apart(client_of, member):
    tie = Affiliation.objects.get(user=member)
    asked = InvitationFactory(affiliation=tie, meeting__title="Venter på svar")
    InvitationFactory(affiliation=tie, meeting__title="Har svart", answer="yes")
    page = client_of(member).get("/me/").context["page"]
    assert page.to_answer == [asked]
    assert [row.meeting.title for row in page.coming] == ["Har svart"]


def test_a_meeting_that_was_moved_waits_for_a_new_answer(client_of, member):
    tie = Affiliation.objects.get(user=member)
    meeting = MeetingFactory(sequence=1, answer_floor=1, title="Flyttet møte")
    InvitationFactory(meeting=meeting, affiliation=tie, answer="yes", answered_sequence=0)
    page = client_of(member).get("/me/").context["page"]
    assert [row.meeting for row in page.to_answer] == [meeting]
    assert page.waiting_count == waiting_count(member, timezone.now())


def test_after_the_deadline_an_invitation_no_longer_waits(client_of, member):
    tie = Affiliation.objects.get(user=member)
    InvitationFactory(affiliation=tie, meeting__answer_by=timezone.now() - dt.timedelta(minutes=1))
    assert client_of(member).get("/me/").context["page"].to_answer == []


@pytest.mark.parametrize("inputs", [0, 1])
def test_the_board_sees_who_wants_to_join_with_and_without_inputs_that_wait(client_of, board_member, group, inputs):
    InputFactory.create_batch(inputs, round__group=group)
    MembershipFactory(group=group, state="requested")
    page = client_of(board_member).get("/me/").content.decode()
    assert (f'href="/groups/{group.slug}/desk/"' in page) == bool(inputs)
    assert f'href="/groups/{group.slug}/members/"' in page


def test_newcomer_is_sent_to_find_the_company(client_of, newcomer):
    answer = client_of(newcomer).get("/me/", headers={"accept-language": "en"})
    assert reverse("members:find_company") in answer.content.decode()


def test_only_a_competence_group_travels_a_line_on_my_page(client_of, member, chair):
    assert "tk-trip" in client_of(member).get("/me/").content.decode()
    page = client_of(chair).get("/me/").content.decode()
    assert "Du sitter i styret" in page
    assert "tk-trip" not in page


def test_my_page_never_lists_an_anonymous_input(client_of, member, group):
    AnonymousInputFactory(round__group=group, text="Dette sa jeg uten navn")
    assert "uten navn" not in client_of(member).get("/me/").content.decode()


def test_front_page_is_for_everybody_and_hides_drafts(client, db):
    CompanyFactory()
    DraftFactory(title="Hemmelig utkast", is_open=True)
    MeetingFactory(title="Åpent møte", is_open=True)
    MeetingFactory(title="Lukket møte", is_open=False)
    text = client.get("/").content.decode()
    assert "Åpent møte" in text
    assert "Hemmelig utkast" not in text
    assert "Lukket møte" not in text


def test_front_page_draws_no_figures_under_three_companies(client, group):
    round_ = RoundFactory(group=group)
    InputFactory.create_batch(2, round=round_)
    assert client.get("/").context["figures"] == []
    InputFactory(round=round_)
    assert client.get("/").context["figures"][0][1] == 3


def test_unconfirmed_companies_are_not_counted_on_the_front_page(client, group):
    round_ = RoundFactory(group=group)
    InputFactory.create_batch(3, round=round_, company_confirmed=False)
    assert client.get("/").context["figures"] == []


def test_front_page_counts_one_project_as_one(client, group):
    InputFactory.create_batch(3, round=RoundFactory(group=group))
    ProjectFactory(group=group, state="running")
    assert client.get("/").context["figures"][3] == ("fellesprosjekt i gang", 1)


def test_group_page_shows_outsiders_neither_drafts_nor_board_meetings(client_of, outsider, group):
    DraftFactory(group=group, title="Utkast")
    MeetingFactory(group=group, title="Styremøte bak lukket dør", is_board_only=True)
    text = client_of(outsider).get(group.get_absolute_url()).content.decode()
    assert "Utkast" not in text
    assert "Styremøte bak lukket dør" not in text


def test_company_page_shows_people_to_members_only(client, client_of, outsider, company, colleague):
    path = company.get_absolute_url()
    assert colleague.name not in client.get(path).content.decode()
    assert colleague.name in client_of(outsider).get(path).content.decode()


def test_company_page_hides_people_who_do_not_stand_in_the_list(client_of, outsider, company, colleague):
    colleague.in_people_list = False
    colleague.save(update_fields=["in_people_list"])
    assert colleague.name not in client_of(outsider).get(company.get_absolute_url()).content.decode()


def test_company_inputs_are_for_its_own_people(client_of, outsider, colleague, member, group, company):
    InputFactory(round__group=group, affiliation=Affiliation.objects.get(user=member), text="Vi venter på kranen")
    InputFactory(
        round__group=group, affiliation=Affiliation.objects.get(user=member), text="Bare til styret", visibility="board"
    )
    path = company.get_absolute_url()
    inside = client_of(colleague).get(path).content.decode()
    assert "Vi venter på kranen" in inside
    assert "Bare til styret" not in inside
    assert "Vi venter på kranen" not in client_of(outsider).get(path).content.decode()


def test_company_page_waits_for_the_board_where_it_reads_first(client_of, colleague, member, group):
    tie = Affiliation.objects.get(user=member)
    found = RoundFactory(group=group, board_first=True)
    InputFactory(round=found, affiliation=tie, visibility="company", text="Ikke lest ennå", released=False)
    InputFactory(round=found, affiliation=tie, visibility="company", text="Lest av styret", released=True)
    text = client_of(colleague).get(tie.company.get_absolute_url()).content.decode()
    assert ("Ikke lest ennå" in text, "Lest av styret" in text) == (False, True)


def test_company_page_leads_only_to_inputs_that_the_reader_may_open(client_of, colleague, member, group):
    tie = Affiliation.objects.get(user=member)
    item = InputFactory(round__group=group, affiliation=tie, visibility="company")
    for person, leads in ((member, True), (colleague, False)):
        browser = client_of(person)
        page = browser.get(tie.company.get_absolute_url()).content.decode()
        assert item.text in page
        assert (f'href="{item.get_absolute_url()}"' in page) == leads
        assert (browser.get(item.get_absolute_url()).status_code == 200) == leads


def test_search_finds_inputs_only_of_own_groups(client_of, member, other_member, group):
    InputFactory(round__group=group, text="Truckene står i kø")
    path = "/search/?q=truckene"
    assert "Truckene står i kø" in client_of(member).get(path).content.decode()
    assert "Truckene står i kø" not in client_of(other_member).get(path).content.decode()


def test_search_does_not_show_people_to_whoever_has_no_company(client_of, newcomer, member):
    assert "Marte Haugen" not in client_of(newcomer).get("/search/?q=marte").content.decode()


@pytest.mark.parametrize(
    "query", ["", "a", "%", "_", "\\", "'", "x" * 10_000, "\x00\x1b[2J", "(a+)+$", "<svg onload=1>"]
)
def test_search_takes_whatever_is_written(client_of, member, query):
    answer = client_of(member).get("/search/", {"q": query})
    assert answer.status_code == 200
    assert b"<svg onload" not in answer.content


@pytest.mark.parametrize("before", ["x", "1e999999", "2026-13-45T99:99:99Z", "2026-01-01", "0001-01-01T00:00:00Z", "'"])
def test_own_inputs_take_whatever_stands_in_the_address(client_of, member, before):
    assert client_of(member).get("/me/inputs/", {"before": before}).status_code == 200


def test_own_inputs_page_by_key(client_of, member, group):
    tie = Affiliation.objects.get(user=member)
    round_ = RoundFactory(group=group)
    for n in range(25):
        InputFactory(round=round_, affiliation=tie, created_at=timezone.now() - dt.timedelta(minutes=n))
    client = client_of(member)
    first = client.get("/me/inputs/")
    second = client.get(f"/me/inputs/{first.context['older']}")
    seen = [item.pk for page in (first, second) for item in page.context["inputs"]]
    assert len(seen) == len(set(seen)) == 25
    assert second.context["older"] == ""


def test_thread_tells_what_became_of_the_input(client_of, member, group):
    theme = ThemeFactory(round__group=group, name="Tegninger")
    item = InputFactory(
        round=theme.round, affiliation=Affiliation.objects.get(user=member), theme=theme, station="in_project"
    )
    project = ProjectFactory(theme=theme, title="Felles mal for tegningsnummer")
    stops = client_of(member).get(item.get_absolute_url()).context["stops"]
    assert [stop.state for stop in stops] == ["origin", "", "now", "next"]
    assert (stops[1].title.endswith("Tegninger"), stops[2].href) == (True, project.get_absolute_url())


def test_thread_of_an_answered_input_gives_the_boards_words(client_of, member, group):
    item = InputFactory(
        round__group=group,
        affiliation=Affiliation.objects.get(user=member),
        station="answered",
        reply="Dette løses bedre direkte.",
    )
    stops = client_of(member).get(item.get_absolute_url()).context["stops"]
    assert stops[-1].quote == "Dette løses bedre direkte."


def test_thread_of_a_company_only_input_hides_the_name(client_of, board_member, member, group, colleague):
    item = InputFactory(round__group=group, affiliation=Affiliation.objects.get(user=member), visibility="company")
    MembershipFactory(group=group, affiliation=Affiliation.objects.get(user=colleague))
    text = client_of(colleague).get(item.get_absolute_url()).content.decode()
    assert "Kobberheim Stål AS" in text
    assert "Marte Haugen" not in text


def test_thread_of_a_duplicate_goes_on_with_what_carries_it(client_of, member, outsider, group):
    theme = ThemeFactory(round__group=group, name="Tegninger")
    head = InputFactory(round=theme.round, theme=theme, station="in_project", text="Feil tegning på gulvet")
    project = ProjectFactory(theme=theme, group=group)
    for writer, sees_head in ((member, True), (outsider, False)):
        copy = InputFactory(
            round=theme.round,
            affiliation=Affiliation.objects.get(user=writer),
            theme=theme,
            station="in_project",
            merged_into=head,
        )
        page = client_of(writer).get(copy.get_absolute_url())
        stops = page.context["stops"]
        assert [stop.state for stop in stops] == ["origin", "", "", "now", "next"]
        assert stops[3].href == project.get_absolute_url()
        assert (stops[1].href == head.get_absolute_url(), head.text in page.content.decode()) == (sees_head, sees_head)


def test_thread_names_a_board_only_writer_to_the_board_and_to_nobody_else(
    client_of, board_member, member, staff, chair, colleague, group
):
    item = InputFactory(round__group=group, affiliation=Affiliation.objects.get(user=member), visibility="board")
    MembershipFactory(group=group, affiliation=Affiliation.objects.get(user=colleague))
    for person, sees in ((board_member, True), (member, True), (staff, False), (chair, False), (colleague, False)):
        writer = client_of(person).get(item.get_absolute_url()).context["writer"]
        assert ("Marte Haugen" in writer, "Kobberheim" in writer) == (sees, sees), person


def test_thread_is_not_for_outsiders(client_of, outsider, other_member, newcomer, group):
    path = InputFactory(round__group=group).get_absolute_url()
    for person in (outsider, other_member, newcomer):
        assert client_of(person).get(path).status_code == 404


def test_dashboard_is_for_staff_alone(client_of, staff, leader, chair, member):
    assert client_of(staff).get("/staff/").status_code == 200
    for person in (leader, chair, member):
        assert client_of(person).get("/staff/").status_code == 404


def test_dashboard_counts_what_waits(client_of, staff, group):
    AffiliationFactory(state="requested", is_main=False, requested_at=timezone.now())
    CompanyFactory(state="applied")
    MeetingFactory(group=group, venue="", online_url="")
    counts = {
        str(task.label): task.count
        for task in client_of(staff).get("/staff/", headers={"accept-language": "en"}).context["tasks"]
    }
    assert list(counts.values()) == [1, 1, 1, 1]  # company, request, meeting without a place, group without a leader


def test_dashboard_queries_do_not_follow_the_number_of_rows(client_of, staff, group):
    client = client_of(staff)
    InvitationFactory.create_batch(3, meeting=MeetingFactory(group=group))
    few = queries(client, "/staff/")
    for _n in range(9):
        InvitationFactory.create_batch(3, meeting=MeetingFactory(group=group))
    assert queries(client, "/staff/") <= few


def test_a_member_who_left_no_longer_sees_the_group(client_of, member, group):
    item = InputFactory(round__group=group)
    client = client_of(member)
    assert client.get(item.get_absolute_url()).status_code == 200
    Affiliation.objects.filter(user=member).update(state="ended", is_main=False, ended_on=timezone.localdate())
    assert client.get(item.get_absolute_url()).status_code == 404
    assert Membership.objects.filter(group=group).exists()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("path", ["/", "/groups/", "/outcomes/", "/privacy/", "/accessibility/"])
def test_public_pages_speak_the_readers_language(client, db, path, language):
    answer = client.get(path, headers={"accept-language": language})
    assert f'<html lang="{language}"' in answer.content.decode()


def test_security_txt_says_whom_to_tell(client, db):
    text = client.get("/.well-known/security.txt").content.decode()
    assert text.startswith("Contact: mailto:")
    assert "\nExpires: " in text


def test_outcomes_hides_figures_under_three_companies(client, db):
    theme = ThemeFactory(name="Skift")
    InputFactory.create_batch(2, round=theme.round, theme=theme, station="in_project")
    ProjectFactory(theme=theme)
    assert "2 in" not in client.get("/outcomes/", headers={"accept-language": "en"}).content.decode()
    assert Project.objects.count() == 1


def test_outcomes_counts_the_inputs_that_the_list_of_projects_counts(client, db):
    theme = ThemeFactory()
    kept, *_others = InputFactory.create_batch(3, round=theme.round, theme=theme, station="in_project")
    InputFactory(round=theme.round, theme=theme, station="in_project", merged_into=kept)
    ProjectFactory(theme=theme)
    assert [project.inputs for project in client.get("/outcomes/").context["projects"]] == [3]
    assert [project.inputs for project in client.get("/projects/").context["projects"]] == [3]
