"""Minutes: written version by version, nobody overwritten, approved, read by those who were invited; what is to be done."""

import datetime as dt
import io

import pypdf
import pytest
from django.utils import timezone

from mail.delivery import deliver_due
from mail.models import Message
from meetings.actions.action_items import add_action, set_done
from meetings.actions.minutes import Conflict, publish_minutes, save_minutes
from meetings.enums import Answer, Attendance, MeetingState
from meetings.minutes_notices import MINUTES
from meetings.models import ActionItem, Minutes, MinutesVersion, Section
from members.errors import Refused
from members.models import Affiliation
from tests.factories.meetings import AgendaItemFactory, InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory
from thamsklyngen.waiting import waiting_count

pytestmark = pytest.mark.django_db
TEXT = [Section("", "Møtet gikk fint."), Section("Velkommen", "Siv ønsket velkommen.")]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def meeting(group, leader, now):
    row = MeetingFactory(
        group=group, title="Arbeidsmøte", starts_at=now - dt.timedelta(hours=3), ends_at=now - dt.timedelta(hours=1),
        answer_by=None, state=MeetingState.HELD, created_by=leader,
    )  # fmt: skip
    AgendaItemFactory(meeting=row, title="Velkommen", position=1)
    AgendaItemFactory(meeting=row, title="Flaskehalser", position=2)
    return row


@pytest.fixture
def invitation(meeting, member):
    return InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), answer=Answer.YES)


def written(meeting, actor, now, sections=TEXT, base=0):
    return save_minutes(meeting, sections=sections, base=base, actor=actor, now=now)


def published(meeting, actor, now, *, mail=False):
    version = written(meeting, actor, now)
    publish_minutes(version.minutes, version=version.number, mail=mail, actor=actor, now=now)
    return Minutes.objects.get(meeting=meeting)


def path(meeting, rest=""):
    return f"/meetings/{meeting.pk}/minutes/{rest}"


def form_of(sections, base=0):
    return {"base": base, "title": [one.title for one in sections], "text": [one.text for one in sections]}


# Writing


def test_each_item_of_the_agenda_has_its_field(meeting, client_of, leader):
    page = client_of(leader).get(path(meeting, "edit/")).content.decode()
    assert page.index("Møtet som helhet") < page.index(">Velkommen</label>") < page.index(">Flaskehalser</label>")


def test_what_is_saved_is_a_version_with_its_writer(meeting, client_of, leader, board_member):
    client_of(leader).post(path(meeting, "edit/"), form_of(TEXT))
    client_of(board_member).post(path(meeting, "edit/"), form_of([*TEXT, Section("Flaskehalser", "Mange")], base=1))
    rows = list(MinutesVersion.objects.order_by("number").values_list("number", "author", flat=False))
    assert rows == [(1, leader.pk), (2, board_member.pk)]
    assert MinutesVersion.objects.get(number=1).texts == TEXT


def test_the_same_text_again_is_no_new_version(meeting, leader, now):
    assert written(meeting, leader, now).pk == written(meeting, leader, now, base=0).pk


def test_two_at_once_and_nobody_is_overwritten(meeting, client_of, leader, board_member):
    """Both began from nothing; the second sees both texts, keeps what was typed, and can save on top."""
    client_of(leader).post(path(meeting, "edit/"), form_of([Section("", "Sivs tekst <b>")]))
    second = client_of(board_member)
    page = second.post(path(meeting, "edit/"), form_of([Section("", "Anders' tekst <script>x</script>")]))
    text = page.content.decode()
    assert page.status_code == 409
    assert "Sivs tekst &lt;b&gt;" in text
    assert "Anders&#x27; tekst &lt;script&gt;" in text
    assert MinutesVersion.objects.count() == 1
    assert 'name="base" value="1"' in text
    second.post(path(meeting, "edit/"), form_of([Section("", "Begges tekst")], base=1))
    assert MinutesVersion.objects.first().texts == [Section("", "Begges tekst")]
    assert MinutesVersion.objects.count() == 2


