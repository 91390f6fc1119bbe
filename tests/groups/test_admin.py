import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import DeskMove, Group, Input, Interest, Membership, PastEvent, Role, Round, Support, Theme
from mail.models import Message
from members.clock import oslo_today
from members.models import Affiliation
from tests.factories.groups import (
    AnonymousInputFactory,
    GroupFactory,
    InputFactory,
    MembershipFactory,
    RoleFactory,
    RoundFactory,
    SupportFactory,
    ThemeFactory,
)
from tests.factories.members import AffiliationFactory, UserFactory
from tests.office import change, clerk, costs, fresh, listing, office, verb, without_second_factor, words

__all__ = ["clerk", "office", "without_second_factor"]
pytestmark = pytest.mark.django_db


# Groups


def test_staff_record_a_group_that_is_planned_until_they_start_it(office, clerk):
    office.post(
        f"{listing(Group)}add/",
        {"name": "Logistikk og flyt", "kind": "competence", "language": "nb", "joining": "open", "state": "active"},
    )
    group = Group.objects.get()
    assert (group.state, group.slug, group.station) == ("planned", "logistikk-og-flyt", "planned")
    tie = AffiliationFactory()
    Interest.objects.create(group=group, affiliation=tie, created_at=timezone.now())
    office.post(verb(group, "activate"), {"reference": "Sak 12"})
    row = fresh(group)
    assert (row.state, row.founding_reference, row.founded_on) == ("active", "Sak 12", oslo_today())
    assert Message.objects.filter(recipient=f"user:{tie.user_id}").exists()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("activate", "planned", "active"),
        ("activate", "paused", "active"),
        ("pause", "active", "paused"),
        ("close", "active", "closed"),
    ],
)
def test_verbs_of_groups_work_in_their_state_and_in_no_other(office, name, before, after):
    group = GroupFactory(state=before)
    office.post(verb(group, name), {"reference": ""})
    assert fresh(group).state == after
    page = words(office.post(verb(group, name), {"reference": ""}, follow=True))
    assert 'class="error"' in page
    assert fresh(group).state == after


def test_no_form_moves_a_group_along_the_line(office, group):
    sent = {"name": "Nytt navn", "purpose": "Ny", "language": "en", "joining": "closed", "seeks_leader": "on"}
    office.post(
        change(group), {**sent, "state": "closed", "station": "activities", "slug": "x", "kind": "cluster_board"}
    )
    row = fresh(group)
    assert (row.name, row.purpose, row.language, row.joining, row.seeks_leader) == (
        "Nytt navn",
        "Ny",
        "en",
        "closed",
        True,
    )
    assert (row.state, row.station, row.slug, row.kind) == (group.state, group.station, group.slug, group.kind)
    assert row.history.first().history_user.email == "knut@example.com"


def test_a_second_cluster_board_is_refused_beside_the_form(office, chair):
    page = office.post(
        f"{listing(Group)}add/", {"name": "To", "kind": "cluster_board", "language": "nb", "joining": "closed"}
    )
    assert 'class="errorlist nonfield"' in words(page)
    assert not Group.objects.filter(name="To").exists()


def test_groups_without_a_leader_are_found(office, group, leader):
    GroupFactory(name="Uten leder")
    page = words(office.get(f"{listing(Group)}?leader=no"))
    assert "Uten leder" in page
    assert "Effektiv produksjon" not in page


# Seats


def seat_form(group, tie, **values):
    return {
        "group": group.pk,
        "affiliation": tie.pk,
        "kind": "member",
        "started_on": "2026-01-01",
        "decision_reference": "Sak 3",
        **values,
    }


def test_seats_are_recorded_with_their_decision(office, clerk, group):
    tie = AffiliationFactory()
    page = f"{listing(Role)}add/"
    assert 'class="errorlist"' in words(office.post(page, seat_form(group, tie, decision_reference="")))
    assert not Role.objects.exists()
    office.post(page, seat_form(group, tie, ended_on="2026-01-02", recorded_by="1"))
    role = Role.objects.get()
    assert (role.decision_reference, role.recorded_by, role.ended_on) == ("Sak 3", clerk, None)


def test_a_second_leader_is_refused_with_words_and_what_was_typed_stays(office, group, leader):
    tie = AffiliationFactory()
    page = words(office.post(f"{listing(Role)}add/", seat_form(group, tie, kind="leader", decision_reference="Sak 99")))
    assert 'class="errorlist nonfield"' in page
    assert "Sak 99" in page
    assert Role.objects.count() == 1


