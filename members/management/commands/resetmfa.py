"""For a lost phone or key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.actions.office import reset_second_factor
from members.addresses import owner_of


class Command(BaseCommand):
    help = "Remove a person's passkeys, code app and recovery codes, and end their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        person = owner_of(options["email"])
        if person is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        count = reset_second_factor(person)
        self.stdout.write(f"{count} removed. {person.email} signs in with a code by mail and sets up a new one.")
