import contextlib
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from mail import claims, delivery
from mail.claims import claim_due
from mail.delivery import deliver_due, release_stuck
from mail.kinds import Unwanted
from mail.models import Message, Relay
from mail.queue import enqueue, withdraw
from mail.tasks import purge, tick
from tests.mail.smtp import Sink

State = Message.State
pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["commands together", "one by one"])
def relay(request):
    """Servers of both sorts: what is made of their answers is the same."""
    with Sink(pipelining=request.param) as sink:
        yield sink


def note(address, **values):
    return enqueue("tests.note", recipient=f"address:{address}", **values)


def state(row):
    row.refresh_from_db()
    return row.state


def later(minutes):
    return timezone.now() + timedelta(minutes=minutes)


# What happens on a good day


def test_a_due_mail_is_sent_marked_and_kept_without_its_seal(words):
    row = enqueue("tests.code", recipient="address:kari@example.org", sealed={"code": "QX7-912"})
    words.planned["address:kari@example.org"] = {
        "text": "Koden er QX7-912.\n",
        "html": "<b>QX7-912</b> <a href='https://x/?a=1&amp;b=2'>x</a>",
        "subject": "QX7-912 er koden din",
        "secrets": ("QX7-912", "https://x/?a=1&b=2"),
    }
    assert deliver_due(timezone.now()) == 1
    assert state(row) == State.SENT
    assert row.sent_at is not None
    assert (row.sealed, row.claim, row.attempts, row.to) == ("", "", 1, "kari@example.org")
    assert "QX7-912" in outbox.outbox[0].body
    assert "QX7-912" not in row.subject + row.text + row.html
    assert "https://x" not in row.html
    assert row.subject == "•••• er koden din"


def test_nothing_is_sent_before_its_time(words):
    row = note("kari@example.org", not_before=later(5))
    assert deliver_due(timezone.now()) == 0
    assert state(row) == State.QUEUED
    assert deliver_due(later(6)) == 1


def test_the_urgent_goes_first_and_the_builder_is_asked_for_many_at_once(words, settings):
    settings.MAIL_BATCH = 3
    rows = [note(f"p{number}@example.org") for number in range(4)]
    code = enqueue("tests.code", recipient="address:code@example.org")
    assert deliver_due(timezone.now()) == 5
    assert outbox.outbox[0].to == ["code@example.org"]
    assert words.asked == [[code.pk], [rows[0].pk, rows[1].pk], [rows[2].pk, rows[3].pk]]


def test_a_code_waits_for_nobody_while_all_workers_send(words, settings):
    """Two workers hold a mass mailing; the run of the urgent queue sends the code, and nothing else."""
    settings.MAIL_BATCH = 2
    for number in range(6):
        note(f"p{number}@example.org")
    held = [claim_due(timezone.now(), 2) for _ in range(settings.MAIL_SENDERS)]
    code = enqueue("tests.code", recipient="address:code@example.org")
    assert deliver_due(timezone.now()) == 0
    assert deliver_due(timezone.now(), urgent=True) == 1
    assert state(code) == State.SENT
    assert [mail.to for mail in outbox.outbox] == [["code@example.org"]]
    assert Message.objects.filter(state=State.QUEUED).count() == 2
    assert len(held) == settings.MAIL_SENDERS


def test_the_urgent_queue_respects_a_server_that_refuses_us(words):
    Relay.objects.create(pk=1, paused_until=later(1))
    enqueue("tests.code", recipient="address:code@example.org")
    assert deliver_due(timezone.now(), urgent=True) == 0


def test_all_mails_of_a_run_share_one_connection(words, over_smtp):
    for number in range(40):
        note(f"p{number}@example.org")
    assert deliver_due(timezone.now()) == 40
    assert over_smtp.connections == 1
    assert len(over_smtp.mails) == 40


def test_statements_grow_by_three_a_mail_at_most(words, django_assert_max_num_queries):
    for number in range(25):
        note(f"p{number}@example.org")
    with django_assert_max_num_queries(3 * 25 + 20):
        deliver_due(timezone.now())


def test_a_run_ends_with_its_slice_and_wakes_another(words, settings, wakes):
    settings.MAIL_SLICE_SECONDS = 0
    note("kari@example.org")
    assert deliver_due(timezone.now()) == 0
    assert len(wakes) == 1


