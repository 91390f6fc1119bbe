import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from mail.models import Message
from meetings.actions.identities import identities_for
from meetings.models import AgendaItem, AnswerChange, CalendarIdentity, Invitation, Meeting
from members.clock import oslo_today
from tests.factories.groups import GroupFactory, MembershipFactory, RoundFactory
from tests.factories.meetings import AgendaItemFactory, DraftFactory, InvitationFactory, MeetingFactory
from tests.office import change, clerk, costs, fresh, listing, office, verb, without_second_factor, words

__all__ = ["clerk", "office", "without_second_factor"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(group, member):
    meeting = DraftFactory(group=group)
    meeting.audience_groups.add(group)
    return meeting


def test_calling_asks_for_the_reason_that_the_leader_sees(office, clerk, draft, member):
    assert 'name="reason"' in words(office.get(verb(draft, "call")))
    assert 'class="errorlist"' in words(office.post(verb(draft, "call"), {"reason": " "}))
    assert (fresh(draft).state, Message.objects.count()) == ("draft", 0)
    office.post(verb(draft, "call"), {"reason": "Lederen er syk"})
    row = fresh(draft)
    assert (row.state, row.staff_reason, row.called_by) == ("called", "Lederen er syk", clerk)
    assert row.invitations.get().user == member
    page = words(office.post(verb(draft, "call"), {"reason": "En gang til"}, follow=True))
    assert 'class="error"' in page
    assert Message.objects.filter(kind="meetings.invitation").count() == 1


def test_a_call_that_the_rules_refuse_says_why_and_mails_nobody(office):
    meeting = DraftFactory()
    page = words(office.post(verb(meeting, "call"), {"reason": "Grunn"}, follow=True))
    assert 'class="error"' in page
    assert (fresh(meeting).state, Message.objects.count()) == ("draft", 0)


def test_cancelling_asks_for_the_reason_that_everybody_gets(office):
    meeting = InvitationFactory(meeting=MeetingFactory()).meeting
    assert 'class="errorlist"' in words(office.post(verb(meeting, "cancel"), {"reason": ""}))
    assert fresh(meeting).state == "called"
    office.post(verb(meeting, "cancel"), {"reason": "Strømstans"})
    assert (fresh(meeting).state, fresh(meeting).cancel_reason) == ("cancelled", "Strømstans")
    for name in ("call", "cancel", "hold"):
        page = words(office.post(verb(meeting, name), {"reason": "Igjen"}, follow=True))
        assert 'class="error"' in page
    assert fresh(meeting).cancel_reason == "Strømstans"


def test_a_meeting_is_held_once_it_has_begun(office):
    coming = MeetingFactory()
    office.post(verb(coming, "hold"))
    assert fresh(coming).state == "called"
    past = MeetingFactory(starts_at=timezone.now() - dt.timedelta(hours=5))
    office.post(verb(past, "hold"))
    assert fresh(past).state == "held"


def test_meetings_are_made_and_changed_on_their_own_pages_alone(office, draft):
    assert office.get(f"{listing(Meeting)}add/").status_code == 403
    assert reverse("meetings:new") in words(office.get(listing(Meeting)))
    assert office.post(change(draft), {"state": "held", "title": "Forfalsket"}).status_code == 403
    assert office.post(change(draft).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert (fresh(draft).state, fresh(draft).title) == ("draft", draft.title)


def test_an_invitation_is_withdrawn_once_and_its_link_dies(office):
    row = InvitationFactory(answer="yes")
    version = row.link_version
    assert office.post(change(row), {"answer": "no", "withdrawn_at_0": "2020-01-01"}).status_code == 403
    office.post(verb(row, "withdraw"))
    assert fresh(row).withdrawn_at is not None
    assert fresh(row).link_version > version
    assert 'class="error"' in words(office.post(verb(row, "withdraw"), follow=True))


def test_personal_links_are_not_shown(office):
    from mail.links import make_token

    row = InvitationFactory()
    token = make_token("answer", f"{row.pk}.{row.link_version}")
    for page in (change(row), listing(Invitation), change(row.meeting), f"{listing(Invitation)}export/csv/"):
        shown = words(office.get(page))
        assert token not in shown
        assert "/r/" not in shown.replace("/admin/r/", "")
    assert office.get(f"{listing(Invitation)}?link_version=1").status_code == 400


def test_meetings_to_come_without_a_home_are_found(office):
    MeetingFactory(title="Uten hjem", venue="")
    MeetingFactory(title="Med hjem")
    page = words(office.get(f"{listing(Meeting)}?venue=missing"))
    assert "Uten hjem" in page
    assert "Med hjem" not in page


def test_the_list_counts_answers(office):
    meeting = MeetingFactory()
    InvitationFactory(meeting=meeting, answer="yes")
    InvitationFactory(meeting=meeting, answer="yes", queued_at=timezone.now())
    InvitationFactory(meeting=meeting)
    InvitationFactory(meeting=meeting, answer="yes", withdrawn_at=timezone.now())
    line = office.get(f"{listing(Meeting)}export/csv/").content.decode("utf-8-sig").splitlines()[1]
    assert line.endswith(";3;2;1;1")


def test_the_meetings_own_page_leads_to_all_its_mail(office):
    row = InvitationFactory()
    Message.objects.create(kind="meetings.invitation", recipient=row.ref, about=row.meeting.about, subject="Den ene")
    Message.objects.create(kind="meetings.invitation", recipient="invitation:0", about="meeting:0", subject="En annen")
    page = office.get(f"/admin/meetings/meeting/{row.meeting_id}/change/").content.decode()
    path = f"/admin/mail/message/?about=meeting%3A{row.meeting_id}"
    assert path in page
    found = office.get(path).content.decode()
    assert "Den ene" in found
    assert "En annen" not in found


def fill(number):
    starts = timezone.make_aware(dt.datetime.combine(oslo_today() + dt.timedelta(days=9), dt.time(12)))
    now = timezone.now()
    for _ in range(number):
        group = GroupFactory()
        tie = MembershipFactory(group=group).affiliation
        meeting = MeetingFactory(group=group, starts_at=starts, round=RoundFactory(group=group), created_by=tie.user)
        AgendaItemFactory(meeting=meeting)
        row = InvitationFactory(meeting=meeting, affiliation=tie, invited_at=now)
        AnswerChange.objects.create(invitation=row, answer="yes", via="page", actor=tie.user, created_at=now)


def test_lists_and_sheets_cost_the_same_for_thirty_rows_as_for_three(office):
    models = (Meeting, Invitation, AgendaItem, AnswerChange)
    pages = [listing(model) for model in models] + [f"{listing(model)}export/csv/" for model in models]
    fill(3)
    few = costs(office, pages)
    fill(27)
    assert costs(office, pages) == few


def test_an_address_somebody_else_has_got_hold_of_is_revoked_and_never_shown(office, group, member, settings):
    settings.RSVP_DOMAIN = "rsvp.portal.example"
    (row,) = identities_for(group, [member.pk]).values()
    other = CalendarIdentity.objects.create(user=member, group=None)
    page = words(office.get(listing(CalendarIdentity))) + words(office.get(change(row)))
    assert row.token not in page
    office.post(verb(row, "revoke"))
    assert fresh(row).revoked_at is not None
    assert fresh(other).revoked_at is None
    (new,) = identities_for(group, [member.pk]).values()
    assert new.token != row.token
