"""What is asked of the print log: a month, a kind, a paper by its number or title; the page and the workbook show the same rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from circulars.bodytext import clean_line
from circulars.printing.copies import PrintedCopy, PrintedCopyQuerySet
from cms.workdays import ZONE

_MONTH = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Asked:
    """One question to the log; every part of it may be left out but the month, which is the present one then."""

    year: int
    number: int
    kind: str = ""
    words: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any], now: datetime) -> "Asked":
        """What an address asks; whatever makes no sense counts as left out."""
        found = _MONTH.fullmatch(str(given.get("month", "")))
        year, number = (int(found[1]), int(found[2])) if found else (now.year, now.month)
        kind = str(given.get("kind", ""))
        kind = kind if kind in PrintedCopy.Kind.values else ""
        return cls(year, number, kind, clean_line(str(given.get("q", "")))[:80])

    @property
    def month(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def said(self) -> str:
        """The question in the words of the sheet."""
        parts = [f"{self.year}年{self.number}月"]
        if self.kind:
            parts.append(PrintedCopy.Kind(self.kind).label)
        if self.words:
            parts.append(f"“{self.words}”")
        return "，".join(parts)

    def rows(self, user: Any) -> PrintedCopyQuerySet:
        """The sheets meant, of the units whose papers the person reads, the latest first."""
        first = datetime(self.year, self.number, 1, tzinfo=ZONE)
        end = datetime(self.year + self.number // 12, self.number % 12 + 1, 1, tzinfo=ZONE)
        rows = PrintedCopy.objects.of_units_of(user).printed_between(first, end).with_state()
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.words:
            circular = "delivery__circular"
            rows = rows.filter(
                Q(**{f"{circular}__title__icontains": self.words}) | Q(**{f"{circular}__number__icontains": self.words})
            )
        return rows.select_related("delivery__circular", "printed_by", "unit").order_by("-printed_at", "-pk")