def test_a_limit_is_kept(words, settings):
    settings.MAIL_BATCH = 2
    for number in range(6):
        note(f"p{number}@example.org")
    assert deliver_due(timezone.now(), 3) == 3
    assert len(outbox.outbox) == 3


def test_a_long_queue_wakes_a_second_worker_once(words, settings, wakes):
    settings.MAIL_BATCH = 2
    for number in range(6):
        note(f"p{number}@example.org")
    assert deliver_due(timezone.now()) == 6
    assert len(wakes) == 1


def test_a_run_asks_to_be_woken_when_the_next_mail_is_due_and_only_once(words, wakes):
    now = timezone.now()
    for seconds in (0, 2, 3):
        note(f"p{seconds}@example.org", not_before=now + timedelta(seconds=seconds))
    wakes.clear()
    assert deliver_due(now) == 1
    assert deliver_due(now) == 0
    assert len(wakes) == 1
    assert 1.5 < wakes[0]["countdown"] <= 2


@pytest.mark.parametrize("state", ["alone", "the next is far off"])
def test_a_run_wakes_nobody_for_nothing(words, wakes, state):
    note("kari@example.org")
    if state != "alone":
        note("ola@example.org", not_before=later(1))
    wakes.clear()
    assert deliver_due(timezone.now()) == 1
    assert wakes == []


# The builder's word counts at sending


def test_what_nobody_wants_any_more_is_withdrawn_with_the_reason(words):
    row = enqueue("tests.code", recipient="address:kari@example.org", sealed={"code": "1"})
    words.planned["address:kari@example.org"] = Unwanted("has answered")
    assert deliver_due(timezone.now()) == 0
    assert (state(row), row.error, row.sealed) == (State.WITHDRAWN, "has answered", "")
    assert not outbox.outbox


def test_someone_who_unsubscribes_while_others_are_sent_gets_nothing(words, settings, over_smtp):
    settings.MAIL_BATCH = 1
    note("kari@example.org")
    late = note("ola@example.org")
    over_smtp.on_data = lambda _recipient: words.planned.update({"address:ola@example.org": Unwanted("no thanks")})
    assert deliver_due(timezone.now()) == 1
    assert state(late) == State.WITHDRAWN


def test_words_older_than_some_seconds_are_built_again(words, monkeypatch):
    monkeypatch.setattr(delivery, "STALE_SECONDS", -1)
    row = note("kari@example.org")
    asked = iter(range(3))
    words.planned["address:kari@example.org"] = lambda _row: {} if next(asked) < 2 else Unwanted("enough")
    assert deliver_due(timezone.now()) == 0
    assert len(words.asked) == 3
    assert state(row) == State.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_a_mail_withdrawn_while_its_batch_is_going_out_is_not_sent(words, over_smtp, monkeypatch):
    first = note("kari@example.org", about="meeting:1")
    second = note("ola@example.org", about="meeting:2")
    send = delivery.Line.send

    def send_and_change_ones_mind(line, envelope):
        send(line, envelope)
        withdraw(about="meeting:2", reason="moved")

    monkeypatch.setattr(delivery.Line, "send", send_and_change_ones_mind)
    assert deliver_due(timezone.now()) == 1
    assert (state(first), state(second)) == (State.SENT, State.WITHDRAWN)
    assert over_smtp.recipients == ["kari@example.org"]


def test_a_mail_withdrawn_while_on_the_wire_is_told_as_sent(words, monkeypatch):
    row = note("kari@example.org", about="meeting:1")
    send = delivery.Line.send

    def send_and_change_ones_mind(line, envelope):
        send(line, envelope)
        withdraw(about="meeting:1", reason="moved")

    monkeypatch.setattr(delivery.Line, "send", send_and_change_ones_mind)
    deliver_due(timezone.now())
    assert state(row) == State.SENT


# Claims


def test_two_claims_never_hold_the_same_row(words):
    rows = {note(f"p{number}@example.org").pk for number in range(5)}
    now = timezone.now()
    first, second = claims.claim_due(now, 3), claims.claim_due(now, 3)
    held = [row.pk for claim in (first, second) for row in claim.rows]
    assert sorted(held) == sorted(rows)
    assert claims.claim_due(now, 3) is None
    assert claims.senders(now) == 2


