"""The link in the mail: what scanners, forwarders and forgers can and cannot do with it (reliability.md T1-T14)."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mail.links import make_token
from mail.models import Message
from meetings.actions.answers import answer_invitation
from meetings.actions.meetings import cancel_meeting
from meetings.enums import Road
from meetings.models import AnswerChange, Invitation
from meetings.tokens import ANSWER, answer_path, answer_token, input_token, with_answer
from tests.factories.groups import RoundFactory
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.meetings.pages import nonce_of, press

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(group, member):
    tie = member.affiliations.get()
    return InvitationFactory(meeting=MeetingFactory(group=group, title="Kickoff"), affiliation=tie, user=member)


def untouched(invitation):
    row = Invitation.objects.get(pk=invitation.pk)
    return row.answer == "none" and not AnswerChange.objects.exists() and not Message.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_scanner_that_fetches_the_link_changes_nothing(client, invitation, method, django_assert_num_queries):
    for _ in range(10):
        response = getattr(client, method)(with_answer(answer_path(invitation), "yes"))
        assert response.status_code in {200, 204}
        assert not response.cookies
    assert untouched(invitation)


@pytest.mark.parametrize("answer", ["yes", "maybe", "no"])
def test_the_answer_in_the_address_only_moves_the_focus(client, invitation, answer):
    page = client.get(with_answer(answer_path(invitation), answer)).content.decode()
    assert f'value="{answer}" aria-pressed="false" autofocus' in page
    assert page.count("autofocus") == 1
    assert untouched(invitation)


def test_an_unknown_answer_in_the_address_is_ignored(client, invitation):
    page = client.get(f"{answer_path(invitation)}?answer=<script>").content.decode()
    assert "autofocus" not in page
    assert "<script>" not in page.replace("<script defer", "")


def test_the_page_is_neither_stored_indexed_nor_passed_on(client, invitation):
    response = client.get(answer_path(invitation))
    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]
    page = response.content.decode()
    assert 'name="robots" content="noindex"' in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_a_forged_link_is_a_404_and_all_look_alike(client, invitation):
    token = answer_token(invitation)
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    wrong = [flipped, token[:-3], token.replace(".", "", 1), "x" * 2000, make_token("unsubscribe", "1.1"), "%00", "æøå"]
    for one in wrong:
        assert client.get(f"/r/{one}/").status_code == 404, one
        assert client.post(f"/r/{one}/", {"answer": "yes"}).status_code == 404, one


@pytest.mark.parametrize("tail", [".", ")", ">", "%3E", ".)", "»", "%20", "*"])
@pytest.mark.parametrize("slash", ["/", ""])
def test_what_mail_programs_hang_on_the_link_is_forgiven(client, invitation, tail, slash):
    response = client.get(f"/r/{answer_token(invitation)}{slash}{tail}", follow=True)
    assert response.status_code == 200


def test_a_line_break_inside_the_link_is_forgiven(client, invitation):
    token = answer_token(invitation)
    assert client.get(f"/r/{token[:12]}=%0A{token[12:]}/").status_code == 200


def test_the_link_to_one_invitation_does_not_answer_another(client, invitation):
    other = InvitationFactory(meeting=MeetingFactory())
    nonce = nonce_of(client, answer_path(invitation))
    response = client.post(answer_path(other), {"answer": "yes", "nonce": nonce})
    assert response.status_code == 403
    assert untouched(other)


def test_a_link_for_another_purpose_does_not_answer(client, invitation):
    assert client.get(f"/r/{input_token(invitation)}/").status_code == 404
    assert client.get(f"/c/{answer_token(invitation)}/").status_code == 404


def test_an_answer_without_the_pages_own_nonce_is_refused_and_keeps_what_was_typed(client, invitation):
    for nonce in ("", "page.x.y", "æ"):
        response = client.post(answer_path(invitation), {"answer": "yes", "comment": "Kommer sent", "nonce": nonce})
        assert response.status_code == 403
        assert 'value="Kommer sent"' in response.content.decode()
    assert untouched(invitation)


def test_a_page_that_lay_open_too_long_asks_for_one_more_press(client, invitation):
    with time_machine.travel(timezone.now() - dt.timedelta(hours=3), tick=False):
        nonce = nonce_of(client, answer_path(invitation))
    response = client.post(answer_path(invitation), {"answer": "yes", "nonce": nonce})
    assert response.status_code == 403
    assert untouched(invitation)
    fresh = nonce_of(client, answer_path(invitation))
    assert client.post(answer_path(invitation), {"answer": "yes", "nonce": fresh}).status_code == 302


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_on_another_site_cannot_answer(client, invitation, origin):
    nonce = nonce_of(client, answer_path(invitation))
    response = client.post(answer_path(invitation), {"answer": "yes", "nonce": nonce}, headers={"Origin": origin})
    assert response.status_code == 403
    assert untouched(invitation)


def test_no_cookie_is_needed_even_where_csrf_is_checked(invitation):
    strict = Client(enforce_csrf_checks=True)
    nonce = nonce_of(strict, answer_path(invitation))
    sent = strict.post(
        answer_path(invitation), {"answer": "yes", "nonce": nonce}, headers={"Origin": "http://testserver"}
    )
    assert sent.status_code == 302
    assert not strict.cookies
    assert Invitation.objects.get(pk=invitation.pk).answer == "yes"


def test_the_link_never_signs_anyone_in(client, invitation):
    press(client, invitation, "yes")
    assert "sessionid" not in client.cookies
    assert client.get(reverse("meetings:door", args=[invitation.meeting_id])).status_code == 302


def test_after_twenty_changes_in_an_hour_the_link_rests(client, invitation):
    codes = [press(client, invitation, "yes" if turn % 2 else "no").status_code for turn in range(25)]
    assert codes[:20] == [302] * 20
    assert codes[20:] == [429] * 5
    assert Invitation.objects.filter(meeting=invitation.meeting).count() == 1
    assert Invitation.objects.get(pk=invitation.pk).answer == "yes"


def test_forty_phones_behind_one_address_can_answer(client, group):
    meeting = MeetingFactory(group=group)
    rows = [InvitationFactory(meeting=meeting) for _ in range(40)]
    assert {press(client, row, "yes").status_code for row in rows} == {302}


def test_random_tokens_from_one_address_are_stopped(client, db):
    codes = [client.get(f"/r/guess{turn}/").status_code for turn in range(65)]
    assert codes[:60] == [404] * 60
    assert set(codes[60:]) == {429}


def closed(name, invitation, now):
    meeting = invitation.meeting
    if name == "withdrawn":
        Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=now)
    elif name == "replaced":
        Invitation.objects.filter(pk=invitation.pk).update(link_version=2)
    elif name == "disabled":
        type(invitation.user).objects.filter(pk=invitation.user_id).update(is_active=False)
    elif name == "anonymised":
        type(invitation.user).objects.filter(pk=invitation.user_id).update(anonymised_at=now, name="")
    elif name == "cancelled":
        meeting.state, meeting.cancelled_at, meeting.cancel_reason = "cancelled", now, "Storm"
        meeting.save()
    elif name == "held":
        meeting.state = "held"
        meeting.save()


@pytest.mark.parametrize("name", ["withdrawn", "replaced", "disabled", "anonymised", "cancelled", "held"])
def test_a_genuine_link_that_is_closed_says_so_and_names_nobody(client, invitation, name):
    nonce = nonce_of(client, answer_path(invitation))
    path = answer_path(invitation)
    closed(name, invitation, timezone.now())
    for response in (client.get(path), client.post(path, {"answer": "yes", "nonce": nonce})):
        assert response.status_code == 200
        page = response.content.decode()
        assert "Marte" not in page
        assert 'name="answer"' not in page
        assert response["Cache-Control"] == "no-store, private"
    assert Invitation.objects.get(pk=invitation.pk).answer == "none"


@pytest.mark.parametrize(("later", "answers"), [("deadline", {"no"}), ("start", set()), ("end", set())])
def test_after_the_deadline_only_no_is_offered_and_after_the_start_nothing(client, invitation, later, answers):
    meeting = invitation.meeting
    moment = {"deadline": meeting.answer_by, "start": meeting.starts_at, "end": meeting.ends_at}[later]
    with time_machine.travel(moment, tick=False):
        page = client.get(answer_path(invitation)).content.decode()
        offered = {answer for answer in ("yes", "maybe", "no") if f'name="answer" value="{answer}"' in page}
        assert offered == answers
        for answer in {"yes", "maybe", "no"} - answers:
            nonce = nonce_of(client, answer_path(invitation)) if answers else "x"
            response = client.post(answer_path(invitation), {"answer": answer, "nonce": nonce})
            assert response.status_code == 200
    assert untouched(invitation)


def test_cancelling_closes_the_link_and_tells_why(client, invitation, leader):
    cancel_meeting(invitation.meeting, actor=leader, now=timezone.now(), reason="Storm i fjellet")
    page = client.get(answer_path(invitation)).content.decode()
    assert "Storm i fjellet" in page


def test_somebody_else_who_is_signed_in_sees_whose_it_is_only_in_masked_form(client_of, invitation, outsider):
    Invitation.objects.filter(pk=invitation.pk).update(comment="Er allergisk")
    client = client_of(outsider)
    page = client.get(answer_path(invitation)).content.decode()
    assert "M… H…" in page
    assert "Marte" not in page
    assert "Haugen" not in page
    assert "Er allergisk" not in page
    assert outsider.display_name in page


def test_what_somebody_else_presses_counts_for_the_person_invited_and_is_logged_with_their_name(
    client_of, invitation, outsider
):
    client = client_of(outsider)
    press(client, invitation, "yes")
    row = Invitation.objects.get(pk=invitation.pk)
    assert (row.answer, row.answered_via, row.answered_by) == ("yes", Road.LINK, outsider)
    assert client.session["_auth_user_id"] == str(outsider.pk)


def test_the_page_speaks_the_language_of_the_person_invited(client, invitation, member):
    for language in ("nb", "nn", "en"):
        type(member).objects.filter(pk=member.pk).update(language=language)
        page = client.get(answer_path(invitation), headers={"Accept-Language": "de"}).content.decode()
        assert f'<html lang="{language}"' in page


def test_the_calendar_entry_downloads_from_the_receipt_without_people(client, invitation):
    press(client, invitation, "yes")
    page = client.get(answer_path(invitation)).content.decode()
    path = reverse("meetings:entry_by_link", args=[answer_token(invitation)])
    assert path in page
    response = client.get(path)
    assert response["Content-Type"].startswith("text/calendar")
    text = response.content.decode()
    assert str(invitation.meeting.uid) in text
    assert "ATTENDEE" not in text
    assert "/r/" not in text


def test_the_pages_queries_do_not_grow_with_the_meeting(same_queries, group):
    small, large = MeetingFactory(group=group, capacity=50), MeetingFactory(group=group, capacity=50)
    few = [InvitationFactory(meeting=small, answer="yes") for _ in range(3)]
    many = [InvitationFactory(meeting=large, answer="yes") for _ in range(30)]
    same_queries(answer_path(few[0]), answer_path(many[0]), at_most=6)


def test_the_personal_link_to_input_knows_the_writer(client, invitation):
    invitation.meeting.round = RoundFactory(group=invitation.meeting.group)
    invitation.meeting.save()
    path = reverse("door", args=[input_token(invitation)])
    response = client.get(path)
    assert response.status_code == 200
    assert invitation.meeting.round.question in response.content.decode()
    Invitation.objects.filter(pk=invitation.pk).update(link_version=2)
    closed_page = client.get(path)
    assert closed_page.status_code == 200
    assert invitation.meeting.round.question not in closed_page.content.decode()


def test_the_personal_link_to_input_dies_with_the_affiliation(client, invitation):
    invitation.meeting.round = RoundFactory(group=invitation.meeting.group)
    invitation.meeting.save()
    tie = invitation.affiliation
    tie.state, tie.ended_on, tie.is_main = "ended", dt.date(2020, 2, 1), False
    tie.save()
    page = client.get(reverse("door", args=[input_token(invitation)])).content.decode()
    assert invitation.meeting.round.question not in page


def test_a_forged_input_link_is_a_404(client, db):
    assert client.get("/c/forged.token/").status_code == 404


def test_answers_by_link_and_page_are_one_answer(client, invitation, member):
    press(client, invitation, "no")
    answer_invitation(invitation, answer="yes", via=Road.PAGE, actor=member, now=timezone.now())
    assert 'aria-pressed="true"' in client.get(answer_path(invitation)).content.decode()
    assert list(AnswerChange.objects.values_list("answer", "via")) == [("yes", "page"), ("no", "link")]


def test_the_purpose_of_the_token_is_bound_to_the_invitation(invitation):
    assert answer_token(invitation) == make_token(ANSWER, f"{invitation.pk}.{invitation.link_version}")
