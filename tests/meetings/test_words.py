"""Writing to some of a meeting's people: exactly those the preview named, once, in the writer's own words."""

import datetime as dt

import pytest
from django.utils import timezone

from mail.delivery import deliver_due
from mail.models import Message
from meetings.actions.handing import Colleague, hand_over
from meetings.actions.meetings import invite_late, withdraw_invitation
from meetings.actions.words import people_in
from meetings.enums import Answer, Attendance, MeetingState, Road, Selection
from meetings.models import Invitation, Word
from meetings.word_notices import WORD
from members.enums import MailChoice
from members.models import MailWish
from tests.factories.meetings import DraftFactory, InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(group, leader):
    return MeetingFactory(group=group, title="Arbeidsmøte", created_by=leader)


@pytest.fixture
def people(meeting):
    """One of each."""
    now = timezone.now()
    kinds = {
        "yes": {"answer": Answer.YES},
        "queued": {"answer": Answer.YES, "queued_at": now},
        "maybe": {"answer": Answer.MAYBE},
        "no": {"answer": Answer.NO},
        "none": {},
        "came": {"attendance": Attendance.ATTENDED},
        "missed": {"attendance": Attendance.NO_SHOW, "answer": Answer.YES},
        "withdrawn": {"answer": Answer.YES, "withdrawn_at": now},
        "unreachable": {"answer": Answer.YES, "affiliation__user__email": None},
    }
    return {name: InvitationFactory(meeting=meeting, answered_at=now, **values) for name, values in kinds.items()}


def given(**more):
    return {"selection": "yes", "company": "", "subject": "Parkering", "text": "Parker bak bygget.", **more}


def path(meeting, rest=""):
    return f"/meetings/{meeting.pk}/mail/{rest}"


def send(client, meeting, **more):
    return client.post(path(meeting, "send/"), given(**more))


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection.ALL, {"yes", "queued", "maybe", "no", "none", "came", "missed"}),
        (Selection.YES, {"yes", "missed"}),
        (Selection.QUEUED, {"queued"}),
        (Selection.MAYBE, {"maybe"}),
        (Selection.NO, {"no"}),
        (Selection.NONE, {"none", "came"}),
        (Selection.CAME, {"came"}),
        (Selection.MISSED, {"missed"}),
    ],
)
def test_a_selection_means_those_who_can_be_reached_as_they_stand_now(meeting, people, selection, names):
    found = people_in(meeting, selection, None, timezone.now()).people
    assert {row.pk for row in found} == {people[name].pk for name in names}


def test_an_answer_to_the_time_before_the_move_is_none(meeting, people):
    meeting.sequence = meeting.answer_floor = 1
    meeting.save()
    now = timezone.now()
    assert {row.pk for row in people_in(meeting, Selection.NO, None, now).people} == set()
    assert people["no"].pk in {row.pk for row in people_in(meeting, Selection.NONE, None, now).people}
    assert people["yes"].pk in {
        row.pk for row in people_in(meeting, Selection.YES, None, now).people
    }  # the seat is kept


def noted(meeting, **people):
    return {name: InvitationFactory(meeting=meeting, **values) for name, values in people.items()}


def missed(meeting, now):
    return {row.pk for row in people_in(meeting, Selection.MISSED, None, now).people}


def test_whoever_had_a_seat_and_was_not_noted_did_not_come(meeting, django_assert_num_queries):
    yes = {"answer": Answer.YES}
    rows = noted(
        meeting,
        came={"attendance": Attendance.ATTENDED, **yes},
        stayed_away=yes,
        called_off={"attendance": Attendance.APOLOGISED, **yes},
        waited={"queued_at": timezone.now(), **yes},
        declined={"answer": Answer.NO},
        silent={},
    )
    later = meeting.ends_at + dt.timedelta(minutes=1)
    away = {rows["stayed_away"].pk, rows["called_off"].pk}
    with django_assert_num_queries(2):
        assert missed(meeting, later) == away
    assert missed(meeting, meeting.starts_at) == {rows["called_off"].pk}  # they may come yet
    meeting.state = MeetingState.HELD
    assert missed(meeting, meeting.starts_at) == away


def test_where_nobody_was_noted_at_the_door_nobody_is_said_to_have_stayed_away(meeting):
    rows = noted(meeting, yes={"answer": Answer.YES}, rang={"attendance": Attendance.APOLOGISED})
    later = meeting.ends_at + dt.timedelta(minutes=1)
    assert missed(meeting, later) == {rows["rang"].pk}
    gone = InvitationFactory(meeting=meeting, attendance=Attendance.VISITOR, withdrawn_at=later)
    assert missed(meeting, later) == {rows["rang"].pk}  # a visitor taken off the list again
    gone.withdrawn_at = None
    gone.save()
    assert missed(meeting, later) == {rows["rang"].pk, rows["yes"].pk}


