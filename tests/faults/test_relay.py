"""A mail server that puts off, refuses, hangs or hangs up. Reliability matrix F12 to F16."""

import itertools
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mail import claims, delivery, relay, verdicts
from mail.models import Message, Relay
from mail.queue import Draft, enqueue, enqueue_many
from tests.faults.sizes import size
from thamsklyngen import env, health

State = Message.State
pytestmark = pytest.mark.django_db


def queue(*addresses, kind="tests.note"):
    enqueue_many(kind, [Draft(recipient=f"address:{address}@example.org") for address in addresses])
    return Message.objects.filter(kind=kind)


def run_until_quiet(now=None, hours=6):
    """A tick whenever something is due, as the minutes go by; the moment when nothing waits any more."""
    now = now or timezone.now()
    end = now + timedelta(hours=hours)
    while now < end and Message.objects.waiting().exists():
        delivery.release_stuck(now)
        delivery.deliver_due(now, crowded=False)
        now += timedelta(seconds=30)
    return now


def copies(sink):
    return Counter(mail["Message-ID"] for mail in sink.messages())


def check_all_arrived(sink, rows, extra=0):
    """Each row has reached its recipient, and ``extra`` of the mails came more than once."""
    wanted = set(rows.values_list("message_id", flat=True))
    seen = {name: count for name, count in copies(sink).items() if name in wanted}
    assert set(seen) == wanted
    assert sum(seen.values()) - len(seen) <= extra
    assert not rows.exclude(state=State.SENT).exists()


# F12: put off

PUT_OFF = size(20, 100)


@pytest.fixture
def put_off(words, over_smtp):
    """A fifth of the addresses are put off three times; answers the rows and when each was tried."""
    tried = []
    judge = over_smtp._judge
    over_smtp._judge = lambda recipient: tried.append((recipient, clock[0])) or judge(recipient)
    clock = [timezone.now()]

    def run(monkeypatch):
        rows = queue(*[f"{'4xx-' if number % 5 == 0 else ''}p{number}" for number in range(PUT_OFF * 5)])
        deliver_due = delivery.deliver_due

        def at(now, *rest, **more):
            clock[0] = now
            return deliver_due(now, *rest, **more)

        monkeypatch.setattr(delivery, "deliver_due", at)
        run_until_quiet()
        return rows, tried

    return run


def check_put_off(sink, rows, tried):
    check_all_arrived(sink, rows)
    times = [moment for recipient, moment in tried if recipient == "4xx-p0@example.org"]
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(times)]
    assert len(times) == 4
    assert gaps == sorted(gaps)
    assert gaps[0] >= 30
    assert gaps[-1] > gaps[0]


def test_many_with_a_fifth_put_off_all_arrive_once_after_growing_gaps(put_off, over_smtp, monkeypatch):
    check_put_off(over_smtp, *put_off(monkeypatch))


def test_without_another_try_those_put_off_are_lost(put_off, over_smtp, monkeypatch):
    monkeypatch.setattr(delivery, "gap", lambda _attempts: None)
    with pytest.raises(AssertionError):
        check_put_off(over_smtp, *put_off(monkeypatch))
    assert Message.objects.failed().count() == PUT_OFF


# F13: five addresses that do not exist


REFUSED, ASKED = 5, size(39, 500)


def some_refused(number):
    return f"{'5xx-' if number % (ASKED // REFUSED + 1) == 0 else ''}p{number}"


def check_refused(sink, meeting, pages):
    rows = Message.objects.about(meeting.about)
    assert rows.filter(state=State.SENT).count() == rows.count() - REFUSED == len(sink.recipients)
    failed = rows.filter(state=State.FAILED)
    assert failed.count() == REFUSED
    assert set(failed.values_list("attempts", flat=True)) == {1}
    assert set(copies(sink).values()) == {1}
    first, unreached = pages
    assert f'<a href="?answer=unreached">E-post kom ikke fram til {REFUSED} personer</a>' in first
    assert unreached.count("En e-post kom ikke fram</span>") == REFUSED
    assert [f"p{number}@" in unreached for number in (1, 2)] == [False, False]


