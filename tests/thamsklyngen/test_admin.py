import pytest
from django.contrib import admin
from django.utils import timezone

from groups.models import BoardNote, Group, Input
from mail.models import Message
from mail.queue import enqueue
from meetings.models import DietNeed, Meeting
from members.models import Company
from projects.models import Project
from tests.factories.groups import InputFactory, RoleFactory, ThemeFactory
from tests.factories.meetings import AgendaItemFactory, InvitationFactory
from tests.factories.projects import ParticipationFactory, ProjectFactory
from tests.office import change, clerk, listing, office, verb, without_second_factor, words
from thamsklyngen.models import Heartbeat

__all__ = ["clerk", "office", "without_second_factor"]
OURS = {"mail", "members", "groups", "meetings", "projects", "thamsklyngen"}


def test_every_model_has_its_place_in_the_admin_but_board_notes_and_what_people_cannot_eat():
    from django.apps import apps

    missing = {
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS
        and not model._meta.model_name.startswith("historical")
        and model not in admin.site._registry
    }
    assert missing == {BoardNote, DietNeed}


def test_every_list_can_be_searched_filtered_and_taken_out():
    small = {"members.ClusterSettings", "mail.Relay", "thamsklyngen.Heartbeat"}
    for model, office_of in admin.site._registry.items():
        if model._meta.label in small:
            continue
        assert office_of.search_fields, model
        assert office_of.list_filter, model
        assert hasattr(office_of, "export_view"), model


def test_inlines_never_point_right():
    order = ["mail", "members", "groups", "meetings", "projects", "thamsklyngen"]
    for model, office_of in admin.site._registry.items():
        for inline in office_of.inlines:
            assert order.index(inline.model._meta.app_label) <= order.index(model._meta.app_label), inline


@pytest.mark.django_db
def test_the_pulse_is_shown_and_not_changed(office):
    row = Heartbeat.objects.create(name="beat", seen_at=timezone.now())
    assert "beat" in words(office.get(listing(Heartbeat)))
    assert office.post(change(row), {"name": "x"}).status_code == 403


@pytest.mark.django_db
def test_mail_comes_out_as_a_sheet_without_sealed_words(office):
    enqueue("members.invite", recipient="address:kari@example.com", sealed={"code": "QX7-912"})
    row = Message.objects.get()
    shown = words(office.get(f"{listing(Message)}export/csv/"))
    assert "kari@example.com" in shown
    assert row.sealed not in shown


@pytest.mark.django_db
def test_the_index_leads_to_what_the_office_does(office):
    page = words(office.get("/admin/"))
    for address in ("/staff/", "/staff/import/", "/admin/members/clustersettings/1/change/", "/meetings/new/"):
        assert f'href="{address}"' in page


def patterns():
    """A list and a page of every app, and the pages that ask, as (width, colour scheme) see them."""
    group = ThemeFactory().round.group
    theme = group.rounds.get().themes.get()
    InputFactory(round=theme.round, theme=theme, station="in_theme")
    RoleFactory(group=group)
    project = ProjectFactory(theme=theme)
    ParticipationFactory(project=project)
    meeting = InvitationFactory().meeting
    AgendaItemFactory(meeting=meeting)
    company = Company.objects.first()
    mail = enqueue("members.invite", recipient="address:kari@example.com")
    lists = [listing(model) for model in (Company, Group, Input, Meeting, Project, Message)]
    pages = [change(row) for row in (company, group, meeting, project, mail)]
    asks = [verb(group, "lead"), verb(meeting, "cancel")]
    forms = ["/admin/members/user/add/", "/admin/members/clustersettings/1/change/"]
    return ["/admin/", *lists, *pages, *asks, *forms, change(company).replace("change", "history")]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_axe_finds_nothing_in_the_admin(open_page, axe, staff, live_server, width, scheme):
    addresses = patterns()
    page = open_page("/admin/", user=staff, width=width, scheme=scheme)
    found = {}
    for address in addresses:
        page.goto(f"{live_server.url}{address}")
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        if lines := axe(page) + (["wider than the window"] if wide else []):
            found[address] = lines
    assert found == {}
