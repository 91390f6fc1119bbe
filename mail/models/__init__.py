"""Mail as rows, outgoing and incoming."""

from mail.models.incoming import Incoming, IncomingQuerySet, Outcome, Source
from mail.models.message import Message, MessageQuerySet, State, new_message_id
from mail.models.relay import BouncedAddress, Relay

__all__ = [
    "BouncedAddress",
    "Incoming",
    "IncomingQuerySet",
    "Message",
    "MessageQuerySet",
    "Outcome",
    "Relay",
    "Source",
    "State",
    "new_message_id",
]
