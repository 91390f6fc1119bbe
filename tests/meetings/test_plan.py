"""The plan of a meeting's mails: what it says is what goes out, and each mail can be changed before it does."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from mail.delivery import deliver_due
from mail.models import Message
from meetings.actions.meetings import call_meeting, cancel_meeting, move_meeting
from meetings.actions.plan import move_step, send_step_now, switch_step, write_words
from meetings.actions.reminders import queue_due_reminders, queue_practical, queue_thanks
from meetings.actions.words import send_word
from meetings.enums import Answer, Attendance, MeetingState
from meetings.letters.replies import THANKS
from meetings.minutes_notices import tell_published
from meetings.models import Meeting, Minutes
from meetings.planning import plan_of
from meetings.preview import preview_of, samples_of
from meetings.schedule import practical_at, reminder_at, steps_of, thanks_at
from meetings.wishes import filled
from members.clock import OSLO
from members.enums import MailChoice
from members.errors import Refused
from members.models import Affiliation, MailWish
from tests.factories.groups import RoundFactory
from tests.factories.meetings import DraftFactory, InvitationFactory, MeetingFactory

pytestmark = pytest.mark.django_db


def at(month, day, hour=9, minute=0, year=2027):
    return dt.datetime(year, month, day, hour, minute, tzinfo=OSLO)


NOW = at(1, 4, 10)  # a Monday
START = at(2, 4, 12)  # a Thursday
DEADLINE = at(2, 1, 16)
SEVEN = "reminder:7"  # Monday the 25th of January at nine


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def meeting(group, leader):
    return MeetingFactory(
        group=group, title="Arbeidsmøte", starts_at=START, ends_at=START + dt.timedelta(hours=3), answer_by=DEADLINE,
        called_at=NOW, created_by=leader,
    )  # fmt: skip


@pytest.fixture
def invitation(meeting, member):
    return InvitationFactory(
        meeting=meeting,
        affiliation=member.affiliations.get(),
        invited_at=NOW - dt.timedelta(days=3),
        last_mailed_at=None,
    )


def fresh(meeting):
    return Meeting.objects.get(pk=meeting.pk)


def planned(meeting, step, now=NOW):
    return next(one for one in plan_of(fresh(meeting), now) if one.step == step)


def path(meeting, step="", verb=""):
    return f"/meetings/{meeting.pk}/plan/" + (f"{step}/{verb}/" if step else "")


def kinds():
    return sorted(Message.objects.values_list("kind", flat=True))


# What it says


def test_every_mail_stands_in_the_order_of_time(meeting, invitation):
    found = [(one.step, one.at) for one in plan_of(meeting, NOW)]
    assert found == [
        ("invitation", NOW), (SEVEN, at(1, 25)), ("reminder:2", at(1, 30)), ("practical", at(2, 3)), ("thanks", at(2, 5)),
        ("", None),
    ]  # fmt: skip


def test_the_minutes_stand_last_with_their_words_until_they_are_out(meeting, invitation, client_of, leader):
    InvitationFactory(meeting=meeting, affiliation__user__email=None)
    minutes = plan_of(meeting, NOW)[-1]
    assert [row.pk for row in minutes.recipients] == [invitation.pk]
    (sample,) = minutes.samples
    assert sample.subject.startswith(f"Referat: {meeting.title}")
    assert not minutes.is_changeable
    assert "Når referatet publiseres" in client_of(leader).get(path(meeting)).content.decode()
    row = Minutes.objects.create(
        meeting=meeting, version=1, published_version=1, published_at=NOW, first_published_at=NOW
    )
    assert tell_published(row, NOW.date()) == 1
    out = plan_of(fresh(meeting), NOW)[-1]
    assert (out.is_past, out.waiting, list(out.recipients)) == (True, 1, [])
    assert "Når referatet publiseres" not in client_of(leader).get(path(meeting)).content.decode()


def test_a_cancelled_meeting_promises_no_minutes_and_whoever_left_is_not_counted(meeting, invitation, leader):
    Affiliation.objects.filter(pk=invitation.affiliation_id).update(ended_on=NOW.date() - dt.timedelta(days=2))
    assert plan_of(fresh(meeting), NOW)[-1].recipients == []
    cancel_meeting(meeting, actor=leader, now=NOW, reason="Snøstorm")
    assert plan_of(fresh(meeting), NOW) == []


def test_a_cancelled_meeting_shows_what_went_out_alone(meeting, invitation, leader, client_of):
    send_step_now(meeting, step=SEVEN, actor=leader, now=NOW)
    deliver_due(NOW)
    cancel_meeting(meeting, actor=leader, now=NOW, reason="Snøstorm")
    found = plan_of(fresh(meeting), NOW)
    assert [(one.step, one.sent, list(one.recipients), one.samples) for one in found] == [(SEVEN, 1, [], [])]
    page = client_of(leader).get(path(meeting)).content.decode()
    assert "Ingen e-post i planen går ut lenger." in page
    assert "Praktisk" not in page.split("<h1")[1]


def test_a_reminder_whose_time_was_before_the_call_is_nothing_that_will_go(
    meeting, invitation, group, member, client_of, leader
):
    meeting.called_at = invitation.invited_at = called = at(1, 27)
    meeting.save()
    invitation.save()
    with time_machine.travel(called, tick=False):
        early = planned(meeting, SEVEN, called)
        assert (early.is_too_early, early.recipients, early.samples, early.can_go_now) == (True, [], [], False)
        assert not planned(meeting, "reminder:2", called).is_too_early
        page = client_of(leader).get(path(meeting)).content.decode()
        assert page.count("Tiden er før innkallingen") == 1
        assert page.count("Ikke send den") == 3
        draft = DraftFactory(group=group, starts_at=START, answer_by=DEADLINE)
        draft.audience_people.set([member.affiliations.get()])
        assert planned(draft, SEVEN, called).is_too_early
        move_step(draft, step=SEVEN, at=at(1, 29, 12), actor=leader, now=called)
        moved = planned(draft, SEVEN, called)
    assert (moved.is_too_early, moved.names) == (False, ["Marte Haugen"])


def test_a_mail_that_has_gone_out_names_nobody_more(meeting, invitation, leader):
    send_step_now(meeting, step=SEVEN, actor=leader, now=NOW)
    deliver_due(NOW)
    later = at(1, 28)
    assert (planned(meeting, SEVEN, later).is_past, planned(meeting, SEVEN, later).recipients) == (True, [])


def test_a_mail_whose_time_passed_without_it_says_so(meeting, client_of, leader):
    with time_machine.travel(DEADLINE, tick=False):
        assert "Den gikk ikke ut" in client_of(leader).get(path(meeting)).content.decode()


def test_recipients_are_those_it_would_go_to_now(meeting, invitation):
    yes = InvitationFactory(meeting=meeting, answer=Answer.YES, answered_at=NOW)
    InvitationFactory(meeting=meeting, answer=Answer.NO, answered_at=NOW)
    rung = InvitationFactory(meeting=meeting, affiliation__user__email=None, invited_at=NOW - dt.timedelta(days=3))
    assert [row.pk for row in planned(meeting, SEVEN).recipients] == [invitation.pk]
    assert [row.pk for row in planned(meeting, "practical").recipients] == [yes.pk]
    assert rung.user.display_name not in planned(meeting, SEVEN).names


def test_a_reminder_to_come_shows_those_who_had_a_mail_today_and_is_not_ready_for_them(
    meeting, invitation, client_of, leader
):
    invitation.last_mailed_at = NOW
    invitation.save()
    found = planned(meeting, SEVEN)
    assert ([row.pk for row in found.recipients], found.ready, found.can_go_now) == ([invitation.pk], 0, False)
    assert "Send nå til" not in client_of(leader).get(path(meeting)).content.decode()


def test_the_words_are_the_real_ones_without_personal_links(meeting, invitation, client_of, leader):
    (sample,) = planned(meeting, SEVEN).samples
    assert invitation.user.short_name in sample.text
    assert "/r/" not in sample.text
    page = client_of(leader).get(path(meeting)).content.decode()
    assert "/r/" not in page
    assert "Marte Haugen" in page


def test_pages_that_show_a_mail_bring_the_styles_that_wrap_it(meeting, invitation, client_of, leader):
    client = client_of(leader)
    word = {"selection": "all", "company": "", "subject": "Parkering", "text": "Bak bygget."}
    for page in (client.get(path(meeting)), client.post(f"/meetings/{meeting.pk}/mail/preview/", word)):
        assert "css/preview" in page.content.decode()


def test_what_the_plan_says_is_what_goes_out(meeting, invitation, mailoutbox):
    said = planned(meeting, SEVEN)
    with time_machine.travel(said.at, tick=False):
        assert queue_due_reminders(said.at) == len(said.recipients)
        deliver_due(said.at)
    (mail,) = mailoutbox
    assert mail.subject == said.samples[0].subject
    gone = planned(meeting, SEVEN, said.at)
    assert (gone.sent, gone.is_past) == (1, True)


def test_a_draft_shows_who_would_be_invited_and_with_which_words(group, member, client_of, leader):
    draft = DraftFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1), answer_by=DEADLINE)
    draft.audience_people.set([member.affiliations.get()])
    invite = plan_of(draft, NOW)[0]
    assert invite.names == ["Marte Haugen"]
    assert len(invite.samples) == 1
    assert client_of(leader).get(path(draft)).status_code == 200
    assert not Message.objects.exists()


def test_a_draft_with_a_question_shows_it_in_each_mail_that_goes_while_it_is_open(group, member, leader):
    question = RoundFactory(group=group, opens_at=None, closes_at=None, question="Hva stopper flyten?")
    draft = DraftFactory(
        group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1), answer_by=DEADLINE, round=question
    )
    draft.audience_people.set([member.affiliations.get()])
    invite, reminder = plan_of(fresh(draft), NOW)[:2]
    shown = samples_of(preview_of(draft, NOW), draft, NOW)
    assert "Hva stopper flyten?" in invite.samples[0].text
    assert len(invite.samples[0].text.splitlines()) == len(shown[0].text.splitlines())
    assert "Hva stopper flyten?" in reminder.samples[0].text
    assert "/c/" not in invite.samples[0].text
    question.refresh_from_db()
    assert question.opens_at is None


def test_a_mail_that_goes_when_the_round_is_shut_does_not_lead_to_it(held, group, leader):
    meeting, _came = held
    for closes, leads in ((at(2, 5, 8), False), (at(2, 6), True)):
        meeting.round = RoundFactory(group=group, opens_at=NOW, closes_at=closes, created_by=leader)
        meeting.save()
        (sample,) = planned(meeting, "thanks").samples
        assert ("Gi innspill" in sample.text) is leads


def test_looking_takes_the_same_queries_for_two_and_for_sixty(meeting, invitation):
    def count():
        with CaptureQueriesContext(connection) as seen:
            plan_of(fresh(meeting), NOW)
        return len(seen)

    InvitationFactory(meeting=meeting, answer=Answer.YES, answered_at=NOW)
    count()
    few = count()
    InvitationFactory.create_batch(30, meeting=meeting, invited_at=NOW - dt.timedelta(days=3))
    InvitationFactory.create_batch(30, meeting=meeting, answer=Answer.YES, answered_at=NOW)
    assert count() == few


def test_mails_in_the_organisers_own_words_stand_among_the_others(meeting, invitation, client_of, leader):
    for number in range(2):
        InvitationFactory(meeting=meeting)
        word = {"selection": "all", "company": None, "subject": f"Parkering {number}", "text": "Bak bygget."}
        send_word(meeting, **word, count=2 + number, actor=leader, now=NOW + dt.timedelta(hours=number))
    deliver_due(NOW)
    found = plan_of(fresh(meeting), NOW)
    assert [(one.label, one.sent, one.word.count) for one in found[1:3]] == [
        ("Parkering 0", 2, 2),
        ("Parkering 1", 3, 3),
    ]
    assert not any(one.is_changeable for one in found[1:3])
    page = client_of(leader).get(path(meeting)).content.decode()
    assert f"{leader.display_name}. Alle på lista: 3 e-poster" in page


def test_a_meetings_page_leads_to_its_plan_as_a_draft_and_called(group, meeting, client_of, leader):
    for row in (meeting, DraftFactory(group=group)):
        assert f'href="{path(row)}"' in client_of(leader).get(f"/meetings/{row.pk}/").content.decode()


# Who has switched such mail off


def switch_off(invitation, *kinds, choice=MailChoice.OFF):
    for kind in kinds:
        MailWish.objects.create(user=invitation.user, kind=f"meetings.{kind}", choice=choice)


def test_whoever_has_switched_a_kind_off_is_in_none_of_its_lists(meeting, invitation, client_of, leader, mailoutbox):
    yes = InvitationFactory.create_batch(2, meeting=meeting, answer=Answer.YES, answered_at=NOW)
    switch_off(invitation, "reminder", "minutes")
    switch_off(yes[0], "practical")
    switch_off(yes[1], "minutes", choice=MailChoice.WEEKLY)
    assert (planned(meeting, SEVEN).recipients, planned(meeting, SEVEN).unwilling) == ([], 1)
    practical = planned(meeting, "practical")
    assert ([row.pk for row in practical.recipients], practical.unwilling, practical.ready) == ([yes[1].pk], 1, 1)
    minutes = plan_of(fresh(meeting), NOW)[-1]
    assert ([row.pk for row in minutes.recipients], minutes.unwilling) == ([row.pk for row in yes], 1)
    client = client_of(leader)
    assert "1 har valgt bort slik e-post" in client.get(path(meeting)).content.decode()
    page = client.post(path(meeting, "practical", "send"), {"count": 1}, follow=True)
    assert "1 e-post er på vei" in page.content.decode()
    deliver_due(NOW)
    assert [mail.to for mail in mailoutbox] == [[yes[1].user.email]]
    assert queue_practical(at(2, 3)) == 0
    assert queue_due_reminders(at(1, 25)) == 0


def test_a_draft_leaves_them_out_of_the_reminders_and_invites_them_all_the_same(group, member):
    draft = DraftFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1), answer_by=DEADLINE)
    draft.audience_people.set([member.affiliations.get()])
    MailWish.objects.create(user=member, kind="meetings.reminder", choice=MailChoice.OFF)
    assert [one.names for one in plan_of(draft, NOW)[:2]] == [["Marte Haugen"], []]


def test_whoever_came_and_has_switched_the_thanks_off_gets_none(held):
    meeting, came = held
    switch_off(came, "thanks")
    assert (planned(meeting, "thanks", at(2, 5)).recipients, planned(meeting, "thanks", at(2, 5)).unwilling) == ([], 1)
    assert queue_thanks(at(2, 5)) == 0


# Another time


def test_a_moved_mail_goes_then_and_not_before(meeting, invitation, leader):
    move_step(meeting, step=SEVEN, at=at(1, 26, 14), actor=leader, now=NOW)
    assert reminder_at(fresh(meeting), 7) == at(1, 26, 14)
    assert queue_due_reminders(at(1, 26, 13, 59)) == 0
    assert queue_due_reminders(at(1, 26, 14)) == 1


def test_it_keeps_its_distance_when_the_meeting_moves(meeting, leader):
    move_step(meeting, step="practical", at=at(2, 3, 15), actor=leader, now=NOW)
    later = dt.timedelta(weeks=8)  # over the night to summer time
    move_meeting(
        fresh(meeting), actor=leader, now=NOW, starts_at=START + later, ends_at=START + later + dt.timedelta(hours=3),
        venue="Damphuset",
    )  # fmt: skip
    assert practical_at(fresh(meeting)) == at(3, 31, 15)  # Wednesday after Easter, before Thursday the 1st of April


def test_a_practical_mail_moved_to_the_day_itself_stays_there_over_a_weekend(group, leader):
    """By its distance to the rule's Friday it would land after the meeting."""
    monday = MeetingFactory(
        group=group, starts_at=at(2, 8, 18), ends_at=at(2, 8, 20), answer_by=at(2, 4, 12), called_at=NOW, venue="A"
    )
    InvitationFactory(meeting=monday, answer=Answer.YES, answered_at=NOW)
    move_step(monday, step="practical", at=at(2, 8, 9), actor=leader, now=NOW)
    move_meeting(fresh(monday), actor=leader, now=NOW, starts_at=at(2, 10, 18), ends_at=at(2, 10, 20), venue="A")
    assert practical_at(fresh(monday)) == at(2, 10, 9)
    assert queue_practical(at(2, 10, 8, 59)) == 0
    assert queue_practical(at(2, 10, 9)) == 1


