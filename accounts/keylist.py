"""Which keys are asked for: words and a state; the page and the workbook ask alike (Articles 10, 14 and 17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts import keyservice
from accounts.seals import SealKey, SealKeyQuerySet

ENDING, UNKEPT, OVERDUE = "ending", "unkept", "overdue"
SHOWS = (
    ("", "全部"),
    *SealKey.State.choices,
    (ENDING, "60 天内到期"),
    (UNKEPT, "保管人不在岗"),
    (OVERDUE, "重新制发逾期"),
)
_LONGEST = 60


@dataclass(frozen=True)
class Wanted:
    """What was asked for, made good where it had no sense."""

    words: str
    show: str

    @property
    def said(self) -> str:
        """In words, for the head of a sheet."""
        return "，".join(filter(None, [str(dict(SHOWS)[self.show]), f"“{self.words}”" if self.words else ""]))

    def narrow(self, keys: SealKeyQuerySet, now: datetime) -> SealKeyQuerySet:
        """Of these keys those that are asked for, those that end first on top."""
        keys = keys.matching(self.words)
        if self.show in SealKey.State.values:
            keys = keys.filter(state=self.show)
        elif self.show == ENDING:
            keys = keys.ending(now)
        elif self.show == UNKEPT:
            keys = keys.without_keeper(timezone.localdate(now))
        elif self.show == OVERDUE:
            keys = keys.filter(pk__in=keyservice.overdue(now).values("pk"))
        return keys.select_related("unit", "keeper").order_by("valid_until", "unit__sort_order", "unit__code", "pk")


def asked(query: Mapping[str, str]) -> Wanted:
    show = query.get("show", "")
    words = " ".join(query.get("q", "").replace("\0", "").split())[:_LONGEST]
    return Wanted(words, show if show in dict(SHOWS) else "")
