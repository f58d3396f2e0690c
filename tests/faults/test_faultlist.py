"""The list of faults is whole, and every scene that it names is there."""

import ast

import pytest

from tests.databases import ROOT
from tests.faults.faultlist import FAULTS, WITHOUT_A_SCENE

NUMBERS = {f"F{n}" for n in range(1, 24)}


def test_every_number_is_shown_by_a_scene_or_said_to_wait_for_one():
    assert {*FAULTS, *WITHOUT_A_SCENE} == NUMBERS
    assert not FAULTS.keys() & WITHOUT_A_SCENE.keys()


@pytest.mark.parametrize("number", FAULTS)
def test_the_scenes_of_a_fault_are_there(number):
    assert FAULTS[number].scenes
    for scene in FAULTS[number].scenes:
        path, _, name = scene.partition("::")
        tree = ast.parse((ROOT / "tests" / path).read_text())
        assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}, scene
