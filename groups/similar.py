"""Inputs of a round that resemble a text: same language, compounds and typos. Plain Python, the same on every database.

Character pieces of each word carry typos and compounds, stems carry inflections; both are weighted by how rare they
are among the round's inputs. The work of one request is bounded by CANDIDATES.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log, sqrt
from threading import Lock

import snowballstemmer

from groups.models import Input, Round
from groups.texts import words_of

CANDIDATES = 500
REMEMBERED = 5000
SHORTEST_TEXT = 12
LEAST = 0.12  # below this, two texts share little but everyday words
PIECES = (3, 4, 5)
STEM_WEIGHT = 2.0
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


class _Memory:
    """Features of inputs, by id and version, as long as the process lives and no more than REMEMBERED."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, int], Counter[str]] = OrderedDict()
        self._lock = Lock()

    def of(self, item: Input) -> Counter[str]:
        key = (item.pk, item.version)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        counts = features(item.text, family(item.language))
        with self._lock:
            self._kept[key] = counts
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return counts


_memory = _Memory()


def _with_compounds(counts: Counter[str], known: Iterable[str]) -> Counter[str]:
    """Add the parts of compounds whose parts stand alone elsewhere: "nettkapasitet" also says "kapasitet"."""
    stems = {feature for feature in counts if feature[0] == "="}
    known_parts = [part for part in known if len(part) > PART]
    widened = Counter(counts)
    for stem in stems:
        if len(stem) <= COMPOUND:
            continue
        for part in known_parts:
            if part != stem and len(part) < len(stem) and (stem.endswith(part[1:]) or stem.startswith(part)):
                widened[part] += 1
    return widened


def _weigh(counts: Counter[str], rarity: dict[str, float], unseen: float) -> Vector:
    vector = {
        feature: (1 + log(count)) * rarity.get(feature, unseen) * (STEM_WEIGHT if feature[0] == "=" else 1.0)
        for feature, count in counts.items()
    }
    length = sqrt(sum(value * value for value in vector.values())) or 1.0
    return {feature: value / length for feature, value in vector.items()}


def rank(counts: Counter[str], others: Sequence[Counter[str]]) -> list[tuple[float, int]]:
    """Likeness of one text to each of the others, best first, as (likeness, place)."""
    total = len(others) + 1
    seen: Counter[str] = Counter(counts.keys())
    for other in others:
        seen.update(other.keys())
    rarity = {feature: log(1 + total / number) for feature, number in seen.items()}
    unseen = log(1 + total)
    stems = [feature for feature in seen if feature[0] == "="]
    query = _weigh(_with_compounds(counts, stems), rarity, unseen)
    own_stems = [feature for feature in query if feature[0] == "="]
    scores = []
    for place, other in enumerate(others):
        vector = _weigh(_with_compounds(other, own_stems), rarity, unseen)
        short, long = (query, vector) if len(query) < len(vector) else (vector, query)
        scores.append((sum(value * long.get(feature, 0.0) for feature, value in short.items()), place))
    return sorted(scores, key=lambda score: (-score[0], score[1]))


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
    ranked = rank(features(text, tongue), [_memory.of(item) for item in items])
    return [items[place] for score, place in ranked[:limit] if score >= LEAST]


def _languages(tongue: str) -> tuple[str, ...]:
    return ("en",) if tongue == "en" else ("nb", "nn")
