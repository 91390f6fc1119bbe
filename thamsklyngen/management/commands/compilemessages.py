"""`compilemessages` without gettext tools: a fresh machine shows Norwegian with Python alone."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compiles the portal's own catalogues (locale/*/LC_MESSAGES/*.po) where they are newer than their .mo."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="compile all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if options["force"] or is_older(target, source):
                    compile_catalogue(source, target)
                    if options["verbosity"] > 1:
                        self.stdout.write(f"{target}")


def is_older(target: Path, source: Path) -> bool:
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def compile_catalogue(source: Path, target: Path) -> None:
    """Write the .mo in one step, so that a running process never reads half of it."""
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parent.parent.name)
    draft = target.with_suffix(".mo.new")
    with draft.open("wb") as out:
        write_mo(out, catalogue)
    draft.replace(target)
