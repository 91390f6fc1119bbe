"""Answers that come back by mail: whose they are, whether they count, and in which order."""

import datetime as dt
import itertools
import random
from base64 import b32encode

import pytest
from django.db import connection
from django.utils import timezone

from mail.delivery import deliver_due
from mail.incoming import processing
from mail.incoming.storing import deliver
from mail.models import Incoming, Message, Outcome, Source, State
from mail.tasks import read_incoming
from meetings import answer_notices, notices
from meetings.actions.answers import answer_invitation, undo_answer
from meetings.actions.meetings import call_meeting, cancel_meeting, move_meeting, withdraw_invitation
from meetings.enums import Answer, ProposalState, Road
from meetings.incoming.words import suggested
from meetings.models import AnswerChange, CalendarIdentity, Invitation, TimeProposal
from members.actions.people import find_or_make_person
from tests.factories.meetings import DraftFactory, InvitationFactory, MeetingFactory
from tests.mail.postman import OURS, forged, proven, report
from tests.meetings.replies import CHARSETS, PLAIN, bare, mixed, vevent, words

pytestmark = pytest.mark.django_db
DOMAIN = "rsvp.portal.example"


@pytest.fixture(autouse=True)
def _reads_mail(settings, monkeypatch):
    settings.RSVP_DOMAIN = DOMAIN
    settings.INBOUND = type(settings.INBOUND)(authserv_ids=frozenset({OURS}))
    monkeypatch.setattr(read_incoming, "apply_async", lambda **_options: None)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def meeting(group, member, colleague, leader, now):
    """Called, and its invitations sent."""
    draft = DraftFactory(group=group, title="Oppstartsmøte", created_by=leader)
    draft.audience_people.set([member.affiliations.get(), colleague.affiliations.get()])
    call_meeting(draft, actor=leader, now=now)
    deliver_due(timezone.now())
    draft.refresh_from_db()
    return draft


@pytest.fixture
def invitation(meeting, member):
    return meeting.invitations.select_related("identity", "user").get(user=member)


def stamped(moment):
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def values_for(invitation, now, **more):
    meeting = invitation.meeting
    uid = str(meeting.uid)
    sent = Message.objects.filter(recipient=invitation.ref, kind=notices.INVITATION).first()
    other = meeting.starts_at + dt.timedelta(days=2)  # never the day on which one begun late in the evening ends
    return {
        "to": invitation.identity.address,
        "uid": uid,
        "UPPER": uid.upper(),
        "hexuid": uid.encode().hex().upper(),
        "who": invitation.user.email,
        "stamp": stamped(now),
        "seq": str(meeting.sequence),
        "mid": sent.message_id if sent else "<none@example.com>",
        "other_start": stamped(other),
        "other_end": stamped(other + dt.timedelta(hours=2)),
    } | more


def came(raw, to):
    row = deliver(raw, [to], Source.LMTP).row
    processing.process(timezone.now())
    row.refresh_from_db()
    return row


def filled(text, values):
    from string import Template

    return Template(text).substitute(values).replace("\n", "\r\n").encode()


def said(text, invitation, now, to=None, **more):
    """One mail through the door; its row and the answer afterwards."""
    values = values_for(invitation, now, **more)
    row = came(filled(text, values), to or invitation.identity.address)
    invitation.refresh_from_db()
    return row


# Every mail we know of


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
def test_every_mail_ends_as_it_must(case, invitation, now):
    row = came(case.raw(**values_for(invitation, now)), invitation.identity.address)
    invitation.refresh_from_db()
    assert (row.outcome, row.reason, invitation.answer) == (case.outcome, case.reason, case.answer)
    assert invitation.comment == case.comment
    if case.answer != Answer.NONE:
        assert (invitation.answered_via, invitation.answered_by) == (Road.CALENDAR, invitation.user)
    others = Invitation.objects.filter(meeting=invitation.meeting).exclude(pk=invitation.pk)
    assert set(others.values_list("answer", flat=True)) == {Answer.NONE}


@pytest.mark.parametrize("name", CHARSETS)
def test_every_charset_is_read(name, invitation, now):
    row = came(CHARSETS[name](**values_for(invitation, now)), invitation.identity.address)
    invitation.refresh_from_db()
    assert (row.outcome, invitation.answer) == (Outcome.APPLIED, Answer.YES)


def test_there_are_at_least_forty_of_them():
    assert len(PLAIN) + len(CHARSETS) >= 60
    assert len({case.name for case in PLAIN}) == len(PLAIN)


@pytest.mark.parametrize("source", [Source.IMAP, Source.WEBHOOK])
def test_the_road_makes_no_difference(source, invitation, now):
    """The mails' own order, so that each is judged on an invitation without an answer."""
    for case in PLAIN:
        raw = case.raw(**values_for(invitation, now))
        row = deliver(raw, [invitation.identity.address], source).row
        processing.process(timezone.now())
        row.refresh_from_db()
        assert (row.outcome, row.reason) == (case.outcome, case.reason), case.name
        Invitation.objects.filter(pk=invitation.pk).update(answer=Answer.NONE, answered_at=None, comment="")
        TimeProposal.objects.all().delete()


# What the answer does


