"""Addresses that mail servers say do not exist. A mark for people to see; mail is still tried."""

from collections.abc import Iterable
from datetime import datetime

from mail.models import BouncedAddress

# RFC 3463: 5.1 the address, 5.2.1 a mailbox that is closed, 5.0 no more said. A full mailbox, a mail that is too large or
# unwelcome says nothing about the address.
ABOUT_THE_ADDRESS = ("5.0.", "5.1.", "5.2.1", "5.4.4")


def note_bounce(address: str, status: str, *, now: datetime) -> bool:
    """Mark the address when the status (RFC 3463) is about it; True if it is marked now."""
    if not address or not f"{status}.".startswith(ABOUT_THE_ADDRESS):
        return False
    BouncedAddress.objects.update_or_create(
        address=address.lower(), defaults={"status": status[:20], "bounced_at": now}
    )
    return True


def bounced(addresses: Iterable[str]) -> dict[str, BouncedAddress]:
    """Those of the addresses that are marked, by address; one query."""
    wanted = {address.lower() for address in addresses if address}
    return {row.address: row for row in BouncedAddress.objects.filter(address__in=wanted)}


def mend(addresses: Iterable[str]) -> int:
    """Take the mark off: somebody has proved that mail arrives, or that the address is nobody's any more."""
    wanted = {address.lower() for address in addresses if address}
    deleted, _by_model = BouncedAddress.objects.filter(address__in=wanted).delete()
    return deleted
