"""Listen for mail that comes in: ``manage.py receive``."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mail.incoming.roads.listener import Listener


class Command(BaseCommand):
    help = "Take incoming mail on the address of INBOUND_URL (lmtp:// or smtp://) until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        road = settings.INBOUND
        if road.road != "listen":
            raise CommandError("Set INBOUND_URL to lmtp://host:port or smtp://host:port.")
        if not settings.RSVP_DOMAIN:
            raise CommandError("Set RSVP_DOMAIN to the domain whose mail comes in here.")
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        listener = Listener(road.host, road.port, scheme=road.scheme)
        listener.start()
        self.stdout.write(f"taking mail for {settings.RSVP_DOMAIN} on {road.host}:{road.port}")
        stop.wait()
        listener.stop()
