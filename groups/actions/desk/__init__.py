"""The board's desk. Every verb is one step under the round's lock, recorded so that it can be undone.

``version`` is the desk as the actor saw it; None means as it stands. A step that others have not touched meanwhile is
taken; any other raises StaleDesk, and nothing is written.
"""

from groups.actions.desk.carrying import carry_into_project, release_from_project
from groups.actions.desk.deciding import OwnInput, answer_inputs, park_inputs, write_note
from groups.actions.desk.placing import merge_inputs, place_inputs, release_inputs, unmerge_input
from groups.actions.desk.step import CarriedOn, NameTaken, StaleDesk
from groups.actions.desk.themes import create_theme, merge_themes, rename_theme, split_theme
from groups.actions.desk.undoing import undo_last, undo_move

__all__ = [
    "CarriedOn",
    "NameTaken",
    "OwnInput",
    "StaleDesk",
    "answer_inputs",
    "carry_into_project",
    "create_theme",
    "merge_inputs",
    "merge_themes",
    "park_inputs",
    "place_inputs",
    "release_from_project",
    "release_inputs",
    "rename_theme",
    "split_theme",
    "undo_last",
    "undo_move",
    "unmerge_input",
    "write_note",
]
