"""Two board members at once, with real threads and real transactions."""

import threading

import pytest
from django.db import connections
from django.utils import timezone

from groups.actions import desk
from groups.models import DeskMove, Input, Round, Theme
from tests.factories.groups import InputFactory, RoundFactory, ThemeFactory

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def at_once(*deeds):
    """Run deeds in threads that start together; what each answered or raised."""
    gate = threading.Barrier(len(deeds))
    answers = [None] * len(deeds)

    def run(number, deed):
        try:
            gate.wait(timeout=10)
            answers[number] = deed()
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.fixture
def found(group):
    return RoundFactory(group=group)


def test_the_same_slip_to_two_themes_goes_to_one_and_the_other_hears(found, leader, board_member):
    def meet():
        item, one, two = InputFactory(round=found), ThemeFactory(round=found), ThemeFactory(round=found)
        version = Round.objects.get(pk=found.pk).desk_version
        answers = at_once(
            lambda: desk.place_inputs(found, inputs=[item], theme=one, actor=leader, now=NOW, version=version),
            lambda: desk.place_inputs(found, inputs=[item], theme=two, actor=board_member, now=NOW, version=version),
        )
        kinds = sorted(type(answer).__name__ for answer in answers)
        assert kinds == ["DeskMove", "StaleDesk"]
        winner = next(answer for answer in answers if isinstance(answer, DeskMove))
        assert Input.objects.get(pk=item.pk).theme_id == winner.after["inputs"][str(item.pk)]["theme_id"]

    for _round in range(6):
        meet()


def test_different_slips_at_once_are_both_moved_and_no_step_is_lost(found, leader, board_member):
    theme = ThemeFactory(round=found)
    items = [InputFactory(round=found) for _number in range(6)]
    people = [leader, board_member]
    answers = at_once(
        *(
            lambda item=item, actor=people[number % 2]: desk.place_inputs(
                found, inputs=[item], theme=theme, actor=actor, now=NOW, version=0
            )
            for number, item in enumerate(items)
        )
    )
    assert all(isinstance(answer, DeskMove) for answer in answers), answers
    assert Input.objects.filter(theme=theme).count() == 6
    assert Round.objects.get(pk=found.pk).desk_version == 6
    assert sorted(DeskMove.objects.values_list("version", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_two_themes_by_one_name_become_one(found, leader, board_member):
    answers = at_once(
        *(
            lambda actor=actor: desk.create_theme(found, name="Port 2", actor=actor, now=NOW, version=0)
            for actor in (leader, board_member)
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NameTaken", "Theme"]
    assert Theme.objects.standing().count() == 1


def test_a_double_click_on_undo_undoes_one_step(found, leader, board_member):
    item, theme = InputFactory(round=found), ThemeFactory(round=found)
    first = desk.place_inputs(found, inputs=[item], theme=theme, actor=leader, now=NOW)
    desk.create_theme(found, name="Siste", actor=leader, now=NOW)
    last = DeskMove.objects.first()
    at_once(*(lambda: desk.undo_move(last, actor=board_member, now=NOW) for _click in range(3)))
    assert Round.objects.get(pk=found.pk).desk_version == 3
    first.refresh_from_db()
    assert first.undone_at is None


def test_a_writer_who_withdraws_while_the_board_moves_is_never_overruled(found, leader):
    from groups.actions.inputs import withdraw_input
    from groups.errors import ReviewBegun

    def meet():
        item, theme = InputFactory(round=found), ThemeFactory(round=found)
        moved, taken = at_once(
            lambda: desk.place_inputs(found, inputs=[item], theme=theme, actor=leader, now=NOW),
            lambda: withdraw_input(Input.objects.get(pk=item.pk), now=NOW),
        )
        station = Input.objects.get(pk=item.pk).station
        if isinstance(moved, DeskMove):
            assert station == "in_theme"
            assert isinstance(taken, ReviewBegun)
        else:
            assert isinstance(moved, desk.StaleDesk)
            assert station == "withdrawn"

    for _round in range(6):
        meet()
