"""What the look at one item came to: met, not met, or for whoever runs the site to see to."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    OPERATORS = "operators"

    @property
    def label(self) -> str:
        return {"met": "符合", "not_met": "不符合", "operators": "由运行单位落实"}[self.value]


@dataclass(frozen=True)
class Finding:
    """The state, and in a sentence what was seen or what is to be done."""

    state: State
    said: str


@dataclass(frozen=True)
class Item:
    """One thing that a national rule asks, and how it is looked at here and now."""

    code: str
    source: str
    asks: str
    look: Callable[[], Finding]


def met(said: str) -> Finding:
    return Finding(State.MET, said)


def not_met(said: str) -> Finding:
    return Finding(State.NOT_MET, said)


def for_the_operator(said: str) -> Finding:
    return Finding(State.OPERATORS, said)


def judged(faults: list[str], well: str) -> Finding:
    """Met when nothing is wrong; else everything that is."""
    return not_met("；".join(faults)) if faults else met(well)
