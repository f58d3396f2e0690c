"""承接: what becomes of the deliveries of a unit that is merged or dissolved (Articles 15 and 20; 2012 regulation art. 35).

What is open goes to the successor as it stands: the clock runs on, the name to which it was sent stays. So does what is registered and not
finished (``incoming.handedon``) and what is not filed (``archive.handedon``). What was signed for or sent back stays the unit's, and so does
what the successor has got or issued itself: that is signed for in the unit's place until it is closed.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.unitchanges import UnitChange
from accounts.units import Unit
from circulars.archive.handedon import hand_on_archive, unkept
from circulars.circulation.record import Reader
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.handling.record import Assignment
from circulars.handling.seen import in_hand
from circulars.incoming.handedon import hand_on_entries, unfinished
from circulars.registration import IssuerLine
from cms import ledger


class HandedOn(models.Model):
    """That an open delivery went from one unit to its successor, because of which change; takes INSERT only."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="handed_on", verbose_name="收文")
    change = models.ForeignKey(UnitChange, models.PROTECT, related_name="+", verbose_name="单位变动")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="原收文单位")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承接单位")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("转交时间")

    class Meta:
        verbose_name = verbose_name_plural = "收文转交"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "from_unit"], name="handed_on_once_by_a_unit"),
            models.CheckConstraint(condition=~Q(from_unit=models.F("to_unit")), name="handed_on_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery}由{self.from_unit}转{self.to_unit}"


def to_hand_on(unit: Unit, successor: Unit) -> DeliveryQuerySet:
    """The unit's open deliveries that its successor can take: of circulars that it has not got and does not issue."""
    had = Delivery.objects.filter(circular=OuterRef("circular"), unit=successor)
    issued = IssuerLine.objects.filter(circular=OuterRef("circular"), unit=successor)
    return Delivery.objects.open().filter(~Exists(had), ~Exists(issued), unit=unit)


@transaction.atomic
def hand_on(unit: Unit, successor: Unit, change: UnitChange, *, by: Any, at: datetime) -> int:
    """What the successor can take is its to sign for; returns how many. Twice does nothing more.

    The ledger says it of each circular, so that whoever is shown its evidence sees why another unit signed for it.
    """
    movable = to_hand_on(unit, successor).select_for_update(of=("self",)).order_by("pk")
    uuid_of = dict(movable.values_list("pk", "circular__uuid"))
    HandedOn.objects.bulk_create(
        [HandedOn(delivery_id=key, change=change, from_unit=unit, to_unit=successor, by=by, at=at) for key in uuid_of],
        batch_size=500,
    )
    Delivery.objects.filter(pk__in=uuid_of).update(unit=successor)
    facts = {"from": unit.code, "to": successor.code, "change": ledger.subject_of(change)}
    for key, uuid in uuid_of.items():
        subject = f"{Delivery._meta.label_lower}:{key}"
        deed = Deed.DELIVERY_HANDED_ON
        ledger.enter(deed, subject=subject, by=by, at=at, circular=uuid, unit=unit.pk, facts=facts)
    return len(uuid_of)


def hear_of_dissolution(
    sender: Any, unit: Unit, successor: Unit | None, change: UnitChange, by: Any, at: datetime, **rest: Any
) -> None:
    """A unit has just been dissolved."""
    if successor is not None:
        hand_on(unit, successor, change, by=by, at=at)
        hand_on_entries(unit, successor, change, by=by, at=at)
        hand_on_archive(unit, successor, change, by=by, at=at)


def answer_before_closing(sender: Any, unit: Unit, **rest: Any) -> list[str]:
    """What of the unit is open still, and on paper owed to it."""
    open_ones = Delivery.objects.open().filter(unit=unit)
    waiting = open_ones.electronic().count()
    owed = open_ones.filter(paper_copy__delivered_at=None, paper_copy__isnull=False).count()
    said = [f"还有 {waiting} 件收文没有签收，请签收或者退回。"] if waiting else []
    said += [f"还有 {owed} 份纸质件没有送达。"] if owed else []
    return said + unfinished(unit) + _in_hands(unit) + unkept(unit)


def _in_hands(unit: Unit) -> list[str]:
    """What people of the unit and its divisions have in hand of papers that went on."""
    below = Q(unit__path__startswith=unit.path)
    work = Assignment.objects.open().filter(below, handling__incoming__in=in_hand()).count()
    readings = Reader.objects.waiting().filter(below, circulation__incoming__in=in_hand()).count()
    said = [f"本单位和科室还有 {work} 件承办没有办完，请承接单位改派。"] if work else []
    return said + ([f"还有 {readings} 人次的传阅没有阅完。"] if readings else [])
