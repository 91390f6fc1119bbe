"""Plumbing for every test: which database, a clean cache, and what tests of all apps share.

The people and groups of the tests are fixtures in tests/cast.py, things to fill them with in tests/factories/.
"""

import os

import pytest
from django.core.cache import cache

pytest_plugins = ["tests.cast", "tests.scene", "tests.browser"]

# Playwright's synchronous interface runs an event loop in the test's thread
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(autouse=True)
def _clean_cache():
    """Limits of one test do not reach into the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def limits_clock(monkeypatch):
    """The clock of the limits stands still: no window ends in the middle of a test. ``limits_clock(seconds)`` moves it."""
    reads = [1_800_000_000.0]
    monkeypatch.setattr("members.limits.time", lambda: reads[0])

    def forward(seconds: float) -> None:
        reads[0] += seconds

    return forward


@pytest.fixture
def same_queries(django_assert_num_queries, client):
    """`same_queries(url_with_few, url_with_many)`: both pages take the same number of queries.

    The first visit of each page is thrown away: it fills caches that live as long as the process.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(url, client):
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            response = client.get(url)
        assert response.status_code == 200, url
        return seen

    def check(few, many, client=client, at_most=None):
        first, second = count(few, client), count(many, client)
        texts = "\n".join(query["sql"][:200] for query in second.captured_queries)
        assert len(first) == len(second), f"{len(first)} queries with few rows, {len(second)} with many:\n{texts}"
        assert at_most is None or len(second) <= at_most, f"{len(second)} queries:\n{texts}"

    return check
