"""E-mail domains: what can be one company's own, and which company an address speaks for."""

from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from publicsuffixlist import PublicSuffixList

from members.enums import CompanyState, DomainState
from members.folding import fold_email
from members.models import Company, CompanyDomain

FREE_MAIL_FILE = Path(__file__).parent / "data" / "free_mail.txt"
# Letters of other alphabets that look like ours; enough to see a twin, not to judge a language.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕһԁԛԝʏυοανρτκιεαıɡ", "aeopcyxijshdqwyuoavptkieaig")


@lru_cache(maxsize=1)
def free_mail_domains() -> frozenset[str]:
    """Domains where anybody gets an address. The list is a file of ours with a version."""
    lines = FREE_MAIL_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def fold_domain(text: str) -> str:
    """A domain as it is stored: lower case, no ``@`` or dots around it, letters beyond a-z as ``xn--``."""
    bare = text.strip().rpartition("@")[2].strip(". \t").lower()
    try:
        return bare.encode("idna").decode("ascii")
    except UnicodeError:
        return bare


def domain_of(address: str) -> str:
    """The folded domain of an address."""
    return fold_domain(fold_email(address).rpartition("@")[2])


def why_never(domain: str) -> str:
    """Why a domain can never belong to one company; empty when it can."""
    labels = domain.split(".")
    if len(domain) > 120 or len(labels) < 2 or not all(_is_label(label) for label in labels) or labels[-1].isdigit():
        return _("This is not a domain. Write it like firma.no, without @.")
    own = _suffixes().privatesuffix(domain)
    if own is None:
        return _("Nobody can own this domain: it is shared by many.")
    if own in free_mail_domains() or domain in free_mail_domains():
        return _("Anybody can get an address at this domain, so it cannot let people into a company.")
    return ""


def _is_label(label: str) -> bool:
    return 0 < len(label) <= 63 and label.replace("-", "").isalnum() and label.isascii() and label[0] != "-"


def company_for_address(address: str) -> Company | None:
    """The company whose approved domain the address belongs to: exactly, or below it where that was approved."""
    domain = domain_of(address)
    if not domain or why_never(domain):
        return None
    labels = domain.split(".")
    parents = [".".join(labels[start:]) for start in range(1, len(labels) - 1)]
    rows = CompanyDomain.objects.filter(
        state=DomainState.APPROVED, company__state=CompanyState.ACTIVE, domain__in=[domain, *parents]
    ).select_related("company")
    for row in sorted(rows, key=lambda row: -len(row.domain)):
        if row.domain == domain or row.with_subdomains:
            return row.company
    return None


def company_for_addresses(addresses: list[str]) -> Company | None:
    """The first company that any of the addresses speaks for."""
    return next(filter(None, map(company_for_address, addresses)), None)


def skeleton(domain: str) -> str:
    """The domain as the eye reads it: ``xn--`` decoded, look-alike letters replaced."""
    try:
        readable = domain.encode("ascii").decode("idna")
    except UnicodeError:
        readable = domain
    return readable.translate(_LOOK_ALIKES)


def twin_of(domain: CompanyDomain) -> CompanyDomain | None:
    """Another company's domain that looks the same to the eye, for staff to see before they approve."""
    if "xn--" not in domain.domain:
        return None
    others = CompanyDomain.objects.exclude(company=domain.company).select_related("company")
    looks = skeleton(domain.domain)
    return next((other for other in others if skeleton(other.domain) == looks), None)
