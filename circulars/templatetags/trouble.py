"""Which report of a circular a fault came with, so that who mends it can see what waits and whom to ask (Article 13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template

from accounts.faults import Fault
from circulars.access import problems_of
from circulars.problems import DeliveryProblem
from circulars.secrecycases import WITHHELD

register = template.Library()


@dataclass(frozen=True)
class Behind:
    """The report of a circular behind a fault: the one that the person may read, or that a secrecy case has shut it."""

    problem: DeliveryProblem | None
    text: str


@register.simple_tag(takes_context=True)
def reports_behind(context: Any, faults: Iterable[Fault]) -> dict[int, Behind]:
    """What stands behind each of these faults, by its key, and what may be said of it; two queries."""
    said = {fault.pk: fault.text for fault in faults}
    legible = problems_of(context["request"].user).filter(fault__in=said)
    behind = {problem.fault_id: problem for problem in legible}
    shut = set(DeliveryProblem.objects.filter(fault__in=said).values_list("fault", flat=True)) - set(behind)
    return {key: Behind(behind.get(key), WITHHELD if key in shut else text) for key, text in said.items()}


@register.filter
def of(found: dict[int, Behind], fault: Fault) -> Behind:
    return found[fault.pk]
