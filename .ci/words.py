"""Fail when a word that people see lacks its translation: in the sources but not in a catalogue, empty, or fuzzy.

The messages are taken out of a copy of the tree, so that the check never writes into the real one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

LANGUAGES = ("nb", "nn")
LEFT_OUT = ("var", ".venv", "tests", "bench", "staticfiles", "node_modules")
SHOWN = 20


def extract(copy: Path) -> None:
    words = ["makemessages", "--add-location=file", "--no-obsolete", "--no-wrap"]
    words += [option for language in LANGUAGES for option in ("-l", language)]
    words += [option for folder in LEFT_OUT for option in ("-i", folder)]
    ended = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=copy,
        env=os.environ | {"DEBUG": "1", "DATABASE_URL": "sqlite://:memory:"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        sys.exit(f"words: {ended.stderr or ended.stdout}")


def is_missing(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return bool(message.id) and (message.fuzzy or not all(texts))


def missing(catalogue: Path, language: str) -> list[str]:
    with catalogue.open("rb") as lines:
        messages = read_po(lines, locale=language)
    return [
        f"{language}: {'fuzzy' if message.fuzzy else 'missing'}: {message.id!r} ({message.locations[0][0]})"
        for message in messages
        if is_missing(message)
    ]


def ill_formed(catalogue: Path) -> list[str]:
    """What would break a page in that language alone: a placeholder lost or mistyped."""
    command = ["msgfmt", "--check", "--output-file=/dev/null", str(catalogue)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.stderr.strip().splitlines() if ended.returncode else []


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="thamsklyngen-words-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(".", copy, ignore=shutil.ignore_patterns(".git", *LEFT_OUT, "static"))
        for language in LANGUAGES:
            (copy / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        (copy / "static").mkdir()
        extract(copy)
        found = []
        for language in LANGUAGES:
            catalogue = copy / "locale" / language / "LC_MESSAGES/django.po"
            found += ill_formed(catalogue) + missing(catalogue, language)
    sys.stdout.writelines(f"{line}\n" for line in found[:SHOWN])
    sys.stdout.write(f"words: {len(found)} findings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
