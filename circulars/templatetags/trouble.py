"""Which report of a circular a fault came with, so that who mends it can see what waits (Article 13)."""

from collections.abc import Iterable
from typing import Any

from django import template

from accounts.faults import Fault
from circulars.access import problems_of
from circulars.problems import DeliveryProblem

register = template.Library()


@register.simple_tag(takes_context=True)
def reports_behind(context: Any, faults: Iterable[Fault]) -> dict[int, DeliveryProblem]:
    """The reports behind these faults that the person may read, by the faults' keys; one query."""
    legible = problems_of(context["request"].user).filter(fault__in=[fault.pk for fault in faults])
    return {problem.fault_id: problem for problem in legible if problem.fault_id is not None}


@register.filter
def of(found: dict[int, DeliveryProblem], fault: Fault) -> DeliveryProblem | None:
    return found.get(fault.pk)
