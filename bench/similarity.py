"""How well groups.similar finds what belongs together, on the open data with its labelled themes and duplicates.

    python bench/similarity.py [file.csv]

NN@1: the nearest input has the same theme. P@3: share of the nearest three with the same theme. Duplicates: how often
the other half of a labelled pair in the same language is among the three shown, above the threshold.
"""

import csv
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thamsklyngen.settings")
os.environ.setdefault("DEBUG", "1")

import django  # noqa: E402

django.setup()

from groups.similar import LEAST, Index, family, features  # noqa: E402


def rows_of(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ranked(rows):
    counts = [features(row["text"], family(row["lang"])) for row in rows]
    for at, row in enumerate(rows):
        others = [
            place for place in range(len(rows)) if place != at and family(rows[place]["lang"]) == family(row["lang"])
        ]
        found = Index([counts[place] for place in others]).rank(counts[at])
        yield row, [(score, rows[others[place]]) for score, place in found]


def pairs_of(rows):
    by_id = {row["id"]: row for row in rows}
    return {
        (row["id"], row["duplicate_of"])
        for row in rows
        if row["duplicate_of"] and family(by_id[row["duplicate_of"]]["lang"]) == family(row["lang"])
    }


def main(path):
    rows = rows_of(path)
    begun = time.perf_counter()
    results = list(ranked(rows))
    took = (time.perf_counter() - begun) / len(rows)
    nearest = sum(found[0][1]["theme"] == row["theme"] for row, found in results if found)
    three = sum(other["theme"] == row["theme"] for row, found in results for _score, other in found[:3])
    pairs = pairs_of(rows)
    shown = {row["id"]: [other["id"] for score, other in found[:3] if score >= LEAST] for row, found in results}
    hits = sum((b in shown[a]) + (a in shown[b]) for a, b in pairs)
    right = sum(
        (row["id"], other) in pairs or (other, row["id"]) in pairs or row["theme"] == by["theme"]
        for row, _found in results
        for other in shown[row["id"]]
        for by in rows
        if by["id"] == other
    )
    total = sum(map(len, shown.values()))
    print(
        f"{len(rows)} inputs, {len({row['theme'] for row in rows})} themes, {len(pairs)} duplicate pairs in one language"
    )
    print(f"NN@1 {nearest / len(rows):.2f}   P@3 {three / (3 * len(rows)):.2f}")
    print(f"duplicates among the three shown: {hits} of {2 * len(pairs)} ({hits / max(1, 2 * len(pairs)):.2f})")
    print(f"shown at all: {total / len(rows):.1f} an input, {right / max(1, total):.2f} of them in the same theme")
    print(f"{took * 1000:.1f} ms a text among {len(rows)}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ROOT / "groups/data/inputs_open.csv")
