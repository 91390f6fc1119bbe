"""Invitations to the portal: read from a sheet, bound to an address, used once."""

import datetime as dt
import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mail.links import make_token
from mail.models import Message
from members import actions
from members.errors import InviteRefused
from members.letters import invite_path
from members.models import Affiliation, Invite, User
from members.rules import belongs_to
from members.sheets import Verdict, judge, read_lines
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now


def verified(user, address=None):
    EmailAddress.objects.create(user=user, email=address or user.email, verified=True)
    return user


@pytest.fixture
def invite(company, contact):
    (row,) = actions.invite_colleagues(company, people=[("ny@firma.example", "Ny Kollega")], actor=contact, now=NOW())
    return row


@pytest.fixture
def invited(invite):
    return verified(UserFactory(email="ny@firma.example"))


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("kari@firma.no", ("kari@firma.no", "")),
        ("Kari Nordmann <Kari@Firma.no>", ("kari@firma.no", "Kari Nordmann")),
        ("Kari Nordmann\tkari@firma.no\tPlanlegger", ("kari@firma.no", "Kari Nordmann Planlegger")),
        ("kari@firma.no;Kari Nordmann", ("kari@firma.no", "Kari Nordmann")),
        ('"Kari Nordmann", kari@firma.no', ("kari@firma.no", "Kari Nordmann")),
        ("mailto:kari@firma.no", ("kari@firma.no", "")),
        ("Kari uten adresse", ("", "Kari uten adresse")),
        ("kari@localhost", ("", "")),
    ],
)
def test_a_line_is_read_as_people_paste_it(pasted, read):
    (line,) = read_lines(pasted)
    assert (line.email, line.name) == read


def test_a_row_of_headings_and_blank_lines_are_passed_over():
    lines = read_lines("Navn;E-post\n\nKari;kari@firma.no\r\n  \nOla;ola@firma.no")
    assert [(line.number, line.email) for line in lines] == [(3, "kari@firma.no"), (5, "ola@firma.no")]


def test_each_line_gets_its_verdict_before_anything_is_sent(client_of, contact, colleague, company, invite):
    pasted = f"ny2@firma.example\nNY2@firma.example\n{colleague.email}\nny@firma.example\nuten adresse"
    address = reverse("members:invite", args=[company.slug])
    before = Invite.objects.count()
    page = client_of(contact).post(address, {"people": pasted})
    verdicts = [line.verdict for line in page.context["lines"]]
    assert verdicts == [Verdict.INVITE, Verdict.TWICE, Verdict.INSIDE, Verdict.WAITING, Verdict.WRONG]
    assert Invite.objects.count() == before
    client_of(contact).post(address, {"people": pasted, "send": "1"})
    assert list(Invite.objects.order_by("-pk").values_list("email", flat=True)) == [
        "ny2@firma.example",
        "ny@firma.example",
    ]


def test_judging_costs_the_same_for_one_line_and_for_many(company, django_assert_num_queries):
    for count in (1, 100):
        with django_assert_num_queries(3):
            judge(read_lines("\n".join(f"a{n}@firma.example" for n in range(count))), company, NOW())


@pytest.mark.parametrize(
    "text", ["", "   ", "x" * 20_001, "\n".join(f"a{n}@b.example" for n in range(201)), "a\0@b.no"]
)
def test_too_much_or_nothing_is_refused_beside_the_field(client_of, contact, company, text):
    page = client_of(contact).post(reverse("members:invite", args=[company.slug]), {"people": text, "send": "1"})
    assert page.status_code == 422
    assert page.context["form"].errors["people"]
    assert not Invite.objects.exists()


def test_a_company_sends_at_most_fifty_a_day_and_none_of_a_list_that_is_too_long(company, contact):
    people = [(f"a{n}@firma.example", "") for n in range(50)]
    assert len(actions.invite_colleagues(company, people=people[:49], actor=contact, now=NOW())) == 49
    with pytest.raises(InviteRefused):
        actions.invite_colleagues(
            company, people=[("b@firma.example", ""), ("c@firma.example", "")], actor=contact, now=NOW()
        )
    assert Invite.objects.count() == 49
    assert len(actions.invite_colleagues(company, people=people, actor=contact, now=NOW())) == 1
    tomorrow = NOW() + dt.timedelta(days=1, minutes=1)
    assert actions.invite_colleagues(company, people=[("b@firma.example", "")], actor=contact, now=tomorrow)


def test_the_invited_person_gets_a_mail_with_a_link_that_is_kept_nowhere(invite, post_office, client):
    (mail,) = post_office()
    assert mail.to == ["ny@firma.example"]
    assert invite_path(invite) in mail.body
    row = Message.objects.get()
    assert invite_path(invite) not in row.text + row.html
    assert client.get(invite_path(invite)).status_code == 200


