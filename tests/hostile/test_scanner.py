"""A mail scanner opens every link of every mail, many times, and presses what it finds: nothing may come of it."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from groups.models import Membership
from mail import kinds
from mail.delivery import deliver_due
from mail.models import Message
from mail.queue import Draft, enqueue_many
from meetings.letters.building import Sort
from meetings.models import Word
from members.digests import DIGEST
from members.models import CompanyDomain
from tests.factories.groups import InputFactory
from tests.factories.meetings import InvitationFactory
from tests.factories.members import CompanyFactory
from tests.scene import answer_token

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TIMES = 100
LINK = re.compile(r"https?://[^\s\"'<>]+")
WORDS = {
    "answer": "yes",
    "text": "Ord",
    "area": "production",
    "name": "Guri Gjest",
    "consent": "on",
    "kind": "bottleneck",
}


def mails_to_be(scene, leader, staff):
    """For each kind that the portal knows but three: recipient, about and data of one mail."""
    now = timezone.now()
    me, organiser, office = f"user:{scene.tie.user_id}", f"user:{leader.pk}", f"user:{staff.pk}"
    invited, meeting = scene.invitation.ref, scene.meeting.about
    request, own = {"affiliation": scene.request.pk}, {"affiliation": scene.tie.pk}
    applied, alone = CompanyFactory(state="applied"), CompanyFactory()
    domain = CompanyDomain.objects.create(company=alone, domain="kanari.example", state="claimed")
    word = Word.objects.create(meeting=scene.meeting, count=1, sent_by=leader, sent_at=now, subject="Ord", text="Sko")
    joined = Membership.objects.get(group=scene.group, affiliation=scene.tie)
    mine = {
        station: {
            "inputs": [str(InputFactory(round=scene.round, affiliation=scene.tie, station=station, reply="Ja").pk)]
        }
        for station in ("answered", "parked")
    }
    InputFactory(round=scene.round, affiliation=scene.tie, station="in_project", theme=scene.theme)
    away = InvitationFactory(meeting=scene.meeting, answer="no")
    scene.invitation.proposals.update(state="declined")
    invitation = {name: (invited, meeting, {}) for name in kinds._kinds if name.startswith("meetings.")}
    return invitation | {
        "groups.input_answered": (me, "", mine["answered"]),
        "groups.input_parked": (me, "", mine["parked"]),
        "groups.membership_decided": (me, "", {"membership": joined.pk}),
        "groups.membership_requested": (organiser, "", {"membership": scene.membership_request.pk}),
        "groups.started": (me, "", {"group": scene.group.pk}),
        "meetings.counter_declined": (invited, meeting, {"proposal": scene.invitation.proposals.get().pk}),
        "meetings.handed": (invited, meeting, {"from": scene.invitation.pk}),
        "meetings.late_no": (organiser, meeting, {"invitation": away.pk}),
        "meetings.reminder": (invited, meeting, {"step": 2}),
        "meetings.review": (organiser, meeting, {}),
        "meetings.word": (invited, meeting, {"word": word.pk}),
        "members.company_applied": (office, "", {"company": applied.pk}),
        "members.company_decided": (me, "", {"company": scene.company.pk}),
        "members.domain_claimed": (office, "", {"company": alone.pk, "domain": domain.pk}),
        "members.invite": (f"invite:{scene.invite.pk}", "", {"invite": scene.invite.pk}),
        "members.join_request": (f"user:{scene.contact.pk}", "", request),
        "members.join_request_staff": (office, "", request),
        "members.no_contact": (office, "", {"company": alone.pk}),
        "members.request_decided": (me, "", own),
        "members.request_overdue": (office, "", request),
        "members.request_reminder": (f"user:{scene.contact.pk}", "", request),
        "members.test": (office, "", {}),
        "projects.started": (me, "", {"project": scene.project.pk}),
    }


@pytest.fixture
def mails(scene, leader, staff, contact, client, mailoutbox, monkeypatch):
    """One mail of each kind, sent."""
    scene.contact = contact
    known = dict(kinds._kinds)
    for name, kind in known.items():  # whatever the meeting's state is: a scanner reads old mails, too
        if isinstance(kind.builder, Sort):
            known[name] = replace(kind, builder=replace(kind.builder, refuse=lambda _invitation, _now: ""))
    monkeypatch.setattr(kinds, "_kinds", known)
    for kind, (recipient, about, data) in mails_to_be(scene, leader, staff).items():
        enqueue_many(kind, [Draft(recipient=recipient, about=about, data=data)])
    client.post("/accounts/login/code/", {"email": leader.email})
    for _ in range(5):
        deliver_due(timezone.now() + timedelta(minutes=10))
    me = f"user:{scene.tie.user_id}"
    enqueue_many("groups.started", [Draft(recipient=me, data={"group": scene.group.pk})])
    waits = Message.objects.filter(kind="groups.started", state="queued")
    waits.update(gathered_for=me, not_before=timezone.now() - timedelta(days=1))
    enqueue_many(DIGEST, [Draft(recipient=me)])
    deliver_due(timezone.now() + timedelta(minutes=10))
    return mailoutbox


def links_of(mail):
    """Where the words, the way out and the calendar of a mail lead, within the portal."""
    parts = [part.get_payload(decode=True).decode() for part in mail.message().walk() if not part.is_multipart()]
    found = {link for text in parts for link in LINK.findall(unescape(text).replace("\r\n ", ""))}
    found.add(mail.letter.unsubscribe)
    ours = [urlsplit(link.rstrip(".,;:!?)")) for link in found if link.startswith("http://testserver/")]
    return {f"{one.path}?{one.query}" if one.query else one.path for one in ours}


def test_every_kind_of_mail_is_in_the_letterbox(mails):
    sent = set(Message.objects.filter(state="sent").values_list("kind", flat=True))
    missing = set(kinds._kinds) - sent
    assert not missing, {row.kind: (row.state, row.error) for row in Message.objects.filter(kind__in=missing)}


def test_opening_every_link_a_hundred_times_and_pressing_blindly_writes_nothing(mails, nothing_written):
    links = sorted(set().union(*(links_of(mail) for mail in mails)))
    kinds_of_link = {link.split("/")[1] for link in links}
    assert {"r", "c", "unsubscribe", "invites", "meetings", "groups", "projects", "me", "admin"} <= kinds_of_link
    scanner = Client(headers={"purpose": "prefetch", "sec-purpose": "prefetch", "user-agent": "Scanner/1.0"})
    with nothing_written():
        for link in links:
            for _ in range(TIMES):
                for answer in (scanner.head(link), scanner.get(link)):
                    assert answer.status_code in {200, 302, 404}, (link, answer.status_code)
            for body in ({}, WORDS, {**WORDS, "nonce": "x" * 40}):
                answer = scanner.post(link, body)
                assert answer.status_code in {200, 302, 400, 403, 404, 405, 422, 429}, (link, answer.status_code)


def test_without_the_pages_nonce_a_blind_press_would_answer(mails, scene, nothing_written, monkeypatch):
    monkeypatch.setattr("meetings.views.answers.nonce_is_good", lambda *_words: True)
    with pytest.raises(AssertionError), nothing_written():
        Client().post(f"/r/{answer_token(scene)}/", WORDS)
