"""What a drafter asks of the receiving units: an answer by a day, and the form for it; part of the text that is approved (Article 19)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.roles import Right, may
from circulars.demands.drafting import DraftDemand, DraftField, drafted, said_of
from circulars.demands.fields import check_field, check_form
from circulars.moderation import void_if_changed
from circulars.pages import CircularPage
from circulars.secrecycases import refuse_blocked
from cms.lifecycles import OutOfOrder


@transaction.atomic
def ask_for_answers(
    page: CircularPage,
    *,
    required: bool,
    due_on: date | None,
    fields: Sequence[DraftField],
    by: Any,
    at: datetime,
) -> bool:
    """The draft asks for this and nothing else; returns whether an approval became void by it.

    Without ``required`` it asks for nothing; what it asks for already stays as it is. Raises ``PermissionDenied`` for who does not draft for the unit or whose draft it is not,
    ``OutOfOrder`` once it is on its way or registered, and ``ValidationError`` for a day that is over or a form that nobody could fill in.
    """
    page = CircularPage.objects.select_for_update().get(pk=page.pk)
    if page.owner_id != by.pk or not may(by, Right.DRAFT, page.issuer.pk):
        raise PermissionDenied("只有拟稿人可以改答复要求。")
    refuse_blocked(page)
    refuse_on_its_way(page)
    if not required and (due_on or fields):
        raise ValidationError({"required": "写了答复期限或者回执表的，请勾选“须答复”。"})
    if due_on and due_on < timezone.localdate(at):
        raise ValidationError({"due_on": "答复期限已经过了，请改为今天以后的日期。"})
    for field in fields:
        check_field(field)
    check_form(fields)
    if drafted(page) == (said_of(due_on, fields) if required else None):
        return False
    DraftDemand.objects.filter(pk=page.pk).delete()
    if required:
        demand = DraftDemand.objects.create(page=page, due_on=due_on)
        for place, field in enumerate(fields, 1):
            field.demand, field.place = demand, place
        DraftField.objects.bulk_create(fields)
    return void_if_changed(page, by=by, at=at)


def refuse_on_its_way(page: CircularPage) -> None:
    """Raises ``OutOfOrder`` for a draft that was handed over or registered: what it asks for is part of what is judged there."""
    if hasattr(page, "circular"):
        raise OutOfOrder(f"本件已登记为 {page.circular.number}，答复要求和回执表不能再改。")
    if page.workflow_in_progress:
        raise OutOfOrder("文稿正在审签，不能改答复要求。要改的，请先撤回送审。")
