"""The organiser's forms: what is asked back beside the field, and what reaches the draft."""

import datetime as dt

import pytest
from django.utils import timezone

from mail.models import Message
from meetings.clocks import FIRST, SECOND, NoSuchTime, TwiceThatNight, oslo_moment
from meetings.enums import MeetingState
from meetings.models import Invitation, Meeting
from meetings.pasted import as_lines, read_addresses
from members.models import ClusterSettings
from tests.factories.groups import RoundFactory
from tests.factories.meetings import DraftFactory, InvitationFactory, MeetingFactory

pytestmark = pytest.mark.django_db


def written(**changed):
    values = {
        "title": "Oppstartsmøte",
        "kind": "kickoff",
        "language": "nb",
        "day": "2027-02-04",
        "starts": "12:00",
        "ends": "15:30",
        "reminder_days": "7, 2",
        "agenda-TOTAL_FORMS": "2",
        "agenda-INITIAL_FORMS": "0",
        "agenda-0-title": "Velkommen",
        "agenda-0-minutes": "15",
        "agenda-1-title": "",
    }
    return {name: value for name, value in (values | changed).items() if value is not None}


@pytest.fixture
def post(client_of, leader, group):
    def send(**changed):
        return client_of(leader).post(f"/meetings/new/?group={group.slug}", written(**changed))

    return send


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    """The forms are read early in 2027."""
    moment = dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)
    monkeypatch.setattr("meetings.views.organising.timezone.now", lambda: moment)


def test_a_meeting_is_written_in_oslos_time_and_mails_nobody(post, group):
    response = post(audience_groups=[group.pk], venue="Damphuset")
    meeting = Meeting.objects.get()
    assert response.headers["Location"] == f"/meetings/{meeting.pk}/preview/"
    assert meeting.starts_at == dt.datetime(2027, 2, 4, 11, tzinfo=dt.UTC)
    assert meeting.ends_at == dt.datetime(2027, 2, 4, 14, 30, tzinfo=dt.UTC)
    assert (meeting.state, meeting.venue) == (MeetingState.DRAFT, "Damphuset")
    assert meeting.agenda.get().title == "Velkommen"
    assert not Message.objects.exists()


def test_the_deadline_is_three_working_days_before_unless_written(post):
    post()
    assert Meeting.objects.get().answer_by == dt.datetime(2027, 2, 1, 15, tzinfo=dt.UTC)
    post(answer_day="2027-01-29", answer_clock="12.00")
    assert Meeting.objects.order_by("pk").last().answer_by == dt.datetime(2027, 1, 29, 11, tzinfo=dt.UTC)


def test_a_question_makes_a_planned_round(post, group):
    post(round_question="Hva stopper flyten?", round_board_first="on")
    round_ = Meeting.objects.get().round
    assert (round_.question, round_.board_first, round_.opens_at, round_.group) == (
        "Hva stopper flyten?",
        True,
        None,
        group,
    )


BAD = [
    ({"title": ""}, "title"),
    ({"title": " \u200b "}, "title"),
    ({"title": "x\x00y"}, "title"),
    ({"title": "x" * 121}, "title"),
    ({"kind": "party"}, "kind"),
    ({"day": "31.02.2027"}, "day"),
    ({"day": "0001-01-01"}, "day"),
    ({"day": "9999-12-31"}, "day"),
    ({"day": "2027-01-10"}, "day"),
    ({"day": None}, "day"),
    ({"starts": "25:00"}, "starts"),
    ({"starts": "12:00", "ends": "11:00"}, "ends"),
    ({"starts": "12:00", "ends": "12:00"}, "ends"),
    ({"ends_on": "2028-03-10"}, "ends_on"),
    ({"day": "2027-03-28", "starts": "02:30", "ends": "04:00"}, "starts"),
    ({"day": "2027-10-31", "starts": "02:30", "ends": "04:00"}, "starts_which"),
    ({"online_url": "https://x.example/\r\nX:1"}, "online_url"),
    ({"online_url": "javascript:alert(1)"}, "online_url"),
    ({"capacity": "0"}, "capacity"),
    ({"capacity": "mange"}, "capacity"),
    ({"answer_day": "2027-02-05"}, "answer_day"),
    ({"answer_day": "2027-01-01"}, "answer_day"),
    ({"reminder_days": "sju"}, "reminder_days"),
    ({"reminder_days": "61"}, "reminder_days"),
    ({"reminder_days": "9,8,7,6"}, "reminder_days"),
    ({"audience_groups": "999"}, "audience_groups"),
    ({"addresses": "Kari uten adresse"}, "addresses"),
    ({"addresses": "x@y.example\n" * 301}, "addresses"),
    ({"description": "x" * 4001}, "description"),
    ({"agenda-0-minutes": ""}, "agenda-0-minutes"),
    ({"agenda-0-minutes": "-3"}, "agenda-0-minutes"),
    ({"agenda-0-title": "", "agenda-0-speaker": "Siv"}, "agenda-0-title"),
]