def test_an_agenda_that_changes_meanwhile_loses_no_text(meeting, client_of, leader, now):
    written(meeting, leader, now)
    meeting.agenda.filter(title="Velkommen").delete()
    page = client_of(leader).get(path(meeting, "edit/")).content.decode()
    assert "Siv ønsket velkommen." in page
    client_of(leader).post(path(meeting, "edit/"), form_of([Section("Ukjent sak", "Ny tekst")], base=1))
    assert MinutesVersion.objects.first().texts == [Section("Ukjent sak", "Ny tekst")]


def test_before_the_meeting_nothing_is_written(group, client_of, leader, now):
    coming = MeetingFactory(group=group)
    assert client_of(leader).get(path(coming, "edit/")).status_code == 302
    with pytest.raises(Refused):
        written(coming, leader, now)
    assert not MinutesVersion.objects.exists()


@pytest.mark.parametrize("base", ["x", "-1", "9" * 30, "٣", ""])
def test_a_version_that_is_none_is_the_first(meeting, client_of, leader, base):
    client_of(leader).post(path(meeting, "edit/"), form_of(TEXT, base=base))
    assert MinutesVersion.objects.get().number == 1


def test_too_long_a_text_is_told_beside_its_field_and_kept(meeting, client_of, leader):
    long = "ø" * 20_001
    page = client_of(leader).post(path(meeting, "edit/"), form_of([Section("", "Kort"), Section("Velkommen", long)]))
    text = page.content.decode()
    assert page.status_code == 422
    assert 'id="error-2"' in text
    assert long in text
    assert not MinutesVersion.objects.exists()


def test_controls_and_line_ends_are_made_plain(meeting, client_of, leader):
    client_of(leader).post(path(meeting, "edit/"), form_of([Section("", "a\r\nb\x00\x07c\r\n\r\n")]))
    assert MinutesVersion.objects.get().texts[0].text == "a\nbc"


# Approving


def test_only_the_leader_approves(meeting, client_of, leader, board_member, now):
    written(meeting, leader, now)
    assert client_of(board_member).get(path(meeting, "publish/")).status_code == 403
    assert client_of(board_member).post(path(meeting, "publish/"), {"version": 1}).status_code == 403
    assert not Minutes.objects.get().is_published
    client_of(leader).post(path(meeting, "publish/"), {"version": 1})
    assert Minutes.objects.get().published_version == 1


def test_staff_say_why_and_the_readers_see_it(meeting, client_of, staff, leader, now):
    written(meeting, leader, now)
    client = client_of(staff)
    assert client.post(path(meeting, "publish/"), {"version": 1}).status_code == 422
    client.post(path(meeting, "publish/"), {"version": 1, "reason": "Lederen er syk"})
    assert "Lederen er syk" in client.get(path(meeting)).content.decode()


def test_what_was_saved_since_is_not_approved_unseen(meeting, client_of, leader, now):
    written(meeting, leader, now)
    written(meeting, leader, now, [Section("", "Noe helt annet")], base=1)
    page = client_of(leader).post(path(meeting, "publish/"), {"version": 1})
    assert page.status_code == 422
    assert not Minutes.objects.get().is_published
    with pytest.raises(Conflict):
        publish_minutes(Minutes.objects.get(), version=1, mail=False, actor=leader, now=now)


def test_everybody_on_the_list_gets_one_mail_and_no_second(meeting, invitation, client_of, leader, now, mailoutbox):
    client = client_of(leader)
    written(meeting, leader, now)
    for _ in range(2):
        client.post(path(meeting, "publish/"), {"version": 1, "mail": "on"})
    assert Message.objects.filter(kind=MINUTES).count() == 1
    deliver_due(timezone.now())
    (mail,) = mailoutbox
    assert mail.to == [invitation.user.email]
    assert mail.subject.startswith("Referat: Arbeidsmøte")
    assert f"/meetings/{meeting.pk}/minutes/" in mail.body
    assert mail.message()["List-Unsubscribe"]


def test_without_the_tick_nobody_is_mailed(meeting, invitation, leader, now):
    published(meeting, leader, now)
    assert not Message.objects.filter(kind=MINUTES).exists()