def test_one_company_alone(meeting, people, client_of, leader):
    company = people["yes"].affiliation.company
    page = client_of(leader).post(path(meeting, "preview/"), given(selection="all", company=company.pk))
    assert "1 person får den" in page.content.decode()


def test_the_preview_names_them_shows_the_mail_and_writes_nothing(meeting, people, client_of, leader):
    page = client_of(leader).post(path(meeting, "preview/"), given(text="Hei {first_name}, vel møtt til {venue}!"))
    text = page.content.decode()
    first = min((people["yes"], people["missed"]), key=lambda row: row.user.name)
    assert "2 personer får den" in text
    assert people["yes"].user.display_name in text
    assert f"Hei {first.user.short_name}, vel møtt til Damphuset!" in text
    assert "/r/" not in text
    assert not Word.objects.exists()
    assert not Message.objects.exists()


def test_exactly_those_get_it_filled_in_and_harmless(meeting, people, client_of, leader, mailoutbox):
    send(
        client_of(leader),
        meeting,
        subject="Til {first_name}",
        text="Hei {first_name} <b>fet</b>\n\nTa med hjelm",
        count=2,
    )
    deliver_due(timezone.now())
    assert {mail.to[0] for mail in mailoutbox} == {people["yes"].user.email, people["missed"].user.email}
    mail = next(mail for mail in mailoutbox if mail.to == [people["yes"].user.email])
    name = people["yes"].user.short_name
    assert mail.subject == f"Til {name}"
    assert f"Hei {name} <b>fet</b>" in mail.body
    html = next(part for part in mail.message().walk() if part.get_content_type() == "text/html")
    assert "&lt;b&gt;fet&lt;/b&gt;" in html.get_payload(decode=True).decode()
    assert "Siv Tangvold" in mail.body
    assert mail.message()["List-Unsubscribe"]
    word = Word.objects.get()
    assert (word.count, word.sent_by, word.selection) == (2, leader, "yes")


def test_a_second_press_sends_nothing_more(meeting, people, client_of, leader):
    client = client_of(leader)
    for _ in range(2):
        send(client, meeting, count=2)
    assert (Word.objects.count(), Message.objects.count()) == (1, 2)


@pytest.mark.parametrize("count", [1, 3, 0, ""])
def test_when_they_are_others_by_now_it_asks_again(meeting, people, client_of, leader, count):
    page = send(client_of(leader), meeting, count=count)
    assert page.status_code == 422
    assert 'name="count" value="2"' in page.content.decode()
    assert not Message.objects.exists()


def test_whoever_is_withdrawn_before_it_goes_gets_none(meeting, people, client_of, leader, mailoutbox):
    send(client_of(leader), meeting, count=2)
    people["yes"].withdrawn_at = timezone.now()
    people["yes"].save()
    deliver_due(timezone.now())
    assert [mail.to[0] for mail in mailoutbox] == [people["missed"].user.email]


@pytest.mark.parametrize(
    "wrong",
    [{"selection": "x"}, {"subject": ""}, {"text": ""}, {"text": "{password}"}, {"subject": "{x}"}, {"company": "999999"},
     {"text": "x" * 4001}],
)  # fmt: skip
def test_what_does_not_fit_is_told_kept_and_sends_nothing(meeting, people, client_of, leader, wrong):
    for rest in ("preview/", "send/"):
        page = client_of(leader).post(
            path(meeting, rest), given(**wrong, **({} if rest == "preview/" else {"count": 2}))
        )
        assert page.status_code == 422
    assert not Message.objects.exists()


def test_line_breaks_make_no_header(meeting, people, client_of, leader, mailoutbox):
    send(client_of(leader), meeting, subject="Hei\r\nBcc: x@evil.example", count=2)
    deliver_due(timezone.now())
    assert all("Bcc" not in mail.message() for mail in mailoutbox)
    assert Word.objects.get().subject == "Hei Bcc: x@evil.example"


def test_staff_say_why_and_the_list_shows_it(meeting, people, client_of, staff):
    client = client_of(staff)
    assert send(client, meeting, count=2).status_code == 422
    send(client, meeting, count=2, reason="Lederen er syk")
    page = client.get(path(meeting)).content.decode()
    assert "Lederen er syk" in page
    assert "Parker bak bygget." in page


def test_a_day_has_its_number(meeting, people, client_of, leader, settings):
    settings.WORDS_A_DAY = 2
    client = client_of(leader)
    answers = [send(client, meeting, subject=f"Nummer {n}", count=2).status_code for n in range(3)]
    assert answers == [302, 302, 422]
    Word.objects.update(sent_at=timezone.now() - dt.timedelta(days=1, minutes=1))
    assert send(client, meeting, subject="Nummer 4", count=2).status_code == 302


