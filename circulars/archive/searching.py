"""What somebody asks of the filed papers, on the page and for the workbook alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Q

from circulars.archive.holdings import HoldingQuerySet
from circulars.archive.retention import Term
from circulars.bodytext import clean_line

_YEAR = re.compile("[0-9]{4}")


@dataclass(frozen=True)
class Wanted:
    """Which filed papers; what is empty asks nothing."""

    words: str = ""
    year: str = ""
    term: str = ""

    # As they stand on the shelf: year, term, office and item.
    ORDER: ClassVar[tuple[str, ...]] = ("unit", "-year", "term", "office", "item")

    def narrow(self, rows: HoldingQuerySet) -> HoldingQuerySet:
        if self.words:
            named = Q(code__icontains=self.words) | Q(circular__number__icontains=self.words)
            rows = rows.filter(named | Q(circular__title__icontains=self.words))
        if self.year:
            rows = rows.filter(year=int(self.year))
        return rows.filter(term=self.term) if self.term else rows

    @property
    def said(self) -> str:
        parts = [f"“{self.words}”" if self.words else "", f"{self.year}年" if self.year else ""]
        parts.append(Term(self.term).label if self.term else "")
        return "、".join(filter(None, parts)) or "全部"

    @property
    def terms(self) -> list[tuple[str, str]]:
        return [(term.value, term.label) for term in Term]


def asked(given: Mapping[str, str]) -> Wanted:
    """What the address asks; what is no year and no term asks nothing."""
    year, term = given.get("year", ""), given.get("term", "")
    return Wanted(
        clean_line(given.get("q", ""))[:80],
        year if _YEAR.fullmatch(year) and int(year) >= 1900 else "",
        term if term in Term.values else "",
    )