def test_a_correction_takes_the_place_and_says_so(meeting, invitation, client_of, leader, member, now, mailoutbox):
    published(meeting, leader, now, mail=True)
    deliver_due(timezone.now())
    later = now + dt.timedelta(minutes=5)
    newer = written(meeting, leader, later, [Section("", "Rettet tekst")], base=1)
    page = client_of(member).get(path(meeting)).content.decode()
    assert "Møtet gikk fint." in page
    assert "Rettet tekst" not in page
    publish_minutes(newer.minutes, version=2, mail=True, actor=leader, now=later)
    page = client_of(member).get(path(meeting)).content.decode()
    assert "Rettet tekst" in page
    assert "rettet" in page
    deliver_due(timezone.now())
    assert [mail.subject.split(":")[0] for mail in mailoutbox] == ["Referat", "Rettet referat"]


# Reading


def test_a_draft_is_for_those_who_run_the_meeting(meeting, invitation, client_of, leader, member, now):
    written(meeting, leader, now)
    assert "Møtet gikk fint." in client_of(leader).get(path(meeting)).content.decode()
    assert client_of(member).get(path(meeting)).status_code == 404
    assert client_of(member).get(f"/meetings/{meeting.pk}/minutes.pdf").status_code == 404


def test_published_ones_are_read_by_the_invited_and_the_group(
    meeting, invitation, client_of, leader, member, outsider, other_member, now
):
    guest = InvitationFactory(meeting=meeting)
    published(meeting, leader, now)
    for reader in (member, guest.user, leader):
        assert client_of(reader).get(path(meeting)).status_code == 200
    for stranger in (outsider, other_member):
        assert client_of(stranger).get(path(meeting)).status_code == 404


def test_the_boards_meeting_is_not_the_groups(meeting, client_of, leader, member, now):
    meeting.is_board_only = True
    meeting.save()
    published(meeting, leader, now)
    assert client_of(member).get(path(meeting)).status_code == 404


def test_an_open_meeting_does_not_open_its_minutes(meeting, client_of, leader, outsider, now):
    meeting.is_open = True
    meeting.save()
    published(meeting, leader, now)
    assert client_of(outsider).get(f"/meetings/{meeting.pk}/").status_code == 200
    assert client_of(outsider).get(path(meeting)).status_code == 404


def test_the_meetings_page_leads_there(meeting, invitation, client_of, leader, member, now):
    link = f'href="{path(meeting)}"'
    assert link not in client_of(member).get(f"/meetings/{meeting.pk}/").content.decode()
    published(meeting, leader, now)
    assert link in client_of(member).get(f"/meetings/{meeting.pk}/").content.decode()


def test_only_those_who_run_it_look_at_other_versions(meeting, invitation, client_of, leader, member, now):
    published(meeting, leader, now)
    written(meeting, leader, now, [Section("", "Hemmelig utkast")], base=1)
    assert "Hemmelig utkast" in client_of(leader).get(path(meeting), {"version": 2}).content.decode()
    assert "Hemmelig utkast" not in client_of(member).get(path(meeting), {"version": 2}).content.decode()
    assert client_of(leader).get(path(meeting), {"version": 9}).status_code == 404


# Who was there


def attended(meeting, name, attendance, answer=Answer.NONE, **user):
    tie = AffiliationFactory(user__name=name, company__name=f"{name} AS", **{f"user__{k}": v for k, v in user.items()})
    return InvitationFactory(meeting=meeting, affiliation=tie, attendance=attendance, answer=answer)


@pytest.fixture
def door(meeting):
    attended(meeting, "Kom", Attendance.ATTENDED, Answer.YES)
    attended(meeting, "Uanmeldt", Attendance.VISITOR)
    attended(meeting, "Meldte forfall", Attendance.APOLOGISED, Answer.YES)
    attended(meeting, "Svarte nei", Attendance.UNKNOWN, Answer.NO)
    attended(meeting, "Sa ja og uteble", Attendance.UNKNOWN, Answer.YES)
    attended(meeting, "Svarte aldri", Attendance.UNKNOWN)
    attended(meeting, "Skjult", Attendance.ATTENDED, shows_attendance=False)


