"""Every step on the desk and its way back."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.actions import desk
from groups.enums import Station
from groups.models import DeskMove, Input, Theme
from mail.models import Message, State
from tests.factories.groups import AnonymousInputFactory, InputFactory, RoundFactory, ThemeFactory

NOW = timezone.now()


@pytest.fixture
def found(group):
    return RoundFactory(group=group)


@pytest.fixture
def act(board_member):
    """What every step is told about who and when."""
    return {"actor": board_member, "now": NOW}


def standing(found):
    """The desk as people see it: themes with what lies in them, and what the board has said."""
    themes = Theme.objects.filter(round=found).standing().values_list("pk", "name")
    inputs = Input.objects.filter(round=found).values_list(
        "pk", "station", "theme_id", "position", "merged_into_id", "reply", "replied_on", "released", "text"
    )
    return set(themes), set(inputs)


def fresh(item):
    return type(item).objects.get(pk=item.pk)


def test_placed_inputs_stand_in_the_theme_and_newest_first(found, act):
    theme, first, second = ThemeFactory(round=found), InputFactory(round=found), InputFactory(round=found)
    desk.place_inputs(found, inputs=[first], theme=theme, **act)
    desk.place_inputs(found, inputs=[second], theme=theme, **act)
    assert fresh(first).station == fresh(second).station == Station.IN_THEME
    assert list(theme.inputs.order_by("-position")) == [second, first]


def test_placing_what_stands_there_is_no_step(found, act):
    theme, item = ThemeFactory(round=found), InputFactory(round=found)
    assert desk.place_inputs(found, inputs=[item], theme=theme, **act)
    assert desk.place_inputs(found, inputs=[item], theme=theme, version=0, **act) is None
    assert DeskMove.objects.count() == 1


def test_out_of_its_theme_an_input_is_under_review(found, act):
    theme, item = ThemeFactory(round=found), InputFactory(round=found)
    desk.place_inputs(found, inputs=[item], theme=theme, **act)
    desk.place_inputs(found, inputs=[item], theme=None, **act)
    assert fresh(item).station == Station.UNDER_REVIEW
    assert fresh(item).theme is None


def test_a_theme_name_is_taken_once_however_it_is_spelled(found, act):
    desk.create_theme(found, name=" Intern   kommunikasjon ", **act)
    with pytest.raises(desk.NameTaken):
        desk.create_theme(found, name="INTERN KOMMUNIKASJON", **act)
    assert Theme.objects.get().name == "Intern kommunikasjon"


def test_a_name_is_free_again_when_its_theme_is_gone(found, act):
    desk.create_theme(found, name="Vedlikehold", **act)
    desk.undo_last(found, **act)
    desk.create_theme(found, name="Vedlikehold", **act)
    assert Theme.objects.filter(round=found).standing().count() == 1


def test_merged_theme_leaves_a_trace_and_its_inputs_stand_in_the_other(found, act):
    gone, kept = ThemeFactory(round=found), ThemeFactory(round=found)
    item = InputFactory(round=found)
    desk.place_inputs(found, inputs=[item], theme=gone, **act)
    desk.merge_themes(gone, into=kept, **act)
    assert fresh(item).theme == kept
    assert fresh(gone).merged_into == kept
    assert list(Theme.objects.filter(round=found).standing()) == [kept]
    desk.undo_last(found, **act)
    assert fresh(item).theme == gone
    assert fresh(gone).removed_at is None


def test_split_takes_the_chosen_inputs_to_a_theme_of_their_own(found, act):
    theme, stays, goes = ThemeFactory(round=found), InputFactory(round=found), InputFactory(round=found)
    desk.place_inputs(found, inputs=[stays, goes], theme=theme, **act)
    new = desk.split_theme(found, inputs=[goes], name="Port 2", **act)
    assert fresh(goes).theme == new
    assert fresh(stays).theme == theme


def test_duplicates_keep_their_words_and_follow_the_one_they_stand_under(found, act):
    theme, keep, copy = (
        ThemeFactory(round=found),
        InputFactory(round=found),
        InputFactory(round=found, text="samme sak"),
    )
    desk.merge_inputs(keep, copies=[copy], **act)
    desk.place_inputs(found, inputs=[keep], theme=theme, **act)
    copy = fresh(copy)
    assert (copy.merged_into, copy.theme, copy.text) == (keep, theme, "samme sak")
    assert list(Input.objects.standing()) == [keep]
    desk.unmerge_input(copy, **act)
    assert fresh(copy).merged_into is None
    assert fresh(copy).theme == theme


def test_copies_of_a_copy_stand_under_the_one_that_is_kept(found, act):
    keep, copy, third = (InputFactory(round=found) for _ in range(3))
    desk.merge_inputs(copy, copies=[third], **act)
    desk.merge_inputs(keep, copies=[copy], **act)
    assert fresh(third).merged_into == keep


def test_answer_gives_the_words_to_the_writer_in_their_language(found, act, member):
    item = InputFactory(round=found, affiliation=member.affiliations.get())
    member.language = "nn"
    member.save(update_fields=["language"])
    desk.answer_inputs(found, inputs=[item], words="Det er løst.", **act)
    item = fresh(item)
    assert (item.station, item.reply, item.theme) == (Station.ANSWERED, "Det er løst.", None)
    message = Message.objects.get(kind="groups.input_answered")
    assert message.recipient == f"user:{member.pk}"
    assert message.data == {"inputs": [str(item.pk)]}
    from mail.kinds import kind_of

    letter = kind_of(message.kind).builder([message])[message.pk]
    assert letter.language == "nn"
    assert "Det er løst." in letter.text
    assert letter.unsubscribe


def test_an_anonymous_writer_gets_no_mail(found, act):
    item = AnonymousInputFactory(round=found)
    desk.park_inputs(found, inputs=[item], words="Vi venter til våren.", **act)
    assert fresh(item).reply == "Vi venter til våren."
    assert not Message.objects.filter(kind="groups.input_parked").exists()


def test_an_answer_that_is_undone_in_time_is_never_mailed(found, act, member):
    item = InputFactory(round=found, affiliation=member.affiliations.get())
    desk.answer_inputs(found, inputs=[item], words="Nei.", **act)
    desk.undo_last(found, **act)
    assert Message.objects.get().state == State.WITHDRAWN
    assert fresh(item).station == Station.RECEIVED
    assert fresh(item).reply == ""


def test_who_does_not_want_the_mail_does_not_get_it(found, act, member):
    from mail.kinds import Unwanted, kind_of
    from members.models import MailWish

    MailWish.objects.create(user=member, kind="groups.input_parked", choice="off")
    item = InputFactory(round=found, affiliation=member.affiliations.get())
    desk.park_inputs(found, inputs=[item], words="Senere.", **act)
    message = Message.objects.get()
    assert isinstance(kind_of(message.kind).builder([message])[message.pk], Unwanted)


@pytest.mark.parametrize("verb", [desk.park_inputs, desk.answer_inputs])
def test_nobody_decides_on_their_own_input(found, board_member, verb):
    item = InputFactory(round=found, affiliation=board_member.affiliations.get())
    with pytest.raises(desk.OwnInput):
        verb(found, inputs=[item], words="Ja.", actor=board_member, now=NOW)
    assert fresh(item).station == Station.RECEIVED


def test_nobody_decides_on_their_own_input_under_another(found, board_member, act):
    keep, own = InputFactory(round=found), InputFactory(round=found, affiliation=board_member.affiliations.get())
    desk.merge_inputs(keep, copies=[own], **act)
    with pytest.raises(desk.OwnInput):
        desk.park_inputs(found, inputs=[keep], words="Senere.", **act)


def test_what_the_board_reads_first_is_let_through_and_can_be_taken_back(group, act):
    found = RoundFactory(group=group, board_first=True)
    item = InputFactory(round=found, released=False)
    desk.release_inputs(found, inputs=[item], **act)
    assert Input.objects.readable().filter(pk=item.pk).exists()
    desk.undo_last(found, **act)
    assert not Input.objects.readable().filter(pk=item.pk).exists()


def test_a_withdrawn_input_stays_withdrawn_when_its_step_is_undone(found, act):
    theme, item, other = ThemeFactory(round=found), InputFactory(round=found), InputFactory(round=found)
    desk.place_inputs(found, inputs=[item, other], theme=theme, **act)
    Input.objects.filter(pk=item.pk).update(station=Station.WITHDRAWN)
    desk.undo_last(found, **act)
    assert fresh(item).station == Station.WITHDRAWN
    assert fresh(other).station == Station.RECEIVED


def test_withdrawn_inputs_cannot_be_moved(found, act):
    theme, item = ThemeFactory(round=found), InputFactory(round=found, station="withdrawn")
    with pytest.raises(desk.StaleDesk) as error:
        desk.place_inputs(found, inputs=[item], theme=theme, **act)
    assert error.value.gone == [item]


def test_inputs_in_a_project_stay_where_they_are(found, act):
    theme, item = ThemeFactory(round=found), InputFactory(round=found)
    desk.place_inputs(found, inputs=[item], theme=theme, **act)
    assert desk.carry_into_project(theme, **act) == [item]
    for step in (
        lambda: desk.park_inputs(found, inputs=[item], words="x", **act),
        lambda: desk.place_inputs(found, inputs=[item], theme=None, **act),
        lambda: desk.merge_themes(theme, into=ThemeFactory(round=found), **act),
        lambda: desk.undo_last(found, **act),
    ):
        with pytest.raises(desk.CarriedOn):
            step()
    assert fresh(item).station == Station.IN_PROJECT
    desk.release_from_project(theme, **act)
    assert fresh(item).station == Station.IN_THEME


def test_a_late_step_that_nobody_else_touched_is_taken(found, act):
    mine, theirs, theme = InputFactory(round=found), InputFactory(round=found), ThemeFactory(round=found)
    desk.place_inputs(found, inputs=[theirs], theme=theme, version=0, **act)
    assert desk.place_inputs(found, inputs=[mine], theme=theme, version=0, **act)


def test_a_late_step_on_what_another_moved_is_refused_and_shows_their_step(found, act, leader):
    item, one, two = InputFactory(round=found), ThemeFactory(round=found), ThemeFactory(round=found)
    theirs = desk.place_inputs(found, inputs=[item], theme=one, actor=leader, now=NOW, version=0)
    with pytest.raises(desk.StaleDesk) as error:
        desk.place_inputs(found, inputs=[item], theme=two, version=0, **act)
    assert error.value.moves == [theirs]
    assert fresh(item).theme == one


def test_a_late_step_into_a_renamed_theme_is_refused(found, act, leader):
    item, theme = InputFactory(round=found), ThemeFactory(round=found)
    desk.rename_theme(theme, name="Noe annet", actor=leader, now=NOW, version=0)
    with pytest.raises(desk.StaleDesk):
        desk.place_inputs(found, inputs=[item], theme=theme, version=0, **act)


def test_a_step_undone_meanwhile_counts_as_a_change(found, act, leader):
    item, theme = InputFactory(round=found), ThemeFactory(round=found)
    move = desk.place_inputs(found, inputs=[item], theme=theme, **act)
    desk.undo_move(move, actor=leader, now=NOW)
    with pytest.raises(desk.StaleDesk):
        desk.park_inputs(found, inputs=[item], words="x", version=1, **act)


def test_an_earlier_step_is_undone_unless_a_later_one_leans_on_it(found, act):
    item, other = InputFactory(round=found), InputFactory(round=found)
    theme, elsewhere = desk.create_theme(found, name="A", **act), ThemeFactory(round=found)
    made = DeskMove.objects.get()
    desk.place_inputs(found, inputs=[item], theme=theme, **act)
    free = desk.place_inputs(found, inputs=[other], theme=elsewhere, **act)
    desk.create_theme(found, name="B", **act)
    with pytest.raises(desk.StaleDesk):
        desk.undo_move(made, **act)
    desk.undo_move(free, **act)
    assert fresh(other).theme is None
    assert desk.undo_move(free, **act).undone_version == 5


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["place", "loose", "create", "rename", "merge", "split", "park", "answer", "copies", "apart", "release"]
        ),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
    max_size=14,
)


def take(found, step, act):
    """One random step; those that the desk refuses are no steps."""
    verb, a, b, c = step
    inputs = list(Input.objects.filter(round=found).order_by("pk"))
    themes = list(Theme.objects.filter(round=found).standing().order_by("pk"))
    some = [inputs[a % len(inputs)], inputs[b % len(inputs)]]
    theme, other = themes[c % len(themes)], themes[a % len(themes)]
    verbs = {
        "place": lambda: desk.place_inputs(found, inputs=some, theme=theme, **act),
        "loose": lambda: desk.place_inputs(found, inputs=some[:1], theme=None, **act),
        "create": lambda: desk.create_theme(found, name=f"Nytt {a}{b}", **act),
        "rename": lambda: desk.rename_theme(theme, name=f"Nytt {b}{a}", **act),
        "merge": lambda: desk.merge_themes(theme, into=other, **act),
        "split": lambda: desk.split_theme(found, inputs=some, name=f"Del {a}", **act),
        "park": lambda: desk.park_inputs(found, inputs=some, words=f"Fordi {a}", **act),
        "answer": lambda: desk.answer_inputs(found, inputs=some[1:], words=f"Nei, {b}", **act),
        "copies": lambda: desk.merge_inputs(some[0], copies=some[1:], **act),
        "apart": lambda: desk.unmerge_input(some[0], **act),
        "release": lambda: desk.release_inputs(found, inputs=some, **act),
    }
    try:
        verbs[verb]()
    except (desk.StaleDesk, desk.NameTaken):
        return


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_steps_and_their_undoing_give_the_first_desk_back(group, act, steps):
    found = RoundFactory(group=group, board_first=True)
    for number in range(4):
        InputFactory(round=found, released=bool(number % 2), week=dt.date(2026, 11, 16))
    ThemeFactory(round=found)
    desks = [standing(found)]
    for step in steps:
        before = DeskMove.objects.filter(round=found).count()
        take(found, step, act)
        if DeskMove.objects.filter(round=found).count() > before:
            desks.append(standing(found))
    while desk.undo_last(found, **act):
        desks.pop()
        assert standing(found) == desks[-1]
    assert len(desks) == 1


@pytest.mark.parametrize(("visibility", "kept"), [("named", True), ("company", False), ("board", False)])
def test_the_office_cannot_read_in_sent_mail_who_wrote_what(found, act, member, staff, client_of, visibility, kept):
    from mail.delivery import deliver_due
    from mail.kinds import kind_of

    item = InputFactory(
        round=found, affiliation=member.affiliations.get(), visibility=visibility, text="Kranen <står> i veien"
    )
    desk.answer_inputs(found, inputs=[item], words="Det er løst.", **act)
    message = Message.objects.get()
    assert "Kranen <står> i veien" in kind_of(message.kind).builder([message])[message.pk].text
    deliver_due(NOW + dt.timedelta(minutes=10))
    message.refresh_from_db()
    assert message.state == State.SENT
    assert ("Kranen" in message.text + message.html) == kept
    page = client_of(staff).get(f"/admin/mail/message/{message.pk}/change/").content.decode()
    assert ("Kranen" in page, "Det er løst." in page) == (kept, kept)


def test_what_was_let_through_is_what_the_board_has_read(group, act):
    from groups.actions.inputs import edit_input
    from groups.errors import ReviewBegun

    found = RoundFactory(group=group, board_first=True)
    item = InputFactory(round=found, released=False)
    desk.release_inputs(found, inputs=[item], **act)
    with pytest.raises(ReviewBegun):
        edit_input(item, text="Noe helt annet", kind="wish", area="production", version=item.version, now=NOW)
    assert fresh(item).text != "Noe helt annet"