def test_a_claimer_that_read_the_same_rows_too_late_gets_none_of_them(words, monkeypatch):
    note("kari@example.org")
    now = timezone.now()
    seen = claims._candidates(now, 5, urgent=False)
    claims.claim_due(now, 5)
    monkeypatch.setattr(claims, "_candidates", lambda *_, **__: seen)
    assert claims.claim_due(now, 5).rows == []


def test_enough_senders_are_enough(words, settings):
    settings.MAIL_SENDERS = 1
    note("kari@example.org")
    note("ola@example.org")
    claims.claim_due(timezone.now(), 1)
    assert deliver_due(timezone.now()) == 0
    assert deliver_due(timezone.now(), crowded=False) == 1


def test_a_dead_workers_rows_come_back_when_the_lease_ends(words, settings):
    row = note("kari@example.org")
    now = timezone.now()
    claims.claim_due(now, 5)
    assert release_stuck(now + timedelta(seconds=settings.MAIL_LEASE_SECONDS - 1)) == 0
    assert release_stuck(now + timedelta(seconds=settings.MAIL_LEASE_SECONDS + 1)) == 1
    assert state(row) == State.QUEUED
    assert deliver_due(now + timedelta(seconds=settings.MAIL_LEASE_SECONDS + 1)) == 1


def test_a_working_worker_keeps_its_lease(words, settings):
    note("kari@example.org")
    now = timezone.now()
    claim = claims.claim_due(now, 5)
    lease = timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    claims.renew(claim, now + lease * 0.1)
    assert claim.until == now + lease
    claims.renew(claim, now + lease * 0.9)
    assert release_stuck(now + lease * 1.5) == 0


def test_a_worker_that_lost_its_lease_sends_nothing_more(words, monkeypatch):
    row = note("kari@example.org")
    real = claims.renew

    def lose(claim, now):
        real(claim, now)
        Message.objects.update(state=State.QUEUED, claim="", claimed_until=None, not_before=now + timedelta(hours=1))

    monkeypatch.setattr(claims, "renew", lose)
    assert deliver_due(timezone.now()) == 0
    assert not outbox.outbox
    assert state(row) == State.QUEUED


def test_two_beats_at_once_send_each_mail_once(words, settings):
    for number in range(5):
        note(f"p{number}@example.org")
    tick()
    tick()
    assert len(outbox.outbox) == 5


# What cannot be built


def test_one_bad_row_spoils_only_itself_and_is_given_up_after_five_builds(words):
    good = [note(f"p{number}@example.org") for number in range(3)]
    bad = note("bad@example.org")
    words.planned["address:bad@example.org"] = ValueError("Kari's own words")
    assert deliver_due(timezone.now()) == 3
    assert {state(row) for row in good} == {State.SENT}
    now = timezone.now()
    tries = 1
    while state(bad) == State.QUEUED:
        now = bad.not_before + timedelta(seconds=1)
        deliver_due(now)
        tries += 1
    assert (bad.state, tries) == (State.FAILED, 5)
    assert "Kari" not in bad.error
    assert "ValueError" in bad.error


def test_a_row_that_kills_its_worker_is_soon_tried_alone_and_then_given_up(words, settings, monkeypatch):
    bad, good = note("bad@example.org"), note("kari@example.org")

    class Killed(BaseException):
        """Stands for SIGKILL: nothing of the worker's own code runs any more."""

    def build(claim, clock):
        if bad.pk in [row.pk for row in claim.rows]:
            raise Killed
        return real_build(claim, clock)

    real_build = delivery.build
    monkeypatch.setattr(delivery, "build", build)
    now = timezone.now()
    for _ in range(8):
        with contextlib.suppress(Killed):
            deliver_due(now)
        now += timedelta(seconds=settings.MAIL_LEASE_SECONDS + 1)
        release_stuck(now)
    assert (state(bad), bad.build_failures) == (State.FAILED, 5)
    assert state(good) == State.SENT


