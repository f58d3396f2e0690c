"""One more unit in the register, entered on the desk on the paper that set it up (Articles 2 and 7).

It is measured as one line of ``accounts.unitrows`` would be, so that a form and a sheet refuse the same. It is connected by an application.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.grants import derive_now, one_at_a_time
from accounts.unitchanges import UnitChange, checked_day, checked_ground, has_unseen, record, refuse_stranger
from accounts.unitimport import add
from accounts.unitrows import COLUMNS, UnitLines
from accounts.units import Unit
from cms.sheetrows import Sheet, SheetRow

# A sheet of one line whose columns are called by their keys: what is wrong with a cell names the field.
_KEYS = {column.key: column.key for column in COLUMNS}
_COLUMNS = {column.key: column for column in COLUMNS}


@transaction.atomic
def enter_unit(facts: Mapping[str, str], *, on_day: date, ground: str, by: Any, at: datetime) -> Unit:
    """The unit stands in the register, not connected yet; ``facts`` are the cells of a line by their keys.

    Raises ``PermissionDenied`` for who is not of the network office and ``ValidationError`` naming every field that cannot stand.
    """
    refuse_stranger(by)
    ground, on_day = checked_ground(ground), checked_day(on_day, at)
    if unseen := [key for key, text in facts.items() if has_unseen(text)]:
        raise ValidationError(dict.fromkeys(unseen, "里面有换行或者看不见的字符，请删去。"))
    one_at_a_time()
    (line,) = UnitLines(Sheet("", _COLUMNS, _KEYS, (SheetRow(1, facts),))).lines
    if line.standing is not None:
        raise ValidationError({"code": f"名册里已有单位用这个代码：{line.standing}。"})
    if line.faults:
        raise ValidationError({fault.letter: fault.sentence for fault in line.faults})
    unit = Unit.objects.get(pk=add([line])[line.code])
    record(unit, UnitChange.Kind.ENTERED, on_day=on_day, ground=ground, became=unit.name, by=by, at=at)
    derive_now()
    return unit
