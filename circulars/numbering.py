"""发文字号: 机关代字〔年〕序号. A number is drawn once, at registration, under a lock, and never reused (Article 19).

The series of a unit are data; a yearly series begins again at 1 each year, a running one (orders) never. Numbers sort by year and
integer, never as text (GB/T 9704-2012, 7.2.5). Next: ``circulars/voiding.py``, where a number comes to nothing and stays taken.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.db import models, transaction

from accounts.overseeing import Overseen
from accounts.units import Unit
from circulars.layouts import Layout
from cms.areas import Area
from cms.quotes import cited

YEARLY_FORM = re.compile(r"(?P<prefix>[\u4e00-\u9fff]+)〔(?P<year>[0-9]{4})〕(?P<sequence>[1-9][0-9]*)号")
RUNNING_FORM = re.compile(r"第(?P<sequence>[1-9][0-9]*)号")
# A running series keeps its book under year 0, never under null.
NO_YEAR = 0

# What people write instead: other brackets or none around the year, 第 and zeros before the integer, wide digits, blanks.
_YEARLY_WRITTEN = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff]+?)"
    r"(?:[〔\[(【〖﹝{《<](?P<year>[0-9]{4})年?[〕\])】〗﹞}》>]|(?P<bare>[0-9]{4})年)"
    r"第?0*(?P<sequence>[1-9][0-9]*)号?"
)
_RUNNING_WRITTEN = re.compile(r"第0*(?P<sequence>[1-9][0-9]*)号")


class NumberFormatWrong(ValueError):
    """The text is not a document number; the sentence says how one is written."""


@dataclass(frozen=True, order=True)
class DocumentNumber:
    """A number taken apart; a running one has no prefix and year 0."""

    prefix: str
    year: int
    sequence: int

    def __str__(self) -> str:
        if self.year == NO_YEAR:
            return f"第{self.sequence}号"
        return f"{self.prefix}〔{self.year}〕{self.sequence}号"


def parse(text: str) -> DocumentNumber:
    """The number that the text says; raises ``NumberFormatWrong`` for anything but the standard's form."""
    if found := YEARLY_FORM.fullmatch(text):
        return DocumentNumber(found["prefix"], int(found["year"]), int(found["sequence"]))
    if found := RUNNING_FORM.fullmatch(text):
        return DocumentNumber("", NO_YEAR, int(found["sequence"]))
    raise NumberFormatWrong(
        f"{cited(text)}不是规范的发文字号。请照“延政办发〔2026〕23号”的样子写：年份四位，用六角括号，序号前不加 0。"
    )


@dataclass(frozen=True)
class Normalised:
    """A number as the standard has it, and whether it was written otherwise."""

    text: str
    was_changed: bool


def normalised(text: str) -> Normalised:
    """The number in the standard's form where it is plain which one is meant; any other text as it came.

    Wrong brackets, ``2026年``, wide digits, ``第5号`` in a yearly form, ``05号``, blanks and a missing 号 are put right.
    """
    narrow = "".join(unicodedata.normalize("NFKC", text).split())
    if found := _YEARLY_WRITTEN.fullmatch(narrow):
        right = f"{found['prefix']}〔{found['year'] or found['bare']}〕{found['sequence']}号"
    elif found := _RUNNING_WRITTEN.fullmatch(narrow):
        right = f"第{found['sequence']}号"
    else:
        right = text
    return Normalised(right, was_changed=right != text)


class Numbering(models.TextChoices):
    YEARLY = "yearly", "每年从 1 号起"
    RUNNING = "running", "跨年连续"


class SeriesQuerySet(models.QuerySet["Series"]):
    def of(self, unit: Unit) -> "SeriesQuerySet":
        return self.filter(unit=unit, active=True).select_related("area")

    def of_areas(self, overseen: Overseen) -> "SeriesQuerySet":
        """Those whose papers go by the rules of these areas."""
        return self.filter(overseen.of("area", "unit__area"))


class Series(models.Model):
    """One number series of an issuing unit, with the layout of the papers that bear it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="series", verbose_name="发文单位")
    # Where the unit runs an area beside the one it belongs to: whose rules and calendar the papers of this series go by (Article 29).
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="适用辖区（空为发文单位所属辖区）"
    )
    prefix = models.CharField("机关代字", max_length=20)
    layout = models.CharField("版式", max_length=10, choices=Layout.choices)
    numbering = models.CharField("编号方式", max_length=10, choices=Numbering.choices, default=Numbering.YEARLY)
    opening_number = models.PositiveIntegerField("启用号", default=1)
    active = models.BooleanField("在用", default=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "文号系列"
        verbose_name_plural = "文号系列"
        ordering = ["unit__sort_order", "prefix"]
        constraints = [models.UniqueConstraint(fields=["unit", "prefix"], name="series_once_per_unit")]

    def __str__(self) -> str:
        form = "第N号" if self.numbering == Numbering.RUNNING else "〔年〕N号"
        whither = f" · 发{self.area}所属单位" if self.area else ""
        return f"{self.prefix}{form} · {self.get_layout_display()}{whither}"

    def draw(self, year: int) -> DocumentNumber:
        """The next free number of the series for this year, taken: nobody else is given it.

        A number that bears a circular already or was declared void is passed over. Call it inside the registration's transaction; the
        book's row stays locked until that ends, so a registration that fails gives its number back.
        """
        with transaction.atomic():
            book = self.locked_book(year)
            book.last = self._next_free(book)
            book.save(update_fields=["last"])
        return self.number(book.year, book.last)

    def locked_book(self, year: int) -> "NumberBook":
        """The book of this year, opened if need be; until the transaction ends nobody else takes a number from it."""
        year = NO_YEAR if self.numbering == Numbering.RUNNING else year
        opens_here = not NumberBook.objects.filter(series=self).exists()
        first = self.opening_number if opens_here else 1
        NumberBook.objects.bulk_create(
            [NumberBook(series=self, year=year, first=first, last=first - 1)], ignore_conflicts=True
        )
        return NumberBook.objects.select_for_update().get(series=self, year=year)

    def number(self, year: int, sequence: int) -> DocumentNumber:
        """This integer of the series in this year, as a number."""
        return DocumentNumber("" if year == NO_YEAR else self.prefix, year, sequence)

    def bears(self, number: DocumentNumber) -> bool:
        """Whether the number is written as those of this series are."""
        is_running = self.numbering == Numbering.RUNNING
        return is_running == (number.year == NO_YEAR) and number == self.number(number.year, number.sequence)

    def _next_free(self, book: "NumberBook") -> int:
        ahead = {"year": book.year, "sequence__gt": book.last}
        used = self.circulars.filter(**ahead).values_list("sequence")
        voided = self.voided_numbers.filter(**ahead).values_list("sequence")
        following = book.last + 1
        for (taken,) in used.union(voided).order_by("sequence"):
            if taken != following:
                break
            following += 1
        return following


class NumberBook(models.Model):
    """How far a series has come in a year; the row that registration locks."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="books", verbose_name="文号系列")
    year = models.PositiveSmallIntegerField("年份")
    first = models.PositiveIntegerField("起号", db_default=1)
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = "文号簿"
        verbose_name_plural = "文号簿"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="book_once_per_year")]

    def __str__(self) -> str:
        return f"{self.series.prefix} {self.year or ''} {self.last}"