def pages_for_the_organiser(client_of, meeting):
    """The list of those invited, and those of them whom a mail did not reach."""
    client = client_of(meeting.called_by)
    path = f"/meetings/{meeting.pk}/invitations/"
    return [client.get(one).content.decode() for one in (path, f"{path}?answer=unreached")]


def test_five_that_do_not_exist_fail_at_once_are_seen_and_keep_nobody_else(call_many, over_smtp, client_of):
    meeting = call_many(ASKED, some_refused)
    run_until_quiet()
    check_refused(over_smtp, meeting, pages_for_the_organiser(client_of, meeting))
    assert over_smtp.connections == 1


def test_with_one_mail_to_all_the_refused_are_lost_without_a_word(call_many, over_smtp, client_of, monkeypatch):
    def all_at_once(line, claim, clock):
        letters = delivery.build(claim, clock)
        envelope = letters[0].envelope
        envelope.to = [letter.row.to for letter in letters]
        line.backend.send_messages([envelope])
        for letter in letters:
            claims.mark_sent(letter.row, clock())
        return len(letters)

    monkeypatch.setattr(delivery, "_send_claim", all_at_once)
    meeting = call_many(ASKED, some_refused)
    run_until_quiet()
    with pytest.raises(AssertionError):
        check_refused(over_smtp, meeting, pages_for_the_organiser(client_of, meeting))
    assert not Message.objects.failed().exists()


# F14: the server refuses us


REFUSALS = ["refuse_auth", "refuse_login", "refuse_sender", "refuse_recipients", "refuse_words"]
DOUBTFUL = relay.LOSSES - 1  # mails that a server refuses before it is suspected
TEN_MINUTES = timedelta(minutes=10)


def under_refusal(sink, settings, refusal):
    """Ticks every ten seconds for ten minutes, then the server takes mail again. Tries, and when the alarm rang."""
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    setattr(sink, refusal, True)
    rows = queue(*[f"p{number}" for number in range(size(30, 500))])
    start = now = timezone.now()
    rang = None
    while now < start + TEN_MINUTES:
        delivery.deliver_due(now, crowded=False)
        if rang is None and not health.mail_server_takes(health.oldest_unsent_mail(now)):
            rang = now - start
        now += timedelta(seconds=10)
    tries = sink.connections
    setattr(sink, refusal, False)
    run_until_quiet(now)
    return rows, tries, rang


def check_under_refusal(sink, rows, tries, rang):
    assert tries <= 11
    assert rang is not None
    assert rang <= timedelta(minutes=2)
    check_all_arrived(sink, rows)
    assert sum(rows.values_list("attempts", flat=True)) <= rows.count() + DOUBTFUL
    assert health.findings(timezone.now())["mail_server"]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_server_that_refuses_us_is_asked_once_a_minute_and_rings_within_two(words, over_smtp, settings, refusal):
    check_under_refusal(over_smtp, *under_refusal(over_smtp, settings, refusal))


def test_without_a_doubt_what_a_server_refuses_altogether_is_lost(words, over_smtp, settings, monkeypatch):
    monkeypatch.setattr(verdicts, "_is_doubtful", lambda _code, _status: False)
    with pytest.raises(AssertionError):
        check_under_refusal(over_smtp, *under_refusal(over_smtp, settings, "refuse_recipients"))
    assert Message.objects.failed().exists()


def test_without_the_pause_the_server_is_hammered(words, over_smtp, settings, monkeypatch):
    monkeypatch.setattr(relay, "PAUSE", timedelta(0))
    with pytest.raises(AssertionError):
        check_under_refusal(over_smtp, *under_refusal(over_smtp, settings, "refuse_auth"))


# F15: the server says nothing


TIMEOUT = 0.4