def test_the_page_says_when_it_really_goes_where_a_move_lands_in_the_quiet(meeting, leader):
    move_step(meeting, step="thanks", at=at(2, 4, 18), actor=leader, now=NOW)  # three hours after the end
    ends = at(5, 14, 20)  # the Friday before Whitsun; 17 May is the Monday
    move_meeting(
        fresh(meeting), actor=leader, now=NOW, starts_at=ends - dt.timedelta(hours=3), ends_at=ends, venue="Damphuset"
    )
    assert planned(meeting, "thanks").at == at(5, 15, 7)


@pytest.mark.parametrize(
    ("step", "when", "words"),
    [
        (SEVEN, at(1, 3), "Velg et tidspunkt som kommer."),
        (SEVEN, at(1, 25, 21), "mellom 07 og 21"),
        (SEVEN, at(1, 25, 6, 59), "mellom 07 og 21"),
        (SEVEN, at(2, 1, 16), "før svarfristen"),
        ("practical", at(2, 4, 12), "før møtet"),
        ("thanks", at(2, 4, 15), "etter møtet"),
        ("thanks", at(3, 8, 12), "etter møtet"),
    ],
)
def test_a_time_without_purpose_is_refused_and_changes_nothing(meeting, client_of, leader, step, when, words):
    given = {"day": f"{when:%Y-%m-%d}", "clock": f"{when:%H:%M}"}
    page = client_of(leader).post(path(meeting, step, "move"), given)
    assert page.status_code == 422
    assert words in page.content.decode() or "tid" in page.content.decode()
    assert fresh(meeting).send_plan == {}


