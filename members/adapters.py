"""How allauth reaches into the portal."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter

from mail.queue import enqueue
from members.account_letters import DEEDS, KIND, SEALED
from members.notices import reader_language


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by the portal's rules."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue an account mail as a row like every other; codes and links rest sealed until it is sent."""
        name = template_prefix.rpartition("/")[2]
        if name not in DEEDS:
            raise LookupError(f"No words for the account mail {name!r}.")
        person = context.get("user")
        values = {key: str(context[key]) for key in SEALED if context.get(key)}
        enqueue(
            KIND,
            recipient=f"user:{person.pk}" if person is not None and person.pk else f"address:{email}",
            about=f"user:{person.pk}" if person is not None and person.pk else "",
            data={"name": name, "language": reader_language(), "user": person.pk if person is not None else None},
            sealed={**values, "email": email},
        )
