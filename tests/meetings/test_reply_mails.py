"""The mails that answers set going: right words, the person's language, the entry for the calendar."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from mail import delivery
from mail.models import Message
from meetings.actions.answers import answer_invitation
from meetings.actions.handing import Colleague, hand_over
from meetings.actions.reminders import queue_due_reminders, queue_practical
from meetings.enums import Road
from members.clock import OSLO
from tests.factories.meetings import AgendaItemFactory, InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 26, 12, tzinfo=OSLO)
NOW = dt.datetime(2026, 11, 10, 10, tzinfo=OSLO)


@pytest.fixture
def meeting(group, leader):
    made = MeetingFactory(
        group=group,
        title="Kickoff",
        starts_at=START,
        ends_at=START + dt.timedelta(hours=3),
        answer_by=START - dt.timedelta(days=3),
        capacity=3,
        called_by=leader,
        practical="Ta med vernesko.",
    )
    AgendaItemFactory(meeting=made)
    return made


@pytest.fixture
def speak(member, leader, colleague):
    def in_language(language):
        for person in (member, leader, colleague):
            person.language = language
            person.save(update_fields=["language"])

    return in_language


def deliver(kind, moment):
    """Send what waits of one kind; answers the letter as the server got it."""
    with time_machine.travel(moment, tick=False):
        Message.objects.exclude(kind=f"meetings.{kind}").delete()
        Message.objects.update(not_before=moment)
        delivery.deliver_due(timezone.now())
    row = Message.objects.get()
    assert row.state == "sent", row.error
    return row


def say(row, answer, now=NOW):
    return answer_invitation(row, answer=answer, via=Road.LINK, actor=row.user, now=now)


def receipt(meeting, mine, colleague):
    say(mine, "yes")
    return deliver("receipt", NOW)


def moved_up(meeting, mine, colleague):
    meeting.capacity = 1
    meeting.save()
    first = InvitationFactory(meeting=meeting)
    say(first, "yes")
    say(mine, "yes")
    say(first, "no")
    return deliver("moved_up", NOW)


def handed(meeting, mine, colleague):
    say(mine, "yes")
    hand_over(mine, to=Colleague(affiliation=colleague.affiliations.get()), via=Road.LINK, actor=None, now=NOW)
    return deliver("handed", NOW)


def late_no(meeting, mine, colleague):
    say(mine, "yes")
    answer_invitation(mine, answer="no", via=Road.LINK, actor=None, now=meeting.answer_by, comment="Ble <b>syk</b>")
    return deliver("late_no", meeting.answer_by)


def reminder(meeting, mine, colleague):
    for _ in range(3):
        InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(), answer="yes")
    moment = START - dt.timedelta(days=5)
    mine.invited_at = mine.last_mailed_at = NOW - dt.timedelta(days=10)
    mine.save()
    queue_due_reminders(moment)
    return deliver("reminder", moment)


def practical(meeting, mine, colleague):
    say(mine, "yes")
    queue_practical(START - dt.timedelta(hours=20))
    return deliver("practical", START - dt.timedelta(hours=20))


SUBJECTS = {
    receipt: {"nb": "Du kommer: Kickoff", "nn": "Du kjem: Kickoff", "en": "You are coming: Kickoff"},
    moved_up: {"nb": "Du har fått plass", "nn": "Du har fått plass", "en": "You have got a place"},
    handed: {"nb": "Marte Haugen sender deg i stedet", "nn": "sender deg i staden", "en": "sends you instead"},
    late_no: {"nb": "kan ikke komme likevel", "nn": "kan ikkje kome likevel", "en": "cannot come after all"},
    reminder: {"nb": "Kommer du torsdag 26. november?", "nn": "Kjem du torsdag", "en": "Are you coming Thursday"},
    practical: {"nb": "Vi ses torsdag", "nn": "Vi sjåast torsdag", "en": "See you Thursday"},
}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("story", SUBJECTS, ids=lambda story: story.__name__)
def test_every_mail_speaks_the_persons_language_and_hides_its_links(
    story, language, speak, meeting, member, colleague, mailoutbox
):
    speak(language)
    mine = InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member)
    row = story(meeting, mine, colleague)
    assert SUBJECTS[story][language] in row.subject
    assert row.language == language
    for text in (row.text, row.html):
        assert "/r/MT" not in text
        assert "%(" not in text
        assert "{{" not in text
    assert "<b>syk</b>" not in row.html


def test_the_receipt_for_an_answer_on_behalf_names_who_gave_it(meeting, member, leader):
    mine = InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member)
    answer_invitation(mine, answer="yes", via=Road.BEHALF, actor=leader, now=NOW)
    row = deliver("receipt", NOW)
    assert row.recipient == mine.ref
    assert "Siv Tangvold har svart for deg. Du kommer." in row.text
    assert "Var det ikke du som svarte?" not in row.text


def test_the_receipt_for_ones_own_answer_names_nobody(meeting):
    mine = InvitationFactory(meeting=meeting)
    answer_invitation(mine, answer="yes", via=Road.LINK, actor=None, now=NOW)
    assert "har svart for deg" not in deliver("receipt", NOW).text


@pytest.mark.parametrize(("story", "carries"), [(receipt, True), (moved_up, True), (handed, True), (practical, False)])
def test_a_seat_comes_with_an_entry_that_says_accepted(story, carries, meeting, member, colleague, mailoutbox):
    mine = InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member)
    story(meeting, mine, colleague)
    raw = mailoutbox[-1].message()
    parts = [part.get_payload(decode=True) for part in raw.walk() if part.get_content_type() == "text/calendar"]
    assert bool(parts) == carries
    if carries:
        assert b"PARTSTAT=ACCEPTED" in parts[0].replace(b"\r\n ", b"")