def test_the_page_promises_peace_on_no_ordinary_sunday(meeting, client_of, leader):
    page = client_of(leader).get(path(meeting)).content.decode()
    assert "på høytidsdager" in page  # "helligdager" are every Sunday, too
    assert "helligdag" not in page


def test_a_holiday_is_refused(group, leader):
    row = MeetingFactory(
        group=group, starts_at=at(5, 20, 12), ends_at=at(5, 20, 14), answer_by=at(5, 19, 12), called_at=NOW
    )
    with pytest.raises(Refused):
        move_step(row, step="reminder:2", at=at(5, 17, 12), actor=leader, now=NOW)


def test_what_cannot_be_read_is_told_and_kept(meeting, client_of, leader):
    page = client_of(leader).post(path(meeting, SEVEN, "move"), {"day": "i morgen", "clock": "9"})
    assert page.status_code == 422
    assert 'value="i morgen"' in page.content.decode()


# Off and on


def test_what_is_off_is_not_sent_and_the_last_is_another(meeting, invitation, leader, client_of):
    client = client_of(leader)
    client.post(path(meeting, "reminder:2", "switch"), {"on": "no"})
    client.post(path(meeting, "practical", "switch"), {"on": "no"})
    row = fresh(meeting)
    assert steps_of(row) == [7]
    InvitationFactory(meeting=meeting, answer=Answer.YES, answered_at=NOW)
    assert queue_due_reminders(at(1, 30)) == 1  # the first, which was never sent
    assert queue_practical(at(2, 3)) == 0
    client.post(path(meeting, "practical", "switch"), {"on": "yes"})
    assert fresh(meeting).send_plan == {"reminder:2": {"off": True}}
    assert queue_practical(at(2, 3)) == 1