@pytest.mark.parametrize(("changed", "field"), BAD, ids=range(len(BAD)))
def test_bad_input_is_said_beside_the_field_and_writes_nothing(post, changed, field):
    response = post(description=changed.pop("description", "Det jeg skrev."), **changed)
    assert response.status_code == 422
    assert not Meeting.objects.exists()
    page = response.content.decode()
    place = page.find(f'name="{field}"')
    assert f'id="error_1_id_{field}"' in page or "is-invalid" in page[place - 300 : place + 1500]
    assert "Ingenting er lagret" in page
    if "description" not in changed and field != "description":
        assert "Det jeg skrev." in page


def test_the_doubled_hour_is_asked_and_the_answer_kept(post):
    page = post(day="2027-10-31", starts="02:30", ends="04:00").content.decode()
    assert 'name="starts_which"' in page
    assert 'name="ends_which"' not in page
    for which, utc in ((FIRST, (0, 30)), (SECOND, (1, 30))):
        post(day="2027-10-31", starts="02:30", ends="04:00", starts_which=which)
        starts = Meeting.objects.order_by("pk").last().starts_at
        assert (starts.hour, starts.minute) == utc


def test_oslos_clock_on_the_two_nights():
    with pytest.raises(NoSuchTime):
        oslo_moment(dt.date(2027, 3, 28), dt.time(2, 30))
    with pytest.raises(TwiceThatNight):
        oslo_moment(dt.date(2027, 10, 31), dt.time(2, 30))
    first = oslo_moment(dt.date(2027, 10, 31), dt.time(2, 30), FIRST)
    assert oslo_moment(dt.date(2027, 10, 31), dt.time(2, 30), SECOND) - first == dt.timedelta(hours=1)


def test_a_draft_can_be_read_back_and_saved_unchanged(client_of, leader, post, group):
    post(
        audience_groups=[group.pk],
        round_question="Hva?",
        addresses="Kari Nord <kari@nord.example>, Nord AS",
        answer_day="2027-01-29",
    )
    meeting = Meeting.objects.get()
    page = client_of(leader).get(f"/meetings/{meeting.pk}/edit/").content.decode()
    for text in ("Oppstartsmøte", "2027-02-04", "12:00", "2027-01-29", "Kari Nord &lt;kari@nord.example&gt;, Nord AS"):
        assert text in page
    answer = client_of(leader).post(
        f"/meetings/{meeting.pk}/edit/", written(title="Nytt", audience_groups=[group.pk], round_question="Hva nå?")
    )
    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.round.question, meeting.audience_addresses) == ("Nytt", "Hva nå?", [])


def test_a_called_meeting_sends_the_drafts_form_away(client_of, leader, group):
    meeting = MeetingFactory(group=group, starts_at=dt.datetime(2027, 2, 4, 11, tzinfo=dt.UTC))
    assert client_of(leader).get(f"/meetings/{meeting.pk}/edit/").status_code == 302
    assert client_of(leader).get(f"/meetings/{meeting.pk}/preview/").status_code == 302


