import math
import re
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mail.kinds import UnknownKindError, kind_of
from mail.models import Message
from mail.queue import Draft, enqueue, enqueue_many, send_again, withdraw
from mail.tasks import deliver

State = Message.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words")]


def test_a_row_holds_ids_and_a_message_id_of_the_senders_domain(settings):
    settings.DEFAULT_FROM_EMAIL = "Klyngen <post@klynge.example>"
    row = enqueue("tests.note", recipient="user:12", about="meeting:3", data={"meeting": 3})
    row.refresh_from_db()
    assert (row.state, row.recipient, row.about, row.data) == (State.QUEUED, "user:12", "meeting:3", {"meeting": 3})
    assert re.fullmatch(r"<[^<>\s]+@klynge\.example>", row.message_id)


def test_an_unknown_kind_is_refused_at_once():
    with pytest.raises(UnknownKindError):
        enqueue("tests.nothing", recipient="user:12")
    with pytest.raises(UnknownKindError):
        kind_of("tests.nothing")


def test_the_same_dedupe_key_makes_one_row():
    first = enqueue("tests.note", recipient="user:1", dedupe_key="reminder:7:1")
    assert first is not None
    assert enqueue("tests.note", recipient="user:1", dedupe_key="reminder:7:1") is None
    assert enqueue("tests.note", recipient="user:1") is not None
    assert enqueue("tests.note", recipient="user:1") is not None
    assert Message.objects.count() == 3