def test_two_changes_to_one_mail_stand_together(meeting, leader):
    move_step(meeting, step=SEVEN, at=at(1, 25, 11), actor=leader, now=NOW)
    write_words(meeting, step=SEVEN, words="Husk hjelm", actor=leader, now=NOW)
    switch_step(meeting, step=SEVEN, is_on=False, actor=leader, now=NOW)
    assert fresh(meeting).send_plan == {SEVEN: {"off": True, "minutes": -(7 * 24 + 5) * 60, "words": "Husk hjelm"}}


# Now


def test_a_reminder_sent_now_is_not_sent_again_at_its_time(meeting, invitation, client_of, leader):
    client = client_of(leader)
    client.post(path(meeting, SEVEN, "send"), {"count": 1})
    client.post(path(meeting, SEVEN, "send"), {"count": 1})
    assert kinds() == ["meetings.reminder"]
    assert queue_due_reminders(at(1, 25)) == 0
    assert queue_due_reminders(at(1, 30)) == 1


def test_a_number_that_has_changed_is_shown_anew(meeting, invitation, client_of, leader):
    InvitationFactory(meeting=meeting, invited_at=NOW - dt.timedelta(days=3), last_mailed_at=None)
    page = client_of(leader).post(path(meeting, SEVEN, "send"), {"count": 1})
    assert page.status_code == 422
    assert "Send nå til 2" in page.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("count", ["", "x", "-1"])