def test_nobody_is_seated_by_a_tie_that_has_ended(office, group):
    tie = AffiliationFactory(state="ended", is_main=False, ended_on=dt.date(2025, 1, 1))
    assert 'class="errorlist' in words(office.post(f"{listing(Role)}add/", seat_form(group, tie)))
    assert not Role.objects.exists()


def test_seats_end_by_the_verb_alone(office, group):
    role = RoleFactory(group=group)
    assert office.post(change(role), {"ended_on": "2020-01-01"}).status_code == 403
    assert 'class="errorlist"' in words(office.post(verb(role, "unseat"), {"on_day": "tull"}))
    assert 'class="error"' in words(office.post(verb(role, "unseat"), {"on_day": "2019-01-01"}, follow=True))
    assert fresh(role).ended_on is None
    office.post(verb(role, "unseat"), {"on_day": oslo_today().isoformat()})
    assert fresh(role).ended_on == oslo_today()


def test_the_lead_is_handed_over_as_dated_rows(office, clerk, group, leader):
    heir = AffiliationFactory()
    asked = {"to": heir.pk, "on_day": oslo_today().isoformat()}
    assert 'class="errorlist"' in words(office.post(verb(group, "lead"), {**asked, "reference": ""}))
    office.post(verb(group, "lead"), {**asked, "reference": "Sak 8"})
    old, new = Role.objects.order_by("pk")
    assert (old.ended_on, new.affiliation, new.kind, new.ended_on) == (oslo_today(), heir, "leader", None)
    assert (new.recorded_by, new.decision_reference) == (clerk, "Sak 8")


# Memberships


@pytest.mark.parametrize(("name", "after"), [("approve", "active"), ("decline", "declined")])
def test_requests_to_a_group_are_decided_once(office, group, name, after):
    row = MembershipFactory(group=group, state="requested", started_on=None)
    office.post(verb(row, name))
    assert fresh(row).state == after
    assert 'class="error"' in words(office.post(verb(row, "approve"), follow=True))
    assert fresh(row).state == after


def test_members_are_enrolled_and_end_by_verbs_alone(office, clerk, group):
    tie = AffiliationFactory()
    office.post(f"{listing(Membership)}add/", {"group": group.pk, "affiliation": tie.pk, "state": "ended"})
    row = Membership.objects.get()
    assert (row.state, row.decided_by) == ("active", clerk)
    assert office.post(change(row), {"state": "ended"}).status_code == 403
    office.post(verb(row, "end"))
    assert fresh(row).state == "ended"


def test_past_events_are_written_and_removed_here(office, group):
    sent = {"group": group.pk, "on_day": "2018-11-29", "when": "slutten av november 2018", "title": "Oppstart", "text": "Møte.", "language": "nb"}  # fmt: skip
    office.post(f"{listing(PastEvent)}add/", sent)
    row = PastEvent.objects.get()
    office.post(change(row).replace("change", "delete"), {"post": "yes"})
    assert not PastEvent.objects.exists()


# What people said


@pytest.fixture
def said(group):
    """One input of each kind of visibility, each by a writer with a name of their own."""
    found = RoundFactory(group=group)
    rows = {}
    for visibility in ("named", "company", "board"):
        tie = AffiliationFactory(user__name=f"Skribent {visibility}", company__name=f"Firma {visibility}")
        rows[visibility] = InputFactory(round=found, visibility=visibility, affiliation=tie, text=f"Ord {visibility}")
    rows["anonymous"] = AnonymousInputFactory(round=found, text="Ord anonymous")
    return rows


def test_staff_see_of_writers_what_the_group_sees(office, said):
    pages = [listing(Input), f"{listing(Input)}export/csv/", *(change(row) for row in said.values())]
    shown = " ".join(words(office.get(page)) for page in pages)
    assert "Skribent named" in shown
    assert "Firma company" in shown
    for hidden in ("Skribent company", "Skribent board", "Firma board"):
        assert hidden not in shown