def test_a_calendars_answer_is_logged_and_the_organiser_sees_the_road(invitation, now, client_of, leader):
    said(bare(vevent()), invitation, now)
    change = invitation.changes.get()
    assert (change.answer, change.via, change.actor, change.created_at) == ("yes", "calendar", invitation.user, now)
    page = client_of(leader).get(f"/meetings/{invitation.meeting_id}/invitations/{invitation.pk}/")
    assert "kalender" in page.content.decode()


def test_the_same_mail_three_times_is_one_answer(invitation, now):
    for _ in range(3):
        said(bare(vevent()), invitation, now)
    assert Incoming.objects.get().copies == 3
    assert invitation.changes.count() == 1


def test_the_same_answer_in_another_mail_is_said_before(invitation, now):
    said(bare(vevent()), invitation, now)
    row = said(mixed(vevent()), invitation, now)
    assert (row.outcome, row.reason, invitation.changes.count()) == (Outcome.DUPLICATE, "same_answer", 1)


def test_a_full_meeting_queues_and_the_person_hears_it(invitation, now):
    """The calendar says accepted all the same."""
    invitation.meeting.capacity = 1
    invitation.meeting.save()
    InvitationFactory(meeting=invitation.meeting, answer=Answer.YES, answered_at=now)
    said(bare(vevent()), invitation, now)
    assert invitation.queued_at is not None
    assert Message.objects.filter(kind=answer_notices.RECEIPT, recipient=invitation.ref).exists()


def test_nothing_is_answered_to_the_sender_otherwise(invitation, now):
    before = set(Message.objects.values_list("pk", flat=True))
    said(bare(vevent()), invitation, now)
    assert set(Message.objects.values_list("pk", flat=True)) == before


def test_a_late_no_reaches_the_organiser(invitation, now):
    invitation.meeting.answer_by = now - dt.timedelta(hours=1)
    invitation.meeting.save()
    row = said(bare(vevent("DECLINED")), invitation, now)
    assert (row.outcome, invitation.answer) == (Outcome.APPLIED, Answer.NO)
    assert Message.objects.filter(kind=answer_notices.LATE_NO).exists()


def test_a_late_yes_waits_for_the_organiser(invitation, now):
    invitation.meeting.answer_by = now - dt.timedelta(hours=1)
    invitation.meeting.save()
    row = said(bare(vevent()), invitation, now)
    assert (row.outcome, row.reason, row.data["answer"]) == (Outcome.REVIEW, "deadline_passed", "yes")
    assert invitation.answer == Answer.NONE


def test_asking_for_the_invitation_again_sends_one_an_hour(invitation, now):
    waiting = Message.objects.filter(kind=notices.INVITATION, recipient=invitation.ref, state=State.QUEUED)
    for number in range(3):
        said(bare(vevent(method="REFRESH", more=f"X-N:{number}\n")), invitation, now)
    assert waiting.count() == 1


# Meetings that are no more


def test_answers_to_what_is_no_more_change_nothing(invitation, now, leader):
    meeting = invitation.meeting
    cancel_meeting(meeting, actor=leader, now=now, reason="Snø")
    row = said(bare(vevent()), invitation, now)
    assert (row.outcome, row.reason, invitation.answer) == (Outcome.IGNORED, "meeting_cancelled", Answer.NONE)


def test_answers_to_a_withdrawn_invitation_change_nothing(invitation, now, leader):
    withdraw_invitation(invitation, actor=leader, now=now)
    row = said(bare(vevent()), invitation, now)
    assert (row.outcome, row.reason, invitation.answer) == (Outcome.IGNORED, "invitation_gone", Answer.NONE)


@pytest.mark.parametrize(("hours", "reason"), [(-1, "meeting_begun"), (-5, "meeting_over")])
def test_answers_after_the_start_change_nothing(invitation, now, hours, reason):
    meeting = invitation.meeting
    meeting.starts_at, meeting.answer_by = now + dt.timedelta(hours=hours), None
    meeting.ends_at = meeting.starts_at + dt.timedelta(hours=3)
    meeting.save()
    row = said(bare(vevent()), invitation, now)
    assert (row.outcome, row.reason, invitation.answer) == (Outcome.IGNORED, reason, Answer.NONE)


# Order


def test_an_answer_to_the_time_before_the_move_does_not_count(invitation, now, leader):
    meeting = invitation.meeting
    move_meeting(
        meeting, actor=leader, now=now, starts_at=meeting.starts_at + dt.timedelta(days=1),
        ends_at=meeting.ends_at + dt.timedelta(days=1), venue=meeting.venue,
    )  # fmt: skip
    row = said(bare(vevent()), invitation, now, seq="0")
    assert (row.outcome, row.reason, invitation.answer) == (Outcome.STALE, "earlier_time", Answer.NONE)
    invitation.meeting.refresh_from_db()
    row = said(bare(vevent()), invitation, now)
    assert (row.outcome, invitation.answer) == (Outcome.APPLIED, Answer.YES)


def test_an_answer_to_a_small_change_still_counts(invitation, now):
    invitation.meeting.sequence = 3  # words changed, time and place did not
    invitation.meeting.save()
    assert said(bare(vevent()), invitation, now, seq="0").outcome == Outcome.APPLIED


def test_what_was_said_last_stands_whichever_comes_first(invitation, now):
    earlier = now - dt.timedelta(minutes=5)
    said(bare(vevent("DECLINED")), invitation, now)
    row = said(bare(vevent()), invitation, earlier)
    assert (row.outcome, row.reason, invitation.answer) == (Outcome.STALE, "said_before", Answer.NO)


