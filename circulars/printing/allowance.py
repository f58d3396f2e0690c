"""核定份数: how many originals a unit may print of a paper, and how many of them are left (feature K1).

The number was fixed with the distribution when the circular was registered; what the sender has agreed to since is added, and so is every
sheet that was spoilt and confirmed. A paper that went on to a successor takes its number along.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, Sum

from circulars.deliveries import Delivery
from circulars.printing.asking import MoreOriginals
from circulars.printing.copies import PrintedCopy
from circulars.printing.spoiling import SpoiltCopy
from circulars.registration import Circular, DistributionLine
from circulars.succession import HandedOn


@dataclass(frozen=True)
class Allowance:
    """What a unit may print of one paper: ``sanctioned`` with what was agreed since, ``spoilt`` sheets, ``printed`` originals, ``plain`` copies."""

    sanctioned: int
    spoilt: int = 0
    printed: int = 0
    plain: int = 0

    @property
    def left(self) -> int:
        return max(0, self.sanctioned + self.spoilt - self.printed)

    @property
    def words(self) -> str:
        """As the screens say it."""
        spoilt = f"，作废 {self.spoilt} 份" if self.spoilt else ""
        return f"核定 {self.sanctioned} 份，已打印 {self.printed} 份{spoilt}，还可以打印 {self.left} 份"


def allowance_of(delivery: Delivery) -> Allowance:
    """Of one delivery."""
    return allowances_of([delivery])[delivery.pk]


def allowances_of(deliveries: Iterable[Delivery]) -> dict[int, Allowance]:
    """Of each by its primary key, in six questions however many they are."""
    rows = list(deliveries)
    keys = [row.pk for row in rows]
    first_of = dict(
        HandedOn.objects.filter(delivery__in=keys).order_by("-pk").values_list("delivery", "from_unit")
    )  # the earliest hand-over is read last: to whom it was sent
    own = {
        (circular, unit): number
        for circular, unit, number in DistributionLine.objects.filter(
            circular__in={row.circular_id for row in rows}, originals__isnull=False
        ).values_list("circular", "unit", "originals")
    }
    usual = dict(Circular.objects.filter(pk__in={row.circular_id for row in rows}).values_list("pk", "originals"))
    agreed = MoreOriginals.objects.filter(delivery__in=keys, state=MoreOriginals.State.AGREED)
    more = dict(agreed.order_by("delivery").values_list("delivery").annotate(Sum("granted")))
    gone = SpoiltCopy.objects.filter(copy__delivery__in=keys, state=SpoiltCopy.State.CONFIRMED)
    spoilt = dict(gone.order_by("copy__delivery").values_list("copy__delivery").annotate(Count("pk")))
    plain = Count("pk", filter=Q(kind=PrintedCopy.Kind.PLAIN))
    counted = PrintedCopy.objects.filter(delivery__in=keys).order_by("delivery").values_list("delivery")
    printed = {key: (last or 0, copies) for key, last, copies in counted.annotate(last=Max("serial"), plain=plain)}
    return {
        row.pk: Allowance(
            own.get((row.circular_id, first_of.get(row.pk, row.unit_id)), usual[row.circular_id]) + more.get(row.pk, 0),
            spoilt.get(row.pk, 0),
            *printed.get(row.pk, (0, 0)),
        )
        for row in rows
    }
