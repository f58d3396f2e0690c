"""上报的回执表: what the unit that got a circular answered on its form, as its package holds it (Articles 19 and 27)."""

from typing import Any

from circulars.answers.records import AnswerVersion, UnitAnswer
from circulars.answers.table import counted_cells
from circulars.answers.values import GivenFile, Value, values_in
from circulars.deliveries import Delivery
from circulars.demands.fixed import ReplyField


def handed_in(delivery: Delivery) -> tuple[AnswerVersion, list[tuple[ReplyField, Value]]] | None:
    """The version that its sender sees, and the values in the order of the form; None while none was handed in."""
    answer = UnitAnswer.objects.filter(delivery=delivery).first()
    version = answer.counted if answer else None
    if version is None:
        return None
    cells = list(counted_cells(delivery.circular).filter(version=version.pk))
    asked = {cell.field_id: cell.field for cell in cells}
    return version, [(asked[key], value) for key, value in values_in(cells).items()]


def answered_files(delivery: Delivery | None) -> list[dict[str, Any]]:
    """Its files as a manifest would name them; of what a unit issued itself there are none."""
    found = handed_in(delivery) if delivery else None
    given = [value for _, value in found[1] if isinstance(value, GivenFile)] if found else []
    return [{"name": one.name, "sha256": one.file.digest, "size": one.file.size} for one in given]
