"""Which entries of which book are asked for: a unit, a month or a year, a state, words; page, printed sheet and workbook ask alike."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q

from accounts.units import Unit
from circulars.incoming.questions import IncomingQuerySet

SHOWS = {"": "全部", "open": "未办结", "handled": "已办结", "sent_back": "已退回", "handed_on": "转承接单位"}
_LONGEST = 80
_NUMBER = re.compile(r"收?\s*[〔\[(（]?\s*(?P<year>20[0-9]{2})\s*[〕\])）]\s*(?P<sequence>[0-9]{1,6})\s*号?")
_SEQUENCE = re.compile(r"(?P<sequence>[0-9]{1,6})\s*号?")


@dataclass(frozen=True)
class Asked:
    """What was asked for, made good where it had no sense; ``month`` is None for the whole year."""

    unit: Unit
    year: int
    month: int | None
    show: str
    words: str

    @property
    def period(self) -> str:
        return f"{self.year}年{self.month}月" if self.month else f"{self.year}年"

    @property
    def said(self) -> str:
        """In words, for the head of a sheet."""
        narrowed = filter(None, [SHOWS[self.show] if self.show else "", f"“{self.words}”" if self.words else ""])
        return "，".join([self.unit.name, self.period, *narrowed])

    @property
    def address(self) -> str:
        """The same question as the end of an address."""
        parts = {"unit": self.unit.code, "year": self.year, "month": self.month, "show": self.show, "q": self.words}
        return urlencode({name: value for name, value in parts.items() if value})

    def narrow(self, entries: IncomingQuerySet) -> IncomingQuerySet:
        """Of these entries those that are asked for, the latest first."""
        entries = entries.filter(unit=self.unit, year=self.year)
        if self.month:
            entries = entries.registered_in(date(self.year, self.month, 1))
        match self.show:
            case "open":
                entries = entries.open()
            case "handled":
                entries = entries.handled()
            case "sent_back" | "handed_on":
                entries = entries.filter(state=self.show)
        return (entries.filter(_saying(self.words)) if self.words else entries).in_order()


def asked(query: Mapping[str, str], units: Sequence[Unit], today: date) -> Asked:
    """The question; the first unit, this year and its whole length where nothing else is said."""
    code, year, month, show = (query.get(name, "") for name in ("unit", "year", "month", "show"))
    words = " ".join(query.get("q", "").replace("\0", "").split())[:_LONGEST]
    if number := _NUMBER.fullmatch(words):
        year, month = number["year"], ""  # it says itself in which year it stands
    return Asked(
        unit=next((unit for unit in units if unit.code == code), units[0]),
        year=int(year) if re.fullmatch(r"20[0-9]{2}", year) else today.year,
        month=int(month) if re.fullmatch(r"[1-9]|1[0-2]", month) else None,
        show=show if show in SHOWS else "",
        words=words,
    )


def _saying(words: str) -> Q:
    """The unit's own number, or a part of the sender's number, of the title or of the sender's name."""
    if found := _NUMBER.fullmatch(words):
        return Q(year=int(found["year"]), sequence=int(found["sequence"]))
    said = Q(outside_title__icontains=words) | Q(outside_number__icontains=words) | Q(outside_sender__icontains=words)
    said |= Q(circular__title__icontains=words) | Q(circular__number__icontains=words)
    said |= Q(circular__issuer_name__icontains=words)
    if found := _SEQUENCE.fullmatch(words):
        said |= Q(sequence=int(found["sequence"]))
    return said
