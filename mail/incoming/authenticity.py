"""Who a mail is really from, as our own mail server found out (RFC 8601).

Results count only from headers with an id that the settings name as ours; the mail server must strip such headers
from mail that comes in (RFC 8601 5). They are parsed, never searched: comments and quoted words may say anything.
"""

from __future__ import annotations

from email.message import Message as Part
from enum import StrEnum
from functools import cache

from authres import AuthenticationResultsHeader  # reads the header's grammar, nested comments and all
from django.conf import settings
from publicsuffixlist import PublicSuffixList


class Authenticity(StrEnum):
    """What is known of the sender."""

    PROVEN = "proven"
    UNKNOWN = "unknown"
    FORGED = "forged"


def authenticity_of(message: Part, sender: str) -> Authenticity:
    """DMARC's verdict on the sender's domain, else a DKIM signature of it. Contradictions count as nothing."""
    domain = sender.rpartition("@")[2]
    results = _own_results(message)
    if not domain or results is None:
        return Authenticity.UNKNOWN
    verdicts = [one for one in results.results if one.method == "dmarc"]
    if len(verdicts) > 1:
        return Authenticity.UNKNOWN
    if verdicts and str(verdicts[0].result) == "fail":
        return Authenticity.FORGED
    if verdicts and str(verdicts[0].result) == "pass":
        return Authenticity.PROVEN if _property(verdicts[0], "from") in {domain, ""} else Authenticity.UNKNOWN
    signed = (one for one in results.results if one.method == "dkim" and str(one.result) == "pass")
    return Authenticity.PROVEN if any(_aligned(_property(one, "d"), domain) for one in signed) else Authenticity.UNKNOWN


def _own_results(message: Part) -> AuthenticationResultsHeader | None:
    """The topmost header with an id of ours; what stands below it another server may have written."""
    for line in message.get_all("Authentication-Results", []):
        flat = " ".join(str(line).split())
        try:
            found = AuthenticationResultsHeader.parse(f"Authentication-Results: {flat}")
        except Exception:  # noqa: BLE001, S112  the library raises what it likes on what others wrote
            continue
        if str(found.authserv_id or "").lower() in settings.INBOUND.authserv_ids:
            return found
    return None


def _property(result: object, name: str) -> str:
    for one in getattr(result, "properties", []):
        if one.type == "header" and one.name == name:
            return str(one.value or "").strip().lower().rpartition("@")[2]
    return ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _aligned(signer: str, domain: str) -> bool:
    """Relaxed alignment (RFC 7489 3.1): the same domain that somebody can own."""
    owned = _suffixes().privatesuffix(domain)
    return bool(owned) and owned == _suffixes().privatesuffix(signer)