def test_a_kind_that_no_app_knows_is_given_up_in_the_end_and_never_ends_the_run(words):
    row = Message.objects.create(kind="old.kind", recipient="user:1")
    good = note("kari@example.org")
    assert deliver_due(timezone.now()) == 1
    assert state(good) == State.SENT
    assert (state(row), row.error) == (State.QUEUED, "no app knows this kind")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hei\r\nBcc: evil@example.org"},
        {"subject": "Hei\nBcc: evil@example.org"},
        {"subject": "Hei\u2028Bcc: evil@example.org"},
        {"to_name": "Kari\r\nBcc: evil@example.org"},
        {"to": "kari@example.org\r\nBcc: evil@example.org"},
        {"to": "kari@example.org, evil@example.org"},
        {"to": "kåre@example.org"},
        {"to": "kari"},
        {"to": ""},
        {"from_name": "Klyngen\r\nBcc: evil@example.org"},
        {"reply_to": "styret@example.org\r\nBcc: evil@example.org"},
        {"unsubscribe": "https://x/\r\nBcc: evil@example.org"},
        {"unsubscribe": "https://blåbær.example/"},
        {"in_reply_to": "<a@b>\r\nBcc: evil@example.org"},
        {"language": "nb\r\nBcc: evil@example.org"},
    ],
)
def test_a_letter_that_could_carry_another_header_is_refused(words, changes):
    row = note("kari@example.org")
    words.planned["address:kari@example.org"] = changes
    assert deliver_due(timezone.now()) == 0
    assert state(row) == State.FAILED
    assert row.error.startswith("refused here")
    assert not outbox.outbox


# What the mail server says


def test_greylisted_mail_goes_out_after_growing_gaps(words, over_smtp):
    row = note("4xx-kari@example.org")
    now, gaps = timezone.now(), []
    while True:
        deliver_due(now)
        if state(row) == State.SENT:
            break
        gaps.append((row.not_before - now).total_seconds())
        now = row.not_before + timedelta(seconds=1)
    assert len(gaps) == 3
    assert gaps == sorted(gaps)
    assert gaps[0] >= 30
    assert row.unknown_outcomes == 0
    assert over_smtp.recipients == ["4xx-kari@example.org"]


def test_ten_tries_and_then_a_person_must_look(words, over_smtp):
    over_smtp.greylist = 99
    row = note("4xx-kari@example.org")
    now, start = timezone.now(), timezone.now()
    while state(row) == State.QUEUED:
        deliver_due(now)
        row.refresh_from_db()
        now = row.not_before + timedelta(seconds=1)
    assert (row.state, row.attempts) == (State.FAILED, 10)
    assert row.error.startswith("451")
    assert now - start < timedelta(hours=5)


def test_a_refused_address_fails_at_once_and_the_others_go_on(words, over_smtp):
    bad, good = note("5xx-ola@example.org"), note("kari@example.org")
    assert deliver_due(timezone.now()) == 1
    assert (state(bad), bad.attempts, bad.to) == (State.FAILED, 1, "5xx-ola@example.org")
    assert "5.1.1" in bad.error
    assert state(good) == State.SENT
    assert over_smtp.connections == 1


def test_a_drop_after_the_final_dot_is_tried_again_under_the_same_message_id(words, over_smtp):
    row, other = note("drop-kari@example.org"), note("ola@example.org")
    assert deliver_due(timezone.now()) == 1
    assert (state(row), row.unknown_outcomes) == (State.QUEUED, 1)
    assert state(other) == State.SENT
    assert deliver_due(row.not_before + timedelta(seconds=1)) == 1
    copies = [mail["Message-ID"] for mail in over_smtp.messages() if "drop-" in mail["To"]]
    assert copies == [row.message_id] * 2
    assert state(row) == State.SENT


@pytest.mark.parametrize("refusal", ["refuse_login", "refuse_sender"])
def test_a_server_that_refuses_us_is_left_alone_and_nothing_is_held_against_the_rows(words, over_smtp, refusal):
    setattr(over_smtp, refusal, True)
    rows = [note(f"p{number}@example.org") for number in range(3)]
    now = timezone.now()
    for second in range(0, 60, 10):
        deliver_due(now + timedelta(seconds=second))
    assert over_smtp.connections == 1
    relay = Relay.load()
    assert relay.refusing_since is not None
    assert relay.error
    assert {state(row) for row in rows} == {State.QUEUED}
    assert {row.attempts for row in rows} == {0}
    setattr(over_smtp, refusal, False)
    assert deliver_due(now + timedelta(seconds=70)) == 3
    assert Relay.load().refusing_since is None


