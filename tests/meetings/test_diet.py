"""What people cannot eat: asked only where food is served, stored only with consent, seen by the kitchen, and deleted."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from mail import delivery
from mail.models import Message
from meetings.actions.answers import AnswersClosed, answer_invitation
from meetings.actions.diet import ConsentMissing, sweep_diets, tell_kitchen
from meetings.actions.handing import Colleague, hand_over
from meetings.actions.meetings import cancel_meeting, edit_called, invite_late, withdraw_invitation
from meetings.enums import Road
from meetings.kitchen import kitchen_list
from meetings.models import DietNeed, Invitation, Meeting
from meetings.plans import Details
from meetings.tasks import sweep
from meetings.tokens import answer_path
from members import actions as register
from members.clock import oslo_today
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.members import AffiliationFactory
from tests.meetings.pages import nonce_of
from tests.office import change, clerk, listing, office, without_second_factor

__all__ = ["clerk", "office", "without_second_factor"]
pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
NUTS = "Tåler ikke nøtter"


@pytest.fixture
def meeting(group):
    return MeetingFactory(group=group, serves_food=True, starts_at=NOW + dt.timedelta(days=14))


@pytest.fixture
def mine(meeting, member):
    row = InvitationFactory(meeting=meeting, affiliation=member.affiliations.get(), user=member)
    return say(row, "yes")


def say(row, answer, minute=0):
    now = NOW + dt.timedelta(minutes=minute)
    return answer_invitation(row, answer=answer, via=Road.PAGE, actor=row.user, now=now).invitation


def tell(row, text=NUTS, consents=True, now=NOW):
    return tell_kitchen(row, text=text, consents=consents, now=now)


def text_of(response):
    return " ".join(response.content.decode().split())


# Asked and stored


def test_only_a_yes_to_a_meeting_with_food_is_asked(meeting, mine, member, client_of):
    browser, path = client_of(member), meeting.get_absolute_url()
    page = text_of(browser.get(path))
    assert "Allergi eller kosthensyn?" in page
    assert "Det slettes sju dager etter møtet" in page
    assert 'name="consent"' in page
    assert "checked" not in page.split('name="consent"')[1].split(">")[0]
    for answer in ("maybe", "no"):
        say(mine, answer)
        assert 'name="diet"' not in text_of(browser.get(path))
    say(mine, "yes", 1)
    Meeting.objects.filter(pk=meeting.pk).update(serves_food=False)
    assert 'name="diet"' not in text_of(browser.get(path))
    with pytest.raises(AnswersClosed):
        tell(mine)


def test_stored_with_consent_and_when_it_was_given(meeting, mine, member, client_of):
    browser, path = client_of(member), reverse("meetings:diet", args=[meeting.pk])
    with time_machine.travel(NOW, tick=False):
        answer = browser.post(path, {"diet": f"  {NUTS}\u200b ", "consent": "on"}, follow=True)
    assert "Kjøkkenet får vite det, uten navnet ditt." in text_of(answer)
    need = DietNeed.objects.get()
    assert (need.invitation_id, need.text, need.consented_at) == (mine.pk, NUTS, NOW)
    page = text_of(browser.get(meeting.get_absolute_url()))
    assert f"«{NUTS}»" in page
    assert "Du samtykket" in page


@pytest.mark.parametrize(
    ("sent", "words", "field"),
    [
        ({"diet": NUTS}, "Kryss av for at arrangøren kan lagre dette, eller la feltet stå tomt.", "consent"),
        ({"diet": NUTS, "consent": ""}, "Kryss av for at arrangøren kan lagre dette", "consent"),
        ({"diet": "x" * 201, "consent": "on"}, "200", "diet"),
        ({"diet": "a\0b", "consent": "on"}, "Null", "diet"),
    ],
)
def test_without_consent_or_too_long_nothing_is_stored(meeting, mine, member, client_of, sent, words, field):
    answer = client_of(member).post(reverse("meetings:diet", args=[meeting.pk]), sent)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert f'aria-describedby="{"help_consent " if field == "consent" else ""}error_{field}"' in text_of(answer)
    assert not DietNeed.objects.exists()
    if "x" not in sent["diet"] and "\0" not in sent["diet"]:
        assert f'value="{NUTS}"' in text_of(answer)


def test_the_verb_asks_for_consent_whatever_the_page_does(mine):
    with pytest.raises(ConsentMissing):
        tell(mine, consents=False)
    assert not DietNeed.objects.exists()


def test_other_words_need_a_consent_of_their_own(meeting, mine, member, client_of):
    tell(mine)
    browser, path = client_of(member), reverse("meetings:diet", args=[meeting.pk])
    assert browser.post(path, {"diet": "Vegetar"}).status_code == 422
    assert DietNeed.objects.get().text == NUTS
    browser.post(path, {"diet": "Vegetar", "consent": "on"})
    need = DietNeed.objects.get()
    assert need.text == "Vegetar"
    assert need.consented_at > NOW


def test_until_the_start_something_is_taken_and_it_can_be_taken_back_even_after(meeting, mine, member, client_of):
    tell(mine, now=meeting.starts_at - dt.timedelta(minutes=1))
    with pytest.raises(AnswersClosed):
        tell(mine, now=meeting.starts_at)
    browser, path = client_of(member), reverse("meetings:diet", args=[meeting.pk])
    with time_machine.travel(meeting.ends_at + dt.timedelta(hours=1), tick=False):
        page = text_of(browser.get(meeting.get_absolute_url()))
        assert "Slett det" in page
        assert 'type="text" id="id_diet"' not in page
        answer = browser.post(path, {"diet": ""}, follow=True)
    assert "Det er slettet." in text_of(answer)
    assert not DietNeed.objects.exists()


def test_behind_the_link_it_is_written_and_taken_back_and_never_shown(client, meeting, mine):
    here = answer_path(mine)
    path = reverse("meetings:diet_by_link", args=[here.split("/")[2]])
    assert client.post(path, {"diet": NUTS, "consent": "on"}).status_code == 403  # the page was not fetched
    assert client.post(path, {"diet": NUTS, "nonce": nonce_of(client, here)}).status_code == 422
    assert not DietNeed.objects.exists()
    sent = {"diet": NUTS, "consent": "on", "nonce": nonce_of(client, here)}
    assert client.post(path, sent).status_code == 302
    assert DietNeed.objects.get().text == NUTS
    page = text_of(client.get(here))
    assert NUTS not in page
    assert "Du har sagt fra til kjøkkenet" in page
    with time_machine.travel(meeting.ends_at + dt.timedelta(hours=1), tick=False):
        assert "Slett det" in text_of(client.get(here))
        assert client.post(path, {"diet": "", "nonce": nonce_of(client, here)}).status_code == 302
    assert not DietNeed.objects.exists()


def test_whoever_is_signed_in_as_somebody_else_can_do_nothing_with_it(client_of, mine, colleague):
    tell(mine)
    browser, here = client_of(colleague), answer_path(mine)
    assert "kjøkken" not in text_of(browser.get(here))
    path = reverse("meetings:diet_by_link", args=[here.split("/")[2]])
    for sent in ({"diet": ""}, {"diet": "Vegetar", "consent": "on"}):
        assert browser.post(path, {**sent, "nonce": nonce_of(browser, here)}).status_code == 403
    assert DietNeed.objects.get().text == NUTS


# Deleted


@pytest.mark.parametrize("answer", ["no", "maybe"])
def test_without_a_yes_it_is_deleted(mine, answer):
    tell(mine)
    say(mine, answer, 1)
    assert not DietNeed.objects.exists()


def test_handing_over_deletes_it(meeting, mine):
    tell(mine)
    colleague = AffiliationFactory(company=mine.affiliation.company)
    hand_over(mine, to=Colleague(affiliation=colleague), via=Road.PAGE, actor=mine.user, now=NOW)
    assert not DietNeed.objects.exists()


def test_withdrawing_and_cancelling_delete_it(meeting, mine, leader):
    tell(mine)
    withdraw_invitation(mine, actor=leader, now=NOW)
    assert not DietNeed.objects.exists()
    invite_late(meeting, actor=leader, now=NOW, people=[mine.affiliation])
    say(mine, "yes", 1)
    tell(mine)
    cancel_meeting(meeting, actor=leader, now=NOW, reason="Snø")
    assert not DietNeed.objects.exists()


def test_where_no_food_is_served_any_more_it_is_deleted(meeting, mine, leader):
    tell(mine)
    words = {"title": meeting.title, "starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    edit_called(meeting, actor=leader, now=NOW, details=Details(**words, serves_food=True), agenda=(), mail=False)
    assert DietNeed.objects.exists()
    edit_called(meeting, actor=leader, now=NOW, details=Details(**words), agenda=(), mail=False)
    assert not DietNeed.objects.exists()


def test_seven_days_after_the_meeting_the_nightly_sweep_deletes_it(meeting, mine):
    tell(mine)
    other = say(InvitationFactory(meeting=MeetingFactory(serves_food=True)), "yes")
    tell(other)
    boundary = meeting.ends_at + dt.timedelta(days=7)
    Meeting.objects.filter(pk=other.meeting_id).update(ends_at=boundary)
    with time_machine.travel(boundary - dt.timedelta(seconds=1), tick=False):
        sweep()
    assert DietNeed.objects.count() == 2
    with time_machine.travel(boundary, tick=False):
        sweep()
    assert DietNeed.objects.get().invitation_id == other.pk
    assert sweep_diets(boundary) == 0


def test_the_sweep_finds_what_no_verb_was_there_for(meeting, mine):
    """Who has left the company is expected no more; nobody told us so about the meeting."""
    tell(mine)
    tie = mine.affiliation
    tie.state, tie.ended_on = "ended", oslo_today() - dt.timedelta(days=1)
    tie.save()
    assert sweep_diets(NOW) == 1


def test_whoever_is_taken_out_takes_it_along(mine, member, staff):
    tell(mine)
    register.anonymise_person(member, actor=staff, now=NOW)
    assert not DietNeed.objects.exists()


def test_an_empty_word_is_no_word(mine):
    with pytest.raises(IntegrityError), transaction.atomic():
        DietNeed.objects.create(invitation=mine, text="", consented_at=NOW)


# Seen


@pytest.mark.parametrize(
    ("who", "status"),
    [("leader", 200), ("board_member", 200), ("staff", 200), ("member", 403), ("contact", 404), ("outsider", 404)],
)
def test_only_those_who_run_the_meeting_read_the_list(meeting, mine, client_of, request, who, status):
    tell(mine)
    answer = client_of(request.getfixturevalue(who)).get(reverse("meetings:kitchen", args=[meeting.pk]))
    assert answer.status_code == status
    assert (NUTS in text_of(answer)) == (status == 200)
    if status == 200:
        assert mine.user.name not in text_of(answer)
        assert answer["Cache-Control"] == "no-store, private"


def test_the_list_counts_the_same_words_once_and_leaves_out_who_has_no_place(meeting, mine, client_of, leader):
    Meeting.objects.filter(pk=meeting.pk).update(capacity=4, guests_each=1)
    for place, text in enumerate(("vegetar", "Vegetar", "Skalldyr")):
        row = say(InvitationFactory(meeting=meeting), "yes", place)
        tell(row, text)
    tell(mine)
    listed = kitchen_list(meeting, oslo_today())
    assert (listed.people, listed.told) == (4, 4)
    assert [(text.casefold(), count) for text, count in listed.needs] == [
        ("vegetar", 2),
        ("skalldyr", 1),
        (NUTS.casefold(), 1),
    ]
    last = say(InvitationFactory(meeting=meeting), "yes", 9)
    assert last.queued_at is not None
    tell(last, "Egg")
    assert "Egg" not in text_of(client_of(leader).get(reverse("meetings:kitchen", args=[meeting.pk])))


def test_without_words_the_list_says_so_and_without_food_there_is_none(meeting, client_of, leader):
    path = reverse("meetings:kitchen", args=[meeting.pk])
    assert "Ingen kosthensyn så langt" in text_of(client_of(leader).get(path))
    assert path in text_of(client_of(leader).get(meeting.get_absolute_url()))
    Meeting.objects.filter(pk=meeting.pk).update(serves_food=False)
    assert client_of(leader).get(path).status_code == 404
    assert path not in text_of(client_of(leader).get(meeting.get_absolute_url()))


def test_the_list_costs_the_same_for_many_as_for_one(meeting, mine, client_of, leader, same_queries):
    tell(mine)
    many = MeetingFactory(group=meeting.group, serves_food=True)
    for place in range(30):
        tell(say(InvitationFactory(meeting=many), "yes"), f"Nr. {place}")
    few, lots = (reverse("meetings:kitchen", args=[one.pk]) for one in (meeting, many))
    same_queries(few, lots, client=client_of(leader), at_most=10)


def test_it_is_in_no_mail_calendar_search_sheet_log_or_admin_page(
    meeting, mine, member, leader, staff, client_of, office, caplog
):
    browser = client_of(member)
    browser.post(reverse("meetings:diet", args=[meeting.pk]), {"diet": NUTS, "consent": "on"})
    answer_invitation(mine, answer="yes", via=Road.LINK, actor=member, now=NOW + dt.timedelta(minutes=9))
    edit_called(
        meeting, actor=leader, now=NOW, agenda=(), mail=True,
        details=Details(title="Nytt", starts_at=meeting.starts_at, ends_at=meeting.ends_at, serves_food=True),
    )  # fmt: skip
    Message.objects.update(not_before=NOW)
    delivery.deliver_due(timezone.now())
    assert DietNeed.objects.count() == 1
    assert Message.objects.filter(state="sent").exists()
    assert not [row for row in Message.objects.all() if "nøtter" in row.text + row.html]
    organiser = client_of(leader)
    pages = {
        browser: ["/me/", f"/meetings/{meeting.pk}/meeting.ics", "/search/?q=nøtter", answer_path(mine)],
        organiser: [
            meeting.get_absolute_url(),
            reverse("meetings:invitations", args=[meeting.pk]) + "?q=nøtter",
            reverse("meetings:invitation", args=[meeting.pk, mine.pk]),
            reverse("meetings:door", args=[meeting.pk]),
            reverse("meetings:paper", args=[meeting.pk]),
            "/search/?q=nøtter",
        ],
        office: [
            change(mine),
            change(meeting),
            change(meeting).removesuffix("change/") + "history/",
            listing(Invitation) + "?q=nøtter",
            listing(Invitation) + "export/csv/",
            "/admin/",
        ],
    }
    for reader, paths in pages.items():
        for path in paths:
            answer = reader.get(path)
            assert answer.status_code == 200, path
            assert "ikke nøtter" not in text_of(answer), path
    assert "nøtter" not in caplog.text
    assert NUTS not in str(DietNeed.objects.get())


def test_in_nynorsk(client_of, meeting, mine, leader):
    tell(mine)
    leader.language = "nn"
    leader.save()
    page = text_of(
        client_of(leader).get(reverse("meetings:kitchen", args=[meeting.pk]), headers={"accept-language": "nn"})
    )
    assert "Til kjøkenet" in page
    assert "Ikkje ta vare på lista lenger enn det." in page
