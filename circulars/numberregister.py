"""文号登记簿: every number of a series in its place, used, void or missing, so that none is lost (Article 19; 2012 regulation art. 25).

Missing is what a year's book has passed over and nobody accounts for; neighbouring ones stand in one line. The database finds the
gaps between the numbers that are there, whatever the size of the archive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db import connection, models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cast

from circulars.numbering import NumberBook, Series
from circulars.registration import Circular
from circulars.voiding import VoidedNumber


class Fate(models.TextChoices):
    """What became of a number."""

    USED = "used", "已用"
    VOIDED = "voided", "作废"
    MISSING = "missing", "缺号"


@dataclass(frozen=True)
class Line:
    """One number, or a run of missing ones, with the circular that bears it and the voiding that ended it, if any."""

    fate: Fate
    series: Series
    year: int
    first: int
    last: int
    circular: Circular | None
    voided: VoidedNumber | None

    @property
    def number(self) -> str:
        """The first number as it is written."""
        return str(self.series.number(self.year, self.first))

    @property
    def said(self) -> str:
        """The number, or the run: 延政办发〔2026〕25—27号."""
        return self.number if self.first == self.last else self.number.replace("号", f"—{self.last}号")

    @property
    def count(self) -> int:
        return self.last - self.first + 1


# The numbers that are there and the edges of each book; a step of more than one between neighbours is a gap. What lies beyond the last
# number drawn is not missing: it has not been reached.
_LINES = """
WITH used AS ({used}), declared AS ({declared}), books AS ({books}),
marks AS (
    SELECT series_key, book_year, place FROM used
    UNION SELECT series_key, book_year, place FROM declared
    UNION SELECT series_key, book_year, starts - 1 FROM books
    UNION SELECT series_key, book_year, ends + 1 FROM books
),
spaced AS (
    SELECT series_key, book_year, place,
        LEAD(place) OVER (PARTITION BY series_key, book_year ORDER BY place) AS following
    FROM marks
),
lines AS (
    SELECT fate, series_key, book_year, place AS from_place, place AS to_place, circular_key, voided_key FROM used
    UNION ALL SELECT fate, series_key, book_year, place, place, circular_key, voided_key FROM declared
    UNION ALL SELECT 'missing', spaced.series_key, spaced.book_year, place + 1, following - 1, NULL, NULL
    FROM spaced JOIN books ON books.series_key = spaced.series_key AND books.book_year = spaced.book_year
    WHERE following > place + 1 AND place >= starts - 1 AND place < ends
)
"""
_COLUMNS = "fate, series_key, book_year, from_place, to_place, circular_key, voided_key"


class Register(Sequence[Line]):
    """The lines of these series, the latest year and the highest number first; of one year and one fate where these are named.

    Slicing asks the database for that slice alone. ``visible`` are the circulars whose titles the reader may see.
    """

    def __init__(
        self,
        series: QuerySet[Series],
        visible: QuerySet[Circular],
        *,
        year: int | None = None,
        fate: Fate | None = None,
    ):
        self._series = {one.pk: one for one in series.select_related("unit")}
        self._visible, self._year, self._fate = visible, year, fate
        self._tally: dict[str, tuple[int, int]] | None = None

    def numbers(self, fate: Fate) -> int:
        """How many numbers met this fate, the fate in view or not."""
        return self._counted().get(fate, (0, 0))[1]

    def __len__(self) -> int:
        return sum(lines for fate, (lines, _) in self._counted().items() if self._fate in (None, fate))

    @overload
    def __getitem__(self, place: int) -> Line: ...

    @overload
    def __getitem__(self, place: slice) -> list[Line]: ...

    def __getitem__(self, place: int | slice) -> Line | list[Line]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        begin, end, _ = place.indices(len(self))
        return list(self._lines(begin, end)) if end > begin else []

    def _lines(self, begin: int, end: int) -> Iterator[Line]:
        order = {pk: rank for rank, pk in enumerate(self._series)}
        ranks = " ".join("WHEN %s THEN %s" for _ in order)
        where = "WHERE fate = %s" if self._fate else ""
        rows = self._asked(
            f"SELECT {_COLUMNS} FROM lines {where} "  # noqa: S608  our own words; every value is a parameter
            f"ORDER BY book_year DESC, CASE series_key {ranks} END, from_place DESC LIMIT %s OFFSET %s",
            *([self._fate.value] if self._fate else []),
            *(value for pair in order.items() for value in pair),
            end - begin,
            begin,
        )
        circulars = self._visible.in_bulk([row[5] for row in rows if row[5]])
        ended = Q(circular__in=[row[5] for row in rows if row[0] == Fate.VOIDED and row[5]])
        ended |= Q(pk__in=[row[6] for row in rows if row[6]])
        voided = list(VoidedNumber.objects.filter(ended).select_related("by"))
        of_number = {(one.series_id, one.year, one.sequence): one for one in voided}
        for fate, series, year, first, last, circular, _ in rows:
            yield Line(
                Fate(fate),
                self._series[series],
                year,
                first,
                last,
                circulars.get(circular),
                of_number.get((series, year, first)),
            )

    def _counted(self) -> dict[str, tuple[int, int]]:
        if self._tally is None:
            rows = self._asked("SELECT fate, COUNT(*), SUM(to_place - from_place + 1) FROM lines GROUP BY fate")
            self._tally = {fate: (int(lines), int(numbers)) for fate, lines, numbers in rows}
        return self._tally

    def _asked(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        if not self._series:
            return []
        parts: dict[str, str] = {}
        parameters: list[Any] = []
        for name, source in self._sources().items():
            parts[name], given = source.query.sql_with_params()
            parameters += given
        with connection.cursor() as cursor:
            cursor.execute(_LINES.format(**parts) + question, [*parameters, *values])
            return cursor.fetchall()

    def _sources(self) -> dict[str, QuerySet[Any, Any]]:
        """The three sets that the question is put to, in the order of their places in it."""
        scope = Q(series__in=list(self._series))
        if self._year is not None:
            scope &= Q(year=self._year)
        place = {"series_key": F("series_id"), "book_year": F("year")}
        text, key = models.CharField(), models.BigIntegerField()
        ended = models.Case(
            models.When(state=Circular.State.VOIDED, then=Value(Fate.VOIDED)),
            default=Value(Fate.USED),
            output_field=text,
        )
        nobody = Cast(Value(None), key)
        used = Circular.objects.filter(scope).order_by()
        declared = VoidedNumber.objects.filter(scope, circular=None)
        return {
            "used": used.values(**place, place=F("sequence"), fate=ended, circular_key=F("pk"), voided_key=nobody),
            "declared": declared.values(
                **place,
                place=F("sequence"),
                fate=Value(Fate.VOIDED, output_field=text),
                circular_key=nobody,
                voided_key=F("pk"),
            ),
            "books": NumberBook.objects.filter(scope).values(**place, starts=F("first"), ends=F("last")),
        }
