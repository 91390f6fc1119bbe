"""One of everything, around the cast: what the access table and the page walks look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from groups.actions.desk import create_theme
from groups.enums import GroupState
from groups.models import Group, Input, Membership, Round, Theme
from mail.incoming.storing import deliver
from mail.links import make_token
from mail.models import Incoming, Outcome, Source
from meetings.actions.documents import add_document
from meetings.actions.feeds import renew_feed
from meetings.files.kinds import find_kind
from meetings.models import (
    ActionItem,
    Invitation,
    Meeting,
    MeetingDocument,
    MeetingTemplate,
    Minutes,
    MinutesVersion,
    TimeProposal,
)
from members.letters import INVITE_PURPOSE
from members.models import Affiliation, Company, Import, Invite
from members.notices.base import UNSUBSCRIBE
from projects.models import Project
from tests.factories.groups import GroupFactory, InputFactory, MembershipFactory, RoundFactory, SupportFactory
from tests.factories.meetings import AgendaItemFactory, DraftFactory, InvitationFactory, MeetingFactory, TemplateFactory
from tests.factories.members import AffiliationFactory
from tests.factories.projects import ParticipationFactory, ProjectFactory
from tests.meetings.replies import vevent
from tests.samples import pdf


@dataclass
class Scene:
    """Everything that an address can name."""

    group: Group
    planned: Group
    company: Company
    round: Round
    theme: Theme
    other_theme: Theme
    input: Input
    meeting: Meeting
    draft: Meeting
    invitation: Invitation
    project: Project
    tie: Affiliation
    colleague_tie: Affiliation
    request: Affiliation
    membership_request: Membership
    invite: Invite
    imported: Import
    reply: Incoming
    passed_on: Incoming
    feed_token: str
    action: ActionItem
    document: MeetingDocument
    template: MeetingTemplate


@pytest.fixture
def scene(
    group, company, member, colleague, contact, leader, board_member, other_member, outsider, newcomer, chair, staff
):
    """The cast and one of everything; the meeting runs now, so that the room's doors are open."""
    now = timezone.now()
    round_ = RoundFactory(
        group=group, room_opens_at=now - timedelta(hours=1), room_closes_at=now + timedelta(hours=1), created_by=leader
    )
    round_.invited_companies.add(company)
    tie = Affiliation.objects.get(user=member)
    item = InputFactory(round=round_, affiliation=tie, text="Kanarifugl: tegningene ligger tre steder")
    SupportFactory(input=item)
    theme = create_theme(round_, name="Tegninger", actor=leader, now=now)
    other = create_theme(round_, name="Skift", actor=leader, now=now)
    starts = now + timedelta(hours=2)
    meeting = MeetingFactory(
        group=group, round=round_, starts_at=starts, ends_at=starts + timedelta(hours=2), answer_by=None, title="Kanarimøte",
        created_by=leader, guests_each=2, serves_food=True,
    )  # fmt: skip
    AgendaItemFactory(meeting=meeting)
    invitation = InvitationFactory(meeting=meeting, affiliation=tie)
    draft = DraftFactory(group=group, created_by=leader, title="Kanariutkast")
    draft.audience_groups.add(group)
    draft.audience_people.add(tie)
    project = ProjectFactory(theme=theme, owner=company)
    ParticipationFactory(project=project, company=company, kind="owner")
    request = AffiliationFactory(company=company, state="requested", is_main=False, requested_at=now)
    return Scene(
        group=group,
        planned=GroupFactory(name="CFO-gruppa", slug="cfo-gruppa", state=GroupState.PLANNED),
        company=company,
        round=round_,
        theme=theme,
        other_theme=other,
        input=item,
        meeting=meeting,
        draft=draft,
        invitation=invitation,
        project=project,
        tie=tie,
        colleague_tie=Affiliation.objects.get(user=colleague),
        request=request,
        membership_request=MembershipFactory(group=group, state="requested", requested_at=now),
        invite=Invite.objects.create(
            company=company,
            email="invitert@example.com",
            invited_by=contact,
            created_at=now,
            expires_at=now + timedelta(days=14),
        ),
        imported=Import.objects.create(created_at=now, file_name="ark.xlsx"),
        reply=proposal_by_mail(invitation, now),
        passed_on=answer_of_a_stranger(invitation, now),
        feed_token=renew_feed(member, now=now),
        action=minutes_with_action(meeting, tie, now),
        document=add_document(
            meeting,
            found=find_kind(pdf()),
            given_name="Kanaridokument.pdf",
            title="Kanaridokument",
            actor=leader,
            now=now,
        ),
        template=TemplateFactory(group=group, name="Kanarimal", created_by=leader),
    )


def minutes_with_action(meeting: Meeting, tie: Affiliation, now: datetime) -> ActionItem:
    """Published minutes in which somebody has taken something on."""
    minutes = Minutes.objects.create(
        meeting=meeting, version=1, published_version=1, published_at=now, first_published_at=now
    )
    MinutesVersion.objects.create(
        minutes=minutes, number=1, sections=[{"title": "", "text": "Kanarireferat"}], created_at=now
    )
    return ActionItem.objects.create(meeting=meeting, what="Kanarigjøremål", responsible=tie)


def proposal_by_mail(invitation: Invitation, now: datetime) -> Incoming:
    """A mail in which the invited person's calendar proposes another time."""
    row = deliver(b"From: marte@example.com\r\nSubject: Kanarimail\r\n\r\nKanarisvar\r\n", [], Source.LMTP).row
    starts = now + timedelta(days=1)
    proposal = TimeProposal.objects.create(
        invitation=invitation, starts_at=starts, ends_at=starts + timedelta(hours=1), created_at=now
    )
    row.outcome, row.reason, row.processed_at = Outcome.COUNTER, "another_time", now
    row.about, row.concerns, row.data = invitation.meeting.about, invitation.ref, {"proposal": proposal.pk}
    row.save()
    return row


def answer_of_a_stranger(invitation: Invitation, now: datetime) -> Incoming:
    """A mail in which somebody to whom the invitation was passed on answers it."""
    answer = vevent().replace("$who", "kanari@elsewhere.example")
    mail = f"From: kanari@elsewhere.example\nContent-Type: text/calendar; method=REPLY\n\n{answer}"
    row = deliver(mail.encode(), [], Source.LMTP).row
    row.outcome, row.reason, row.processed_at = Outcome.REVIEW, "somebody_else", now
    row.about, row.concerns = invitation.meeting.about, invitation.ref
    row.save()
    return row


def invite_token(scene: Scene) -> str:
    return make_token(INVITE_PURPOSE, f"{scene.invite.pk}.{scene.invite.email}")


def unsubscribe_token(scene: Scene) -> str:
    return make_token(UNSUBSCRIBE, f"{scene.tie.user_id}.meetings.reminder")


def answer_token(scene: Scene) -> str:
    return make_token("answer", f"{scene.invitation.pk}.{scene.invitation.link_version}")


def input_token(scene: Scene) -> str:
    return make_token("input", f"i.{scene.invitation.pk}.{scene.invitation.link_version}")
