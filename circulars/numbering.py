"""发文字号: 机关代字〔年〕序号. A number is drawn once, at registration, under a lock, and never reused (Article 19).

The series of a unit are data; a yearly series begins again at 1 each year, a running one (orders) never. Numbers sort by year and
integer, never as text (GB/T 9704-2012, 7.2.5).
"""

import re
from dataclasses import dataclass

from django.db import models, transaction

from accounts.units import Unit
from circulars.layouts import Layout

YEARLY_FORM = re.compile(r"(?P<prefix>[\u4e00-\u9fff]+)〔(?P<year>[0-9]{4})〕(?P<sequence>[1-9][0-9]*)号")
RUNNING_FORM = re.compile(r"第(?P<sequence>[1-9][0-9]*)号")
# A running series keeps its book under year 0, never under null.
NO_YEAR = 0


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
        f"“{text}”不是规范的发文字号。应写成“机关代字〔年份〕序号号”，年份用六角括号、四位数字，序号不编虚位，"
        "例如：延政办发〔2026〕23号。"
    )


class Numbering(models.TextChoices):
    YEARLY = "yearly", "每年从 1 号起"
    RUNNING = "running", "跨年连续"


class SeriesQuerySet(models.QuerySet["Series"]):
    def of(self, unit: Unit) -> "SeriesQuerySet":
        return self.filter(unit=unit, active=True)


class Series(models.Model):
    """One number series of an issuing unit, with the layout of the papers that bear it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="series", verbose_name="发文单位")
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
        return f"{self.prefix}{form} · {self.get_layout_display()}"

    def draw(self, year: int) -> DocumentNumber:
        """The next number of the series for this year, taken: nobody else is given it.

        Call it inside the registration's transaction; the book's row stays locked until that ends, so a registration that
        fails gives its number back.
        """
        year = NO_YEAR if self.numbering == Numbering.RUNNING else year
        with transaction.atomic():
            opens_here = not NumberBook.objects.filter(series=self).exists()
            NumberBook.objects.bulk_create(
                [NumberBook(series=self, year=year, last=self.opening_number - 1 if opens_here else 0)],
                ignore_conflicts=True,
            )
            book = NumberBook.objects.select_for_update().get(series=self, year=year)
            book.last += 1
            book.save(update_fields=["last"])
        prefix = "" if year == NO_YEAR else self.prefix
        return DocumentNumber(prefix, year, book.last)


class NumberBook(models.Model):
    """How far a series has come in a year; the row that registration locks."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="books", verbose_name="文号系列")
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = "文号簿"
        verbose_name_plural = "文号簿"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="book_once_per_year")]

    def __str__(self) -> str:
        return f"{self.series.prefix} {self.year or ''} {self.last}"