def line(page, label):
    return page.split(f"<dt>{label}</dt>")[1].split("</dd>")[0]


def test_the_list_comes_from_the_door_and_the_answers(meeting, door, client_of, leader, board_member, now):
    published(meeting, leader, now)
    page = client_of(leader).get(path(meeting)).content.decode()
    assert "Kom AS:</span> Kom</li>" in line(page, "Til stede")
    assert "Uanmeldt AS:</span> Uanmeldt (besøkende)</li>" in line(page, "Til stede")
    assert "3 personer fra 3 bedrifter" in line(page, "Til stede")
    assert "Meldte forfall" in line(page, "Forfall")
    assert "Svarte nei" in line(page, "Forfall")
    assert "Sa ja og uteble" in line(page, "Ikke til stede")
    assert "Svarte aldri" not in page


def test_whoever_hides_is_counted_and_not_named_to_others(meeting, door, invitation, client_of, leader, member, now):
    published(meeting, leader, now)
    assert "Skjult" in client_of(leader).get(path(meeting)).content.decode()
    page = client_of(member).get(path(meeting)).content.decode()
    assert "Skjult" not in page
    assert "og 1 til" in line(page, "Til stede")
    assert "Skjult" not in _text_of(client_of(member).get(f"/meetings/{meeting.pk}/minutes.pdf"))


def test_the_list_stays_as_it_was_when_published(meeting, door, client_of, leader, now):
    published(meeting, leader, now)
    meeting.invitations.filter(user__name="Kom").update(attendance=Attendance.NO_SHOW)
    assert "Kom AS:</span> Kom</li>" in line(client_of(leader).get(path(meeting)).content.decode(), "Til stede")


def test_a_name_that_was_taken_out_is_not_kept_in_the_list(meeting, door, client_of, leader, now):
    row = published(meeting, leader, now)
    assert "Uanmeldt" not in str([{k: v for k, v in one.items() if k != "company"} for one in row.attendance])
    person = meeting.invitations.get(user__name="Kom").user
    person.name, person.anonymised_at = "", now
    person.save()
    page = client_of(leader).get(path(meeting)).content.decode()
    assert "> Kom<" not in line(page, "Til stede")
    assert "Et tidligere medlem" in line(page, "Til stede")


def test_the_page_takes_the_same_queries_for_few_and_many(meeting, client_of, leader, now, same_queries, group):
    other = MeetingFactory(
        group=group, starts_at=meeting.starts_at, ends_at=meeting.ends_at, answer_by=None, state=MeetingState.HELD
    )
    for number in range(2):
        attended(meeting, f"Få {number}", Attendance.ATTENDED)
    for number in range(30):
        attended(other, f"Mange {number}", Attendance.ATTENDED)
        ActionItem.objects.create(meeting=other, what=f"Sak {number}", responsible=Affiliation.objects.last())
    ActionItem.objects.create(meeting=meeting, what="Sak", responsible=Affiliation.objects.last())
    published(meeting, leader, now)
    published(other, leader, now)
    same_queries(path(meeting), path(other), client_of(leader))
    same_queries(path(meeting, "edit/"), path(other, "edit/"), client_of(leader))


# To be done


@pytest.fixture
def action(meeting, invitation, leader, now):
    return add_action(
        meeting, what="Ringe leverandøren", responsible=invitation.affiliation, due_on=now.date() + dt.timedelta(days=7),
        actor=leader, now=now,
    )  # fmt: skip


def test_it_is_written_down_with_who_and_when(meeting, invitation, client_of, leader):
    client = client_of(leader)
    given = {"what": "Sende tall", "responsible": invitation.affiliation_id, "due_on": "2027-01-15"}
    client.post(f"/meetings/{meeting.pk}/actions/add/", given)
    row = ActionItem.objects.get()
    assert (row.what, row.responsible, str(row.due_on)) == ("Sende tall", invitation.affiliation, "2027-01-15")
    page = client.post(f"/meetings/{meeting.pk}/actions/add/", {"what": "", "due_on": "i morgen"})
    assert page.status_code == 422
    assert ActionItem.objects.count() == 1


