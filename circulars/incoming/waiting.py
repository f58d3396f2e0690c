"""待登记: what a unit has signed for, or was handed on paper, and has not registered (Articles 13 and 22)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.papercopies import PaperCopy
from circulars.secrecycases import shut_circulars


def to_register(units: Collection[int]) -> DeliveryQuerySet:
    """What these units have to register, with the circulars; of what a secrecy case has shut, nothing."""
    signed = Delivery.objects.to_register().filter(unit_id__in=units)
    handed = PaperCopy.objects.handed_over().filter(
        delivery__unit_id__in=units,
        delivery__registered_at=None,
        delivery__returned_at=None,
        delivery__recalled_at=None,
    )
    waiting = Delivery.objects.filter(Q(pk__in=signed.values("pk")) | Q(pk__in=handed.values("pk")))
    return waiting.exclude(circular__in=shut_circulars()).select_related("circular")


def left_lying(before: datetime) -> DeliveryQuerySet:
    """签而不办: signed for before this moment, and neither registered nor handled since."""
    return Delivery.objects.to_register().filter(signed_at__lt=before).exclude(circular__in=shut_circulars())