def refuse(relay, *, only):
    """The server's policy forbids these recipients, and them alone."""
    judge = relay._judge
    relay._judge = lambda recipient: "554 5.7.1 not welcome" if recipient in only else judge(recipient)


def test_a_refusal_between_mails_that_are_taken_is_meant_for_the_mail(words, over_smtp):
    refuse(over_smtp, only=["b@example.org", "d@example.org"])
    rows = [note(f"{name}@example.org") for name in "abcd"]
    assert deliver_due(timezone.now()) == 2
    assert [state(row) for row in rows] == [State.SENT, State.FAILED, State.SENT, State.FAILED]
    assert Relay.load().refusing_since is None


def test_a_refusal_that_comes_first_is_tried_again_and_given_up_when_others_are_taken(words, over_smtp):
    refuse(over_smtp, only=["a@example.org"])
    row = note("a@example.org")
    assert deliver_due(timezone.now()) == 0
    assert (state(row), row.attempts) == (State.QUEUED, 1)
    note("b@example.org", not_before=timezone.now())
    Message.objects.filter(pk=row.pk).update(not_before=later(1))
    assert deliver_due(later(2)) == 1
    assert state(row) == State.FAILED
    assert Relay.load().refusing_since is None


def test_three_refusals_in_a_row_are_a_server_that_takes_nothing_and_one_is_when_it_did_before(words, over_smtp):
    over_smtp.refuse_recipients = True
    rows = [note(f"p{number}@example.org") for number in range(6)]
    assert deliver_due(timezone.now()) == 0
    assert over_smtp.tries.total() == 3
    assert [state(row) for row in rows] == [State.QUEUED] * 6
    assert deliver_due(later(2)) == 0
    assert over_smtp.tries.total() == 4
    over_smtp.refuse_recipients = False
    assert deliver_due(later(10)) == 6
    assert Relay.load().refusing_since is None


def test_a_login_that_is_refused_leaves_no_line_open(words, over_smtp, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    over_smtp.refuse_auth = True
    note("kari@example.org")
    assert deliver_due(timezone.now()) == 0
    assert Relay.load().error.startswith("535")
    end = time.monotonic() + 5
    while over_smtp.open_lines and time.monotonic() < end:
        time.sleep(0.01)
    assert over_smtp.connections == 1
    assert over_smtp.open_lines == 0


def test_no_server_at_all_is_a_pause_not_a_loss(words, over_smtp):
    over_smtp.close()
    row = note("kari@example.org")
    assert deliver_due(timezone.now()) == 0
    assert (state(row), row.attempts, row.build_failures) == (State.QUEUED, 0, 0)
    assert Relay.load().paused_until > timezone.now()


# Afterwards


def test_purge_forgets_words_after_thirty_days_and_codes_after_one(words):
    row, fresh, waiting = (note(f"p{number}@example.org") for number in range(3))
    deliver_due(timezone.now())
    code = enqueue("tests.code", recipient="address:a@example.org", sealed={"code": "1"})
    Message.objects.filter(pk=code.pk).update(state=State.FAILED, created_at=later(-60 * 25))
    Message.objects.filter(pk=row.pk).update(created_at=later(-60 * 24 * 31))
    Message.objects.filter(pk=waiting.pk).update(state=State.QUEUED, sent_at=None, created_at=later(-60 * 24 * 31))
    purge()
    for one in (row, fresh, waiting, code):
        one.refresh_from_db()
    assert (row.subject, row.text, row.html, row.to) == ("", "", "", "")
    assert row.state == State.SENT
    assert fresh.text
    assert waiting.text
    assert code.sealed == ""


def test_the_clock_given_is_the_clock_used(words):
    now = datetime(2030, 1, 1, tzinfo=UTC)
    row = note("kari@example.org")
    deliver_due(now)
    row.refresh_from_db()
    assert row.sent_at.year == 2030
