"""收文号: the unit's own, counted from 1 in each year, or from where a count by hand had come, without a gap and never given twice (Article 19)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.units import Unit


def said(year: int, sequence: int) -> str:
    """The number as it is written: 收〔2026〕12号."""
    return f"收〔{year}〕{sequence}号"


class RegisterBook(models.Model):
    """How far a unit's register has come in a year; the row that whoever enters something locks."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="收文单位")
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已用到", db_default=0)
    first = models.PositiveIntegerField("起始号", db_default=1)
    ground = models.CharField("起始号依据", max_length=200, blank=True, db_default="")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="起始号设定人"
    )
    started_at = models.DateTimeField("起始号设定时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "收文登记簿"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_register_of_a_year")]

    def __str__(self) -> str:
        return f"{self.unit} {self.year} 年收文"

    @property
    def is_untouched(self) -> bool:
        """Whether neither an entry nor a number to begin at is in it yet."""
        return self.last == 0 and self.started_at is None

    @property
    def first_number(self) -> str:
        return said(self.year, self.first)


def draw(unit: int, at: datetime) -> tuple[int, int]:
    """Year and next number of the unit's register, taken; the year is that of the registration by Beijing time.

    Call it inside the registration's transaction: the row stays locked until that ends, and a registration that fails leaves no gap.
    """
    year = timezone.localdate(at).year
    RegisterBook.objects.bulk_create([RegisterBook(unit_id=unit, year=year, last=0)], ignore_conflicts=True)
    book = RegisterBook.objects.select_for_update().get(unit=unit, year=year)
    book.last += 1
    book.save(update_fields=["last"])
    return year, book.last
