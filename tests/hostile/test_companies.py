"""C: companies and their domains; the rest stands in tests/members."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from members.models import Company, CompanyDomain
from tests.hostile.conftest import live

pytestmark = pytest.mark.django_db
APPS = ("mail", "members", "groups", "meetings", "projects", "thamsklyngen")
CALLERS = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client"}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_c8_no_address_that_people_write_is_ever_fetched():
    """Nothing in the portal opens an address of the web at all."""
    for app in APPS:
        for file in Path(settings.BASE_DIR, app).rglob("*.py"):
            calls = CALLERS & set(imported(ast.parse(file.read_text(encoding="utf-8"))))
            assert not calls or file.name in {"supervisor.py", "health.py", "preflight.py"}, (file, calls)


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://127.0.0.1/\r\nX: y"]
)
def test_c8_an_address_that_got_in_another_way_is_not_a_link(website, company, client_of, member):
    Company.objects.filter(pk=company.pk).update(website=website)
    assert live(client_of(member).get(company.get_absolute_url()).content.decode()) == []


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "co.uk", "localhost", "x" * 300, "\0", "firma.example\r\nX", "<b>.no", "*.no", "@no", "firma.no/x"],
)
def test_c1_c2_a_domain_nobody_may_claim_is_refused_in_words_and_kept(
    domain, company, contact, client_of, nothing_written
):
    client = client_of(contact)
    with nothing_written():
        answer = client.post(reverse("members:claim_domain", args=[company.slug]), {"domain": domain}, follow=True)
    assert answer.status_code in {200, 422}
    assert not CompanyDomain.objects.exists()
    assert live(answer.content.decode()) == []


@pytest.mark.parametrize("verb", ["approve", "decline", "end", "make_contact", "stand_down", "hand_on"])
def test_c10_a_tie_of_another_company_is_not_found_through_ones_own(
    verb, company, contact, outsider, client_of, nothing_written
):
    tie, client = outsider.affiliations.get(), client_of(contact)
    with nothing_written():
        answer = client.post(reverse(f"members:{verb}", args=[company.slug, tie.pk]))
    assert answer.status_code == 404
