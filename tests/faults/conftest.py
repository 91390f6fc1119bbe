"""What the fault tests share: a mail server double, and meetings that are called for many at once.

Each test has a control: the same run with its protection switched off, in which the same check must break.
"""

import pytest
from django.utils import timezone

from meetings.actions.meetings import call_meeting
from tests.factories.groups import GroupFactory
from tests.factories.meetings import DraftFactory
from tests.factories.members import AffiliationFactory, CompanyFactory, UserFactory
from tests.mail.conftest import over_smtp, relay, wakes, words  # noqa: F401  fixtures


@pytest.fixture
def call_many(transactional_db):
    """``call_many(60, address=…)``: a meeting that is called for so many people; ``address`` gives each a local part."""

    def call(count, address=lambda number: f"p{number}"):
        company = CompanyFactory()
        meeting = DraftFactory(group=GroupFactory())
        ties = [
            AffiliationFactory(company=company, user__email=f"{address(number)}@example.org") for number in range(count)
        ]
        meeting.audience_people.add(*ties)
        call_meeting(meeting, actor=UserFactory(is_staff=True), now=timezone.now(), reason="prøve")
        meeting.refresh_from_db()
        return meeting

    return call
