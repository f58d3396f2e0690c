"""The number series of the issuing units as a file: checked whole, then taken in whole, repeatable."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.units import Unit
from circulars.deeds import Deed
from circulars.layouts import Layout
from circulars.numbering import NumberBook, Numbering, Series
from cms import ledger
from cms.tables import Fault, TableRefused, read_csv

COLUMNS = ("unit", "series", "layout", "numbering", "opening_number")


def load_series(path: Path, *, at: datetime, by: Any = None) -> int:
    """Every series of the file stands; returns how many are new.

    Where the file has a column ``area``, it names for a unit that runs one the area by whose rules the papers of the series go out.
    A series that has drawn numbers keeps its opening number. Raises ``TableRefused`` naming every bad line; then nothing is loaded.
    """
    rows = read_csv(path, COLUMNS)
    units = {
        unit.code: unit
        for unit in Unit.objects.select_related("runs").filter(code__in={row["unit"] for _, row in rows})
    }
    faults = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        key = (row["unit"], row["series"])
        if row["unit"] not in units:
            faults.append(Fault(line, f"单位代码“{row['unit']}”不在名册里，请先载入使用单位。"))
        elif not units[row["unit"]].can_issue:
            faults.append(Fault(line, f"“{units[row['unit']]}”没有发文权。"))
        if not row["series"] or len(row["series"]) > 20:
            faults.append(Fault(line, "机关代字应为 1 至 20 个字。"))
        if key in seen:
            faults.append(Fault(line, f"“{row['series']}”与第 {seen[key]} 行重复。"))
        seen.setdefault(key, line)
        if row["layout"] not in Layout.values:
            faults.append(Fault(line, f"版式“{row['layout']}”不认识，可用：{'、'.join(Layout.values)}。"))
        if row["numbering"] not in Numbering.values:
            faults.append(Fault(line, f"编号方式“{row['numbering']}”应为 yearly 或 running。"))
        if (code := row.get("area", "")) and not (row["unit"] in units and _runs(units[row["unit"]], code)):
            faults.append(Fault(line, f"辖区“{code[:20]}”不由“{row['unit']}”主管，请先设立辖区，或者留空。"))
        if not re.fullmatch(r"[1-9][0-9]{0,8}", row["opening_number"]):
            faults.append(Fault(line, f"启用号“{row['opening_number'][:20]}”应为不超过九位的正整数。"))
    if faults:
        raise TableRefused(faults)
    with transaction.atomic():
        new = 0
        for _, row in rows:
            series, made = Series.objects.get_or_create(
                unit=units[row["unit"]],
                prefix=row["series"],
                defaults={
                    "layout": row["layout"],
                    "numbering": row["numbering"],
                    "opening_number": int(row["opening_number"]),
                    "area": units[row["unit"]].runs if row.get("area") else None,
                },
            )
            new += made
            if not made and not NumberBook.objects.filter(series=series).exists():
                Series.objects.filter(pk=series.pk).update(opening_number=int(row["opening_number"]))
        ledger.enter(
            Deed.SERIES_LOADED,
            subject="circulars.series",
            by=by,
            at=at,
            facts={"file": path.name, "series": len(rows), "new": new},
        )
    return new


def _runs(unit: Unit, code: str) -> bool:
    return unit.runs is not None and unit.runs.code == code