def test_no_address_tells_who_wrote_an_input(office, said):
    item = said["board"]
    queries = [
        f"author={item.author_id}",
        f"author__id__exact={item.author_id}",
        "author__name=Skribent board",
        f"company__id__exact={item.company_id}",
        f"affiliation={item.affiliation_id}",
        "door__exact=qr",
        "receipt_hash__startswith=a",
        "created_at__gte=2020-01-01",
        "supports__company__id__exact=1",
    ]
    for query in queries:
        for page in (listing(Input), f"{listing(Input)}export/csv/"):
            assert office.get(f"{page}?{query}").status_code == 400, query
    for query in ("Skribent", "Firma"):
        page = words(office.get(listing(Input), {"q": query}))
        assert not [visibility for visibility in said if f"Ord {visibility}" in page]
    assert "Ord board" in words(office.get(f"{listing(Input)}?round__id__exact={item.round_id}"))


def test_what_the_board_holds_back_or_the_writer_took_back_is_not_shown(office, group):
    held = RoundFactory(group=group, board_first=True)
    hidden = [
        InputFactory(round=held, released=False, text="Holdt igjen"),
        InputFactory(round=held, station="withdrawn", text="Trukket"),
    ]
    for row in hidden:
        SupportFactory(input=row)
        assert office.get(change(row)).status_code == 302
    shown = words(office.get(listing(Input))) + words(office.get(listing(Support)))
    assert "Holdt igjen" not in shown
    assert "Trukket" not in shown


def test_support_does_not_tell_who_said_so(office):
    tie = AffiliationFactory(user__name="Stille Støtte")
    row = SupportFactory(affiliation=tie, company=tie.company)
    for page in (listing(Support), change(row), f"{listing(Support)}export/csv/"):
        shown = words(office.get(page))
        assert tie.company.name in shown
        assert "Stille" not in shown
    assert office.get(f"{listing(Support)}?affiliation={tie.pk}").status_code == 400


def test_board_notes_have_no_page(office):
    assert office.get("/admin/groups/boardnote/").status_code == 404


def test_inputs_rounds_themes_and_steps_are_read_only(office):
    theme = ThemeFactory()
    item = InputFactory(round=theme.round, theme=theme, station="in_theme")
    for row in (item, SupportFactory(input=item), theme, theme.round):
        assert office.post(change(row), {"text": "Forfalsket", "station": "parked", "name": "x"}).status_code == 403
        assert office.get(f"{listing(type(row))}add/").status_code == 403
        assert office.post(change(row).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert (fresh(item).text, fresh(item).station, fresh(theme).name) == (item.text, "in_theme", theme.name)


# Cost


def fill(number):
    now = timezone.now()
    for place in range(number):
        group = GroupFactory(founded_on=dt.date(2026, 1, 1))
        RoleFactory(group=group, kind="leader")
        tie = MembershipFactory(group=group).affiliation
        Interest.objects.create(group=group, affiliation=tie, created_at=now)
        PastEvent.objects.create(group=group, on_day=dt.date(2018, 11, 29), when="da", title="Oppstart", text="x")
        theme = ThemeFactory(round__group=group)
        item = InputFactory(round=theme.round, theme=theme, station="in_theme", affiliation=tie)
        SupportFactory(input=item)
        DeskMove.objects.create(
            round=theme.round, kind="create", actor=UserFactory(), created_at=now, version=place + 1
        )


def test_lists_sheets_and_look_ups_cost_the_same_for_thirty_rows_as_for_three(office):
    models = (Group, Role, Membership, Interest, PastEvent, Round, Theme, Input, Support, DeskMove)
    pages = [listing(model) for model in models] + [f"{listing(model)}export/csv/" for model in models]
    fill(3)
    few = costs(office, pages)
    fill(27)
    assert costs(office, pages) == few


def test_a_group_page_costs_the_same_with_many_seats(office, group):
    RoleFactory.create_batch(3, group=group)
    few = costs(office, [change(group)])
    RoleFactory.create_batch(27, group=group)
    assert costs(office, [change(group)]) == few


def test_tabs_of_the_dashboard_lead_to_lists_that_are_there(office, group):
    GroupFactory(state="active")
    MembershipFactory(group=group, state="requested", started_on=None)
    AffiliationFactory(state="requested", is_main=False, started_on=None)
    page = words(office.get(reverse("staff")))
    links = [part.partition('"')[0] for part in page.split('href="')[1:]]
    for address in {link for link in links if link.startswith("/admin/")}:
        assert office.get(address.replace("&amp;", "&")).status_code == 200, address


def test_affiliations_are_found_when_a_seat_is_given(office, member):
    found = office.get("/admin/autocomplete/?app_label=groups&model_name=role&field_name=affiliation&term=Marte").json()
    assert [row["id"] for row in found["results"]] == [str(Affiliation.objects.get(user=member).pk)]