def test_a_number_that_is_none_sends_nothing(meeting, invitation, client_of, leader, count):
    assert client_of(leader).post(path(meeting, SEVEN, "send"), {"count": count}).status_code == 422
    assert not Message.objects.exists()


def test_nobody_is_reminded_within_two_days_of_another_mail(meeting, invitation, leader):
    invitation.last_mailed_at = NOW - dt.timedelta(hours=47)
    invitation.save()
    assert send_step_now(meeting, step=SEVEN, actor=leader, now=NOW) == 0


def test_the_practical_mail_sent_now_comes_once(meeting, leader):
    InvitationFactory(meeting=meeting, answer=Answer.YES, answered_at=NOW)
    assert send_step_now(meeting, step="practical", actor=leader, now=NOW) == 1
    assert queue_practical(at(2, 3)) == 0
    late = InvitationFactory(meeting=meeting, answer=Answer.YES, answered_at=NOW)
    assert queue_practical(at(2, 3)) == 1  # whoever came later gets what they missed
    assert Message.objects.latest("pk").recipient == late.ref


def test_what_is_off_or_of_no_use_any_more_is_not_sent_now(meeting, invitation, client_of, leader):
    switch_step(meeting, step=SEVEN, is_on=False, actor=leader, now=NOW)
    with pytest.raises(Refused):
        send_step_now(meeting, step=SEVEN, actor=leader, now=NOW)
    assert "Send nå til 1" not in client_of(leader).get(path(meeting)).content.decode().split("Påminnelse")[1]
    with pytest.raises(Refused):
        send_step_now(meeting, step="reminder:2", actor=leader, now=DEADLINE)
    with pytest.raises(Refused):
        send_step_now(meeting, step="practical", actor=leader, now=START)
    with pytest.raises(Refused):
        send_step_now(meeting, step="thanks", actor=leader, now=START)
    assert not Message.objects.exists()