def test_a_draft_has_nobody_to_write_to(group, client_of, leader):
    draft = DraftFactory(group=group)
    assert client_of(leader).get(path(draft)).status_code == 403


def test_after_a_cancellation_people_can_still_be_written_to(meeting, people, client_of, leader):
    meeting.state = MeetingState.CANCELLED
    meeting.save()
    assert send(client_of(leader), meeting, count=2).status_code == 302
    assert Message.objects.count() == 2


def test_reminders_keep_their_distance_from_it(meeting, people, client_of, leader):
    send(client_of(leader), meeting, selection="none", count=2)
    people["none"].refresh_from_db()
    assert people["none"].last_mailed_at is not None


def test_the_preview_takes_the_same_queries_for_two_and_thirty(meeting, people, client_of, leader):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(leader)

    def count():
        with CaptureQueriesContext(connection) as seen:
            client.post(path(meeting, "preview/"), given())
        return len(seen)

    count()
    few = count()
    InvitationFactory.create_batch(30, meeting=meeting, answer=Answer.YES)
    assert count() == few


def test_whoever_has_switched_this_kind_off_is_left_out_and_the_page_says_how_many(
    meeting, people, client_of, leader, mailoutbox
):
    MailWish.objects.create(user=people["yes"].user, kind=WORD, choice=MailChoice.OFF)
    MailWish.objects.create(user=people["missed"].user, kind=WORD, choice=MailChoice.WEEKLY)  # not for this kind
    client = client_of(leader)
    text = client.post(path(meeting, "preview/"), given()).content.decode()
    assert "1 person får den" in text
    assert "Send 1 e-post" in text
    assert people["yes"].user.display_name not in text
    assert "1 har valgt bort slik e-post" in text
    assert send(client, meeting, count=2).status_code == 422
    page = client.post(path(meeting, "send/"), given(count=1), follow=True).content.decode()
    assert "1 e-post er på vei" in page
    deliver_due(timezone.now())
    assert [mail.to[0] for mail in mailoutbox] == [people["missed"].user.email]
    assert Word.objects.get().count == 1


def test_finding_them_takes_as_many_queries_for_nine_as_for_forty(meeting, people, django_assert_num_queries):
    with django_assert_num_queries(2):
        people_in(meeting, Selection.ALL, None, timezone.now())
    InvitationFactory.create_batch(31, meeting=meeting)
    with django_assert_num_queries(2):
        people_in(meeting, Selection.ALL, None, timezone.now())


# Those who are asked later


@pytest.fixture
def written(meeting, people, client_of, leader):
    """One mail to everybody, and one to some."""
    client = client_of(leader)
    send(client, meeting, selection="all", subject="Hjelm", text="Ta med hjelm, {first_name}.", count=7)
    send(client, meeting, selection="yes", count=2)
    return Word.objects.get(selection="all")


def words_to(user):
    refs = [row.ref for row in Invitation.objects.filter(user=user)]
    return list(Message.objects.waiting().filter(kind="meetings.word", recipient__in=refs))


def test_who_is_invited_late_gets_what_was_written_to_everybody_behind_the_invitation(
    meeting, written, leader, outsider, mailoutbox
):
    now = timezone.now()
    invite_late(meeting, actor=leader, now=now, people=[outsider.affiliations.get()])
    (mail,) = words_to(outsider)
    assert mail.data == {"word": written.pk}
    deliver_due(timezone.now())
    assert [one.subject.split(":")[0] for one in mailoutbox if one.to == [outsider.email]] == ["Innkalling"]
    Message.objects.filter(pk=mail.pk).update(not_before=now)
    deliver_due(timezone.now())
    assert [one.subject for one in mailoutbox if one.to == [outsider.email]][1:] == ["Hjelm"]


def test_nobody_gets_it_twice(meeting, people, written, leader):
    now = timezone.now()
    row = people["none"]
    deliver_due(now)
    withdraw_invitation(row, actor=leader, now=now)
    invite_late(meeting, actor=leader, now=now, people=[row.affiliation])
    assert not words_to(row.user)


def test_a_colleague_who_is_sent_instead_gets_it(meeting, people, written):
    row = people["yes"]
    tie = AffiliationFactory(company=row.affiliation.company)
    hand_over(row, to=Colleague(affiliation=tie), actor=row.user, via=Road.PAGE, now=timezone.now())
    assert len(words_to(tie.user)) == 1


def test_once_the_meeting_has_begun_nobody_gets_what_was_written_before_it(meeting, written, leader, outsider):
    later = meeting.starts_at + dt.timedelta(minutes=5)
    invite_late(meeting, actor=leader, now=later, people=[outsider.affiliations.get()])
    assert not words_to(outsider)
