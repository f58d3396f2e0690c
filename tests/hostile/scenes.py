"""Which scenes refuse which attack, read from their source; ``docs/attacks.md`` and the last line of ``make hostile`` are written from here."""

import re
import sys
from functools import cache
from itertools import groupby
from pathlib import Path

from tests.hostile.attacks import ATTACKS

TESTS = Path(__file__).resolve().parents[1]
HOSTILE = "hostile"

_CLASS = re.compile(r"class (Test\w*)")
_SCENE = re.compile(r"(    )?def (test_\w+)\(")
_NUMBERED = re.compile(r"test_(\d{1,2})_")


@cache
def all_scenes() -> tuple[str, ...]:
    """Every scene that there is, as ``folder/file::scene`` or ``folder/file::Class::scene``, read from the source."""
    return tuple(scene for path in sorted(TESTS.rglob("test_*.py")) for scene in _scenes_in(path))


def _scenes_in(path: Path) -> list[str]:
    module, within, found = path.relative_to(TESTS).with_suffix("").as_posix(), "", []
    for line in path.read_text().splitlines():
        if begun := _CLASS.match(line):
            within = f"{begun[1]}::"
        elif scene := _SCENE.match(line):
            within = within if scene[1] else ""
            found.append(f"{module}::{within}{scene[2]}")
    return found


def bears(number: int) -> list[str]:
    """The scenes of this folder whose name begins with the number."""
    return [
        scene
        for scene in all_scenes()
        if scene.startswith(f"{HOSTILE}/")
        and (said := _NUMBERED.match(scene.rpartition("::")[2]))
        and int(said[1]) == number
    ]


def scenes_of(number: int) -> list[str]:
    """Every scene that refuses the attack, each once, those that bear its number first."""
    return list(
        dict.fromkeys([*bears(number), *(scene for named in ATTACKS[number].elsewhere for scene in meant(named))])
    )


def meant(named: str) -> list[str]:
    """The scenes that are named so: one, or those of a class, or none."""
    return [scene for scene in all_scenes() if scene == named or scene.startswith(f"{named}::")]


def played() -> set[str]:
    """The scenes of attacks that lie in this folder."""
    return {scene for number in ATTACKS for scene in scenes_of(number) if scene.startswith(f"{HOSTILE}/")}


def document() -> str:
    """docs/attacks.md: number → what is tried → the scenes in which it is refused."""
    of_all = {number: scenes_of(number) for number in ATTACKS}
    lines = [
        "# What is tried against it, and what comes of it",
        "",
        f"{len(ATTACKS)} ways of attack and of bad input, each with the scenes that refuse it. Drawn from `tests/hostile/attacks.py` by `make docs`; a test",
        "keeps it true and sees that each number has a scene and each scene is there. `make hostile` plays the whole of `tests/hostile`,",
        f"{len(played())} of the scenes below; the others lie beside what they are about and are played by `make test`.",
        "",
        "What each refusal keeps: nothing on record has changed, the page shows nothing of what was refused, the access log has its line, and no",
        "answer is a fault of the server. What is not one's own is answered like what does not exist.",
        "",
    ]
    for area, numbers in groupby(ATTACKS, key=lambda number: ATTACKS[number].area):
        lines += [f"## {area}", "", "| no. | what is tried | scenes |", "|---|---|---|"]
        for number in numbers:
            lines.append(f"| {number} | {ATTACKS[number].title} | {'<br>'.join(_printed(of_all[number]))} |")
        lines.append("")
    return "\n".join(lines)


def _printed(scenes: list[str]) -> list[str]:
    """File by file, the scenes of each after it."""
    return [
        f"`tests/{module}.py`: " + "; ".join(_read(scene) for scene in of_module)
        for module, of_module in groupby(scenes, key=lambda scene: scene.partition("::")[0])
    ]


def _read(scene: str) -> str:
    """A scene's name as the sentence that it is."""
    return _NUMBERED.sub("test_", scene.partition("::")[2].rpartition("::")[2]).removeprefix("test_").replace("_", " ")


if __name__ == "__main__":
    among = sum(any(scene in played() for scene in scenes_of(number)) for number in ATTACKS)
    sys.stdout.write(
        f"{len(played())} scenes of {among} of the {len(ATTACKS)} attacks; docs/attacks.md names those that lie elsewhere.\n"
    )
