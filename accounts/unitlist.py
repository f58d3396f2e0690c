"""The register of units as a file: checked whole, then taken in whole, as often as one likes (Articles 2 and 7)."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from treebeard.exceptions import InvalidMoveToDescendant

from accounts.deeds import Deed
from accounts.grants import derive_now
from accounts.unitnames import put_down
from accounts.units import Category, Payer, Unit, area_below
from cms import ledger
from cms.tables import Fault, TableRefused, read_csv

COLUMNS = (
    "code", "name", "short_name", "pinyin", "category", "level", "parent", "served_by", "can_issue",
    "key_fee_payer", "connected", "sort_order",
)  # fmt: skip
YES_NO = {"yes": True, "no": False}
# A code is part of certificates and of the names of receipts in a bundle of evidence, which every system must be able to unpack.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def load_units(path: Path, *, at: datetime, by: Any = None) -> tuple[int, int]:
    """The register holds every unit of the file as the file says; returns (new, changed).

    Units not named in the file stay as they are. Raises ``TableRefused`` naming every bad line; then nothing is loaded.
    """
    rows = read_csv(path, COLUMNS)
    _check(rows)
    with transaction.atomic():
        new, changed = _store([row for _, row in rows], timezone.localdate(at))
        ledger.enter(
            Deed.UNITS_LOADED,
            subject="accounts.unit",
            by=by,
            at=at,
            facts={"file": path.name, "units": len(rows), "new": new, "changed": changed},
        )
        derive_now()
    return new, changed


def _check(rows: list[tuple[int, Mapping[str, str]]]) -> None:
    faults = []
    first_line: dict[str, int] = {}
    parent_of = _standing_parents() | {row["code"]: row["parent"] for _, row in rows}
    known = set(parent_of)

    for line, row in rows:
        code = row["code"]
        faults += [
            Fault(line, f"“{column}”不能为空。")
            for column in ("code", "name", "short_name", "category")
            if not row[column]
        ]
        if code and not CODE.fullmatch(code):
            faults.append(Fault(line, f"单位代码“{code}”只能由字母、数字和 . _ - 组成，以字母或者数字开头。"))
        if code in first_line:
            faults.append(Fault(line, f"单位代码“{code}”与第 {first_line[code]} 行重复。"))
        first_line.setdefault(code, line)
        faults += [
            Fault(line, f"“{column}”不能超过 {limit} 个字。")
            for column, limit in (("code", 40), ("name", 100), ("short_name", 60), ("pinyin", 40), ("level", 20))
            if len(row[column]) > limit
        ]
        if row["category"] and row["category"] not in Category.values:
            faults.append(Fault(line, f"类别“{row['category']}”不认识，可用：{'、'.join(Category.values)}。"))
        if row["key_fee_payer"] not in Payer.values:
            faults.append(Fault(line, f"密钥费用“{row['key_fee_payer']}”应为 municipal 或 self。"))
        faults += [
            Fault(line, f"“{column}”应为 yes 或 no，现在是“{row[column]}”。")
            for column in ("can_issue", "connected")
            if row[column] not in YES_NO
        ]
        if not row["sort_order"].isdecimal() or len(row["sort_order"]) > 9:
            faults.append(Fault(line, f"排序“{row['sort_order']}”应为数字。"))
        faults += [
            Fault(line, f"{label}“{row[column]}”不在文件里，也不在名册里。")
            for column, label in (("parent", "上级单位"), ("served_by", "代管单位"))
            if row[column] and row[column] not in known
        ]
        if row["served_by"] == code:
            faults.append(Fault(line, "代管单位不能是自己。"))
        if _is_circular(code, parent_of):
            faults.append(Fault(line, f"“{code}”的上级关系绕成了圈。"))
    if faults:
        raise TableRefused(faults)


def _standing_parents() -> dict[str, str]:
    """Each unit of the register with its superior's code, empty for one at the top."""
    code_at = dict(Unit.objects.values_list("path", "code"))
    return {code: code_at.get(path[: -Unit.steplen], "") for path, code in code_at.items()}


def _is_circular(code: str, parent_of: Mapping[str, str]) -> bool:
    seen = set()
    while code and code not in seen:
        seen.add(code)
        code = parent_of.get(code, "")
    return bool(code)


def _store(rows: list[Mapping[str, str]], on_day: date) -> tuple[int, int]:
    standing = {unit.code: unit for unit in Unit.objects.all()}
    new = changed = 0
    waiting = list(rows)
    while waiting:
        later = []
        for row in waiting:
            if row["parent"] and row["parent"] not in standing:
                later.append(row)
                continue
            unit = standing.get(row["code"])
            facts = _facts(row)
            if unit is None:
                area = area_below(Unit.objects.get(code=row["parent"]) if row["parent"] else None)
                unit = Unit(code=row["code"], area=area, **facts)
                if row["parent"]:
                    Unit.objects.get(code=row["parent"]).add_child(instance=unit)
                else:
                    Unit.add_root(instance=unit)
                standing[row["code"]] = unit
                new += 1
            else:
                try:
                    changed += _update(unit, facts, row["parent"], on_day)
                except InvalidMoveToDescendant:  # its new superior still stands below it and is moved first
                    later.append(row)
        waiting = later
    for row in rows:
        server = standing[row["served_by"]].pk if row["served_by"] else None
        Unit.objects.filter(code=row["code"]).exclude(served_by_id=server).update(served_by_id=server)
    return new, changed


def _facts(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "short_name": row["short_name"],
        "pinyin": row["pinyin"].lower(),
        "category": row["category"],
        "level": row["level"],
        "can_issue": YES_NO[row["can_issue"]],
        "connected": YES_NO[row["connected"]],
        "key_fee_payer": row["key_fee_payer"],
        "sort_order": int(row["sort_order"]),
        "note": row.get("note", "")[:200],
    }


def _update(unit: Unit, facts: dict[str, Any], parent_code: str, on_day: date) -> bool:
    fresh = Unit.objects.get(pk=unit.pk)
    parent = fresh.get_parent()
    differs = {field: value for field, value in facts.items() if getattr(fresh, field) != value}
    if differs.keys() & {"name", "short_name"}:
        put_down(fresh, facts["name"], facts["short_name"], on_day)
    if differs:
        Unit.objects.filter(pk=fresh.pk).update(**differs)
    moves = (parent.code if parent else "") != parent_code
    if moves and parent_code:
        fresh.move(Unit.objects.get(code=parent_code), pos="last-child")
    elif moves:
        fresh.move(Unit.get_last_root_node(), pos="last-sibling")
    return bool(differs or moves)
