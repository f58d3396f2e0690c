"""待登记: what a unit has signed for, or was handed on paper, and has not registered (Articles 13 and 22)."""

from collections.abc import Collection

from django.db.models import Count
from django.db.models.functions import Coalesce

from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.incoming.beginning import came_since
from circulars.papercopies import PaperCopy
from circulars.secrecycases import shut_circulars
from cms.wording import SEVERAL, Worded


def to_register(units: Collection[int]) -> DeliveryQuerySet:
    """What these units have to register, with the circulars; of what a secrecy case has shut, nothing, nor of what came before registers were kept."""
    signed = came_since(Delivery.objects.to_register().filter(unit_id__in=units), "signed_at")
    # What was signed for is among the first; without a word of that here, all that the units ever received would be read through.
    handed = PaperCopy.objects.handed_over().filter(
        delivery__unit_id__in=units,
        delivery__registered_at=None,
        delivery__signed_at=None,
        delivery__returned_at=None,
        delivery__recalled_at=None,
    )
    handed = came_since(handed, "delivered_at")
    # One set of keys: for a choice between two PostgreSQL would look at every delivery there is.
    waiting = Delivery.objects.filter(pk__in=signed.values("pk").union(handed.values("pk"), all=True))
    return waiting.exclude(circular__in=shut_circulars()).select_related("circular")


def longest_first(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """By when each came: signed for, or handed over on paper where nobody has signed."""
    return rows.order_by(Coalesce("signed_at", "paper_copy__delivered_at"), "pk")


def waiting_count(units: Collection[int]) -> int:
    """How many that are; every page of a clerk asks."""
    return sum(count for (count,) in _COUNT.ask(units=units))


_COUNT = Worded(
    lambda units: to_register(units).order_by().values("issuer_id").annotate(count=Count("pk")).values_list("count"),
    units=SEVERAL,
)