def test_an_answer_taken_back_is_not_brought_back_by_slow_mail(invitation, now):
    answer_invitation(invitation, answer="yes", via=Road.PAGE, actor=invitation.user, now=now - dt.timedelta(minutes=9))
    undo_answer(invitation, via=Road.PAGE, actor=invitation.user, now=now)
    row = said(bare(vevent()), invitation, now - dt.timedelta(minutes=5))
    assert (row.outcome, invitation.answer) == (Outcome.STALE, Answer.NONE)


def test_two_answers_of_one_moment_the_later_received_stands(invitation, now):
    said(bare(vevent()), invitation, now)
    said(bare(vevent("DECLINED")), invitation, now)
    assert invitation.answer == Answer.NO


def test_a_clock_that_runs_ahead_locks_nobody_out(invitation, now):
    said(bare(vevent()), invitation, now, stamp="20391231T230000Z")
    answer_invitation(invitation, answer="no", via=Road.PAGE, actor=invitation.user, now=timezone.now())
    invitation.refresh_from_db()
    assert invitation.answer == Answer.NO


def test_all_orders_of_five_answers_end_in_one_state(invitation, now, leader):
    """Two calendar answers, a stale one, a link's and the page's, in all 120 orders."""
    meeting = invitation.meeting
    meeting.sequence = meeting.answer_floor = 1
    meeting.save()
    at = [now - dt.timedelta(minutes=minutes) for minutes in (40, 30, 20, 10, 50)]

    def by_mail(partstat, moment, seq):
        return lambda number: said(bare(vevent(partstat, more=f"X-TRY:{number}\n")), invitation, moment, seq=seq)

    def by_hand(answer, road, moment):
        return lambda number: answer_invitation(
            invitation, answer=answer, via=road, actor=invitation.user, now=now, said_at=moment
        )

    five = [
        by_mail("ACCEPTED", at[0], "1"),
        by_mail("DECLINED", at[1], "1"),
        by_hand("maybe", Road.LINK, at[2]),
        by_hand("yes", Road.PAGE, at[3]),
        by_mail("DECLINED", at[4], "0"),
    ]
    ends = set()
    for number, order in enumerate(itertools.permutations(five)):
        Invitation.objects.filter(pk=invitation.pk).update(
            answer=Answer.NONE, answered_at=None, answered_sequence=0, answered_via=""
        )
        AnswerChange.objects.all().delete()
        invitation.refresh_from_db()
        for step in order:
            step(number)
        invitation.refresh_from_db()
        ends.add((invitation.answer, invitation.answered_at))
    assert ends == {(Answer.YES, at[3])}


# Whose answer it is: the twelve ways of passing for somebody else


def spoof(name):
    """(mail, to whom, headers) for a case, told what everybody could know: the UID and the addresses of people."""
    other = 'ATTENDEE;PARTSTAT=ACCEPTED;CN="Ola":mailto:ola@example.com'
    wrong_secret = "mote-" + b32encode(b"x" * 15).decode().lower() + f"@{DOMAIN}"
    return {
        "no_secret": (vevent("DECLINED"), f"post@{DOMAIN}", []),
        "made_up_secret": (vevent("DECLINED"), wrong_secret, []),
        "own_secret_for_a_colleague": (vevent(attendee=other), "own", []),
        "own_secret_for_a_stranger": (vevent(attendee=other.replace("ola@", "x@")), "own", [proven("evil.example")]),
        "proven_stranger_with_no_secret": (vevent("DECLINED"), f"post@{DOMAIN}", [proven("evil.example")]),
        "result_of_another_server": (vevent("DECLINED"), f"post@{DOMAIN}", [proven(by="mx.evil.example")]),
        "result_in_a_comment": (
            vevent("DECLINED"),
            f"post@{DOMAIN}",
            [("Authentication-Results", f"mx.evil.example ({OURS}; dmarc=pass header.from=example.com); none")],
        ),
        "result_in_a_nested_comment": (
            vevent("DECLINED"),
            f"post@{DOMAIN}",
            [("Authentication-Results", f"{OURS} (a (b; dmarc=pass header.from=example.com)); dmarc=none")],
        ),
        "failed_check": (vevent("DECLINED"), f"post@{DOMAIN}", [forged()]),
        "second_header_below_ours": (
            vevent("DECLINED"),
            f"post@{DOMAIN}",
            [("Authentication-Results", f"{OURS}; dmarc=none"), proven()],
        ),
        "secret_of_another_group": (vevent("DECLINED"), "other", []),
        "revoked_secret": (vevent("DECLINED"), "revoked", []),
    }[name]


SPOOFS = [
    "no_secret", "made_up_secret", "own_secret_for_a_colleague", "own_secret_for_a_stranger",
    "proven_stranger_with_no_secret", "result_of_another_server", "result_in_a_comment", "result_in_a_nested_comment",
    "failed_check", "second_header_below_ours", "secret_of_another_group", "revoked_secret",
]  # fmt: skip


