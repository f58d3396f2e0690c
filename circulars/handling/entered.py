"""How the ledger names what a unit did with a circular inside: under the line of its register, its handling and its work, not under the circular."""

from circulars.handling.record import Assignment, Handling
from circulars.incoming import Incoming
from circulars.registration import Circular


def subjects_inside(circular: Circular, unit: int) -> list[str]:
    """The subjects of these entries for the unit that signed for the circular, whoever went on with it since."""
    lines = list(Incoming.objects.filter(circular=circular.pk, delivery__unit=unit).values_list("pk", flat=True))
    works = Assignment.objects.filter(handling__in=lines).values_list("pk", flat=True)
    named = [f"{model._meta.label_lower}:{key}" for model in (Incoming, Handling) for key in lines]
    return named + [f"{Assignment._meta.label_lower}:{key}" for key in works]
