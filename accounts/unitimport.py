"""Units from Excel: the fate of every line against the register, then all lines at once (Articles 2 and 7).

``accounts.unitrows`` says what is wrong in which cell, ``cms.sheetsteps`` is the screen; ``accounts.unitlist`` is the same for a CSV file of
an installation's first day, where nothing stands yet that a paper would be needed for.
"""

from datetime import datetime
from typing import Any

from accounts.deeds import Deed
from accounts.grants import derive_now, one_at_a_time
from accounts.unitrows import COLUMNS, UnitLine, UnitLines
from accounts.units import Unit, area_below, usual_payer
from cms import ledger
from cms.sheetrows import Fate, Outcome, Sheet, fate, tally
from cms.sheetsteps import SheetImport

_LABELS = {column.key: column.heading for column in COLUMNS}
STEP = 10  # between one new unit and the next, in the register's order


def judge(sheet: Sheet) -> list[Fate]:
    """What each line would do to the register as it stands; nothing is saved."""
    return [
        fate(
            line.row,
            line.row["name"] or line.code,
            faults=line.faults,
            is_new=line.standing is None,
            changes=[_said(line, key, value) for key, value in line.changes().items()],
        )
        for line in UnitLines(sheet).lines
    ]


def store(sheet: Sheet, fates: list[Fate], *, by: Any, at: datetime) -> str:
    """Every unit of the sheet stands in the register as its line says; call it under ``lock`` with lines that have no fault."""
    lines = UnitLines(sheet)
    for line in lines.lines:
        if changes := line.changes():
            Unit.objects.filter(pk=line.standing.pk).update(**changes)  # type: ignore[union-attr]  # only standing ones change
    made = add([line for line in lines.lines if line.standing is None])
    counted = tally(fates)
    ledger.enter(
        Deed.UNITS_IMPORTED,
        subject="accounts.unit",
        by=by,
        at=at,
        facts={
            "new": sorted(made),
            "changed": {line.code: line.changes() for line in lines.lines if line.changes()},
        },
    )
    derive_now()
    return f"已导入：新增 {counted[Outcome.NEW]} 个单位，更改 {counted[Outcome.CHANGED]} 个，不变 {counted[Outcome.SAME]} 个。"


def add(lines: list[UnitLine]) -> dict[str, int]:
    """The new units of these lines stand in the register, each after its superior; code → primary key."""
    waiting = lines
    made: dict[str, int] = {}
    new = {line.code for line in waiting}
    last = max(Unit.objects.values_list("sort_order", flat=True), default=0)
    while waiting:
        ready = [line for line in waiting if line.parent not in new - made.keys()]
        for line in ready:
            last += STEP
            facts = {"sort_order": last, "key_fee_payer": usual_payer(line.facts["category"]), "connected": False}
            superior = Unit.objects.select_related("runs", "area").get(code=line.parent) if line.parent else None
            unit = Unit(code=line.code, area=area_below(superior), **facts | line.facts)
            if superior is not None:
                superior.add_child(instance=unit)
            else:
                Unit.add_root(instance=unit)
            made[line.code] = unit.pk
        waiting = [line for line in waiting if line not in ready]
    for line in lines:
        if line.served_by:
            Unit.objects.filter(pk=made[line.code]).update(served_by=Unit.objects.get(code=line.served_by))
    return made


def _said(line: UnitLine, key: str, value: Any) -> str:
    return f"{_LABELS[key]}：{_shown(key, getattr(line.standing, key))} → {_shown(key, value)}"


def _shown(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if key == "category":
        return str(dict(Unit._meta.get_field("category").choices or ())[value])
    return str(value) or "（空）"


UNITS_FROM_EXCEL = SheetImport(
    purpose="units",
    title="导入使用单位",
    note="新增单位，或者更正类别、层级、排序、电话等；空着的格照旧。更名、隶属、代管、接入和费用承担在单位页面办理，须有依据和日期。",
    back="accounts:units",
    back_label="使用单位",
    article="第二条、第七条",
    columns=COLUMNS,
    judge=judge,
    store=store,
    lock=one_at_a_time,
)