def test_a_reminder_on_the_day_of_the_deadline_is_one_like_the_others(meeting, invitation, client_of, leader):
    meeting.reminder_days = [0]
    meeting.save()
    assert planned(meeting, "reminder:0").at == at(2, 1)
    client_of(leader).post(path(meeting, "reminder:0", "send"), {"count": 1})
    assert kinds() == ["meetings.reminder"]


def test_nothing_is_sent_of_a_draft_or_a_cancelled_meeting(group, meeting, leader):
    draft = DraftFactory(group=group, starts_at=START)
    with pytest.raises(Refused):
        send_step_now(draft, step=SEVEN, actor=leader, now=NOW)
    meeting.state = MeetingState.CANCELLED
    meeting.save()
    with pytest.raises(Refused):
        send_step_now(meeting, step=SEVEN, actor=leader, now=NOW)


@pytest.mark.parametrize("step", ["reminder:9", "x", "reminder:", "invitation"])
def test_a_mail_the_meeting_does_not_send_is_unknown(meeting, client_of, leader, step):
    for verb in ("move", "switch", "send", *([] if step == "invitation" else ["words"])):
        assert client_of(leader).post(path(meeting, step, verb)).status_code == 404


def test_staff_say_why(meeting, client_of, staff):
    client = client_of(staff)
    assert client.post(path(meeting, SEVEN, "switch"), {"on": "no"}).status_code == 422
    assert fresh(meeting).send_plan == {}
    client.post(path(meeting, SEVEN, "switch"), {"on": "no", "reason": "Lederen er syk"})
    assert fresh(meeting).staff_reason == "Lederen er syk"


# Own words


def test_own_words_stand_above_the_text_filled_in_and_harmless(meeting, invitation, leader, mailoutbox, client_of):
    text = "Hei {first_name}, ta med hjelm til {venue} <b>fet</b> {{ 7*7 }}".replace("{{ 7*7 }}", "")
    client_of(leader).post(path(meeting, SEVEN, "words"), {"words": text})
    assert "Hei Marte, ta med hjelm til Damphuset" in planned(meeting, SEVEN).samples[0].text
    with time_machine.travel(at(1, 25), tick=False):
        queue_due_reminders(at(1, 25))
        deliver_due(at(1, 25))
    (mail,) = mailoutbox
    html = next(part for part in mail.message().walk() if part.get_content_type() == "text/html")
    words = html.get_payload(decode=True).decode()
    assert "Hei Marte, ta med hjelm til Damphuset &lt;b&gt;fet&lt;/b&gt;" in words