def test_the_call_button_calls_once_and_says_how_many(client_of, leader, member, group):
    meeting = DraftFactory(group=group, starts_at=dt.datetime(2027, 2, 4, 11, tzinfo=dt.UTC))
    meeting.audience_groups.add(group)
    browser = client_of(leader)
    assert "2 e-poster" in browser.get(f"/meetings/{meeting.pk}/preview/").content.decode()
    assert browser.get(f"/meetings/{meeting.pk}/call/").status_code == 302
    assert not Invitation.objects.exists()
    browser.post(f"/meetings/{meeting.pk}/call/")
    again = browser.post(f"/meetings/{meeting.pk}/call/", follow=True)
    assert "Ingen fikk e-post to ganger" in again.content.decode()
    assert Message.objects.count() == 2


def test_staff_are_asked_why_beside_the_field(client_of, staff, leader, group):
    meeting = DraftFactory(group=group, starts_at=dt.datetime(2027, 2, 4, 11, tzinfo=dt.UTC))
    meeting.audience_groups.add(group)
    response = client_of(staff).post(f"/meetings/{meeting.pk}/call/", {"reason": " "})
    assert response.status_code == 422
    assert not Message.objects.exists()
    client_of(staff).post(f"/meetings/{meeting.pk}/call/", {"reason": "Lederen er syk"})
    assert "Lederen er syk" in client_of(leader).get(f"/meetings/{meeting.pk}/").content.decode()


def test_move_change_and_cancel_by_their_forms(client_of, leader, group):
    meeting = MeetingFactory(
        group=group,
        starts_at=dt.datetime(2027, 2, 4, 11, tzinfo=dt.UTC),
        round=RoundFactory(group=group),
    )
    InvitationFactory(meeting=meeting)
    browser = client_of(leader)
    place = {"day": "2027-02-05", "starts": "12:00", "ends": "14:00", "venue": "Orkla"}
    assert browser.post(f"/meetings/{meeting.pk}/move/", place | {"day": "2027-01-01"}).status_code == 422
    assert browser.post(f"/meetings/{meeting.pk}/move/", place).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.venue, meeting.sequence) == ("Orkla", 1)
    words = written(title="Annet navn", mail="no")
    assert browser.post(f"/meetings/{meeting.pk}/change/", words | {"capacity": "-1"}).status_code == 422
    assert browser.post(f"/meetings/{meeting.pk}/change/", words).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.sequence) == ("Annet navn", 1)
    assert browser.post(f"/meetings/{meeting.pk}/cancel/", {"reason": ""}).status_code == 422
    assert browser.post(f"/meetings/{meeting.pk}/cancel/", {"reason": "Streik"}).status_code == 302
    assert "Streik" in browser.get(f"/meetings/{meeting.pk}/").content.decode()
    assert browser.post(f"/meetings/{meeting.pk}/move/", place).status_code == 422


def test_people_are_found_picked_and_dropped(client_of, leader, member, group):
    meeting = DraftFactory(group=group)
    browser = client_of(leader)
    assert "Marte Haugen" in browser.get(f"/meetings/{meeting.pk}/people/?q=kobberheim").content.decode()
    tie = member.affiliations.get()
    browser.post(f"/meetings/{meeting.pk}/people/pick/", {"affiliation": tie.pk})
    assert meeting.audience_people.get() == tie
    browser.post(f"/meetings/{meeting.pk}/people/unpick/", {"affiliation": tie.pk})
    assert not meeting.audience_people.exists()
    for bad in ("", "x", "99999", "9" * 30):
        assert browser.post(f"/meetings/{meeting.pk}/people/pick/", {"affiliation": bad}).status_code == 404


def test_late_people_and_addresses_are_invited_at_once(client_of, leader, member, group):
    meeting = MeetingFactory(group=group, starts_at=timezone.now() + dt.timedelta(days=200))
    browser = client_of(leader)
    browser.post(f"/meetings/{meeting.pk}/people/pick/", {"affiliation": member.affiliations.get().pk})
    bad = browser.post(f"/meetings/{meeting.pk}/invitations/add/", {"addresses": "ikke en adresse"})
    assert bad.status_code == 422
    assert "Linje 1" in bad.content.decode()
    browser.post(f"/meetings/{meeting.pk}/invitations/add/", {"addresses": "Gry <gry@x.example>"})
    assert meeting.invitations.count() == 2 == Message.objects.count()


