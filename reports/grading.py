"""评价: what the ranking of a month calls a rate on time, by the scale that held in that month (Article 28).

The rule has no such words. They are the installation's own, ``RECEIPT_GRADES``, dated by month: another scale changes no month before it. A month
that was published keeps the words of then. None of them is 通报, which is said of units that a bulletin names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core import checks

from reports.months import Month, NotAMonth
from reports.sheetlook import NONE, Formula

# How the lowest grade was called, and how it is called now: what was published under the former word keeps it.
_FORMERLY = ("通报", "待改进")


@dataclass(frozen=True)
class Scale:
    """From which month on it holds, and each word with the per cent from which on it is given: the best first, the last from nought."""

    since: Month
    steps: tuple[tuple[str, int], ...]

    def word(self, rate: Fraction | None) -> str:
        """What the rate is called; a dash where nothing was required."""
        if rate is None:
            return NONE
        return next(word for word, least in self.steps if rate * 100 >= least)

    def formula(self, cell: str) -> Formula:
        """The same, reckoned from the cell that has the rate."""
        *upper, (rest, _) = self.steps
        nested = f'"{rest}"'
        for word, least in reversed(upper):
            nested = f'IF({cell}>={least / 100},"{word}",{nested})'
        return Formula(f'=IF({cell}="{NONE}","{NONE}",{nested})')

    @property
    def kept(self) -> list[list[str | int]]:
        """The steps as a publication keeps them."""
        return [list(step) for step in self.steps]

    @property
    def said(self) -> str:
        *upper, (rest, _) = self.steps
        return "，".join(
            [*(f"{least}%{'以上' if least < 100 else ''}为“{word}”" for word, least in upper), f"其余为“{rest}”"]
        )


def scale_of(month: Month) -> Scale:
    """The scale that holds in the month; before the first of all, that one."""
    known = _scales()
    return next((scale for scale in reversed(known) if scale.since <= month), known[0])


def scale_kept(month: Month, kept: list[list[Any]] | None) -> Scale:
    """The scale with which the month was published; one of before scales were kept with it has the former word for the lowest grade."""
    if kept is not None:
        return Scale(month, tuple((word, least) for word, least in kept))
    former, word = _FORMERLY
    known = scale_of(month)
    return replace(known, steps=tuple((former if each == word else each, least) for each, least in known.steps))


def _scales() -> list[Scale]:
    dated = sorted(settings.RECEIPT_GRADES.items())
    return [Scale(Month.parse(since), tuple(steps.items())) for since, steps in dated]


@checks.register
def grades_are_in_order(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[checks.Error]:
    """Each scale begins in a month and falls from a hundred per cent at most to nought."""
    try:
        falling = [[least for _, least in scale.steps] for scale in _scales()]
    except NotAMonth as mistaken:
        return [checks.Error(f"RECEIPT_GRADES：{mistaken}", id="reports.E001")]
    if falling and all(
        steps and steps[0] <= 100 and steps[-1] == 0 and steps == sorted(set(steps), reverse=True) for steps in falling
    ):
        return []
    return [checks.Error("RECEIPT_GRADES：每档的百分比须从高到低，最后一档为 0。", id="reports.E001")]