def test_an_invitation_has_own_words_in_the_plan_the_preview_and_the_mail(group, member, client_of, leader, mailoutbox):
    draft = DraftFactory(group=group, starts_at=START, ends_at=START + dt.timedelta(hours=1), answer_by=DEADLINE)
    draft.audience_people.set([member.affiliations.get()])
    client = client_of(leader)
    client.post(path(draft, "invitation", "words"), {"words": "Hei {first_name}, denne gangen <b>ute</b>"})
    words = "Hei Marte, denne gangen <b>ute</b>"
    assert words in plan_of(fresh(draft), NOW)[0].samples[0].text
    assert escape(words) in client.get(f"/meetings/{draft.pk}/preview/").content.decode()
    call_meeting(fresh(draft), actor=leader, now=NOW)
    deliver_due(NOW)
    (mail,) = mailoutbox
    assert words in mail.body
    html = next(part for part in mail.message().walk() if part.get_content_type() == "text/html")
    assert escape(words) in html.get_payload(decode=True).decode()


def test_words_of_an_invitation_change_for_whoever_is_invited_later_until_the_meeting_is_over(
    meeting, invitation, client_of, leader
):
    client = client_of(leader)
    client.post(path(meeting, "invitation", "words"), {"words": "Ta med hjelm"})
    first = plan_of(fresh(meeting), NOW)[0]
    assert ([sample.mails for sample in first.samples], first.takes_words, first.is_changeable) == ([0], True, False)
    assert "Ta med hjelm" in first.samples[0].text
    assert "Den som blir invitert senere" in client.get(path(meeting)).content.decode()
    with time_machine.travel(at(2, 5), tick=False):
        over = plan_of(fresh(meeting), at(2, 5))[0]
        assert (over.samples, over.takes_words) == ([], False)
        assert client.post(path(meeting, "invitation", "words"), {"words": "For sent"}).status_code == 422
    assert fresh(meeting).send_plan == {"invitation": {"words": "Ta med hjelm"}}


def test_the_plan_leads_to_the_press_that_sends_what_no_clock_sends(group, meeting, invitation, client_of, leader):
    draft = DraftFactory(group=group, starts_at=START, answer_by=DEADLINE)
    client = client_of(leader)
    minutes = f'href="/meetings/{meeting.pk}/minutes/"'
    assert f'href="/meetings/{draft.pk}/preview/"' in client.get(path(draft)).content.decode()
    assert minutes not in client.get(path(meeting)).content.decode()
    with time_machine.travel(at(2, 5), tick=False):
        assert minutes in client.get(path(meeting)).content.decode()


def test_own_words_are_read_beforehand_though_it_goes_to_nobody_yet(meeting, invitation, leader, client_of):
    for step in ("practical", "thanks"):
        write_words(meeting, step=step, words="Hei {first_name}, ta med hjelm", actor=leader, now=NOW)
        (sample,) = planned(meeting, step).samples
        assert (sample.mails, sample.reader) == (0, "Marte Haugen")
        assert "Hei Marte, ta med hjelm" in sample.text
    page = client_of(leader).get(path(meeting)).content.decode()
    assert "0 personer nå" in page
    assert "et eksempel, slik Marte Haugen ville lest den" in page


def test_with_nobody_invited_yet_whoever_writes_the_meeting_is_the_example(group, leader):
    draft = DraftFactory(group=group, starts_at=START, answer_by=DEADLINE, created_by=leader)
    for one in plan_of(fresh(draft), NOW):
        assert [(sample.mails, sample.reader) for sample in one.samples] == [(0, leader.display_name)]


@pytest.mark.parametrize(
    "words", ["{name}", "{first_name", "x}", "{}", "{{first_name}}", "{first_name.password}", "x" * 1001]
)
def test_places_that_are_none_are_refused_and_kept(meeting, client_of, leader, words):
    page = client_of(leader).post(path(meeting, SEVEN, "words"), {"words": words})
    assert page.status_code == 422
    assert fresh(meeting).send_plan == {}


def test_whoever_must_be_rung_is_no_example(group):
    meeting = MeetingFactory(group=group, created_by=None)
    InvitationFactory(meeting=meeting, affiliation__user__email=None)
    assert planned(meeting, "practical").samples == []


