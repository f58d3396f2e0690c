"""承接档案: what a unit that ends has not filed is filed by its successor, or goes to the archive office (Articles 15 and 27; regulation art. 35).

What bears an archival code keeps it and stays the old unit's fonds, which the successor's archivists keep on. Without a successor what is
filed is handed over with a signed receipt before the unit is closed, and from then on the archive office looks after what it left.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.unitchanges import UnitChange, record
from accounts.units import Unit
from circulars.archive.births import bear
from circulars.archive.destructionlists import DestructionList
from circulars.archive.fonds import Fonds
from circulars.archive.holdings import Holding
from circulars.archive.transferrecords import Transfer
from circulars.deeds import Deed
from circulars.incoming import Incoming
from cms import ledger

_State = Holding.State


class HoldingHandedOn(models.Model):
    """That a paper which a unit held is another's to keep, because of which change; takes INSERT only."""

    holding = models.ForeignKey(Holding, models.PROTECT, related_name="handed_on", verbose_name="存档公文")
    change = models.ForeignKey(UnitChange, models.PROTECT, related_name="+", verbose_name="单位变动")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="原保管单位")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="现保管单位")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("转交时间")

    class Meta:
        verbose_name = verbose_name_plural = "存档公文转交"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["holding", "from_unit"], name="holding_handed_on_once_by_a_unit"),
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="holding_handed_on_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.holding}由{self.from_unit}转{self.to_unit}"


def hand_on_archive(unit: Unit, successor: Unit, change: UnitChange, *, by: Any, at: datetime) -> None:
    """What the unit has not filed is the successor's to file, and what others hand over to it goes to the successor.

    Of a circular of which the successor keeps its own, the unit's stays: it is filed or left out in the unit's place before that is closed.
    """
    bear(at)
    _hand_on(Holding.objects.filter(unit=unit, state=_State.HELD), successor, change, by=by, at=at)
    for fonds in Fonds.objects.filter(archive=unit).exclude(pk=successor.pk).select_for_update().order_by("pk"):
        Fonds.objects.filter(pk=fonds.pk).update(archive=successor)
        facts = {"number": fonds.number, "office": fonds.office, "archive": successor.code}
        ledger.enter(Deed.FONDS_SET, subject=ledger.subject_of(fonds), by=by, at=at, unit=fonds.pk, facts=facts)


def hear_of_closing(sender: Any, unit: Unit, change: UnitChange, by: Any, at: datetime, **rest: Any) -> None:
    """A unit has just been closed; where nobody succeeds it, the archive office's people read its books and keep what it left out."""
    archive = _archive_of(unit)
    if unit.successor_id is None and archive:
        Unit.objects.filter(pk=unit.pk).update(served_by=archive)
        kind, became = UnitChange.Kind.SERVED, archive.name
        record(unit, kind, on_day=change.on_day, ground=change.ground, became=became, by=by, at=at)


def unkept(unit: Unit) -> list[str]:
    """What of the unit's archive is still to be done before it can be closed, in sentences."""
    held = Holding.objects.of_units([unit.pk])
    to_file = held.to_file().count()
    lists = Transfer.objects.filter(unit=unit, state=Transfer.State.DRAWN).count()
    coming = Transfer.objects.filter(to=unit, state=Transfer.State.DRAWN).count()
    ending = DestructionList.objects.open().filter(unit=unit).count()
    said = [f"还有 {to_file} 件公文没有归档，也没有定为不归档。"] if to_file else []
    said += [f"还有 {lists} 份移交清单没有接收。"] if lists else []
    said += [f"还有 {coming} 份移交清单等它接收。"] if coming else []
    said += [f"还有 {ending} 份销毁清册没有办完。"] if ending else []
    return said if unit.successor_id else said + _not_handed_over(unit)


def _not_handed_over(unit: Unit) -> list[str]:
    """Without a successor nothing may be left that nobody keeps."""
    rows = Holding.objects.of_units([unit.pk])
    filed = rows.filter(state__in=(_State.FILED, _State.APPRAISED), item__isnull=False).count()
    said = [f"没有承接单位，还有 {filed} 件档案没有移交档案馆。"] if filed else []
    if _archive_of(unit) is None and (rows.exists() or Incoming.objects.filter(unit=unit).exists()):
        said.append("没有承接单位，也没有在用的接收档案馆，留下的公文没有人保管。请先设定接收档案馆。")
    return said


def _archive_of(unit: Unit) -> Unit | None:
    """The archive office that takes over from the unit, where one is named and stands."""
    standing = Unit.objects.bodies().filter(served_by=None)
    return standing.filter(pk__in=Fonds.objects.filter(pk=unit.pk).values("archive")).first()


def _hand_on(rows: Any, to: Unit, change: UnitChange, *, by: Any, at: datetime) -> int:
    """Those of the rows of which the other unit keeps no circular of its own are its own; returns how many."""
    theirs = Holding.objects.filter(circular=OuterRef("circular"), unit=to)
    free = rows.filter(~Exists(theirs)).select_for_update(of=("self",)).order_by("pk")
    holdings = list(free.select_related("circular", "unit"))
    HoldingHandedOn.objects.bulk_create(
        [HoldingHandedOn(holding=row, change=change, from_unit=row.unit, to_unit=to, by=by, at=at) for row in holdings],
        batch_size=500,
    )
    Holding.objects.filter(pk__in=[row.pk for row in holdings]).update(unit=to)
    for row in holdings:
        facts = row.facts() | {"from": row.unit.code, "to": to.code, "change": ledger.subject_of(change)}
        subject, document = ledger.subject_of(row), row.document
        deed = Deed.HOLDING_HANDED_ON
        ledger.enter(deed, subject=subject, by=by, at=at, circular=document, unit=row.unit_id, facts=facts)
    return len(holdings)