def worker_in(seconds):
    """One run of a worker in a thread; how long it took, or None if it is still at it after so many seconds."""
    took = []

    def work():
        start = time.monotonic()
        try:
            delivery.deliver_due(timezone.now(), crowded=False)
        finally:
            connection.close()
        took.append(time.monotonic() - start)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()

    def answer():
        thread.join(seconds)
        return took[0] if took else None

    return answer, thread


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("manner", ["no banner", "no answer to the mail"])
def test_a_tarpit_holds_a_worker_three_timeouts_and_a_code_not_at_all(words, over_smtp, settings, manner):
    settings.EMAIL_TIMEOUT = TIMEOUT
    over_smtp.is_silent = manner == "no banner"
    rows = queue("hang-a", "hang-b", "hang-c", "hang-d")
    answer, _thread = worker_in(relay.LOSSES * TIMEOUT + 3)
    if not over_smtp.is_silent:
        time.sleep(TIMEOUT / 2)
        code = enqueue("tests.code", recipient="address:code@example.org")
        start = time.monotonic()
        assert delivery.deliver_due(timezone.now(), urgent=True) == 1
        assert time.monotonic() - start < TIMEOUT
        code.refresh_from_db()
        assert code.state == State.SENT
    took = answer()
    assert took is not None
    assert took < relay.LOSSES * TIMEOUT + 2
    assert Relay.load().refusing_since is not None
    assert set(rows.values_list("state", flat=True)) == {State.QUEUED}
    lost = 0 if over_smtp.is_silent else relay.LOSSES
    assert rows.filter(unknown_outcomes=1).count() == lost
    settings.EMAIL_TIMEOUT = 5
    over_smtp.is_silent = False
    over_smtp.let_go.set()
    run_until_quiet(timezone.now() + timedelta(minutes=1))
    check_all_arrived(over_smtp, rows, extra=lost)


@pytest.mark.django_db(transaction=True)
def test_without_a_timeout_a_tarpit_holds_a_worker_for_good(words, over_smtp, settings):
    settings.EMAIL_TIMEOUT = None
    queue("hang-a", "hang-b", "hang-c", "hang-d")
    answer, thread = worker_in(relay.LOSSES * TIMEOUT + 1)
    assert answer() is None
    over_smtp.let_go.set()
    thread.join(5)


def test_in_production_three_silences_are_a_minute_at_most():
    assert env.email_settings("smtp://relay.example")["EMAIL_TIMEOUT"] * relay.LOSSES <= 60


# F16: the line breaks at the end of a mail


BROKEN, MAILED = 20, size(60, 500)


def some_break(number):
    return f"{('drop-' if number % 2 else 'cut-') if number % (MAILED // BROKEN) == 0 else ''}p{number}"


def check_broken(sink, meeting):
    """Nothing lost; a copy too many only where the line broke after the dot, and it is the same mail."""
    rows = Message.objects.about(meeting.about)
    check_all_arrived(sink, rows, extra=BROKEN // 2)
    assert rows.filter(unknown_outcomes=1).count() == BROKEN
    twice = {row.to: row.message_id for row in rows if row.to.startswith("drop-")}
    assert len(twice) == BROKEN // 2
    for to, message_id in twice.items():
        both = [mail for mail in sink.messages() if to in mail["To"]]
        assert [mail["Message-ID"] for mail in both] == [message_id] * 2
        names = ("UID:", "SEQUENCE:")
        entries = [[line for line in calendar_of(mail) if line.startswith(names)] for mail in both]
        assert len(entries[0]) >= 2
        assert entries[0] == entries[1]


def calendar_of(mail):
    return next(part for part in mail.walk() if part.get_content_type() == "text/calendar").get_content().splitlines()


def test_lines_that_break_at_the_end_cost_a_copy_and_never_a_mail(call_many, over_smtp):
    meeting = call_many(MAILED, some_break)
    run_until_quiet()
    check_broken(over_smtp, meeting)


def test_marked_before_it_is_sent_a_mail_is_lost_when_the_line_breaks(call_many, over_smtp, monkeypatch):
    send = delivery.Line.send

    def marked_first(line, claim, built, clock):
        claims.mark_sent(built.row, clock())
        try:
            send(line, built.envelope)
        except OSError:
            line.lost("lost", clock())
        return 1

    monkeypatch.setattr(delivery, "_send_one", marked_first)
    meeting = call_many(MAILED, some_break)
    run_until_quiet()
    assert not Message.objects.waiting().exists()
    with pytest.raises(AssertionError):
        check_broken(over_smtp, meeting)
    assert len(copies(over_smtp)) == MAILED - BROKEN // 2
