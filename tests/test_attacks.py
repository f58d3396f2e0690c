"""Every attack that docs/attacks.md numbers is refused in a scene, and every scene that it names is there."""

import pytest

from tests.hostile.attacks import ATTACKS
from tests.hostile.scenes import HOSTILE, all_scenes, bears, meant, scenes_of

HOW_MANY = 52


def test_the_attacks_are_numbered_without_a_gap():
    assert list(ATTACKS) == list(range(1, HOW_MANY + 1))
    assert len({attack.title for attack in ATTACKS.values()}) == HOW_MANY


@pytest.mark.parametrize("number", range(1, HOW_MANY + 1))
def test_an_attack_has_its_scenes_and_each_of_them_is_there(number):
    assert scenes_of(number)
    assert [named for named in ATTACKS[number].elsewhere if not meant(named)] == []


@pytest.mark.parametrize("number", range(1, HOW_MANY + 1))
def test_what_bears_its_number_is_not_named_again(number):
    assert not set(ATTACKS[number].elsewhere) & set(bears(number))


def test_no_scene_bears_a_number_that_is_none():
    numbered = {scene for number in ATTACKS for scene in bears(number)}
    begun = [
        scene for scene in all_scenes() if scene.startswith(f"{HOSTILE}/") and scene.rpartition("::")[2][5:6].isdigit()
    ]
    assert [scene for scene in begun if scene not in numbered] == []