@pytest.mark.parametrize("name", SPOOFS)
def test_nobody_answers_for_somebody_else(name, invitation, now, member):
    calendar, to, headers = spoof(name)
    if to == "own":
        to = invitation.identity.address
    elif to == "other":
        to = CalendarIdentity.objects.create(user=member, group=None).address
    elif to == "revoked":
        CalendarIdentity.objects.filter(pk=invitation.identity_id).update(revoked_at=now)
        to = invitation.identity.address
    lines = "".join(f"{header}: {value}\n" for header, value in headers)
    row = said(bare(calendar, headers=lines), invitation, now, to=to)
    assert row.outcome in {Outcome.REVIEW, Outcome.REJECTED, Outcome.IGNORED}
    assert set(Invitation.objects.values_list("answer", flat=True)) == {Answer.NONE}
    assert not AnswerChange.objects.exists()


def test_a_proven_sender_needs_no_secret(invitation, now):
    name, value = proven()
    row = said(bare(vevent(), headers=f"{name}: {value}\n"), invitation, now, to=f"post@{DOMAIN}")
    assert (row.outcome, invitation.answer) == (Outcome.APPLIED, Answer.YES)


def test_a_further_verified_address_may_answer(invitation, now):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=invitation.user, email="marte@privat.example", verified=True)
    attendee = "ATTENDEE;PARTSTAT=$partstat:mailto:Marte@privat.example"
    assert said(bare(vevent(attendee=attendee)), invitation, now).outcome == Outcome.APPLIED
    assert invitation.answer == Answer.YES


def test_an_address_that_is_not_verified_may_not(invitation, now):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=invitation.user, email="marte@privat.example", verified=False)
    attendee = "ATTENDEE;PARTSTAT=$partstat:mailto:marte@privat.example"
    assert said(bare(vevent(attendee=attendee)), invitation, now).outcome == Outcome.REVIEW


def test_a_proven_sender_with_the_secret_answers_from_an_address_we_do_not_know(invitation, now):
    name, value = proven()
    text = bare(vevent(attendee="ATTENDEE;PARTSTAT=$partstat:mailto:alias@example.com"), headers=f"{name}: {value}\n")
    row = said(text, invitation, now)
    assert (row.outcome, row.reason, invitation.answer) == (Outcome.APPLIED, "another_address", Answer.YES)


def test_with_the_secret_a_failed_check_is_noted(invitation, now):
    name, value = forged()
    row = said(bare(vevent(), headers=f"{name}: {value}\n"), invitation, now)
    assert (row.outcome, row.reason) == (Outcome.APPLIED, "sender_not_proven")


def test_a_person_nobody_invited_is_not_added(invitation, now):
    find_or_make_person(email="gjest@elsewhere.example", name="Gjest", language="nb")
    name, value = proven("elsewhere.example")
    text = bare(
        vevent(attendee="ATTENDEE;PARTSTAT=$partstat:mailto:gjest@elsewhere.example"), headers=f"{name}: {value}\n"
    )
    row = said(text, invitation, now, to=f"post@{DOMAIN}", who="gjest@elsewhere.example")
    assert (row.outcome, row.reason, row.about) == (Outcome.REVIEW, "not_invited", invitation.meeting.about)
    assert invitation.meeting.invitations.count() == 2


def test_a_report_with_our_own_invitation_in_it_is_no_answer(invitation, now):
    inner = filled(vevent(), values_for(invitation, now))
    row = came(report(invitation.identity.address, inner=inner), invitation.identity.address)
    invitation.refresh_from_db()
    assert (row.outcome, invitation.answer) == (Outcome.IGNORED, Answer.NONE)


def test_the_secret_dies_with_the_person(invitation, now):
    from meetings.forgetting import forget_in_meetings

    forget_in_meetings(invitation.user, actor=None, now=now)
    row = said(bare(vevent()), invitation, now)
    assert invitation.answer == Answer.NONE
    assert row.outcome in {Outcome.IGNORED, Outcome.REVIEW}


# Ten thousand broken ones


def test_ten_thousand_mutations_break_nothing_and_touch_nobody_else(invitation, now, colleague):
    """Seeded: bytes dropped, doubled, swapped and replaced in every mail we know of. A tenth of them on the second
    database, which sees of a broken mail only what is left of it.
    """
    from mail.incoming.reading import read
    from mail.models import Incoming
    from meetings.incoming.replies import read_reply

    chance = random.Random(20261125)
    values = values_for(invitation, now)
    seeds = [case.raw(**values) for case in PLAIN] + [build(**values) for build in CHARSETS.values()]
    row = Incoming(source=Source.LMTP, received_at=now, envelope_to=[invitation.identity.address])
    theirs = Invitation.objects.get(user=colleague)
    for number in range(10_000 if connection.vendor == "sqlite" else 1_000):
        row.sealed = ""
        mail = read(row)
        mail = type(mail)(row, _parsed(mutated(seeds[number % len(seeds)], chance)), tuple(row.envelope_to))
        result = read_reply(mail, now)
        assert result is None or result.outcome in Outcome.values
    theirs.refresh_from_db()
    assert (theirs.answer, theirs.changes.count(), theirs.comment) == (Answer.NONE, 0, "")
    assert set(Invitation.objects.values_list("user", flat=True)) == {invitation.user_id, colleague.pk}


def _parsed(raw):
    from email import message_from_bytes, policy

    return message_from_bytes(raw, policy=policy.compat32)


