"""Inputs of a round that resemble a text: same language, compounds and typos. Plain Python, the same on every database.

Character pieces of each word carry typos and compounds, stems carry inflections; both are weighted by how rare they
are among the round's inputs. The work of one request is bounded by CANDIDATES; inputs are weighed once, until one changes.
"""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from math import log, sqrt
from threading import Lock

import snowballstemmer

from groups.models import Input, Round
from groups.texts import words_of

CANDIDATES = 300
SHELVED = 8
SHORTEST_TEXT = 12
LEAST = 0.11  # below this, two texts share little but everyday words
PIECES = (3, 4, 5)
STEM_WEIGHT = 1.0
PART = 4  # letters that a part of a compound has at least
COMPOUND = 8

Vector = dict[str, float]

_STOP = frozenset(
    [
        "alle",
        "alt",
        "andre",
        "at",
        "av",
        "bare",
        "begge",
        "ble",
        "blei",
        "blir",
        "bli",
        "da",
        "de",
        "den",
        "der",
        "dere",
        "det",
        "dette",
        "disse",
        "du",
        "eller",
        "en",
        "er",
        "et",
        "etter",
        "for",
        "fordi",
        "fra",
        "få",
        "får",
        "før",
        "gå",
        "går",
        "ha",
        "hadde",
        "han",
        "har",
        "hele",
        "her",
        "hos",
        "hun",
        "hva",
        "hver",
        "hvis",
        "hvor",
        "i",
        "ikke",
        "inn",
        "ingen",
        "jeg",
        "kan",
        "kom",
        "kommer",
        "litt",
        "man",
        "med",
        "meg",
        "mellom",
        "men",
        "mer",
        "mot",
        "må",
        "ned",
        "noe",
        "noen",
        "når",
        "nå",
        "og",
        "også",
        "om",
        "opp",
        "oss",
        "over",
        "på",
        "samme",
        "seg",
        "selv",
        "sin",
        "sitt",
        "skal",
        "som",
        "så",
        "til",
        "under",
        "ut",
        "uten",
        "var",
        "ved",
        "vet",
        "vi",
        "vil",
        "vår",
        "vært",
        "være",
        "alltid",
        "bør",
        "enn",
        "enno",
        "ikkje",
        "eg",
        "ein",
        "eit",
        "me",
        "dei",
        "kva",
        "kvar",
        "korleis",
        "noko",
        "nokon",
        "berre",
        "frå",
        "kjem",
        "vere",
        "vart",
        "å",
        "a",
        "about",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "but",
        "by",
        "can",
        "do",
        "does",
        "each",
        "every",
        "for",
        "from",
        "get",
        "gets",
        "has",
        "have",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "more",
        "much",
        "no",
        "not",
        "of",
        "off",
        "on",
        "one",
        "only",
        "or",
        "our",
        "out",
        "so",
        "some",
        "still",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "too",
        "up",
        "us",
        "was",
        "we",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
    ]
)
_STEMMERS = {"no": snowballstemmer.stemmer("norwegian"), "en": snowballstemmer.stemmer("english")}
_FOLDED = str.maketrans({"ä": "æ", "ö": "ø", "é": "e", "è": "e", "ô": "o", "ò": "o"})


def family(language: str) -> str:
    """Bokmål and nynorsk are read together."""
    return "en" if language == "en" else "no"


@lru_cache(maxsize=20_000)
def _word_parts(word: str, tongue: str) -> tuple[str, ...]:
    """The features of one word: its stem, and its pieces with marks for beginning and end."""
    marked = f"<{word}>"
    pieces = [marked[at : at + size] for size in PIECES for at in range(len(marked) - size + 1)]
    return (f"={_STEMMERS[tongue].stemWord(word)}", *dict.fromkeys(pieces))


def content_words(text: str) -> list[str]:
    """The words that say what a text is about."""
    return [word for word in words_of(text.translate(_FOLDED)) if word not in _STOP and len(word) > 1]


def features(text: str, tongue: str) -> Counter[str]:
    """How often each feature stands in a text."""
    counts: Counter[str] = Counter()
    for word in content_words(text):
        counts.update(_word_parts(word, tongue))
    return counts


class Index:
    """What the inputs of a round hold, weighed by rarity; asked once for each text somebody types."""

    def __init__(self, texts: Sequence[Counter[str]]) -> None:
        self._stems = {feature for text in texts for feature in text if feature[0] == "="}
        widened = [self._with_parts(text) for text in texts]
        seen: Counter[str] = Counter()
        for text in widened:
            seen.update(text.keys())
        self._total = len(texts) + 1
        self._rarity = {feature: log(1 + self._total / number) for feature, number in seen.items()}
        self._places: dict[str, list[tuple[int, float]]] = {}
        for place, text in enumerate(widened):
            for feature, weight in self._weigh(text).items():
                self._places.setdefault(feature, []).append((place, weight))

    def _with_parts(self, text: Counter[str]) -> Counter[str]:
        """Add the parts of compounds whose parts stand alone elsewhere: "nettkapasitet" also says "kapasitet"."""
        widened = Counter(text)
        for stem in text:
            if stem[0] == "=" and len(stem) > COMPOUND:
                cuts = range(PART + 1, len(stem))
                parts = {stem[:cut] for cut in cuts} | {"=" + stem[cut:] for cut in cuts if len(stem) - cut >= PART}
                widened.update(parts & self._stems)
        return widened

    def _weigh(self, text: Counter[str]) -> Vector:
        unseen, rarity = log(1 + self._total), self._rarity
        vector = {
            feature: (1 + log(count) if count > 1 else 1.0)
            * rarity.get(feature, unseen)
            * (STEM_WEIGHT if feature[0] == "=" else 1.0)
            for feature, count in text.items()
        }
        length = sqrt(sum(value * value for value in vector.values())) or 1.0
        return {feature: value / length for feature, value in vector.items()}

    def rank(self, text: Counter[str]) -> list[tuple[float, int]]:
        """Likeness of a text to each input, best first, as (likeness, place); those with nothing in common left out."""
        scores: dict[int, float] = {}
        for feature, weight in self._weigh(self._with_parts(text)).items():
            for place, other in self._places.get(feature, ()):
                scores[place] = scores.get(place, 0.0) + weight * other
        return sorted(((score, place) for place, score in scores.items()), key=lambda pair: (-pair[0], pair[1]))


class _Shelf:
    """The latest indexes of this process: a room full of phones asks about the same inputs."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[tuple[object, int], ...], Index] = OrderedDict()
        self._lock = Lock()

    def of(self, items: Sequence[Input]) -> Index:
        key = tuple((item.pk, item.version) for item in items)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        index = Index([features(item.text, family(item.language)) for item in items])
        with self._lock:
            self._kept[key] = index
            while len(self._kept) > SHELVED:
                self._kept.popitem(last=False)
        return index


_shelf = _Shelf()


def similar_inputs(
    found: Round, text: str, language: str, limit: int = 3, *, without: Input | None = None
) -> list[Input]:
    """The round's readable inputs that say nearly the same, best first; none when nothing comes close."""
    text = text[:2000]
    if len(text.strip()) < SHORTEST_TEXT:
        return []
    tongue = family(language)
    rows = Input.objects.readable().filter(round=found, language__in=_languages(tongue))
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    items = list(rows.select_related("round").order_by("-week", "pk")[:CANDIDATES])
    ranked = _shelf.of(items).rank(features(text, tongue)) if items else []
    return [items[place] for score, place in ranked[:limit] if score >= LEAST]


def _languages(tongue: str) -> tuple[str, ...]:
    return ("en",) if tongue == "en" else ("nb", "nn")
