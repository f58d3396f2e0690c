"""来文与答复: which registered paper answers which delivery, fixed when the answer is registered (2012 regulation arts. 8(12), 24(7))."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.pages import SHUT, Relation
from circulars.registration.record import Circular


class PaperReplyQuerySet(models.QuerySet["PaperReply"]):
    def in_force(self) -> "PaperReplyQuerySet":
        """Those whose answer has gone out and was neither recalled nor shut by a secrecy case."""
        standing = self.filter(circular__state=Circular.State.SENT)
        return standing.exclude(circular__secrecy_cases__state__in=SHUT)


class PaperReply(models.Model):
    """That one circular, of the unit that received the other or that acts for it, answers that delivery; takes INSERT only."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="paper_replies", verbose_name="来文")
    circular = models.ForeignKey(Circular, models.PROTECT, related_name="answers", verbose_name="答复的公文")
    at = models.DateTimeField("关联时间")

    objects = PaperReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "来文答复"
        verbose_name_plural = "来文答复"
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["delivery", "circular"], name="answered_once_by_a_paper")]

    def __str__(self) -> str:
        return f"{self.circular} 答复 {self.delivery}"


def fix_replies(circular: Circular, snapshot: dict[str, Any], *, at: datetime) -> list[str]:
    """The circular is on record as the answer to what it says it answers and its issuer received; returns the numbers of those papers.

    What is named by a number typed in counts where one such paper was delivered there. A paper that never came by this system is no row.
    """
    rows = [row for row in snapshot["references"] if row["relation"] == Relation.REPLIES_TO]
    if not rows:
        return []
    named = Q(circular__uuid__in=[row["circular"] for row in rows if row.get("circular")])
    named |= Q(circular__number__in=[row["number"] for row in rows if row["number"] and not row.get("circular")])
    own = _places(circular.issuer)
    found = Delivery.objects.filter(named, unit__in=own, circular__state=Circular.State.SENT)
    answered: dict[int, Delivery] = {}
    for delivery in sorted(found.select_related("circular"), key=lambda each: (own.index(each.unit_id), each.pk)):
        answered.setdefault(delivery.circular_id, delivery)
    PaperReply.objects.bulk_create(
        [PaperReply(delivery=delivery, circular=circular, at=at) for delivery in answered.values()]
    )
    return [delivery.circular.number for delivery in answered.values()]


def _places(issuer: Unit) -> list[int]:
    """Where the paper that the issuer answers came in, the likeliest first: there, at the office that serves it, where it acts for another."""
    served = list(Unit.objects.filter(served_by=issuer).order_by("pk").values_list("pk", flat=True))
    return [issuer.pk, *([issuer.served_by_id] if issuer.served_by_id else []), *served]