def test_only_people_on_the_list_can_be_given_something(meeting, client_of, leader, outsider):
    given = {"what": "Sende tall", "responsible": outsider.affiliations.get().pk}
    assert client_of(leader).post(f"/meetings/{meeting.pk}/actions/add/", given).status_code == 422


def test_it_waits_on_ones_own_page_once_the_minutes_are_out(meeting, action, client_of, leader, member, now):
    client = client_of(member)
    before = waiting_count(member, now)
    assert "Ringe leverandøren" not in client.get("/me/").content.decode()
    published(meeting, leader, now)
    assert "Ringe leverandøren" in client.get("/me/").content.decode()
    assert waiting_count(member, now) == before + 1
    client.post(f"/meetings/{meeting.pk}/actions/{action.pk}/done/", {"next": "me"})
    action.refresh_from_db()
    assert action.done_by == member
    assert waiting_count(member, now) == before
    assert "Ringe leverandøren" not in client.get("/me/").content.decode()


def test_the_mail_says_what_the_reader_has_taken_on(meeting, action, leader, now, mailoutbox):
    other = InvitationFactory(meeting=meeting)
    published(meeting, leader, now, mail=True)
    deliver_due(timezone.now())
    bodies = {mail.to[0]: mail.body for mail in mailoutbox}
    assert "Ringe leverandøren" in bodies[action.responsible.user.email]
    assert "Ringe leverandøren" not in bodies[other.user.email]


def test_nobody_else_says_it_is_done(meeting, action, client_of, leader, colleague, contact, now):
    InvitationFactory(meeting=meeting, affiliation=colleague.affiliations.get())
    published(meeting, leader, now)
    for stranger in (colleague, contact):
        assert client_of(stranger).post(f"/meetings/{meeting.pk}/actions/{action.pk}/done/").status_code == 404
    action.refresh_from_db()
    assert action.done_at is None


def test_done_can_be_taken_back_by_the_board(meeting, action, client_of, leader, now):
    set_done(action, is_done=True, actor=leader, now=now)
    client_of(leader).post(f"/meetings/{meeting.pk}/actions/{action.pk}/done/", {"done": "no"})
    action.refresh_from_db()
    assert (action.done_at, action.done_by) == (None, None)


def test_what_is_open_is_carried_to_the_groups_next_meeting(meeting, action, group, client_of, leader, now):
    following = MeetingFactory(
        group=group, starts_at=now - dt.timedelta(minutes=30), ends_at=now + dt.timedelta(hours=1), answer_by=None
    )
    elsewhere = MeetingFactory(starts_at=now - dt.timedelta(minutes=30), answer_by=None)
    client = client_of(leader)
    assert "Ringe leverandøren" not in client.get(path(following, "edit/")).content.decode()
    published(meeting, leader, now)
    assert "Ringe leverandøren" in client.get(path(following, "edit/")).content.decode()
    assert not ActionItem.objects.carried_to(elsewhere).exists()
    set_done(action, is_done=True, actor=leader, now=now)
    assert not ActionItem.objects.carried_to(following).exists()


@pytest.fixture
def following(group, now):
    return MeetingFactory(
        group=group, starts_at=now + dt.timedelta(days=7), ends_at=now + dt.timedelta(days=7, hours=1), answer_by=None
    )


def open_tasks(client, meeting):
    page = client.get(f"/meetings/{meeting.pk}/").content.decode()
    return page.partition('id="h-carried"')[2].partition("</section>")[0]


