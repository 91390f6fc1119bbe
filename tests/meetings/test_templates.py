"""Templates of meetings: what they take over, whose they are, and that a meeting that began with one is its own."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.models import Round
from meetings.actions.templates import remove_template, rename_template, save_template
from meetings.models import Meeting, MeetingTemplate
from members.clock import OSLO
from members.errors import Refused
from members.privacy import declared_keys
from tests.factories.groups import GroupFactory, RoundFactory
from tests.factories.meetings import DraftFactory, MeetingFactory, TemplateFactory
from tests.meetings.test_organising import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def at(day, clock):
    return dt.datetime.combine(day, clock, tzinfo=OSLO)


@pytest.fixture
def meeting(group, leader):
    day = dt.date(2027, 4, 6)
    row = MeetingFactory(
        group=group, title="Arbeidsmøte i april", kind="work", description="Om flyt", practical="Mat fra 8.30",
        capacity=12, capacity_per_company=2, guests_each=1, serves_food=True, starts_at=at(day, dt.time(9)), ends_at=at(day, dt.time(11, 30)),
        answer_by=at(dt.date(2027, 4, 1), dt.time(12)), reminder_days=[4], audience_board=True, created_by=leader,
        online_url="https://video.example/rom", is_open=True, round=RoundFactory(group=group, question="Hva stopper?"),
    )  # fmt: skip
    row.audience_groups.add(group)
    row.agenda.create(title="Temaene", minutes=25, speaker="Siv", position=0)
    row.agenda.create(title="Veien videre", minutes=10, position=1)
    return row


def save(client, meeting, **values):
    return client.post(f"/meetings/{meeting.pk}/template/", {"name": "Halv dag", **values})


def test_a_template_takes_over_words_terms_and_agenda(client_of, leader, meeting, group):
    assert f"/meetings/{meeting.pk}/template/" in client_of(leader).get(f"/meetings/{meeting.pk}/").content.decode()
    response = save(client_of(leader), meeting)
    assert response.headers["Location"] == f"/meetings/templates/?group={group.slug}"
    row = MeetingTemplate.objects.get()
    taken = ("title", "kind", "description", "practical", "capacity", "capacity_per_company", "guests_each", "serves_food",
             "online_url", "is_open",
             "reminder_days", "venue", "language", "audience_board", "audience_all_companies")  # fmt: skip
    assert {name: getattr(row, name) for name in taken} == {name: getattr(meeting, name) for name in taken}
    assert (row.name, row.group, row.created_by, row.audience_own_group) == ("Halv dag", group, leader, True)
    assert (row.starts, row.minutes, row.ends) == (dt.time(9), 150, dt.time(11, 30))
    assert (row.answer_days, row.answer_clock) == (5, dt.time(12))
    assert [item["title"] for item in row.agenda] == ["Temaene", "Veien videre"]
    assert row.round_question == "Hva stopper?"
    assert Meeting.objects.count() == 1


def test_the_usual_deadline_stays_the_usual_one(client_of, leader, group):
    client = client_of(leader)
    client.post(f"/meetings/new/?group={group.slug}", written(day=(timezone.now() + dt.timedelta(days=60)).date()))
    save(client, Meeting.objects.get())
    assert MeetingTemplate.objects.get().answer_days is None


def test_a_new_meeting_begins_with_the_template_and_is_its_own(client_of, leader, meeting, group, now):
    template = save_template(meeting, name="Halv dag", for_all=False, actor=leader, now=now)
    meeting.delete()
    Round.objects.all().delete()
    path = f"/meetings/new/?group={group.slug}&template={template.pk}"
    page = client_of(leader).get(path)
    form, agenda = page.context["form"], page.context["agenda"]
    begun = {"title": "Arbeidsmøte i april", "description": "Om flyt", "capacity": 12, "round_question": "Hva stopper?"}
    assert {name: form[name].value() for name in begun} == begun
    assert (form["starts"].value(), form["ends"].value()) == (dt.time(9), dt.time(11, 30))
    assert form["audience_groups"].value() == [group.pk]
    assert not form["day"].value()
    assert [row["title"].value() for row in agenda.forms][:2] == ["Temaene", "Veien videre"]
    assert "5 dager før møtet kl.\u00a012.00" in page.content.decode()
    assert not Meeting.objects.exists()  # looking makes nothing

    day = now.astimezone(OSLO).date() + dt.timedelta(days=40)
    assert client_of(leader).post(path, written(day=day, starts="09:00", ends="11:30")).status_code == 302
    made = Meeting.objects.get()
    assert made.answer_by == at(day - dt.timedelta(days=5), dt.time(12))
    remove_template(template, actor=leader)
    made.refresh_from_db()
    assert made.title == "Oppstartsmøte"


def test_a_deadline_of_the_template_that_has_passed_is_none(client_of, leader, group, now):
    template = TemplateFactory(group=group, answer_days=30)
    day = now.astimezone(OSLO).date() + dt.timedelta(days=14)
    path = f"/meetings/new/?group={group.slug}&template={template.pk}"
    assert client_of(leader).post(path, written(day=day)).status_code == 302
    assert Meeting.objects.get().answer_by > now


def test_a_deadline_keeps_its_time_of_day_over_the_change_of_clocks():
    template = TemplateFactory.build(group=None, answer_days=7, answer_clock=dt.time(12))
    for start, deadline in (
        (dt.date(2027, 3, 30), dt.date(2027, 3, 23)),
        (dt.date(2027, 11, 2), dt.date(2027, 10, 26)),
    ):
        assert template.answer_by(at(start, dt.time(9)).astimezone(dt.UTC)) == at(deadline, dt.time(12))


def test_a_deadline_on_the_day_is_never_after_the_start():
    template = TemplateFactory.build(group=None, answer_days=0, answer_clock=dt.time(12))
    starts = at(dt.date(2027, 4, 6), dt.time(9)).astimezone(dt.UTC)
    assert template.answer_by(starts) == starts


def test_templates_are_private_to_the_group(client_of, leader, board_member, member, staff, group):
    own, foreign, common = (TemplateFactory(group=one, name=name) for one, name in (
        (group, "Vår egen"), (GroupFactory(), "Naboens"), (None, "Alles"),
    ))  # fmt: skip
    path = f"/meetings/templates/?group={group.slug}"
    for user in (leader, board_member, staff):
        page = client_of(user).get(path).content.decode()
        assert ("Vår egen" in page, "Alles" in page, "Naboens" in page) == (True, True, False)
    assert client_of(member).get(path).status_code == 403
    new = f"/meetings/new/?group={group.slug}&template="
    assert client_of(leader).get(f"{new}{foreign.pk}").status_code == 404
    assert client_of(leader).get(f"{new}{common.pk}").status_code == 200
    for written_as in ("x", "9" * 30, "٣", ""):
        assert client_of(leader).get(f"{new}{written_as}").status_code == 200
    for user, row, status in (
        (leader, own, 200), (leader, foreign, 404), (leader, common, 404), (member, own, 404), (staff, common, 200),
    ):  # fmt: skip
        assert client_of(user).get(f"/meetings/templates/{row.pk}/").status_code == status
    assert f"/meetings/templates/{common.pk}/" not in client_of(leader).get(path).content.decode()
    assert client_of(leader).post(f"/meetings/templates/{foreign.pk}/remove/").status_code == 404
    assert MeetingTemplate.objects.count() == 3


def test_only_staff_make_one_for_all(client_of, leader, staff, chair, meeting):
    save(client_of(leader), meeting, for_all="on")
    assert MeetingTemplate.objects.get().group == meeting.group
    save(client_of(staff), meeting, for_all="on")
    assert MeetingTemplate.objects.filter(group=None).count() == 1
    cluster = MeetingFactory(group=None)
    assert save(client_of(chair), cluster).status_code == 403
    assert "/template/" not in client_of(chair).get(f"/meetings/{cluster.pk}/").content.decode()
    assert save(client_of(staff), cluster, name="Samling").status_code == 302
    assert MeetingTemplate.objects.get(name="Samling").group is None


def test_of_a_draft_too(client_of, leader, group):
    draft = DraftFactory(group=group)
    assert f"/meetings/{draft.pk}/template/" in client_of(leader).get(f"/meetings/{draft.pk}/").content.decode()
    assert save(client_of(leader), draft).status_code == 302


@pytest.mark.parametrize("name", ["", " \u200b ", "x" * 81, "a\x00b", "halv DAG"])
def test_a_bad_name_is_said_beside_the_field_and_keeps_what_was_typed(client_of, leader, meeting, group, name):
    other = TemplateFactory(group=group, name="Halv dag")
    mine = TemplateFactory(group=group, name="Hel dag")
    for path in (f"/meetings/{meeting.pk}/template/", f"/meetings/templates/{mine.pk}/"):
        response = client_of(leader).post(path, {"name": name})
        assert response.status_code == 422
        assert 'id="id_name_error"' in response.content.decode()
        assert "Hel dag" in response.content.decode() or path.endswith("/template/")
    assert set(MeetingTemplate.objects.values_list("name", flat=True)) == {other.name, mine.name}


def test_rename_and_take_away(client_of, leader, group):
    row = TemplateFactory(group=group, name="Gammel")
    assert client_of(leader).post(f"/meetings/templates/{row.pk}/", {"name": " Ny  mal "}).status_code == 302
    row.refresh_from_db()
    assert row.name == "Ny mal"
    assert client_of(leader).post(f"/meetings/templates/{row.pk}/", {"name": "ny mal"}).status_code == 302  # its own
    assert client_of(leader).get(f"/meetings/templates/{row.pk}/remove/").status_code == 405
    assert client_of(leader).post(f"/meetings/templates/{row.pk}/remove/").status_code == 302
    assert client_of(leader).post(f"/meetings/templates/{row.pk}/remove/").status_code == 404
    assert "Ingen maler ennå" in client_of(leader).get(f"/meetings/templates/?group={group.slug}").content.decode()


def test_the_database_holds_a_name_once(group):
    for owner in (group, None):
        TemplateFactory(group=owner, name="Halv dag")
        with pytest.raises(IntegrityError), transaction.atomic():
            TemplateFactory(group=owner, name="Halv dag")


def test_a_name_that_somebody_took_in_between_is_refused_in_words(group, leader, monkeypatch):
    TemplateFactory(group=group, name="Halv dag")
    mine = TemplateFactory(group=group)
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)
    with pytest.raises(Refused):
        rename_template(mine, name="Halv dag", actor=leader)


def test_one_template_too_many_is_refused(client_of, leader, meeting, group, settings):
    settings.TEMPLATES_PER_GROUP = 1
    TemplateFactory(group=group)
    TemplateFactory(group=None)
    response = save(client_of(leader), meeting)
    assert response.status_code == 422
    assert "Fjern en først" in response.content.decode()
    assert MeetingTemplate.objects.count() == 2


def test_no_list_of_meetings_knows_a_template(client_of, leader, group):
    TemplateFactory(group=group, title="Malens tittel")
    for path in ("/meetings/", "/meetings/?show=drafts", "/groups/effektiv-produksjon/", "/search/?q=Malens", "/me/"):
        assert "Malens tittel" not in client_of(leader).get(path).content.decode()


def test_who_is_taken_out_leaves_the_template():
    assert declared_keys()["meetings.MeetingTemplate.created_by"].startswith("kept")


def test_the_pages_speak_nynorsk(client_of, leader, group):
    leader.language = "nn"
    leader.save()
    page = client_of(leader).get(f"/meetings/templates/?group={group.slug}", headers={"accept-language": "nn"})
    assert "Ingen malar enno" in page.content.decode()
