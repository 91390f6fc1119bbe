"""What mail a person wants."""

from collections.abc import Mapping

from django.db import transaction

from mail import queue
from members.enums import MailChoice
from members.models import MailWish, User
from members.notices import is_essential


@transaction.atomic
def set_wishes(user: User, *, wishes: Mapping[str, str]) -> None:
    """Store the choice for each kind of mail. Essential mail has none and is passed over."""
    for kind, choice in wishes.items():
        if choice in MailChoice.values and not is_essential(kind):
            MailWish.objects.update_or_create(user=user, kind=kind, defaults={"choice": choice})
    at_once = [kind for kind, choice in wishes.items() if choice == MailChoice.NOW]
    queue.ungather(f"user:{user.pk}", at_once)


def unsubscribe(user: User, *, kind: str) -> None:
    """Stop mail of this kind; doing it twice is the same as once."""
    set_wishes(user, wishes={kind: MailChoice.OFF})
