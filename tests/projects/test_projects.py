"""Projects: begun from a theme, joined by companies, told to whoever wrote."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from groups.enums import Station
from groups.models import Input
from mail.kinds import Unwanted, kind_of
from mail.models import Message
from projects import actions
from projects.enums import ParticipationKind, ProjectState
from projects.errors import OwnerStays, ProjectOver, ThemeGone, WrongState
from projects.models import Participation, Project
from tests.factories.groups import AnonymousInputFactory, InputFactory, RoundFactory, ThemeFactory
from tests.factories.members import AffiliationFactory, CompanyFactory
from tests.factories.projects import ParticipationFactory, ProjectFactory

NOW = timezone.now()


@pytest.fixture
def theme(group):
    return ThemeFactory(round=RoundFactory(group=group), name="Tegninger")


@pytest.fixture
def start(theme, company, board_member):
    def make(**fields):
        values = {"title": "Felles mal på ærlige tegninger", "aim": "Siste versjon på første forsøk.", "owner": company}
        return actions.start_project(theme, **{**values, **fields}, actor=board_member, now=NOW)

    return make


def put(theme, **fields):
    return InputFactory(round=theme.round, theme=theme, station="in_theme", **fields)


def test_a_project_carries_the_inputs_on_and_the_owner_takes_part(theme, start, company):
    item, parked = put(theme), InputFactory(round=theme.round, station="parked")
    project = start()
    assert project.slug == "felles-mal-pa-aerlige-tegninger"
    assert Input.objects.get(pk=item.pk).station == Station.IN_PROJECT
    assert Input.objects.get(pk=parked.pk).station == Station.PARKED
    owner = Participation.objects.get()
    assert (owner.company, owner.kind) == (company, ParticipationKind.OWNER)


def test_two_projects_by_one_title_get_addresses_of_their_own(start):
    assert start().slug != start().slug


def test_a_title_without_letters_has_an_address_too(start):
    assert start(title="!!!").slug


def test_each_writer_hears_of_it_once_in_their_language(theme, start, member):
    tie = member.affiliations.get()
    member.language = "en"
    member.save(update_fields=["language"])
    put(theme, affiliation=tie, text="Tegningene er feil")
    put(theme, affiliation=tie)
    AnonymousInputFactory(round=theme.round, theme=theme, station="in_theme")
    project = start()
    message = Message.objects.get(kind="projects.started")
    assert message.recipient == f"user:{member.pk}"
    letter = kind_of(message.kind).builder([message])[message.pk]
    assert "Your input is now part of the project" in letter.subject
    assert "Tegningene er feil" in letter.text
    assert f"/projects/{project.slug}/" in letter.text
    assert letter.unsubscribe


def test_the_mail_of_a_stopped_project_is_not_sent(theme, start, member, board_member):
    put(theme, affiliation=member.affiliations.get())
    project = start()
    actions.advance_project(project, to=ProjectState.STOPPED, actor=board_member, now=NOW)
    message = Message.objects.get(kind="projects.started")
    assert isinstance(kind_of(message.kind).builder([message])[message.pk], Unwanted)


def test_a_theme_that_is_gone_starts_nothing(theme, start):
    theme.removed_at = NOW
    theme.save(update_fields=["removed_at"])
    with pytest.raises(ThemeGone):
        start()


@pytest.mark.parametrize("was", ProjectState)
@pytest.mark.parametrize("to", ProjectState)
def test_states_go_as_the_line_says(board_member, was, to):
    project = ProjectFactory(state=was)
    if to == was or to in was.next_states:
        assert actions.advance_project(project, to=to, actor=board_member, now=NOW).state == to
    else:
        with pytest.raises(WrongState):
            actions.advance_project(project, to=to, actor=board_member, now=NOW)


def test_stopping_the_last_project_lets_the_inputs_go(theme, start, board_member):
    item = put(theme)
    first, second = start(), start()
    actions.advance_project(first, to=ProjectState.STOPPED, actor=board_member, now=NOW)
    assert Input.objects.get(pk=item.pk).station == Station.IN_PROJECT
    actions.advance_project(second, to=ProjectState.STOPPED, actor=board_member, now=NOW)
    assert Input.objects.get(pk=item.pk).station == Station.IN_THEME


def test_companies_join_once_leave_and_come_again(start, member, other_company):
    project = start()
    tie = AffiliationFactory(company=other_company)
    say = {"affiliation": tie, "actor": tie.user, "now": NOW}
    assert actions.join_project(project, **say)[1] is True
    assert actions.join_project(project, **say)[1] is False
    assert actions.leave_project(project, **say) is True
    assert actions.leave_project(project, **say) is False
    assert actions.join_project(project, **say)[1] is True
    assert project.participations.filter(company=other_company).count() == 2
    assert project.participations.current().filter(company=other_company).count() == 1


def test_the_owner_stays_until_another_takes_over(start, colleague, other_company, board_member):
    project = start()
    tie = colleague.affiliations.get()
    with pytest.raises(OwnerStays):
        actions.leave_project(project, affiliation=tie, actor=colleague, now=NOW)
    actions.change_project(project, title="T", aim="A", owner=other_company, actor=board_member, now=NOW)
    kinds = {row.company_id: row.kind for row in project.participations.current()}
    assert kinds == {other_company.pk: "owner", tie.company_id: "participant"}
    assert actions.leave_project(project, affiliation=tie, actor=colleague, now=NOW)


def test_nobody_joins_a_project_that_is_over(colleague):
    with pytest.raises(ProjectOver):
        actions.join_project(
            ProjectFactory(state="done"), affiliation=colleague.affiliations.get(), actor=colleague, now=NOW
        )


def test_nobody_speaks_for_another_or_for_a_company_they_left(start, colleague, outsider):
    project = start()
    theirs = outsider.affiliations.get()
    with pytest.raises(PermissionDenied):
        actions.join_project(project, affiliation=theirs, actor=colleague, now=NOW)
    theirs.ended_on = dt.date(2026, 1, 1)
    theirs.save(update_fields=["ended_on"])
    with pytest.raises(PermissionDenied):
        actions.join_project(project, affiliation=theirs, actor=outsider, now=NOW)


# Pages


@pytest.mark.parametrize(
    ("who", "status"),
    [("leader", 200), ("board_member", 200), ("member", 403), ("staff", 403), ("outsider", 404), ("other_member", 404)],
)
def test_who_may_start_a_project(request, client_of, theme, who, status, company):
    client = client_of(request.getfixturevalue(who))
    assert client.get(f"/projects/start/?theme={theme.pk}").status_code == status
    data = {"theme": theme.pk, "title": "T", "aim": "A", "owner": company.pk, "state": "planned"}
    if status != 200:
        assert client.post("/projects/start/", data).status_code == status
        assert not Project.objects.exists()


@pytest.mark.parametrize("bad", ["", "x", "0", "9" * 30])
def test_a_theme_that_does_not_exist_is_not_found(client_of, board_member, bad):
    assert client_of(board_member).get("/projects/start/", {"theme": bad}).status_code == 404


def test_start_from_the_page_keeps_what_was_typed(client_of, board_member, member, theme, company):
    client = client_of(board_member)
    page = client.post("/projects/start/", {"theme": theme.pk, "title": "  ", "aim": "Målet mitt", "state": "planned"})
    assert page.status_code == 200
    assert "Målet mitt" in page.content.decode()
    stranger = CompanyFactory()
    bad = {"theme": theme.pk, "title": "T", "aim": "A", "owner": stranger.pk, "state": "done"}
    assert client.post("/projects/start/", bad).status_code == 200
    assert not Project.objects.exists()
    good = {"theme": theme.pk, "title": "Tegninger", "aim": "A", "owner": company.pk, "state": "running"}
    assert client.post("/projects/start/", good)["Location"] == "/projects/tegninger/"
    assert Project.objects.get().started_on


def test_everybody_reads_a_project_and_members_its_companies(client, client_of, colleague, theme):
    project = ProjectFactory(theme=theme, title="<b>Mal</b>")
    hidden = CompanyFactory(name="Hemmelig AS", is_public=False)
    ParticipationFactory(project=project, company=hidden)
    page = client.get(project.get_absolute_url())
    assert page.status_code == 200
    assert "&lt;b&gt;Mal" in page.content.decode()
    assert "Hemmelig" not in page.content.decode()
    assert "Hemmelig" in client_of(colleague).get(project.get_absolute_url()).content.decode()


def test_join_and_leave_from_the_page(client_of, colleague, newcomer, theme):
    project = ProjectFactory(theme=theme)
    client = client_of(colleague)
    url = project.get_absolute_url()
    assert "Bli med som Kobberheim" in client.get(url).content.decode()
    assert client.get(url + "join/").status_code == 405
    client.post(url + "join/")
    assert project.participations.current().count() == 1
    client.post(url + "leave/")
    assert project.participations.current().count() == 0
    assert client_of(newcomer).post(url + "join/").status_code == 403
    assert client_of(None).post(url + "join/").status_code == 302


def test_one_cannot_join_with_the_tie_of_another(client_of, colleague, outsider, theme):
    project = ProjectFactory(theme=theme)
    theirs = outsider.affiliations.get()
    client = client_of(colleague)
    for tie in (theirs.pk, "x", ""):
        assert client.post(project.get_absolute_url() + "join/", {"affiliation": tie}).status_code == 403
    assert not Participation.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("board_member", 302), ("member", 403), ("staff", 403), ("outsider", 403)])
def test_the_board_alone_changes_and_ends_a_project(request, client_of, theme, who, status):
    project = ProjectFactory(theme=theme)
    client = client_of(request.getfixturevalue(who))
    assert client.post(project.get_absolute_url() + "state/", {"to": "running"}).status_code == status
    edit = {"title": "Ny", "aim": "Ny", "owner": project.owner_id}
    assert client.post(project.get_absolute_url() + "edit/", edit).status_code == status
    project.refresh_from_db()
    assert (project.state, project.title) == (("running", "Ny") if status == 302 else ("planned", project.title))


@pytest.mark.parametrize("to", ["done", "planned ", "nonsense", ""])
def test_a_state_it_cannot_take_is_409_with_the_project_as_it_stands(client_of, board_member, theme, to):
    project = ProjectFactory(theme=theme)
    page = client_of(board_member).post(project.get_absolute_url() + "state/", {"to": to})
    assert page.status_code == 409
    assert project.title in page.content.decode()


def test_the_list_filters_and_pages_by_key(client, theme):
    for number in range(23):
        ProjectFactory(theme=theme, title=f"Prosjekt nummer {number:02}", created_at=NOW + dt.timedelta(minutes=number))
    ProjectFactory(title="Varme over gjerdet", state="running", created_at=NOW - dt.timedelta(days=1))
    first = client.get("/projects/").content.decode()
    assert first.count("Prosjekt nummer") == 20
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get("/projects/" + link).content.decode()
    assert second.count("Prosjekt nummer") == 3
    assert "Varme" in second
    running = client.get("/projects/?state=running").content.decode()
    assert "Varme" in running
    assert "Prosjekt nummer" not in running
    assert "Varme" in client.get("/projects/?q=varme").content.decode()
    assert "Varme" not in client.get(f"/projects/?group={theme.round.group.slug}").content.decode()
    for bad in ("x", "2026-13-45T~1", "2026-11-22T10:00:00+00:00~x", "T~1"):
        assert client.get("/projects/", {"after": bad, "state": "x", "group": "x"}).status_code == 200


def test_the_list_of_a_group_without_projects_is_empty_and_says_which_group(client, group):
    ProjectFactory(title="Varme over gjerdet")
    page = client.get(f"/projects/?group={group.slug}").content.decode()
    assert "Varme" not in page
    assert f'<option value="{group.slug}" selected>' in page


def test_an_empty_list_says_what_comes(client, db):
    assert "Ingen prosjekter ennå" in client.get("/projects/").content.decode()
    assert "Ingen prosjekter passer" in client.get("/projects/?q=x").content.decode()


def test_queries_do_not_grow_with_projects_or_companies(client, same_queries, theme):
    few = ProjectFactory(theme=theme)
    many = ProjectFactory(theme=theme)
    ParticipationFactory(project=few)
    for _number in range(15):
        ParticipationFactory(project=many)
    same_queries(few.get_absolute_url(), many.get_absolute_url(), at_most=10)
    same_queries(f"/projects/?q={few.title}", "/projects/", at_most=8)
