"""Whoever moves up close to the meeting is asked to confirm: the seat is held for a while, and then goes to the next."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from mail import delivery
from mail.models import Message
from meetings.actions.answers import AnswersClosed, answer_invitation
from meetings.actions.handing import Colleague, hand_over
from meetings.actions.meetings import move_meeting
from meetings.actions.seats import release_held
from meetings.enums import Answer, Road
from meetings.feeds import personal_feed
from meetings.holding import held_until
from meetings.models import CalendarFeed, Invitation, Meeting
from meetings.tokens import answer_path
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory
from tests.meetings.pages import press

pytestmark = pytest.mark.django_db
START = dt.datetime(2027, 2, 4, 11, tzinfo=dt.UTC)  # a Thursday, noon in Oslo
NOW = START - dt.timedelta(days=1)
UNTIL = NOW + dt.timedelta(hours=4)


@pytest.fixture
def meeting(group, leader):
    return MeetingFactory(
        group=group, title="Kickoff", capacity=1, called_by=leader, starts_at=START,
        ends_at=START + dt.timedelta(hours=2), answer_by=START - dt.timedelta(days=3),
    )  # fmt: skip


@pytest.fixture
def line(meeting):
    """One with the seat and three in line, who said yes in time."""
    rows = [InvitationFactory(meeting=meeting) for _ in range(4)]
    for minute, row in enumerate(rows):
        say(row, "yes", START - dt.timedelta(days=9) + dt.timedelta(minutes=minute))
    return rows


def say(row, answer, now=NOW, via=Road.PAGE):
    return answer_invitation(row, answer=answer, via=via, actor=row.user, now=now).invitation


def now_of(row):
    return Invitation.objects.get(pk=row.pk)


def seat_of(meeting):
    return Invitation.objects.get(meeting=meeting, answer=Answer.YES, queued_at=None)


def queue(meeting):
    return list(Invitation.objects.filter(meeting=meeting, queued_at__isnull=False).order_by("queued_at", "pk"))


OSLO_DAY = dt.datetime(2027, 2, 2, tzinfo=dt.UTC)  # Oslo is an hour ahead


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (START - dt.timedelta(hours=49), None),
        (START - dt.timedelta(hours=48), START - dt.timedelta(hours=44)),
        (OSLO_DAY.replace(hour=16), OSLO_DAY.replace(hour=20)),
        (OSLO_DAY.replace(hour=16, minute=1), OSLO_DAY.replace(day=3, hour=8)),
        (OSLO_DAY.replace(day=3, hour=1), OSLO_DAY.replace(day=3, hour=8)),
        (START - dt.timedelta(hours=3), START - dt.timedelta(hours=1)),
        (START - dt.timedelta(hours=2), START - dt.timedelta(hours=1)),
        (START - dt.timedelta(hours=1, minutes=59), None),
    ],
    ids=["far", "48 hours", "until nine in the evening", "past it", "at night", "near", "nearer", "too near"],
)
def test_how_long_a_seat_is_held(meeting, now, until):
    assert held_until(meeting, now) == until


def test_without_a_limit_nobody_is_asked(meeting):
    meeting.capacity = None
    assert held_until(meeting, NOW) is None


def test_whoever_rises_early_has_the_seat_at_once(line):
    say(line[0], "no", START - dt.timedelta(days=4))
    assert (now_of(line[1]).has_seat, now_of(line[1]).confirm_by) == (True, None)


def test_whoever_rises_late_confirms_with_a_yes_past_the_deadline(meeting, line):
    say(line[0], "no")
    row = now_of(line[1])
    assert (row.has_seat, row.confirm_by) == (True, UNTIL)
    say(row, "yes", NOW + dt.timedelta(hours=1))
    row = now_of(row)
    assert (row.has_seat, row.confirm_by, row.answered_at) == (True, None, NOW + dt.timedelta(hours=1))
    assert release_held(UNTIL) == 0
    assert seat_of(meeting) == row


def test_a_yes_past_the_deadline_counts_for_nobody_else(line):
    say(line[0], "no")
    with pytest.raises(AnswersClosed):
        say(line[0], "yes")
    assert not answer_invitation(line[2], answer="yes", via=Road.PAGE, actor=None, now=NOW).changed
    assert now_of(line[2]).queued_at


def test_a_no_to_the_held_seat_passes_it_on(meeting, line):
    say(line[0], "no")
    say(line[1], "no", NOW + dt.timedelta(minutes=5))
    assert seat_of(meeting) == line[2]
    assert now_of(line[2]).confirm_by == UNTIL + dt.timedelta(minutes=5)


def test_a_seat_that_nobody_confirms_goes_to_the_next_and_its_holder_to_the_end(meeting, line):
    say(line[0], "no")
    assert release_held(UNTIL - dt.timedelta(seconds=1)) == 0
    assert release_held(UNTIL) == 1
    assert seat_of(meeting) == line[2]
    assert queue(meeting) == [line[3], line[1]]
    assert now_of(line[1]).confirm_by is None
    assert now_of(line[2]).confirm_by == UNTIL + dt.timedelta(hours=4)
    assert release_held(UNTIL) == 0  # safe to run twice


def test_whoever_did_not_confirm_hears_that_the_seat_went_on(line, mailoutbox):
    say(line[0], "no")
    Message.objects.all().delete()
    release_held(UNTIL)
    release_held(UNTIL)
    row = Message.objects.get(kind="meetings.receipt")
    assert row.recipient == line[1].ref
    with time_machine.travel(UNTIL + dt.timedelta(minutes=3), tick=False):
        delivery.deliver_due(UNTIL + dt.timedelta(minutes=3))
    row.refresh_from_db()
    assert row.subject.startswith("Du står på venteliste")
    assert "nummer 2 på ventelista" in " ".join(row.text.split())


def test_whoever_loses_a_held_seat_takes_nobody_elses(meeting, line):
    """Two that run out at the same time, and one in line."""
    Meeting.objects.filter(pk=meeting.pk).update(capacity=2)
    Invitation.objects.filter(pk__in=[line[0].pk, line[1].pk]).update(queued_at=None, confirm_by=UNTIL)
    say(line[3], "no")
    assert release_held(UNTIL) == 1
    assert seats_of(meeting) == {line[1], line[2]}
    assert queue(meeting) == [line[0]]
    assert now_of(line[1]).confirm_by == UNTIL


def seats_of(meeting):
    return set(Invitation.objects.filter(meeting=meeting, answer=Answer.YES, queued_at=None))


def test_with_nobody_to_take_it_the_seat_is_kept_and_can_still_be_confirmed(meeting, line):
    say(line[2], "no")
    say(line[3], "no")
    say(line[0], "no")
    assert release_held(UNTIL + dt.timedelta(hours=1)) == 0
    assert (seat_of(meeting), queue(meeting)) == (line[1], [])
    say(line[1], "yes", UNTIL + dt.timedelta(hours=2))
    assert now_of(line[1]).confirm_by is None


def test_the_next_of_a_company_that_has_its_share_is_no_taker(meeting, line):
    """Both limits hold when a seat is passed on."""
    company = line[1].affiliation.company
    Meeting.objects.filter(pk=meeting.pk).update(capacity=2, capacity_per_company=1)
    for row in line[2:]:
        row.affiliation.company = line[0].affiliation.company
        row.affiliation.save()
    meeting.refresh_from_db()
    other = InvitationFactory(meeting=meeting, affiliation=AffiliationFactory(company=company), answer="yes",
                              queued_at=NOW)  # fmt: skip
    Invitation.objects.filter(pk=line[1].pk).update(queued_at=None, confirm_by=UNTIL)
    assert release_held(UNTIL) == 1
    assert now_of(other).has_seat
    assert now_of(line[2]).queued_at
    assert now_of(line[1]).queued_at


def test_after_the_start_nothing_is_passed_on(meeting, line):
    say(line[0], "no")
    assert release_held(START) == 0
    assert seat_of(meeting) == line[1]


def test_people_without_mail_are_not_asked(meeting, line):
    line[1].user.email = None
    line[1].user.save()
    say(line[0], "no")
    assert (now_of(line[1]).has_seat, now_of(line[1]).confirm_by) == (True, None)


def test_a_colleague_sent_instead_has_the_seat(meeting, line):
    say(line[0], "no")
    late = AffiliationFactory(company=line[1].affiliation.company)
    hand_over(now_of(line[1]), to=Colleague(affiliation=late), via=Road.PAGE, actor=None, now=NOW)
    assert (seat_of(meeting).user_id, seat_of(meeting).confirm_by) == (late.user_id, None)


def test_a_move_takes_the_question_back(meeting, line, leader):
    say(line[0], "no")
    later = START + dt.timedelta(days=7)
    move_meeting(meeting, actor=leader, now=NOW, starts_at=later, ends_at=later + dt.timedelta(hours=2), venue="Orkla")
    assert (now_of(line[1]).has_seat, now_of(line[1]).confirm_by) == (True, None)


def test_only_a_seat_is_held(line):
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=line[2].pk).update(confirm_by=NOW)


def test_it_is_not_certain_in_the_feed(line):
    say(line[0], "no")
    feed = CalendarFeed(user=line[1].user)
    assert b"STATUS:TENTATIVE" in personal_feed(feed, NOW).octets
    say(line[1], "yes")
    assert b"STATUS:CONFIRMED" in personal_feed(feed, NOW).octets


# What people see


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("nb", "En plass holdes for deg til", "Den holdes for deg til onsdag 3. februar"),
        ("nn", "Ein plass blir halden for deg til", "Han blir halden for deg til onsdag 3. februar"),
        ("en", "A place is held for you until", "It is held for you until Wednesday 3 February"),
    ],
)
def test_the_mail_says_until_when_and_carries_no_entry_that_says_yes(line, mailoutbox, language, subject, words):
    line[1].user.language = language
    line[1].user.save()
    say(line[0], "no")
    with time_machine.travel(NOW, tick=False):
        Message.objects.exclude(kind="meetings.moved_up").delete()
        delivery.deliver_due(NOW)
    row = Message.objects.get()
    assert row.state == "sent", row.error
    assert subject in row.subject
    for text in (row.text, row.html):
        assert words in " ".join(text.split()).replace("\xa0", " ")
    assert not [part for part in mailoutbox[-1].message().walk() if part.get_content_type() == "text/calendar"]


def test_whoever_confirmed_before_the_mail_went_reads_that_the_seat_is_theirs(line):
    say(line[0], "no")
    say(line[1], "yes")
    with time_machine.travel(NOW, tick=False):
        Message.objects.exclude(kind="meetings.moved_up").delete()
        delivery.deliver_due(NOW)
    assert Message.objects.get().subject.startswith("Du har fått plass")


@time_machine.travel(NOW, tick=False)
def test_the_page_behind_the_link_takes_the_yes(client, line):
    say(line[0], "no")
    page = client.get(answer_path(now_of(line[1]))).content.decode()
    assert "Ja, jeg tar plassen" in page
    assert "Den holdes til onsdag 3. februar" in page.replace("\xa0", " ")
    for more in ("Send beskjeden", "Legg i kalenderen"):  # neither a word nor an entry before the place is taken
        assert more not in page
    assert "Ja, jeg tar plassen" not in client.get(answer_path(line[2])).content.decode()
    assert press(client, now_of(line[1]), "yes").status_code == 302
    assert now_of(line[1]).confirm_by is None
    assert "Ja, jeg tar plassen" not in client.get(answer_path(line[1])).content.decode()


@time_machine.travel(NOW, tick=False)
def test_the_meetings_page_takes_it_and_the_organiser_sees_what_is_held(client_of, meeting, line, leader):
    say(line[0], "no")
    path = f"/meetings/{meeting.pk}/"
    browser = client_of(line[1].user)
    page = browser.get(path).content.decode()
    assert "Ja, jeg tar plassen" in page
    assert "Send beskjeden" not in page
    listed = client_of(leader).get(f"{path}invitations/").content.decode()
    assert listed.count("Holdes til onsdag 3. februar") == 1
    assert browser.post(f"{path}answer/", {"answer": "yes"}).status_code == 302
    assert now_of(line[1]).confirm_by is None
    assert "Holdes til" not in client_of(leader).get(f"{path}invitations/").content.decode()
