"""Two at once, for real: threads with connections of their own."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from groups.actions.inputs import Writer, edit_input, submit_input, support_input
from groups.actions.memberships import approve_membership, decline_membership, join_group
from groups.actions.roles import hand_over_lead
from groups.errors import LeadMoved, MembershipDecided, ReviewBegun, StaleInput
from groups.models import Input, Membership, Role, Support
from mail.models import Message
from members.clock import oslo_today
from tests.factories.groups import InputFactory, MembershipFactory
from tests.factories.members import AffiliationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Run the deeds together; what each answered or raised."""
    start = threading.Barrier(len(deeds))
    answers = [None] * len(deeds)

    def work(place, deed):
        try:
            start.wait()
            answers[place] = deed()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_support_twice_at_once_is_one(company):
    item = InputFactory()
    now = timezone.now()
    answers = at_once(*[lambda: support_input(item, company=company, affiliation=None, now=now)] * 2)
    assert sorted(new for _row, new in answers) == [False, True]
    assert Support.objects.count() == 1


def test_the_same_form_sent_twice_at_once_is_one_input(found, company):
    now = timezone.now()

    def send():
        return submit_input(
            found,
            writer=Writer(company=company),
            text="En gang.",
            kind="wish",
            area="",
            visibility="anonymous",
            language="nb",
            now=now,
            ticket="same",
        )

    (one, code), (two, again) = at_once(send, send)
    assert (one.pk, code) == (two.pk, again)
    assert Input.objects.count() == 1


def test_edit_and_review_at_once_end_in_one_of_two_orders(found):
    item = InputFactory(round=found, text="Først.")
    now = timezone.now()

    def review():
        Input.objects.filter(pk=item.pk).update(station="under_review")

    edited, _reviewed = at_once(
        lambda: edit_input(item, text="Endret.", kind="wish", area="", version=1, now=now), review
    )
    stored = Input.objects.get(pk=item.pk)
    assert stored.station == "under_review"
    assert stored.text == ("Først." if isinstance(edited, ReviewBegun) else "Endret.")


def test_two_edits_of_the_same_page_leave_one_and_tell_the_other(found):
    item = InputFactory(round=found)
    now = timezone.now()
    answers = at_once(
        *[
            lambda text=text: edit_input(
                Input.objects.get(pk=item.pk), text=text, kind="wish", area="", version=1, now=now
            )
            for text in ("En.", "To.")
        ]
    )
    assert sum(isinstance(answer, StaleInput) for answer in answers) == 1
    assert Input.objects.get(pk=item.pk).version == 2


def test_two_hand_overs_at_once_leave_one_leader_and_tell_the_other(group, leader, board_member, staff):
    seen = Role.objects.get(group=group, kind="leader")
    ties = [board_member.affiliations.get(), AffiliationFactory()]
    answers = at_once(
        *[
            lambda tie=tie: hand_over_lead(
                group, to=tie, on_day=oslo_today(), actor=staff, reference="sak 1", seen=seen
            )
            for tie in ties
        ]
    )
    lost = next(answer for answer in answers if isinstance(answer, LeadMoved))
    won = next(answer for answer in answers if isinstance(answer, Role))
    assert lost.seat == won
    assert Role.objects.filter(group=group, kind="leader", ended_on__isnull=True).get() == won


def test_joining_twice_at_once_is_one_membership(group, outsider):
    tie = outsider.affiliations.get()
    now = timezone.now()
    answers = at_once(*[lambda: join_group(group, tie, now=now)] * 2)
    assert {answer.pk for answer in answers} == {Membership.objects.get(affiliation=tie).pk}


def test_yes_and_no_at_once_is_one_decision_and_one_mail(group, leader, board_member, outsider):
    row = MembershipFactory(group=group, affiliation=outsider.affiliations.get(), state="requested", started_on=None)
    now = timezone.now()
    answers = at_once(
        lambda: approve_membership(Membership.objects.get(pk=row.pk), actor=leader, now=now),
        lambda: decline_membership(Membership.objects.get(pk=row.pk), actor=board_member, now=now),
    )
    assert sum(isinstance(answer, MembershipDecided) for answer in answers) == 1
    assert Message.objects.filter(kind="groups.membership_decided").count() == 1
