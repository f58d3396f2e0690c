"""The days that a paper bears (2012 regulation art. 9(12), (17))."""

from collections.abc import Iterator

from circulars.elements.problem import Problem, Register, Snapshot


def dates_are_in_order(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """A paper is printed on or after the day it bears."""
    if draft["written_date"] and draft["printing_date"] and draft["printing_date"] < draft["written_date"]:
        yield Problem("E-DATE", "printing_date", "印发日期不能早于成文日期。")
