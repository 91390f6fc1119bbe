"""``manage.py crowd``: a large realistic data set for measuring."""

from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from thamsklyngen.crowd import Size, make_crowd


class Command(BaseCommand):
    help = "Add many companies, people, meetings and inputs, the same for the same seed. Never in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--companies", type=int, default=100)
        parser.add_argument("--people", type=int, default=1_000)
        parser.add_argument("--meetings", type=int, default=200)
        parser.add_argument("--inputs", type=int, default=20_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("A crowd is for measuring. Set DEMO=1 or DEBUG=1, never in production.")
        size = Size(options["companies"], options["people"], options["meetings"], options["inputs"])
        if min(size.companies, size.people) < 1 or size.people < size.companies:
            raise CommandError("A crowd needs at least one company, and at least as many people as companies.")
        start = perf_counter()
        make_crowd(size, seed=options["seed"], now=timezone.now())
        self.stdout.write(
            f"{size.companies} companies, {size.people} people, {size.meetings} meetings and {size.inputs} inputs "
            f"in {perf_counter() - start:.1f} s."
        )