def test_the_database_itself_refuses_a_second_row_with_the_key():
    row = enqueue("tests.note", recipient="user:1", dedupe_key="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(kind="tests.note", recipient="user:1", dedupe_key="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(kind="tests.note", recipient="user:1", message_id=row.message_id)


def test_many_rows_take_few_statements_and_say_how_many_are_new(django_assert_max_num_queries):
    enqueue("tests.note", recipient="user:3", dedupe_key="k:3")
    drafts = [Draft(recipient=f"user:{n}", dedupe_key=f"k:{n}") for n in range(300)]
    # SQLite takes so many values in one statement; the rows go in as few as that allows
    fields = [field for field in Message._meta.concrete_fields if not field.primary_key]
    inserts = math.ceil(len(drafts) / connection.ops.bulk_batch_size(fields, drafts))
    with django_assert_max_num_queries(inserts + 3):
        assert enqueue_many("tests.note", drafts) == 299
    assert enqueue_many("tests.note", drafts) == 0
    assert enqueue_many("tests.note", []) == 0


@pytest.fixture
def seconds():
    """``seconds()``: how many mails are due in which second from the first on."""

    def count():
        times = sorted(Message.objects.values_list("not_before", flat=True))
        return Counter(int((moment - times[0]).total_seconds()) for moment in times)

    return count


def hourly(first, count):
    enqueue_many("tests.hourly", [Draft(recipient=f"user:{n}") for n in range(first, first + count)])


def test_what_the_clock_sends_is_due_five_a_second_behind_what_waits(seconds):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        hourly(0, 12)
        clock.shift(1)
        hourly(12, 6)
    assert seconds() == {0: 5, 1: 5, 2: 5, 3: 3}
    assert list(Message.objects.order_by("not_before", "pk").values_list("recipient", flat=True)) == [
        f"user:{n}" for n in range(18)
    ]


def test_what_has_been_sent_or_is_tried_again_puts_nothing_off():
    far = timezone.now() + timedelta(hours=2)
    hourly(0, 4)
    rows = list(Message.objects.order_by("pk"))
    changes = [{"state": State.WITHDRAWN}, {"attempts": 1}, {"build_failures": 1}, {"gathered_for": "user:1"}]
    for row, change in zip(rows, changes, strict=True):
        Message.objects.filter(pk=row.pk).update(not_before=far, **change)
    enqueue("tests.note", recipient="user:9", not_before=far)
    hourly(4, 1)
    assert Message.objects.get(recipient="user:4").not_before < far - timedelta(hours=1)


def test_what_somebody_pressed_for_is_not_held_back(seconds):
    with time_machine.travel(timezone.now(), tick=False):
        enqueue_many("tests.note", [Draft(recipient=f"user:{n}") for n in range(40)])
    assert seconds() == {0: 40}


def test_one_commit_wakes_the_worker_once(wakes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            enqueue("tests.note", recipient=f"user:{number}")
        enqueue_many("tests.note", [Draft(recipient="user:9")])
    assert len(wakes) == 1


def test_a_code_calls_the_urgent_queue_too(wakes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("tests.code", recipient="user:1")
        enqueue("tests.code", recipient="user:2")
        enqueue("tests.note", recipient="user:3")
    assert [options.get("expires") for options in wakes] == [None, 120]


def test_the_urgent_task_has_a_queue_of_its_own_that_every_plain_worker_reads():
    from thamsklyngen.celery import app

    assert app.amqp.router.route({}, "mail.deliver_urgent")["queue"].name == "urgent"
    assert app.amqp.router.route({}, "mail.deliver")["queue"].name == "celery"
    assert set(app.amqp.queues) == {"celery", "urgent"}


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_deed_leaves_no_row_and_no_wake(wakes):
    with transaction.atomic():
        enqueue("tests.note", recipient="user:1")
        transaction.set_rollback(True)
    assert not wakes
    assert not Message.objects.exists()


def test_a_broker_that_is_down_is_no_error_and_is_left_alone_for_a_while(
    monkeypatch, django_capture_on_commit_callbacks
):
    tries = []

    def refuse(**options):
        tries.append(options)
        raise ConnectionError

    monkeypatch.setattr(deliver, "apply_async", refuse)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert enqueue("tests.note", recipient="user:1") is not None
    assert len(tries) == 1
    assert Message.objects.waiting().count() == 2


def test_withdraw_takes_back_only_what_is_meant():
    enqueue("tests.note", recipient="user:1", about="meeting:1")
    enqueue("tests.note", recipient="user:2", about="meeting:1")
    enqueue("tests.code", recipient="user:1", about="meeting:1")
    enqueue("tests.note", recipient="user:1", about="meeting:2")
    assert withdraw(about="meeting:1", kinds=["tests.note"], recipient="user:1", reason="moved") == 1
    assert withdraw(about="meeting:1", reason="cancelled") == 2
    assert Message.objects.waiting().get().about == "meeting:2"
    assert set(Message.objects.about("meeting:1").values_list("error", flat=True)) == {"moved", "cancelled"}


def test_send_again_starts_afresh_with_the_same_message_id(wakes, django_capture_on_commit_callbacks):
    row = enqueue("tests.note", recipient="user:1")
    other = enqueue("tests.note", recipient="user:2")
    Message.objects.filter(pk=row.pk).update(state=State.FAILED, attempts=10, build_failures=5, error="550 no")
    wakes.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert send_again([row, other]) == 1
    again = Message.objects.get(pk=row.pk)
    assert (again.state, again.attempts, again.build_failures, again.error) == (State.QUEUED, 0, 0, "")
    assert again.message_id == row.message_id


def test_what_came_back_is_sent_again_and_what_arrived_is_not():
    back, there = (enqueue("tests.note", recipient=f"user:{n}") for n in (1, 2))
    Message.objects.update(state=State.SENT, sent_at=timezone.now(), attempts=1)
    Message.objects.filter(pk=back.pk).update(error="came back: 5.1.1")
    back.refresh_from_db()
    assert (back.can_go_again, Message.objects.get(pk=there.pk).can_go_again) == (True, False)
    assert send_again([back, there]) == 1
    again = Message.objects.get(pk=back.pk)
    assert (again.state, again.sent_at, again.error, again.attempts) == (State.QUEUED, None, "", 0)
    assert (again.message_id, again.can_go_again) == (back.message_id, False)


def test_codes_rest_sealed_and_open_with_a_fallback_key(settings):
    row = enqueue("tests.code", recipient="user:1", sealed={"code": "GEHEIM-123"})
    row.refresh_from_db()
    assert "GEHEIM" not in row.sealed
    assert row.unsealed() == {"code": "GEHEIM-123"}
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert row.unsealed() == {"code": "GEHEIM-123"}
    settings.SECRET_KEY_FALLBACKS = []
    assert row.unsealed() == {}


def test_due_means_time_has_come_and_urgent_goes_first():
    now = timezone.now()
    old = enqueue("tests.note", recipient="user:1", not_before=now - timedelta(hours=1))
    code = enqueue("tests.code", recipient="user:2", not_before=now)
    enqueue("tests.note", recipient="user:3", not_before=now + timedelta(minutes=1))
    assert [row.pk for row in Message.objects.due(now)] == [code.pk, old.pk]
    assert Message.objects.oldest_due(now) == old.not_before


def test_sent_about_tells_the_newest_first():
    now = timezone.now()
    for minutes in (1, 2):
        row = enqueue("tests.note", recipient="user:1", about="meeting:1")
        Message.objects.filter(pk=row.pk).update(state=State.SENT, sent_at=now + timedelta(minutes=minutes))
    newest = Message.objects.sent_about("meeting:1", ["tests.note"]).first()
    assert newest.pk == row.pk
    assert not Message.objects.sent_about("meeting:1", ["tests.code"]).exists()
