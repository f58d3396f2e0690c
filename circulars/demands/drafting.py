"""What the drafter asks of those who will receive the circular: an answer, by a day, perhaps on a form (2012 regulation art. 24(7)).

It belongs to the text that is approved: the snapshot holds it where there is something to hold, so that a text that asks for nothing has
the digest it always had.
"""

from typing import Any

from django.db import models

from circulars.demands.fields import AskedField, fields_in
from circulars.pages import CircularPage


class DraftDemand(models.Model):
    """That a draft asks for an answer; ``due_on`` is the last day for it, to midnight."""

    page = models.OneToOneField(
        CircularPage, models.CASCADE, primary_key=True, related_name="demand", verbose_name="文稿"
    )
    due_on = models.DateField("答复期限", null=True, blank=True)

    class Meta:
        verbose_name = "答复要求"
        verbose_name_plural = "答复要求"

    def __str__(self) -> str:
        return f"{self.page_id} 须答复"


class DraftField(AskedField):
    """One field of the form that goes out with a draft."""

    demand = models.ForeignKey(DraftDemand, models.CASCADE, related_name="fields", verbose_name="答复要求")

    class Meta(AskedField.Meta):
        verbose_name = "回执表的一项"
        verbose_name_plural = "回执表"
        constraints = [models.UniqueConstraint(fields=["demand", "place"], name="draft_field_has_its_place")]


def drafted(page: CircularPage) -> dict[str, Any] | None:
    """What the draft asks for as plain data; None where it asks for nothing."""
    if page.pk is None:
        return None
    demand = DraftDemand.objects.filter(pk=page.pk).prefetch_related("fields").first()
    return said_of(demand.due_on, demand.fields.all()) if demand else None


def ask_alike(page: CircularPage, source: CircularPage) -> None:
    """The draft asks for what the source asks for, on the same form; by which day belongs to each one's occasion and is not carried over."""
    if said := drafted(source):
        demand = DraftDemand.objects.create(page=page)
        DraftField.objects.bulk_create(fields_in(said, DraftField, demand=demand))


def said_of(due_on: Any, fields: Any) -> dict[str, Any]:
    """A demand as plain data, dates in ISO form."""
    return {"due_on": due_on.isoformat() if due_on else None, "fields": [field.said for field in fields]}
