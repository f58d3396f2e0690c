"""What the database itself refuses of a delivery, and by what it finds deliveries (Articles 20 to 22)."""

from django.db import models
from django.db.models import Q

from circulars.deliveries.questions import OPEN, TO_ACKNOWLEDGE, TO_REGISTER, UNCOUNTED, UNNOTIFIED

CONSTRAINTS = [
    models.UniqueConstraint(fields=["circular", "unit"], name="one_delivery_per_unit"),
    models.CheckConstraint(
        condition=Q(due_at__isnull=False) | Q(due_pending=True) | Q(must_sign=False),
        name="delivery_due_or_pending",
    ),
    models.CheckConstraint(
        condition=Q(signed_at=None, signed_by=None)
        | Q(state__in=["signed_for", "returned"], signed_at__isnull=False, signed_by__isnull=False),
        name="delivery_signed_by_somebody",
    ),
    models.CheckConstraint(
        condition=~Q(state="signed_for") | Q(signed_at__isnull=False), name="delivery_signed_has_time"
    ),
    models.CheckConstraint(
        condition=Q(state="returned", returned_at__isnull=False, return_code__gt="")
        | (~Q(state="returned") & Q(returned_at=None, acknowledged_at=None)),
        name="delivery_returned_has_reason",
    ),
    models.CheckConstraint(
        condition=Q(handled_at=None) | Q(registered_at__isnull=False), name="delivery_handled_is_registered"
    ),
    models.CheckConstraint(  # a blocked one is stopped by its time alone, so that a release finds its state again
        condition=~Q(state="recalled") | Q(recalled_at__isnull=False), name="delivery_recalled_has_time"
    ),
]

INDEXES = [
    models.Index(fields=["unit", "-sent_at", "-id"], name="delivery_unit_sent"),
    models.Index(fields=["unit", "due_at"], name="delivery_unit_open", condition=OPEN),
    models.Index(fields=["due_at"], name="delivery_open", condition=OPEN),
    models.Index(fields=["circular"], name="delivery_circular_open", condition=OPEN),
    models.Index(fields=["issuer"], name="delivery_unnotified", condition=UNNOTIFIED),
    models.Index(fields=["circular"], name="delivery_pending", condition=Q(due_pending=True)),
    models.Index(fields=["signed_at"], name="delivery_uncounted", condition=UNCOUNTED),
    models.Index(fields=["unit", "signed_at"], name="delivery_to_register", condition=TO_REGISTER),
    models.Index(fields=["issuer"], name="delivery_to_acknowledge", condition=TO_ACKNOWLEDGE),
    models.Index(fields=["sent_at", "unit"], name="delivery_month"),
    models.Index(fields=["issuer", "sent_at"], name="delivery_issuer_month"),
    models.Index(fields=["signed_at"], name="delivery_held", condition=Q(state="signed_for")),
]