def test_the_page_of_the_next_meeting_shows_it_with_who_and_when(
    meeting, action, following, client_of, leader, member, now
):
    add_action(meeting, what="Finne et sted", responsible=None, due_on=None, actor=leader, now=now)
    assert not open_tasks(client_of(leader), following)  # nobody has heard of it yet
    published(meeting, leader, now)
    for reader in (member, leader):
        words = open_tasks(client_of(reader), following)
        assert member.display_name in words.partition("Ringe leverandøren")[2].partition("</tr>")[0]
        assert "ingen" in words.partition("Finne et sted")[2].partition("</tr>")[0]
        assert f'href="{path(meeting)}"' in words
    set_done(action, is_done=True, actor=member, now=now)
    assert "Ringe leverandøren" not in open_tasks(client_of(member), following)
    following.starts_at, following.ends_at = now - dt.timedelta(hours=2), now - dt.timedelta(minutes=1)
    following.save()
    assert not open_tasks(client_of(member), following)


def test_nobody_reads_there_what_stands_in_minutes_that_are_not_theirs(
    meeting, action, following, client_of, leader, member, outsider, now
):
    published(meeting, leader, now)
    following.is_open = True
    following.save()
    InvitationFactory(meeting=following, affiliation=outsider.affiliations.get(), user=outsider)
    for stranger in (outsider, None):
        page = client_of(stranger).get(f"/meetings/{following.pk}/")
        assert page.status_code == 200
        assert "Ringe leverandøren" not in page.content.decode()
    guest = InvitationFactory(meeting=meeting, affiliation=outsider.affiliations.get(), user=outsider)
    assert "Ringe leverandøren" in open_tasks(client_of(outsider), following)  # invited to the earlier one, too
    guest.delete()
    meeting.is_board_only = True
    meeting.save()
    assert "Ringe leverandøren" in open_tasks(client_of(member), following)  # invited to the board's meeting
    meeting.invitations.all().delete()
    assert not open_tasks(client_of(member), following)
    assert "Ringe leverandøren" in open_tasks(client_of(leader), following)


def test_whoever_leaves_leaves_it_to_nobody(meeting, action, client_of, leader, member, now):
    published(meeting, leader, now)
    tie = action.responsible
    tie.state, tie.ended_on = "ended", (now - dt.timedelta(days=1)).date()
    tie.save()
    assert "ingen" in client_of(leader).get(path(meeting)).content.decode().split("Ringe leverandøren")[1][:400]
    assert waiting_count(member, now) == 0


def test_a_meeting_of_others_is_not_reached_through_this_one(meeting, action, client_of, leader, group):
    other = MeetingFactory(group=group)
    assert client_of(leader).post(f"/meetings/{other.pk}/actions/{action.pk}/done/").status_code == 404
    assert client_of(leader).post(f"/meetings/{other.pk}/actions/{action.pk}/remove/").status_code == 404
    assert ActionItem.objects.filter(pk=action.pk, done_at__isnull=True).exists()


# The document


def _text_of(response):
    assert response["Content-Type"] == "application/pdf"
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(response.content)).pages)


def test_the_pdf_is_tagged_and_says_its_language_and_title(meeting, door, action, client_of, leader, now):
    published(meeting, leader, now)
    response = client_of(leader).get(f"/meetings/{meeting.pk}/minutes.pdf")
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "nb-NO"
    assert reader.metadata.title == "Referat: Arbeidsmøte"
    assert b"pdfuaid" in response.content or b"pdfuaid" in root["/Metadata"].get_data()
    text = _text_of(response)
    for word in ("Siv ønsket velkommen.", "Ringe leverandøren", "Kom AS: Kom"):
        assert word in text


@pytest.mark.parametrize(
    "text",
    ['#read("/etc/passwd")', "*fet* _kursiv_ $x^2$ = Overskrift", "]#panic()[", "\\u{1F600} 🏭 <script>", "#include"],
)
def test_what_people_write_never_becomes_markup(meeting, client_of, leader, now, text):
    written(meeting, leader, now, [Section(text[:100], text)])
    publish_minutes(Minutes.objects.get(), version=1, mail=False, actor=leader, now=now)
    found = _text_of(client_of(leader).get(f"/meetings/{meeting.pk}/minutes.pdf"))
    assert found.count(text.split()[0][:12]) >= 1


def test_a_draft_has_no_pdf(meeting, client_of, leader, now):
    written(meeting, leader, now)
    assert client_of(leader).get(f"/meetings/{meeting.pk}/minutes.pdf").status_code == 404
