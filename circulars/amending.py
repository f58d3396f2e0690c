"""更正、作废: that a circular which was sent is corrected or annulled by a later one, which reaches every unit that holds it (Article 20).

What was signed for is not taken back. A notice that names it as corrected or annulled goes to all who hold it; when the notice is sent the
original bears the fact wherever it is shown.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts.units import Unit, UnitQuerySet
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.pages import AMENDING, Relation
from circulars.registration import Circular
from cms import ledger
from cms.lifecycles import OutOfOrder

_NAMED = 10


class HoldersMissing(OutOfOrder):
    """The notice does not go to everybody who holds what it corrects or annuls; the sentence names whom it leaves out."""

    def __init__(self, original: Circular, missing: list[Unit]):
        super().__init__(f"更正、作废通知要发给持有 {original.number} 的每个单位，还缺{_names(missing)}。")


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def in_force(self) -> "AmendmentQuerySet":
        """Those whose notice has not itself been recalled."""
        return self.filter(by_circular__state=Circular.State.SENT)


class Amendment(models.Model):
    """That one circular is corrected or annulled by another, since the other was sent."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="amendments", verbose_name="原件")
    by_circular = models.ForeignKey(Circular, models.PROTECT, related_name="amends", verbose_name="更正、作废通知")
    kind = models.CharField("方式", max_length=12, choices=[(each.value, each.label) for each in AMENDING])
    at = models.DateTimeField("时间")

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = "更正、作废"
        verbose_name_plural = "更正、作废"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["circular", "by_circular", "kind"], name="amended_once_by_a_notice"),
            models.CheckConstraint(condition=~Q(circular=models.F("by_circular")), name="amended_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.circular} {self.get_kind_display()}"


def holders(circular: Circular) -> UnitQuerySet:
    """Every body that holds the circular, on paper or not, in the register's order; what came back it has had all the same.

    For one that was dissolved its successor holds it.
    """
    held = Delivery.objects.filter(circular=circular, recalled_at=None).values("unit")
    succeeding = Unit.objects.filter(pk__in=held, successor__isnull=False).values("successor")
    return Unit.objects.bodies().filter(Q(pk__in=held) | Q(pk__in=succeeding)).in_order()


def amended_by(snapshot: dict[str, Any]) -> list[tuple[Relation, Circular]]:
    """What the text corrects or annuls: circulars of its own issuers, named by the record or by a number typed in."""
    rows = [row for row in snapshot["references"] if row["relation"] in AMENDING]
    if not rows:
        return []
    named = Q(uuid__in=[row["circular"] for row in rows if row.get("circular")])
    named |= Q(number__in=[row["number"] for row in rows if row["number"] and not row.get("circular")])
    own = Circular.objects.filter(named, issuer__code__in=snapshot["issuers"], state=Circular.State.SENT)
    found = {key: circular for circular in own for key in (str(circular.uuid), circular.number)}
    named_by = [(row["relation"], found.get(row.get("circular") or row["number"])) for row in rows]
    return [(Relation(relation), circular) for relation, circular in dict.fromkeys(named_by) if circular]


def refuse_missing_holders(notice: Circular, snapshot: dict[str, Any]) -> None:
    """Raises ``HoldersMissing`` when the notice's distribution leaves out a unit that holds what the notice corrects or annuls.

    The originals stay locked with the transaction, in the order of their keys: whoever sends one of them after waits, and finds the notice.
    """
    named = {original.pk for _, original in amended_by(snapshot)}
    list(Circular.objects.select_for_update(of=("self",)).filter(pk__in=named).order_by("pk").values_list("pk"))
    for original in dict.fromkeys(circular for _, circular in amended_by(snapshot)):
        told = Q(pk__in=notice.distribution.values("unit")) | Q(code__in=snapshot["issuers"])
        if missing := list(holders(original).exclude(told)):
            raise HoldersMissing(original, missing)


def refuse_annulled(circular: Circular) -> None:
    """Raises ``OutOfOrder`` when the circular was annulled: it goes to nobody any more. Whoever acts on it holds its row by now."""
    if annulled := amendments_of([circular.pk]).filter(kind=Relation.ANNULS).first():
        raise OutOfOrder(f"{circular.number} 已由 {annulled.by_circular.number} 作废，不能再发送。")


def refuse_uncorrected(circular: Circular, units: Collection[Unit]) -> None:
    """Raises ``ValidationError`` on ``units`` when one of them would get the circular without the notice that corrects it."""
    for correction in amendments_of([circular.pk]).filter(kind=Relation.CORRECTS):
        notice = correction.by_circular
        if not Circular.objects.unblocked().filter(pk=notice.pk).exists():
            raise ValidationError(
                {"units": f"{circular.number} 已由 {notice.number} 更正，{notice.number} 已封存，不能补发。"}
            )
        told = Q(pk__in=notice.distribution.values("unit")) | Q(code__in=notice.snapshot["issuers"])
        if missing := list(Unit.objects.filter(pk__in=[unit.pk for unit in units]).exclude(told).in_order()):
            raise ValidationError(
                {"units": f"{circular.number} 已更正，请先把 {notice.number} 补发给{_names(missing)}，再补发本件。"}
            )


def record_amendments(notice: Circular, snapshot: dict[str, Any], *, by: Any, at: datetime) -> None:
    """The originals that the notice corrects or annuls bear the fact, and the ledger has it with each of them."""
    for relation, original in amended_by(snapshot):
        Amendment.objects.create(circular=original, by_circular=notice, kind=relation, at=at)
        ledger.enter(
            Deed.CIRCULAR_AMENDED,
            subject=ledger.subject_of(original),
            by=by,
            at=at,
            circular=original.uuid,
            unit=original.issuer_id,
            facts={"kind": relation, "by_circular": notice.uuid, "by_number": notice.number},
        )


def amendments_of(circulars: Iterable[int]) -> AmendmentQuerySet:
    """What has been corrected or annulled among these circulars, with the notices, in order of time."""
    return Amendment.objects.in_force().filter(circular__in=circulars).select_related("by_circular")


def _names(units: list[Unit]) -> str:
    more = f"等 {len(units)} 家" if len(units) > _NAMED else ""
    return "、".join(unit.short_name for unit in units[:_NAMED]) + more