def test_opening_the_link_changes_nothing_however_often(client, invite, invited, client_of):
    for browser in (client, client_of(invited)):
        for _ in range(3):
            response = browser.get(invite_path(invite))
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Referrer-Policy"] == "same-origin"
    invite.refresh_from_db()
    assert invite.accepted_at is None


def accept(client, invite):
    token = invite_path(invite).split("/")[2]
    return client.post(reverse("members:accept_invite", args=[token]))


def test_the_holder_of_the_invited_address_joins_at_once(client_of, invite, invited, company):
    response = accept(client_of(invited), invite)
    assert response.url == reverse("groups")
    tie = Affiliation.objects.get(user=invited)
    assert (tie.company, tie.state, tie.road, tie.is_contact) == (company, "active", "invite", False)


def test_a_request_that_waits_becomes_the_membership(client_of, invite, invited, company):
    tie = actions.ask_to_join(invited, company, now=NOW())
    accept(client_of(invited), invite)
    tie.refresh_from_db()
    assert tie.state == "active"
    assert Affiliation.objects.filter(user=invited).count() == 1


def test_another_address_is_refused_and_told_to_ask_for_a_new_invitation(client_of, invite, company):
    thief = verified(UserFactory(email="tyv@annen.example"))
    browser = client_of(thief)
    assert "tyv@annen.example" in browser.get(invite_path(invite)).content.decode()
    accept(browser, invite)
    assert not belongs_to(thief, company)
    invite.refresh_from_db()
    assert invite.accepted_at is None


def test_the_invited_address_counts_only_when_it_is_proved(client_of, invite, company):
    claimant = UserFactory(email="ny@firma.example")
    EmailAddress.objects.create(user=claimant, email="ny@firma.example", verified=False)
    accept(client_of(claimant), invite)
    assert not belongs_to(claimant, company)


def test_a_proved_second_address_may_use_the_invitation(client_of, invite, company):
    person = verified(UserFactory(email="annen@privat.example"), "ny@firma.example")
    accept(client_of(person), invite)
    assert belongs_to(person, company)


@pytest.mark.parametrize("how", ["used", "revoked", "late", "company"])
def test_an_invitation_that_is_over_lets_nobody_in(client_of, invite, invited, company, contact, staff, how):
    if how == "used":
        Invite.objects.update(accepted_at=NOW(), accepted_by=UserFactory())
    elif how == "revoked":
        assert actions.revoke_invite(invite, actor=contact, now=NOW())
    elif how == "late":
        Invite.objects.update(expires_at=NOW() - dt.timedelta(minutes=1))
    else:
        actions.end_company(company, actor=staff, now=NOW())
    browser = client_of(invited)
    assert browser.get(invite_path(invite)).status_code == 200
    accept(browser, invite)
    assert not Affiliation.objects.filter(user=invited).exists()


def test_a_forged_or_foreign_link_is_not_found(client, invite):
    good = invite_path(invite)
    for path in (
        good[:-3] + "xx/",
        "/invites/abc/",
        f"/invites/{make_token('answer', f'{invite.pk}.{invite.email}')}/",
        f"/invites/{make_token('invite', f'{invite.pk}.annen@firma.example')}/",
        f"/invites/{make_token('invite', '99999.ny@firma.example')}/",
    ):
        assert client.get(path).status_code == 404


def test_a_link_with_what_mail_programs_leave_hanging_still_works(client, invite):
    assert client.get(invite_path(invite).rstrip("/") + ">./").status_code == 200


def test_a_new_invitation_replaces_one_that_ran_out(company, contact, invite):
    later = NOW() + dt.timedelta(days=15)
    (new,) = actions.invite_colleagues(company, people=[(invite.email, "")], actor=contact, now=later)
    assert new.pk != invite.pk
    assert actions.invite_colleagues(company, people=[(invite.email, "")], actor=contact, now=later) == []


def test_a_revoked_invitation_is_not_mailed(invite, contact, post_office):
    actions.revoke_invite(invite, actor=contact, now=NOW())
    assert post_office() == []


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_membership(invite, invited, company):
    barrier, outcomes = threading.Barrier(2), []

    def press():
        try:
            row = Invite.objects.select_related("company").get(pk=invite.pk)
            user = User.objects.get(pk=invited.pk)
            barrier.wait(10)
            actions.accept_invite(row, user=user, now=NOW())
            outcomes.append("in")
        except InviteRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["in", "refused"]
    assert Affiliation.objects.filter(user=invited).count() == 1