def test_pasted_lines_are_read_in_many_shapes():
    text = (
        "Kari Nord <Kari@Nord.example>, Nord AS\n\n"
        "ola@nord.example\n"
        "Per Sør\tper@sor.example\tSør AS\n"
        "eva@vest.example;Eva Vest;Vest AS\n"
        '"Ås, Nils" <nils@as.example>\n'
        "KARI@nord.example\n"
    )
    pasted = read_addresses(text)
    assert not pasted.errors
    assert [(row.email, row.name, row.company) for row in pasted.addresses] == [
        ("kari@nord.example", "Kari Nord", "Nord AS"),
        ("ola@nord.example", "", ""),
        ("per@sor.example", "Per Sør", "Sør AS"),
        ("eva@vest.example", "Eva Vest", "Vest AS"),
        ("nils@as.example", "Ås, Nils", ""),
    ]
    assert read_addresses(as_lines(pasted.addresses)).addresses == pasted.addresses


@pytest.mark.parametrize("line", ["ikke@", "a@b@c.example", "x@y.example z@y.example", "<>", "@nord.example"])
def test_a_line_without_one_good_address_is_named(line):
    assert [number for number, _why in read_addresses(f"ola@nord.example\n{line}").errors] == [2]


def test_new_meeting_begins_with_the_offices_reminder_days(client_of, leader, group):
    office = ClusterSettings.load()
    office.first_reminder_days, office.last_reminder_days = 10, 3
    office.save()
    form = client_of(leader).get(f"/meetings/new/?group={group.slug}").context["form"]
    assert form["reminder_days"].value() == "10, 3"


# The fate of mails


def mail_to(invitation, **values):
    row = Message.objects.create(kind="meetings.invitation", recipient=invitation.ref, about=invitation.meeting.about)
    Message.objects.filter(pk=row.pk).update(**values)
    return row


def test_the_organiser_sees_whom_a_mail_did_not_reach(client_of, leader, group):
    meeting = MeetingFactory(group=group)
    fine, failed, returned = InvitationFactory.create_batch(3, meeting=meeting)
    now = timezone.now()
    mail_to(fine, state="sent", sent_at=now)
    mail_to(failed, state="failed", error="550 5.1.1 nobody here")
    mail_to(returned, state="sent", sent_at=now, error="came back: 5.1.1")
    client = client_of(leader)
    page = client.get(f"/meetings/{meeting.pk}/invitations/").content.decode()
    rows = {
        row.user.name: part for row in (fine, failed, returned) for part in page.split("<tr>") if row.user.name in part
    }
    assert [("kom ikke fram" in rows[row.user.name]) for row in (fine, failed, returned)] == [False, True, True]
    assert '<a href="?answer=unreached">E-post kom ikke fram til 2 personer</a>' in page
    detail = client.get(f"/meetings/{meeting.pk}/invitations/{returned.pk}/").content.decode()
    assert "kom tilbake" in detail
    assert "5.1.1" in detail


def test_those_whom_a_mail_did_not_reach_stand_together_however_many_are_invited(client_of, leader, group):
    meeting, other = MeetingFactory(group=group), MeetingFactory(group=group)
    rows = InvitationFactory.create_batch(45, meeting=meeting)
    gone = InvitationFactory(meeting=meeting, withdrawn_at=timezone.now())
    for row in (rows[0], rows[44], gone, InvitationFactory(meeting=other)):
        mail_to(row, state="failed", error="550 5.1.1 nobody here")
    mail_to(rows[1], state="queued")
    path = f"/meetings/{meeting.pk}/invitations/"
    client = client_of(leader)
    assert "E-post kom ikke fram til 2 personer" in client.get(path).content.decode()
    assert set(client.get(f"{path}?answer=unreached").context["rows"]) == {rows[0], rows[44]}
    Message.objects.filter(state="failed").update(state="queued")
    page = client.get(f"{path}?answer=unreached")
    assert list(page.context["rows"]) == []
    assert "kom ikke fram til" not in page.content.decode()


