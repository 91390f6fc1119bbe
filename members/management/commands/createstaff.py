"""The first account of the office."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.actions.office import make_staff
from members.names import clean_address


class Command(BaseCommand):
    help = "Give a person the rights of cluster staff. They sign in with a code sent to the address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="name, for a person who is not in the register yet")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            address = clean_address(options["email"])
        except ValidationError:
            raise CommandError(f"{options['email']} is not an e-mail address.") from None
        person = make_staff(email=address, name=options["name"])
        self.stdout.write(f"{person.email} is cluster staff. Sign in at /accounts/login/ with a code by mail.")
