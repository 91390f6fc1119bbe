"""Taking a person out reaches the meetings they were invited to."""

import pytest
from django.utils import timezone

from members import actions
from tests.factories.meetings import InvitationFactory, MeetingFactory

pytestmark = pytest.mark.django_db


def test_a_person_who_is_taken_out_is_off_every_coming_meeting_and_their_words_are_gone(member, staff):
    now = timezone.now()
    meeting = MeetingFactory(
        state="called", starts_at=now + timezone.timedelta(days=3), ends_at=now + timezone.timedelta(days=3, hours=2)
    )
    invitation = InvitationFactory(meeting=meeting, user=member, answer="yes", comment="Jeg heter Marte")
    actions.anonymise_person(member, actor=staff, now=now)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None
    assert invitation.comment == ""
