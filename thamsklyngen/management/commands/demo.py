"""``manage.py demo``: load the story into an empty database, or move it on."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from members.models import User
from thamsklyngen.demo.cast import LOGIN_DOMAIN, LOGINS, PASSWORD
from thamsklyngen.demo.moving import move_on
from thamsklyngen.demo.story import build


class Command(BaseCommand):
    help = "Load the demo story into an empty database. With --if-empty, leave a filled one alone and move it on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing but move on when there are people already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has published passwords. It is loaded only with DEMO=1.")
        now = timezone.now()
        if User.objects.exists():
            if not options["if_empty"]:
                raise CommandError("There are people in this database. The demo is loaded into an empty one only.")
            weeks = move_on(now)
            if weeks:
                self.stdout.write(f"Moved the demo on by {weeks} weeks.")
            return
        build(now)
        logins = ", ".join(f"{login}@{LOGIN_DOMAIN}" for login in LOGINS)
        self.stdout.write(f"Loaded the demo. Sign in as {logins} with the password {PASSWORD}")
