"""Inputs that say nearly the same are found: inflections, compounds, typos; never across a wall of rights."""

import csv
from pathlib import Path

import pytest

from groups import similar
from groups.similar import similar_inputs
from groups.texts import guess_language
from tests.factories.groups import InputFactory, RoundFactory

pytestmark = pytest.mark.django_db

OTHERS = (
    "Kantina stenger før kveldsskiftet får spist.",
    "Fakturaene kommer på papir og må skannes.",
    "Ingen vet hvem som eier framdriftsplanen.",
    "Traileren venter en time ved porten.",
)


def best(text, target, language="nb"):
    found = RoundFactory()
    for other in OTHERS:
        InputFactory(round=found, text=other)
    item = InputFactory(round=found, text=target)
    return [row.pk for row in similar_inputs(found, text, language)][:1] == [item.pk]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Sveiserne venter på tegninger", "Sveiseren må vente på tegningen"),
        ("Vi mangler kapasitet i strømnettet", "Nettkapasiteten stopper oss"),
        ("Vi venter på vertkøy ved bytte", "Verktøyet er ikke klart ved bytte"),
        ("Me ventar på verktøy kvar gong", "Vi venter på verktøy hver gang"),
        ("Dårlig vedlikeholdsplan", "Planen for vedlikehold blir skjøvet på"),
    ],
    ids=["inflection", "compound", "typo", "nynorsk", "compound parts"],
)
def test_the_same_thought_is_found_first(text, target):
    assert best(text, target)


def test_nothing_is_shown_when_nothing_is_alike_or_too_little_is_typed():
    found = RoundFactory()
    for other in OTHERS:
        InputFactory(round=found, text=other)
    assert similar_inputs(found, "Datamaskinene er trege om morgenen", "nb") == []
    assert similar_inputs(found, "Vi", "nb") == []


def test_only_the_same_language_round_and_what_is_let_through():
    found = RoundFactory(board_first=True)
    text = "We wait for tools every time we change over"
    InputFactory(round=found, text=text, language="en", released=False)
    InputFactory(round=found, text=text, language="nb")
    InputFactory(text=text, language="en")
    assert similar_inputs(found, text, "en") == []


def test_an_edited_text_is_read_anew():
    found = RoundFactory()
    item = InputFactory(round=found, text="Kantina stenger for tidlig på kvelden.")
    assert similar_inputs(found, "Kantina stenger for tidlig", "nb") == [item]
    item.text, item.version = "Trailere venter ved porten i timevis.", 2
    item.save(update_fields=["text", "version"])
    assert similar_inputs(found, "Kantina stenger for tidlig", "nb") == []


def test_the_work_is_bounded(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(similar, "CANDIDATES", 5)
    found = RoundFactory()
    InputFactory.create_batch(12, round=found, text="Vi venter på verktøy.")
    seen = []

    class Counted(similar.Index):
        def __init__(self, texts):
            seen.append(len(texts))
            super().__init__(texts)

    monkeypatch.setattr(similar, "Index", Counted)
    with django_assert_num_queries(1):
        similar_inputs(found, "Vi venter på verktøy", "nb")
    similar_inputs(found, "Vi venter på deler igjen", "nb")
    assert seen == [5]


def test_labelled_duplicates_of_the_open_data_are_mostly_found():
    path = Path(similar.__file__).parent / "data" / "inputs_open.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = RoundFactory()
    items = {row["id"]: InputFactory(round=found, text=row["text"], language=row["lang"]) for row in rows}
    hits = tries = 0
    for row in rows:
        other = items.get(row["duplicate_of"])
        if other is None or (other.language == "en") != (row["lang"] == "en"):
            continue
        tries += 1
        mine = items[row["id"]]
        hits += other in similar_inputs(found, row["text"], row["lang"], without=mine)
    assert hits * 2 >= tries


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Me veit ikkje kva som ligg på lager", "nn"),
        ("Vi vet ikke hva som ligger på lager", "nb"),
        ("We do not know what is in stock", "en"),
        ("Lager?", "en"),
    ],
)
def test_language_is_guessed_by_small_words(text, language):
    assert guess_language(text, "en") == language