def mutated(raw, chance):
    raw = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw))
        size = chance.choice((1, 1, 1, 4, 40))
        what = chance.randrange(5)
        if what == 0:
            del raw[at : at + size]
        elif what == 1:
            raw[at:at] = raw[at : at + size]
        elif what == 2:
            raw[at : at + 1] = bytes([chance.randrange(256)])
        elif what == 3:
            raw[at:at] = chance.choice((b"\r\n", b"\0", b":", b";", b'"', b"=", b"\xff", b"--b1\r\n", b"END:VCALENDAR"))
        else:
            other = chance.randrange(len(raw))
            raw[at : at + size], raw[other : other + size] = raw[other : other + size], raw[at : at + size]
        if not raw:
            return b"x"
    return bytes(raw)


# In words


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Ja", "yes"), ("Jeg kommer gjerne!", "yes"), ("Eg kjem", "yes"), ("Yes, I will attend", "yes"),
        ("Kommer ikke", "no"), ("Jeg kommer dessverre ikke", "no"), ("Eg kan diverre ikkje", "no"),
        ("Nei, er bortreist", "no"), ("Må melde avbud, er forhindret", "no"), ("I can't make it", "no"),
        ("Kanskje, må sjekke", "maybe"), ("Usikker ennå", "maybe"), ("Maybe", "maybe"),
        ("Hvor er det parkering?", ""), ("", ""), ("Takk for sist", ""),
    ],
)  # fmt: skip
def test_words_suggest_an_answer(text, answer):
    assert suggested(text) == answer


def test_words_are_for_the_organiser_who_hears_of_them_once_a_day(invitation, now, leader):
    said(words("Ja, jeg kommer!"), invitation, now)
    said(words("Og Ola også"), invitation, now)
    rows = Message.objects.filter(kind=answer_notices.REVIEW)
    assert [row.recipient for row in rows] == [f"user:{leader.pk}"]
    first = Incoming.objects.for_review().first()
    assert (first.concerns, first.about, first.data) == (
        invitation.ref, invitation.meeting.about, {"answer": "yes"}
    )  # fmt: skip


def test_a_reply_to_the_office_is_found_by_the_mail_it_answers(invitation, now):
    row = said(words("Kommer ikke"), invitation, now, to=f"post@{DOMAIN}")
    assert (row.outcome, row.concerns, row.data) == (Outcome.REVIEW, invitation.ref, {"answer": "no"})


def test_mail_that_has_nothing_to_do_with_us_is_ignored(invitation, now):
    row = said(words("Kjøp klokker").replace("In-Reply-To: $mid\n", ""), invitation, now, to=f"post@{DOMAIN}")
    assert (row.outcome, row.reason) == (Outcome.IGNORED, "nobody_reads_it")


# What goes out


def test_each_person_has_one_address_for_all_meetings_of_the_group(group, meeting, invitation, member, leader, now):
    second = DraftFactory(group=group, created_by=leader)
    second.audience_people.set([member.affiliations.get()])
    call_meeting(second, actor=leader, now=now)
    other = second.invitations.get(user=member)
    assert other.identity_id == invitation.identity_id
    addresses = set(CalendarIdentity.objects.values_list("token", flat=True))
    assert len(addresses) == 2


