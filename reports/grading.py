"""评价: what the ranking of a month calls a rate on time, by the scale that held in that month (Article 28).

The rule has no such words. They are the installation's own, ``RECEIPT_GRADES``, dated by month: another scale changes no month before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core import checks

from reports.months import Month, NotAMonth
from reports.sheetlook import NONE, Formula


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
    def said(self) -> str:
        *upper, (rest, _) = self.steps
        return "，".join(
            [*(f"{least}%{'以上' if least < 100 else ''}为“{word}”" for word, least in upper), f"其余为“{rest}”"]
        )


def scale_of(month: Month) -> Scale:
    """The scale that holds in the month; before the first of all, that one."""
    known = _scales()
    return next((scale for scale in reversed(known) if scale.since <= month), known[0])


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
