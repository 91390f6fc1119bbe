"""Anonymous means that nothing in the database, the cache or the log leads back to the writer."""

import datetime as dt
import json
import logging

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.actions.inputs import Writer, submit_input
from groups.models import Input
from groups.texts import private_details
from mail.models import Message
from tests.factories.groups import AnonymousInputFactory, RoundFactory

pytestmark = pytest.mark.django_db


def everything():
    """Every row of every table as text, by model and key."""
    rows = {}
    for model in apps.get_models():
        for values in model._base_manager.values():
            rows[model._meta.label, str(values[model._meta.pk.attname])] = json.dumps(values, default=str)
    return rows


def test_after_an_anonymous_input_no_row_knows_who_or_when(client_of, found, group, member, company, typed):
    client = client_of(member)
    client.get(f"/groups/{group.slug}/input/new/")
    before = everything()
    begun = timezone.now()
    client.post(f"/groups/{group.slug}/input/new/", typed(visibility="anonymous"))
    after = everything()
    new = {key: text for key, text in after.items() if before.get(key) != text}
    item = Input.objects.get()
    assert set(new) == {("groups.Input", str(item.pk))}
    row = new["groups.Input", str(item.pk)]
    for trace in (
        member.email,
        member.name,
        company.name,
        begun.strftime("%Y-%m-%d %H"),
        begun.strftime("%Y-%m-%dT%H"),
    ):
        assert trace not in row
    kept = Input.objects.filter(pk=item.pk).values().get()
    for field in ("author_id", "affiliation_id", "company_id", "written_down_by_id", "created_at", "edited_at"):
        assert kept[field] is None
    assert kept["door"] == ""
    assert kept["week"].weekday() == 0
    assert not Message.objects.exists()


def test_a_later_change_by_code_leaves_no_hour_either(client_of, found, company, typed, now):
    item, code = submit_input(
        found,
        writer=Writer(company=company),
        text="Hemmelig.",
        kind="wish",
        area="",
        visibility="anonymous",
        language="nb",
        now=now,
    )
    client_of(None).post("/receipt/edit/", typed(code=code, version=1))
    item.refresh_from_db()
    assert (item.version, item.edited_at, item.created_at) == (2, None, None)


def test_the_log_of_an_anonymous_input_has_no_name_link_or_word(client_of, room, member, typed, caplog):
    from groups.room import room_token
    from mail.links import make_nonce

    token = room_token(room)
    with caplog.at_level(logging.DEBUG):
        client_of(None).post(f"/c/{token}/", typed(visibility="anonymous", nonce=make_nonce("input", token)))
    assert Input.objects.count() == 1
    text = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    for trace in (token, "linje tre", member.email):
        assert trace not in text


def test_limits_remember_nobody(client_of, found, group, member, typed, monkeypatch):
    keys = []
    real = cache.add
    monkeypatch.setattr(cache, "add", lambda key, *args, **kwargs: (keys.append(key), real(key, *args, **kwargs))[1])
    client_of(member).post(f"/groups/{group.slug}/input/new/", typed(visibility="anonymous"))
    import hashlib

    plain = hashlib.sha256(str(member.pk).encode()).hexdigest()[:32]
    assert keys
    assert not any(plain in key or member.email in key for key in keys)


def test_ids_are_random_and_no_session_changes(client_of, found, group, member, typed):
    client = client_of(member)
    session = dict(client.session.items())
    pks = []
    for number in range(3):
        client.post(
            f"/groups/{group.slug}/input/new/",
            typed(visibility="anonymous", ticket=f"x{number}", text=f"Tekst {number} her."),
        )
        pks = list(Input.objects.values_list("pk", flat=True))
    assert len({pk.hex[:8] for pk in pks}) == 3
    assert all(pk.version == 4 for pk in pks)
    assert dict(client.session.items()) == session


@pytest.mark.parametrize("field", ["author", "affiliation", "company", "created_at", "edited_at", "door"])
def test_the_database_refuses_a_trace_on_an_anonymous_input(member, company, field):
    item = AnonymousInputFactory()
    value = {
        "author": member,
        "affiliation": member.affiliations.get(),
        "company": company,
        "created_at": timezone.now(),
        "edited_at": timezone.now(),
        "door": "qr",
    }[field]
    with pytest.raises(IntegrityError), transaction.atomic():
        Input.objects.filter(pk=item.pk).update(**{field: value})


def test_private_details_are_pointed_out_once_and_never_block(client_of, found, group, member, typed):
    client = client_of(member)
    sent = typed(visibility="anonymous", text="Ring Marte på 912 34 567 hos Kobberheim Stål AS")
    response = client.post(f"/groups/{group.slug}/input/new/", sent)
    hint = response.context["form"].hint
    assert "912 34 567" in hint
    assert "Marte" in hint
    assert "Kobberheim Stål AS" in hint
    assert not Input.objects.exists()
    client.post(f"/groups/{group.slug}/input/new/", {**sent, "seen": "1"})
    assert Input.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("skriv til kari@firma.example", 1),
        ("konto NO93 8601 1117 947", 1),
        ("konto 8601.11.17947", 1),
        ("tar 25 minutter, 3 ganger om dagen i 2026", 0),
        ("linje 3 og 4 står 14-16", 0),
    ],
)
def test_private_details_are_found_and_everyday_numbers_are_not(text, number):
    assert bool(private_details(text)) == bool(number)


def test_a_late_anonymous_input_keeps_the_mark_and_nothing_more(company, now):
    found = RoundFactory(opens_at=now - dt.timedelta(days=9), closes_at=now - dt.timedelta(days=2))
    item, _code = submit_input(
        found,
        writer=Writer(company=company),
        text="Sent.",
        kind="wish",
        area="",
        visibility="anonymous",
        language="nb",
        now=now,
    )
    assert item.is_late
    assert item.created_at is None
