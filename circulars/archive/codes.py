"""档号: 全宗号-门类·年度-保管期限·机构代码-件号, drawn gapless under a lock and never given twice (DA/T 13, DA/T 22)."""

from django.db import models

from accounts.units import Unit
from circulars.archive.fonds import Fonds

DOCUMENTS = "WS"  # 门类: 文书档案


class CounterBook(models.Model):
    """How far the numbers of one kind have come; the row that whoever draws the next one locks.

    ``kind`` is a term of retention for the items of an archive, else what is counted: lists of transfer or of destruction.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("类别", max_length=8)
    office = models.CharField("机构（问题）代码", max_length=8, blank=True)
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "档案编号簿"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit", "year", "kind", "office"], name="one_archive_counter")]

    def __str__(self) -> str:
        return f"{self.unit} {self.year} {self.kind} {self.office} {self.last}"


TRANSFERS, DESTRUCTIONS = "YJ", "XH"


def draw(unit: int, year: int, kind: str, office: str = "") -> int:
    """The next number of its kind, from 1; call it inside the act's transaction: what fails gives its number back."""
    key = {"unit_id": unit, "year": year, "kind": kind, "office": office}
    CounterBook.objects.bulk_create([CounterBook(**key)], ignore_conflicts=True)
    book = CounterBook.objects.select_for_update().get(**key)
    book.last += 1
    book.save(update_fields=["last"])
    return book.last


def code_of(fonds: Fonds, year: int, term: str, office: str, item: int) -> str:
    """``0012-WS·2026-D30·BGS-0001``."""
    return f"{fonds.number}-{DOCUMENTS}·{year}-{term}·{office}-{item:04d}"


def folder_of(code: str) -> str:
    """The archival code as the name of a folder on any computer: no sign beyond ASCII."""
    return code.replace("·", ".")
