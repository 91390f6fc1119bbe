"""How allauth reaches into the portal."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from mail.addresses import mend
from mail.queue import enqueue
from members.account_letters import DEEDS, KIND, SEALED
from members.addresses import owner_of
from members.claims import claim
from members.models import User
from members.names import clean_address
from members.notices import reader_language
from members.rules import has_company

# A household or an office holds a whole /64 of the new addresses.
IPV6_PREFIX = 64


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by the portal's rules."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue an account mail as a row like every other; codes and links rest sealed until it is sent."""
        name = template_prefix.rpartition("/")[2]
        if name not in DEEDS:
            raise LookupError(f"No words for the account mail {name!r}.")
        person = context.get("user") or owner_of(email)  # a sign-in code comes without its person
        values = {key: str(context[key]) for key in SEALED if context.get(key)}
        enqueue(
            KIND,
            recipient=f"user:{person.pk}" if person is not None and person.pk else f"address:{email}",
            about=f"user:{person.pk}" if person is not None and person.pk else "",
            data={"name": name, "language": reader_language(), "user": person.pk if person is not None else None},
            sealed={**values, "email": email},
        )

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Whoever typed our code has got our mail."""
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            mend([email_address.email])
        return confirmed

    def clean_email(self, email: str) -> str:
        """Refuse addresses that no mail server delivers to, and fold the rest."""
        return clean_address(email)

    def login(self, request: HttpRequest, user: User) -> None:
        """Every way in ends here, with the address proved: an unclaimed row is claimed now."""
        claim(request, user)
        super().login(request, user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """My page; whoever has no company yet finds it first. A safe ``next`` goes before this."""
        if isinstance(request.user, User) and not (request.user.is_staff or has_company(request.user)):
            return reverse("members:find_company")
        return str(super().get_login_redirect_url(request))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def is_safe_url(self, url: str | None) -> bool:
        """A way back is a path of the portal, and nothing that a browser could read otherwise."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose limit counts: the address, of the new ones the network they come from."""
        ip = ip_address(super().get_client_ip(request).partition("%")[0])
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
            return str(ip_network((ip, IPV6_PREFIX), strict=False).network_address)
        return str(getattr(ip, "ipv4_mapped", None) or ip)
