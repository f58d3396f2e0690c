"""The same receipts looked at from another side: by category, issuer, circular, urgency or month (Article 28).

Each side is one query; whatever the side, its figures add up to those of the units.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.functions import TruncMonth

from accounts.units import Category
from circulars.deadlines import Urgency
from cms.areas import Area
from cms.workdays import ZONE
from reports.figures import Figures, figures_of, totals
from reports.months import Month, Span
from reports.receipts import Issuers, groups


class Side(models.TextChoices):
    """By what the receipts of a span are told apart."""

    CATEGORY = "category", "按收文单位类别"
    ISSUER = "issuer", "按发文单位"
    CIRCULAR = "circular", "按公文"
    URGENCY = "urgency", "按缓急"
    MONTH = "month", "按月份"

    @property
    def head(self) -> str:
        """What stands over the names of its lines."""
        return str(self.label).removeprefix("按")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a side: what it is about, in words, and its figures."""

    key: Any
    label: str
    figures: Figures


def broken_down(
    side: Side, span: Span, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> list[Line]:
    """The lines of a side in their natural order: register, urgency, time of sending; one query beside those that name the issuers.

    An issuer bears the name under which it last sent within the span. Nothing was sent: no lines.
    """
    key, label = _PATHS[side]
    found: dict[Any, list[Figures]] = {}
    newest: dict[Any, tuple[datetime, str]] = {}
    for row in groups(span, key, label, as_of=as_of, issuers=issuers, area=area):
        found.setdefault(row["key"], []).append(figures_of(row))
        named = (row["last_sent_at"], str(row["label"]))
        newest[row["key"]] = max(named, newest.get(row["key"], named))
    in_words = _WORDS.get(side, lambda key, name: name)
    lines = [Line(key=key, label=in_words(key, newest[key][1]), figures=totals(each)) for key, each in found.items()]
    in_order = _ORDER.get(side, lambda line: (newest[line.key][0], str(line.key)))
    return sorted(lines, key=in_order)


_SENT_IN = TruncMonth("sent_at", tzinfo=ZONE)
_PATHS: dict[Side, tuple[Any, Any]] = {
    Side.CATEGORY: ("unit__category", "unit__category"),
    Side.ISSUER: ("issuer_id", "circular__issuer_name"),
    Side.CIRCULAR: ("circular_id", ("circular__number", "circular__title")),
    Side.URGENCY: ("urgency", "urgency"),
    Side.MONTH: (_SENT_IN, _SENT_IN),
}
_WORDS: dict[Side, Callable[[Any, str], str]] = {
    Side.CATEGORY: lambda key, name: str(Category(key).label),
    Side.URGENCY: lambda key, name: str(Urgency(key).label),
    Side.MONTH: lambda key, name: Month.of(key).label,
}
_ORDER: dict[Side, Callable[[Line], Any]] = {
    Side.CATEGORY: lambda line: Category.values.index(line.key),
    Side.URGENCY: lambda line: Urgency.values.index(line.key),
    Side.MONTH: lambda line: line.key,
}