def test_what_is_wrong_on_a_draft_is_not_called_a_draft(group, client_of, leader):
    draft = DraftFactory(group=group, starts_at=START, answer_by=DEADLINE)
    page = client_of(leader).post(path(draft, SEVEN, "words"), {"words": "{x}"}).content.decode()
    assert "<p>Bare {first_name}, {meeting}, {when} og {venue}" in page
    assert page.count("Dette er et utkast.") == 1


def test_what_is_filled_in_is_not_filled_in_again():
    assert filled("{meeting} {first_name}", {"meeting": "{first_name}", "first_name": "Kari"}) == "{first_name} Kari"


# Thanks


@pytest.fixture
def held(meeting):
    meeting.state = MeetingState.HELD
    meeting.save()
    came = InvitationFactory(meeting=meeting, attendance=Attendance.ATTENDED)
    InvitationFactory(meeting=meeting, attendance=Attendance.NO_SHOW, answer=Answer.YES)
    return meeting, came


def test_those_who_came_are_thanked_the_next_working_morning_once(held, mailoutbox):
    meeting, came = held
    assert thanks_at(meeting) == at(2, 5)
    assert queue_thanks(at(2, 5, 8, 59)) == 0
    assert queue_thanks(at(2, 5)) == 1
    assert queue_thanks(at(2, 5, 9, 1)) == 0
    with time_machine.travel(at(2, 5), tick=False):
        deliver_due(at(2, 5))
    (mail,) = mailoutbox
    assert mail.to == [came.user.email]
    assert mail.message()["List-Unsubscribe"]


def test_a_friday_meeting_is_thanked_for_on_monday(group):
    row = MeetingFactory(group=group, starts_at=at(2, 5, 12), ends_at=at(2, 5, 14), answer_by=None)
    assert thanks_at(row) == at(2, 8)


def test_the_thanks_lead_to_the_round_while_it_is_open(held, group, leader, mailoutbox):
    meeting, _came = held
    meeting.round = RoundFactory(group=group, opens_at=NOW, closes_at=at(2, 6), created_by=leader)
    meeting.save()
    queue_thanks(at(2, 5))
    with time_machine.travel(at(2, 5), tick=False):
        deliver_due(at(2, 5))
    assert "/c/" in mailoutbox[0].body


def test_nobody_is_thanked_where_nobody_was_noted_and_later_they_are(meeting, invitation):
    meeting.state = MeetingState.HELD
    meeting.save()
    assert queue_thanks(at(2, 5)) == 0
    invitation.attendance = Attendance.ATTENDED
    invitation.save()
    assert queue_thanks(at(2, 8)) == 1


def test_whoever_is_noted_later_is_thanked_later_and_nobody_twice(held):
    meeting, came = held
    assert queue_thanks(at(2, 5)) == 1
    late = InvitationFactory(meeting=meeting, attendance=Attendance.VISITOR)
    assert queue_thanks(at(2, 8)) == 1
    assert sorted(Message.objects.values_list("recipient", flat=True)) == sorted([came.ref, late.ref])


def test_building_many_thanks_asks_no_more_than_building_two(held):
    meeting, _came = held
    queue_thanks(at(2, 5))

    def count():
        with CaptureQueriesContext(connection) as seen:
            rows = list(Message.objects.filter(kind="meetings.thanks"))
            THANKS(rows)
        return len(seen)

    count()
    few = count()
    InvitationFactory.create_batch(10, meeting=meeting, attendance=Attendance.ATTENDED)
    queue_thanks(at(2, 5, 10))
    assert Message.objects.count() == 11
    assert count() == few


def test_after_a_week_and_after_a_cancellation_nobody_is_thanked(held):
    meeting, _came = held
    assert queue_thanks(at(2, 12, 12)) == 0
    meeting.state = MeetingState.CANCELLED
    meeting.save()
    assert queue_thanks(at(2, 5)) == 0


def test_whoever_is_noted_as_absent_after_all_gets_none(held, mailoutbox):
    _meeting, came = held
    queue_thanks(at(2, 5))
    came.attendance = Attendance.NO_SHOW
    came.save()
    with time_machine.travel(at(2, 5), tick=False):
        deliver_due(at(2, 5))
    assert mailoutbox == []
