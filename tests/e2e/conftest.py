"""Two portals of real processes, and people who visit them."""

import pytest

from tests.e2e.stack import demo, production
from tests.e2e.visits import Visits


@pytest.fixture(scope="session")
def demo_stack(tmp_path_factory):
    with demo(tmp_path_factory.mktemp("demo")) as stack:
        yield stack


@pytest.fixture(scope="session")
def production_stack(tmp_path_factory):
    with production(tmp_path_factory.mktemp("production")) as stack:
        yield stack


@pytest.fixture
def visit(browser):
    """`visit(stack)`: its visitors; whatever went wrong in a browser or in a log fails the test."""
    visits = []

    def open_(stack):
        visits.append(Visits(browser, stack))
        return visits[-1]

    yield open_
    for one in visits:
        one.close()
    assert not [line for one in visits for line in one.wrong]
    assert not [line for one in visits for line in one.stack.troubles()]