def test_what_failed_is_sent_again_and_nothing_else(client_of, leader, group):
    meeting = MeetingFactory(group=group)
    mine, other = InvitationFactory.create_batch(2, meeting=meeting)
    failed, elsewhere = (mail_to(row, state="failed", error="550") for row in (mine, other))
    gone = mail_to(mine, state="sent", sent_at=timezone.now())
    path = f"/meetings/{meeting.pk}/invitations/{mine.pk}/"
    client = client_of(leader)
    assert "Send det som mislyktes" in client.get(path).content.decode()
    client.post(f"{path}mail/")
    states = dict(Message.objects.values_list("pk", "state"))
    assert (states[failed.pk], states[elsewhere.pk], states[gone.pk]) == ("queued", "failed", "sent")
    assert "Send det som mislyktes" not in client.get(path).content.decode()


def test_what_came_back_can_be_sent_again(client_of, leader, group):
    row = InvitationFactory(meeting=MeetingFactory(group=group))
    back = mail_to(row, state="sent", sent_at=timezone.now(), error="came back: 5.1.1")
    path = f"/meetings/{row.meeting_id}/invitations/{row.pk}/"
    client = client_of(leader)
    assert "Send det som mislyktes" in client.get(path).content.decode()
    client.post(f"{path}mail/")
    back.refresh_from_db()
    assert back.state == "queued"


# A new meeting like an earlier one


def test_a_new_meeting_takes_over_everything_but_the_day(client_of, leader, group):
    old = MeetingFactory(
        group=group, title="Arbeidsmøte", venue="Damphuset", description="Om flyt", capacity=12, kind="work"
    )
    old.audience_groups.add(group)
    old.agenda.create(title="Temaene", minutes=25, speaker="Siv")
    page = client_of(leader).get("/meetings/new/", {"group": group.slug, "copy": old.pk})
    form, agenda = page.context["form"], page.context["agenda"]
    for name, value in {"title": "Arbeidsmøte", "venue": "Damphuset", "description": "Om flyt", "capacity": 12}.items():
        assert form[name].value() == value
    assert form["audience_groups"].value() == [group.pk]
    assert not form["day"].value()
    assert not form["answer_day"].value()
    assert agenda.forms[0]["title"].value() == "Temaene"
    assert Meeting.objects.count() == 1
    assert f"copy={old.pk}" in client_of(leader).get(f"/meetings/{old.pk}/").content.decode()


def test_nobody_copies_a_meeting_they_do_not_run(client_of, leader, group):
    foreign = MeetingFactory(title="Hemmelig")
    page = client_of(leader).get("/meetings/new/", {"group": group.slug, "copy": foreign.pk})
    assert page.status_code == 404
    for written in ("x", "9" * 30, "٣", ""):
        assert client_of(leader).get("/meetings/new/", {"group": group.slug, "copy": written}).status_code == 200


def test_a_copy_has_an_id_of_its_own(client_of, leader, group):
    old = MeetingFactory(group=group)
    path = f"/meetings/new/?group={group.slug}&copy={old.pk}"
    values = written(title="Kopi", audience_groups=[group.pk])
    assert client_of(leader).post(path, values).status_code == 302
    new = Meeting.objects.exclude(pk=old.pk).get()
    assert (new.uid != old.uid, new.sequence, new.state) == (True, 0, MeetingState.DRAFT)


def test_the_minutes_of_an_item_are_minutes_of_time(client_of, leader, group):
    """The English word is that of the minutes of a meeting, too."""
    page = client_of(leader).get(f"/meetings/new/?group={group.slug}").content.decode()
    label = page[page.index('for="id_agenda-0-minutes"') :]
    assert label[label.index(">") + 1 :].startswith("Minutter")