def test_the_number_of_queries_of_a_call_does_not_grow(group, leader, now, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    from tests.factories.members import AffiliationFactory

    def called(people):
        draft = DraftFactory(group=group, created_by=leader)
        draft.audience_people.set(AffiliationFactory.create_batch(people))
        with CaptureQueriesContext(connection) as seen:
            call_meeting(draft, actor=leader, now=now)
        return len(seen)

    called(2)  # fills caches that live as long as the process
    assert called(2) == called(20)


def test_no_address_is_made_while_nobody_reads(settings, group, member, leader, now):
    settings.RSVP_DOMAIN = ""
    draft = DraftFactory(group=group, created_by=leader)
    draft.audience_people.set([member.affiliations.get()])
    call_meeting(draft, actor=leader, now=now)
    assert draft.invitations.get().identity is None
    assert not CalendarIdentity.objects.exists()


def test_the_calendar_asks_for_an_answer_to_the_persons_own_address(invitation, mailoutbox, member, now):
    from tests.meetings.reader import read as read_ics

    (mail,) = [one for one in mailoutbox if member.email in one.to]
    tree = mail.message()
    calendar = next(part for part in tree.walk() if part.get_content_type() == "text/calendar")
    event = next(child for child in read_ics(calendar.get_payload(decode=True)).children if child.name == "VEVENT")
    address = invitation.identity.address
    assert event.one("ORGANIZER")[1] == f"mailto:{address}"
    assert event.one("ATTENDEE")[0]["RSVP"] == "TRUE"
    assert event.one("X-MICROSOFT-DISALLOW-COUNTER")[1] == "FALSE"
    assert address in str(tree["Reply-To"])
    local, _at, _domain = address.partition("@")
    assert len(local) <= 64
    assert set(local) <= set("abcdefghijklmnopqrstuvwxyz234567-")


def test_the_address_stays_through_five_changes(invitation, mailoutbox, member, leader, now):
    meeting = invitation.meeting
    for day in range(1, 6):
        meeting.refresh_from_db()
        move_meeting(
            meeting, actor=leader, now=now, starts_at=meeting.starts_at + dt.timedelta(days=1),
            ends_at=meeting.ends_at + dt.timedelta(days=1), venue=f"Sal {day}",
        )  # fmt: skip
        deliver_due(timezone.now())
    organisers = set()
    for mail in mailoutbox:
        if member.email in mail.to:
            calendar = next(p for p in mail.message().walk() if p.get_content_type() == "text/calendar")
            text = calendar.get_payload(decode=True).decode().replace("\r\n ", "")
            organisers.add(next(line for line in text.splitlines() if line.startswith("ORGANIZER")))
    assert len(organisers) == 1


# Another time


def proposed(invitation, now):
    return said(bare(vevent("TENTATIVE", method="COUNTER", more=(
        "DTSTART:$other_start\nDTEND:$other_end\nCOMMENT:Passer bedre\n")), method="COUNTER"), invitation, now)  # fmt: skip


def test_a_proposal_is_kept_with_its_word_and_changes_no_answer(invitation, now):
    proposed(invitation, now)
    proposal = TimeProposal.objects.get()
    assert (proposal.invitation, proposal.comment, proposal.state) == (invitation, "Passer bedre", ProposalState.OPEN)
    assert proposal.starts_at == invitation.meeting.starts_at + dt.timedelta(days=2)
    assert invitation.answer == Answer.NONE


def test_a_newer_proposal_takes_the_place_of_the_earlier(invitation, now):
    proposed(invitation, now)
    later = invitation.meeting.starts_at + dt.timedelta(days=3)
    said(
        bare(vevent("TENTATIVE", method="COUNTER", more="DTSTART:$other_start\nDTEND:$other_end\n")),
        invitation, now, other_start=stamped(later), other_end=stamped(later + dt.timedelta(hours=1)),
    )  # fmt: skip
    assert [one.starts_at for one in TimeProposal.objects.open_for(invitation.meeting)] == [later]


def test_moving_there_answers_the_proposal(invitation, now, leader):
    row = proposed(invitation, now)
    proposal = TimeProposal.objects.get()
    move_meeting(
        invitation.meeting,
        actor=leader,
        now=now,
        starts_at=proposal.starts_at,
        ends_at=proposal.ends_at,
        venue="Damphuset",
    )
    proposal.refresh_from_db()
    row.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (ProposalState.ACCEPTED, leader)
    assert row.handled_by == f"user:{leader.pk}"


def test_a_stranger_proposes_nothing(invitation, now):
    said(
        bare(vevent("TENTATIVE", method="COUNTER", attendee="ATTENDEE:mailto:x@evil.example",
             more="DTSTART:$other_start\nDTEND:$other_end\n")), invitation, now,
    )  # fmt: skip
    assert not TimeProposal.objects.exists()


def test_a_meeting_of_another_group_is_not_answered_through_this_one(invitation, now, member, other_member):
    from tests.factories.groups import GroupFactory

    foreign = MeetingFactory(group=GroupFactory())
    theirs = InvitationFactory(meeting=foreign, user=member, affiliation=member.affiliations.get())
    row = said(bare(vevent()), invitation, now, uid=str(foreign.uid))
    theirs.refresh_from_db()
    assert (row.outcome, theirs.answer) == (Outcome.REVIEW, Answer.NONE)


# The page where a person decides


@pytest.fixture
def waiting(invitation, now):
    return said(words("Jeg kommer dessverre ikke, <script>alert(1)</script>"), invitation, now)


def page_of(client):
    response = client.get("/meetings/review/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_organiser_reads_the_words_and_the_suggestion(waiting, client_of, leader):
    page = page_of(client_of(leader))
    assert "Jeg kommer dessverre ikke, &lt;script&gt;" in page
    assert "Marte Haugen" in page
    assert "<strong>nei</strong>" in page


def test_one_press_counts_it_with_both_names(waiting, client_of, leader, invitation):
    client = client_of(leader)
    client.post(f"/meetings/review/{waiting.pk}/answer/", {"answer": "no"})
    invitation.refresh_from_db()
    waiting.refresh_from_db()
    assert (invitation.answer, invitation.answered_via, invitation.answered_by) == ("no", Road.BEHALF, leader)
    assert (waiting.handled_by, waiting.outcome) == (f"user:{leader.pk}", Outcome.REVIEW)
    assert "dessverre" not in page_of(client)


def test_whoever_comes_second_changes_nothing(waiting, client_of, leader, board_member, invitation):
    client_of(leader).post(f"/meetings/review/{waiting.pk}/answer/", {"answer": "no"})
    second = client_of(board_member).post(f"/meetings/review/{waiting.pk}/answer/", {"answer": "yes"})
    invitation.refresh_from_db()
    assert (second.status_code, invitation.answer) == (404, "no")


@pytest.mark.parametrize("answer", ["", "none", "undo", "x"])
def test_an_answer_that_is_none_is_not_counted(waiting, client_of, leader, invitation, answer):
    assert client_of(leader).post(f"/meetings/review/{waiting.pk}/answer/", {"answer": answer}).status_code == 404
    waiting.refresh_from_db()
    assert waiting.handled_at is None


def test_laid_aside_it_changes_nothing(waiting, client_of, leader, invitation):
    client_of(leader).post(f"/meetings/review/{waiting.pk}/aside/")
    invitation.refresh_from_db()
    assert invitation.answer == Answer.NONE
    assert not Incoming.objects.for_review().exists()


def test_a_board_sees_its_own_meetings_mail_and_the_office_all(waiting, client_of, other_member, chair, staff):
    assert client_of(other_member).get("/meetings/review/").status_code == 403
    assert "dessverre" not in page_of(client_of(chair))
    assert "dessverre" in page_of(client_of(staff))


def test_what_no_meeting_is_known_for_is_the_offices(invitation, now, client_of, leader, staff):
    row = said(bare(vevent(uid="x" * 40)), invitation, now)
    Invitation.objects.all().update(withdrawn_at=now)
    Incoming.objects.filter(pk=row.pk).update(about="", concerns="")
    assert "kjenner" not in page_of(client_of(leader))
    assert "kjenner" in page_of(client_of(staff))


def test_a_proposal_leads_to_the_move_with_its_time(invitation, now, client_of, leader):
    row = proposed(invitation, now)
    proposal = TimeProposal.objects.get()
    client = client_of(leader)
    path = f"/meetings/{invitation.meeting_id}/move/?proposal={proposal.pk}"
    assert path in page_of(client)
    day = timezone.localtime(proposal.starts_at).date()
    assert day.strftime("%Y-%m-%d") in client.get(path).content.decode()
    client.post(f"/meetings/review/{row.pk}/decline/")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (ProposalState.DECLINED, leader)
    assert day.strftime("%Y-%m-%d") not in client.get(path).content.decode()


@pytest.mark.parametrize("written", ["x", "9" * 30, "-1", "٣"])
def test_a_proposal_that_is_none_leaves_the_form_as_it_is(invitation, client_of, leader, written):
    path = f"/meetings/{invitation.meeting_id}/move/"
    assert client_of(leader).get(path, {"proposal": written}).status_code == 200


@pytest.fixture
def passed_on(invitation, now):
    """Somebody to whom the invitation was forwarded accepts with its secret."""
    return said(bare(vevent(attendee="ATTENDEE;PARTSTAT=ACCEPTED:mailto:ukjent@elsewhere.example")), invitation, now)


def test_an_answer_from_another_address_says_whose_it_is(passed_on, client_of, leader):
    page = page_of(client_of(leader))
    assert "ukjent@elsewhere.example svarte på innkallingen til Marte Haugen; den er trolig sendt videre." in page
    assert "Det ser ut til å si" not in page
    assert "Det teller ikke for Marte Haugen." in page


def test_it_is_laid_aside_or_the_address_invited_before_it_becomes_the_persons_own(passed_on, client_of, leader):
    page = page_of(client_of(leader))
    aside, invite, own = (page.index(f"/review/{passed_on.pk}/{verb}/") for verb in ("aside", "invite", "answer"))
    assert aside < invite < own
    assert "Inviter ukjent@elsewhere.example" in page
    assert "Det du trykker, blir svaret til Marte Haugen, med navnet ditt ved siden av." in page


def test_the_address_is_invited_as_a_person_of_its_own(passed_on, client_of, leader, invitation):
    client_of(leader).post(f"/meetings/review/{passed_on.pk}/invite/")
    passed_on.refresh_from_db()
    invitation.refresh_from_db()
    new = Invitation.objects.get(meeting=invitation.meeting, user__email="ukjent@elsewhere.example")
    assert (new.answer, invitation.answer) == (Answer.NONE, Answer.NONE)
    assert passed_on.handled_by == f"user:{leader.pk}"
    assert Message.objects.filter(kind=notices.INVITATION, recipient=new.ref).count() == 1


def test_an_address_that_is_invited_already_is_not_asked_again(invitation, now, client_of, leader, colleague):
    row = said(bare(vevent(attendee=f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{colleague.email}")), invitation, now)
    page = client_of(leader).post(f"/meetings/review/{row.pk}/invite/", follow=True).content.decode()
    row.refresh_from_db()
    assert "ola@example.com var invitert fra før." in page
    assert row.handled_at is None


def test_nobody_is_invited_to_a_meeting_that_is_over(passed_on, now, client_of, leader, invitation):
    meeting = invitation.meeting
    meeting.starts_at, meeting.ends_at = now - dt.timedelta(hours=3), now - dt.timedelta(hours=1)
    meeting.answer_by = None
    meeting.save()
    client = client_of(leader)
    assert "/invite/" not in page_of(client)
    page = client.post(f"/meetings/review/{passed_on.pk}/invite/", follow=True).content.decode()
    assert "til det er over" in page
    assert meeting.invitations.count() == 2


def test_only_an_answer_from_another_address_names_somebody_to_invite(waiting, client_of, leader):
    assert client_of(leader).post(f"/meetings/review/{waiting.pk}/invite/").status_code == 404


@pytest.fixture
def second(invitation, group, leader, now):
    """The person's invitation to another meeting of the same group."""
    meeting = MeetingFactory(group=group, title="Arbeidsmøte", created_by=leader, called_by=leader)
    return InvitationFactory(meeting=meeting, user=invitation.user, affiliation=invitation.affiliation)


def in_general(text, invitation, now):
    return said(words(text).replace("In-Reply-To: $mid\n", ""), invitation, now)


def test_words_that_may_be_about_two_meetings_ask_the_organiser_which(invitation, second, now, client_of, leader):
    row = in_general("Ja, jeg kommer!", invitation, now)
    assert (row.about, row.concerns) == (f"group:{invitation.meeting.group_id}", f"identity:{invitation.identity_id}")
    page = page_of(client_of(leader))
    assert "Marte Haugen" in page
    assert "Ja til Oppstartsmøte" in page
    assert "Ja til Arbeidsmøte" in page
    client_of(leader).post(f"/meetings/review/{row.pk}/answer/", {"answer": "yes", "invitation": second.pk})
    row.refresh_from_db()
    second.refresh_from_db()
    invitation.refresh_from_db()
    assert (second.answer, second.answered_by, invitation.answer) == ("yes", leader, Answer.NONE)
    assert row.handled_by == f"user:{leader.pk}"


def test_no_meeting_but_one_of_the_persons_in_the_group_can_be_picked(
    invitation, second, now, client_of, leader, colleague
):
    row = in_general("Ja, jeg kommer!", invitation, now)
    elsewhere = InvitationFactory(meeting=MeetingFactory(), user=invitation.user, affiliation=invitation.affiliation)
    others = invitation.meeting.invitations.get(user=colleague)
    for pk in (elsewhere.pk, others.pk, "", "x", 10**30):
        given = {"answer": "yes", "invitation": pk}
        assert client_of(leader).post(f"/meetings/review/{row.pk}/answer/", given).status_code == 404


def test_words_without_an_answer_take_all_three_to_each_meeting(invitation, second, now, client_of, leader):
    in_general("Hvor er det parkering?", invitation, now)
    page = page_of(client_of(leader))
    assert page.count('name="answer" value="maybe"') == 2


def test_the_organisers_of_the_group_hear_of_it(
    invitation, second, now, client_of, leader, other_member, chair, mailoutbox
):
    in_general("Ja, jeg kommer!", invitation, now)
    in_general("Gleder meg", invitation, now)
    deliver_due(timezone.now())
    (mail,) = [one for one in mailoutbox if "venter på deg" in one.subject]
    assert mail.to == [leader.email]
    assert mail.subject == "2 e-poster om møtene i Effektiv produksjon venter på deg"
    assert "Oppstartsmøte" not in mail.body
    assert "/meetings/review/" in client_of(leader).get("/me/").content.decode()
    assert "Gleder meg" not in page_of(client_of(chair))


def test_words_with_no_open_meeting_are_the_offices_who_see_the_person(invitation, now, client_of, leader, staff):
    Invitation.objects.update(withdrawn_at=now)
    in_general("Ja, jeg kommer!", invitation, now)
    assert "Marte Haugen" not in page_of(client_of(leader))
    page = page_of(client_of(staff))
    assert "Marte Haugen" in page
    assert "/answer/" not in page


def test_a_strangers_answer_to_an_unknown_meeting_is_nobodys(invitation, second, now, client_of, leader):
    stranger = vevent(uid="x" * 40, attendee="ATTENDEE;PARTSTAT=ACCEPTED:mailto:ukjent@elsewhere.example")
    row = said(bare(stranger), invitation, now)
    assert row.reason == "somebody_else"
    page = page_of(client_of(leader))
    assert "ukjent@elsewhere.example svarte på innkallingen til Marte Haugen" in page
    assert "Ja til" not in page


def test_the_persons_calendar_hears_that_its_time_is_declined(invitation, now, client_of, leader, mailoutbox):
    row = proposed(invitation, now)
    client_of(leader).post(f"/meetings/review/{row.pk}/decline/")
    deliver_due(timezone.now())
    mail = mailoutbox[-1]
    calendar = next(part for part in mail.message().walk() if part.get_content_type() == "text/calendar")
    text = calendar.get_payload(decode=True).decode().replace("\r\n ", "")
    assert calendar.get_param("method") == "DECLINECOUNTER"
    assert "METHOD:DECLINECOUNTER" in text
    assert f"UID:{invitation.meeting.uid}" in text
    assert invitation.identity.address in text


def test_the_organisers_mail_says_how_many_wait(waiting, mailoutbox, leader):
    deliver_due(timezone.now())
    (mail,) = [one for one in mailoutbox if leader.email in one.to]
    assert mail.subject == "1 e-post om Oppstartsmøte venter på deg"
    assert "/meetings/review/" in mail.body


def test_nothing_is_mailed_when_somebody_has_decided_already(waiting, mailoutbox, leader, client_of):
    client_of(leader).post(f"/meetings/review/{waiting.pk}/aside/")
    deliver_due(timezone.now())
    assert not [one for one in mailoutbox if leader.email in one.to]


def test_the_page_takes_the_same_queries_for_one_and_twenty(invitation, second, now, client_of, leader):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(leader)

    def count():
        with CaptureQueriesContext(connection) as seen:
            page_of(client)
        return len(seen)

    said(words("Ja 0"), invitation, now)
    in_general("Ja 0", invitation, now)
    count()
    few = count()
    for number in range(1, 10):
        said(words(f"Ja {number}"), invitation, now)
        in_general(f"Ja {number}", invitation, now)
    assert count() == few


def test_older_ones_are_on_the_next_page(invitation, now, client_of, leader):
    for number in range(23):
        said(words(f"Ord nummer {number} slutt"), invitation, now)
    page = page_of(client_of(leader))
    assert page.count("Ord nummer") == 20
    more = page.split('rel="next" href="')[1].split('"')[0]
    rest = client_of(leader).get(f"/meetings/review/{more}").content.decode()
    assert rest.count("Ord nummer") == 3
