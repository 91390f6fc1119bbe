"""The mails: preview and sending say the same, in each reader's language, with the newest words."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mail.delivery import deliver_due
from mail.kinds import Unwanted
from mail.models import Message, State
from mail.render import render
from meetings.actions.meetings import call_meeting, cancel_meeting, edit_called, move_meeting
from meetings.coming import Coming
from meetings.letters.kinds import INVITATION
from meetings.letters.sheets import OWN, sheet_for
from meetings.plans import Details
from meetings.preview import preview_of, sample_letter
from tests.factories.groups import MembershipFactory, RoundFactory
from tests.factories.meetings import AgendaItemFactory, DraftFactory, InvitationFactory, MeetingFactory
from tests.meetings.reader import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(group, member, leader, board_member):
    member.language, board_member.language = "nn", "en"
    member.save()
    board_member.save()
    meeting = DraftFactory(group=group, title="Oppstartsmøte", round=RoundFactory(group=group, opens_at=None))
    meeting.audience_groups.add(group)
    meeting.audience_addresses = [{"email": "gry@nytt.example", "name": "Gry", "company": "Nytt AS"}]
    meeting.save()
    MembershipFactory(group=group, affiliation__user__email=None)
    AgendaItemFactory(meeting=meeting, title="Tenk alene", minutes=20)
    return meeting


def test_the_preview_is_what_is_sent(draft, leader, mailoutbox):
    now = timezone.now()
    preview = preview_of(draft, now)
    expected = {
        (one.email, letter.subject, letter.language)
        for one in preview.mailed
        for letter in [sample_letter(draft, one, now)]
    }
    assert len(preview.unreachable) == 1
    call_meeting(draft, actor=leader, now=now)
    deliver_due(timezone.now(), 100)
    assert {(mail.to[0], mail.subject, mail.letter.language) for mail in mailoutbox} == expected
    assert {language for _to, _subject, language in expected} == {"nb", "nn", "en"}
    sample = sample_letter(draft, next(one for one in preview.mailed if one.email == leader.email), now)
    sent = next(mail for mail in mailoutbox if mail.to == [leader.email])
    without_links = [line for line in sample.text.splitlines() if "http" not in line]
    assert without_links == [line for line in sent.body.splitlines() if "http" not in line]


def test_subjects_say_the_day_in_the_readers_language(draft, leader, mailoutbox):
    draft.starts_at = dt.datetime(2026, 12, 10, 11, tzinfo=dt.UTC)
    draft.ends_at = draft.starts_at + dt.timedelta(hours=2)
    found = {
        one.language: sample_letter(draft, one, timezone.now()) for one in preview_of(draft, timezone.now()).mailed
    }
    assert found["nb"].subject.replace("\u00a0", " ").startswith("Innkalling: Oppstartsmøte torsdag 10. desember")
    assert found["nb"].subject.replace("\u00a0", " ").endswith("kl. 12.00")
    assert found["en"].subject.startswith("Invitation: Oppstartsmøte Thursday 10 December")
    assert found["en"].subject.endswith("at 12:00")


def test_the_mail_holds_three_answers_the_input_link_and_a_calendar(draft, leader, member, mailoutbox):
    call_meeting(draft, actor=leader, now=timezone.now())
    deliver_due(timezone.now(), 100)
    mail = next(one for one in mailoutbox if one.to == [member.email])
    for answer in ("yes", "maybe", "no"):
        assert f"/?answer={answer}" in mail.body
        assert f"/?answer={answer}" in mail.letter.html
    assert "http://testserver/c/" in mail.body
    assert "<img" not in mail.letter.html
    assert read(mail.letter.calendar).one("METHOD")[1] == mail.letter.calendar_method == "REQUEST"
    assert not mail.letter.unsubscribe


def test_the_invitation_says_what_there_is_place_for(draft, leader, mailoutbox):
    draft.capacity_per_company, draft.guests_each, draft.serves_food = 2, 1, True
    draft.save()
    call_meeting(draft, actor=leader, now=timezone.now())
    deliver_due(timezone.now(), 100)
    mail = next(one for one in mailoutbox if one.to == [leader.email])
    for text in (mail.body, mail.letter.html):
        assert "Hver bedrift har 2 plasser. Du kan ta med 1 gjest. Det er servering." in " ".join(text.split())


def test_personal_links_are_not_kept(draft, leader, mailoutbox):
    call_meeting(draft, actor=leader, now=timezone.now())
    deliver_due(timezone.now(), 100)
    for row in Message.objects.all():
        assert row.state == State.SENT
        for kept in (row.text, row.html, row.subject):
            assert "/r/M" not in kept
            assert "/c/a" not in kept


def test_the_input_link_is_left_out_when_there_is_no_round(group, leader, member, mailoutbox):
    meeting = DraftFactory(group=group)
    meeting.audience_groups.add(group)
    call_meeting(meeting, actor=leader, now=timezone.now())
    deliver_due(timezone.now(), 100)
    assert not any("/c/" in mail.body for mail in mailoutbox)


def test_words_changed_while_mails_wait_are_the_words_sent(draft, leader, mailoutbox):
    call_meeting(draft, actor=leader, now=timezone.now())
    draft.refresh_from_db()
    edit_called(
        draft,
        actor=leader,
        now=timezone.now(),
        details=Details(title="Et bedre navn", starts_at=draft.starts_at, ends_at=draft.ends_at, kind=draft.kind),
        agenda=(),
        mail=False,
    )
    deliver_due(timezone.now(), 100)
    assert all("Et bedre navn" in mail.subject for mail in mailoutbox)


def test_whoever_leaves_while_mails_wait_is_not_mailed(draft, leader, member, mailoutbox):
    call_meeting(draft, actor=leader, now=timezone.now())
    tie = member.affiliations.get()
    tie.state = "ended"
    tie.save()
    deliver_due(timezone.now(), 100)
    assert member.email not in {mail.to[0] for mail in mailoutbox}
    assert Message.objects.get(state=State.WITHDRAWN).error


def test_a_change_and_a_cancellation_follow_the_invitation_in_one_thread(draft, leader, member, mailoutbox):
    call_meeting(draft, actor=leader, now=timezone.now())
    deliver_due(timezone.now(), 100)
    draft.refresh_from_db()
    first = next(mail for mail in mailoutbox if mail.to == [leader.email])
    later = draft.starts_at + dt.timedelta(days=1)
    move_meeting(
        draft, actor=leader, now=timezone.now(), starts_at=later, ends_at=later + dt.timedelta(hours=2), venue="Orkla"
    )
    deliver_due(timezone.now(), 100)
    draft.refresh_from_db()
    cancel_meeting(draft, actor=leader, now=timezone.now(), reason="Streik på Damphuset")
    deliver_due(timezone.now(), 100)
    own = [mail for mail in mailoutbox if mail.to == [leader.email]]
    assert [mail.subject.split(":")[0] for mail in own] == ["Innkalling", "Endret", "Avlyst"]
    assert [mail.message()["In-Reply-To"] for mail in own[1:]] == [first.message()["Message-ID"]] * 2
    assert [read(mail.letter.calendar).children[1].one("SEQUENCE")[1] for mail in own] == ["0", "1", "2"]
    assert own[2].letter.calendar_method == "CANCEL"
    assert "Streik på Damphuset" in own[2].body


def test_a_batch_costs_the_same_for_3_and_30(group, leader):
    def cost(number):
        meeting = MeetingFactory(group=group)
        rows = [
            Message(pk=pk, kind="meetings.invitation", recipient=one.ref, about=meeting.about)
            for pk, one in enumerate(InvitationFactory.create_batch(number, meeting=meeting), start=1)
        ]
        with CaptureQueriesContext(connection) as seen:
            letters = INVITATION(rows)
        assert not any(isinstance(one, Unwanted) for one in letters.values())
        return len(seen)

    assert cost(3) == cost(30)


def test_a_title_with_a_line_break_stays_in_the_subject(group, leader, member, mailoutbox):
    meeting = DraftFactory(group=group, title="Møte\r\nBcc: evil@x.example")
    meeting.audience_groups.add(group)
    call_meeting(meeting, actor=leader, now=timezone.now())
    deliver_due(timezone.now(), 100)
    assert mailoutbox
    assert all("\n" not in mail.subject and mail.message()["Bcc"] is None for mail in mailoutbox)


TEMPLATES = sorted(file.parent.name for file in (settings.BASE_DIR / "templates/emails/meetings").glob("*/subject.txt"))
LINK = 'https://portal.example/r/1%?a="b"&c=d/'
ODD = dict.fromkeys(OWN, LINK) | {"first_name": "Åse & <b>Per</b>  'Ola'", "company": "Rør & \\g<0> %s AS"}
SOON = dt.datetime(2026, 12, 10, 11, tzinfo=dt.UTC)
COMING = Coming(companies=[], company_count=4, people_count=7, hidden_count=0)
SAID = {
    "place": 2,
    "coming": COMING,
    "who": "Gry",
    "waiting": 3,
    "answer": "yes",
    "giver": "Gry",
    "proposed_at": SOON,
    "confirm_by": SOON,
}


@pytest.mark.parametrize("without", [(), ("company", "input_url", "wishes_url", "maybe_url"), OWN])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_words_rendered_once_for_all_are_those_rendered_for_each(draft, template, language, without):
    sheet = sheet_for(draft, language, timezone.now())
    for name in ("Kari", "Åse & <b>Per</b>  'Ola'"):
        personal = {**SAID, **ODD, "first_name": name} | dict.fromkeys(without, "")
        assert sheet.render(template, personal) == render(
            f"meetings/{template}", language, {**sheet.values, **personal}
        )


def test_the_templates_run_once_for_each_language_of_a_batch(group, leader, monkeypatch, mailoutbox):
    meeting = DraftFactory(group=group)
    for number in range(9):
        language = ["nb", "nn", "en"][number % 3]
        row = MembershipFactory(group=group, affiliation__user__language=language)
        meeting.audience_people.add(row.affiliation)
    call_meeting(meeting, actor=leader, now=timezone.now())
    runs = []
    monkeypatch.setattr("mail.render.render", lambda *words: runs.append(words[:2]) or render(*words))
    deliver_due(timezone.now(), 100)
    assert len(mailoutbox) == 9
    assert sorted(runs) == [("meetings/invitation", language) for language in ("en", "nb", "nn")]
