"""How far each of many circulars has got, counted with the circulars themselves."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from circulars.deliveries.choices import Channel
from circulars.deliveries.questions import OPEN, UNNOTIFIED
from circulars.deliveries.record import Delivery
from circulars.registration import Circular


def with_receipts(circulars: models.QuerySet[Circular]) -> models.QuerySet[Any]:
    """Each circular with ``electronic_count``, ``signed_count``, ``open_count`` and ``unnotified_count`` of its electronic deliveries."""

    def count(condition: Q) -> Any:
        rows = Delivery.objects.filter(condition, circular=models.OuterRef("pk"), channel=Channel.ELECTRONIC)
        return models.Subquery(
            rows.order_by().values("circular").annotate(n=models.Count("pk")).values("n"),
            output_field=models.IntegerField(),
        )

    return circulars.annotate(
        electronic_count=Coalesce(count(Q()), 0),
        signed_count=Coalesce(count(Q(signed_at__isnull=False, returned_at__isnull=True)), 0),
        open_count=Coalesce(count(OPEN & Q(must_sign=True)), 0),
        unnotified_count=Coalesce(count(UNNOTIFIED), 0),
    )
