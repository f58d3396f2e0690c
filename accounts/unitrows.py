"""The lines of an Excel sheet of units, each read as what it says of one unit, with what is wrong in which cell (Articles 2, 7 and 12).

A line adds a unit or corrects what no paper is needed for; an empty cell leaves what stands. A new name, superior, desk, payer or connection of a standing unit is a change
with a day and a ground, made on the unit's own page; a line that says otherwise is wrong.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from accounts.unitlist import CODE
from accounts.units import Category, Payer, Unit
from cms.sheetrows import CellFault, Column, Sheet, SheetRow

COLUMNS = (
    Column("code", "单位代码", "字母、数字和 . _ -，最长 40 个，不能重复", ("代码",)),
    Column("name", "全称", "不超过 100 个字；已在名册里的，照现在的名称写", ("单位名称", "单位全称", "名称")),
    Column("short_name", "规范简称", "不超过 60 个字", ("简称",)),
    Column("category", "类别", "、".join(category.label for category in Category), ("单位类别",)),
    Column("parent", "上级单位", "上级的代码、全称或者简称；没有上级的不填", ("上级",), is_needed=False),
    Column("served_by", "代管单位", "由别的单位的人员代管收发的，写那个单位", ("代管",), is_needed=False),
    Column("level", "层级", "国家级、省级、市级、县级、乡级", is_needed=False),
    Column("can_issue", "可以发文", "是或者否", ("发文",), is_needed=False),
    Column("connected", "已接入", "是或者否；已在名册里的不能在这里改", ("接入",), is_needed=False),
    Column("key_fee_payer", "密钥费用", "市财政或者自付；不填的按类别", ("费用承担",), is_needed=False),
    Column("pinyin", "拼音简码", "小写字母和数字，拟稿时查找用", ("拼音",), is_needed=False),
    Column("sort_order", "排序", "数字；不填的排在最后", ("序号",), is_needed=False),
    Column("duty_phone", "值班电话", "区号和号码，如 0911-2167287", ("电话",), is_needed=False),
    Column("note", "备注", "不超过 200 个字", is_needed=False),
)
LEVELS = {"国家级": "central", "省级": "provincial", "市级": "prefecture", "县级": "county", "乡级": "township"}
_LONGEST = {"code": 40, "name": 100, "short_name": 60, "pinyin": 40, "note": 200, "duty_phone": 40}
_YES_NO = {"是": True, "yes": True, "1": True, "否": False, "no": False, "0": False}
_PHONE = re.compile(r"[0-9+() -]{3,40}")
_PINYIN = re.compile(r"[a-z0-9]*")
_DIGITS = re.compile(r"[0-9]{1,9}")
# What stands of a unit and is changed elsewhere: where.
_ELSEWHERE = {
    "name": "更名请在单位页面办理",
    "short_name": "更名请在单位页面办理",
    "parent": "调整隶属请在单位页面办理",
    "served_by": "调整代管请在单位页面办理",
    "connected": "接入请另行申请办理",
    "key_fee_payer": "调整费用承担请在单位页面办理",
}
# What a line may correct, in words.
CORRECTED = ("category", "level", "can_issue", "pinyin", "sort_order", "duty_phone", "note")


@dataclass
class UnitLine:
    """One line: the unit that stands already under its code, what it says of the unit, and what is wrong."""

    row: SheetRow
    standing: Unit | None
    facts: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    served_by: str = ""
    faults: list[CellFault] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.row["code"]

    def changes(self) -> dict[str, Any]:
        """What the line corrects of a standing unit."""
        if self.standing is None:
            return {}
        return {
            key: self.facts[key]
            for key in CORRECTED
            if key in self.facts and self.facts[key] != getattr(self.standing, key)
        }


class UnitLines:
    """All lines of a sheet against the register as it stands; a few queries, nothing saved."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        everything = list(Unit.objects.select_related("served_by").in_order())
        self.by_code = {unit.code: unit for unit in everything}
        self.units = [unit for unit in everything if not unit.is_division]
        self.by_path = {unit.path: unit for unit in self.units}
        self.first_line: dict[str, int] = {}
        self.lines = [self._line(row) for row in sheet.rows]
        for line in self.lines:
            self._judge_place(line)

    def superior_of(self, unit: Unit) -> str:
        """The code of the superior of a standing unit; empty at the top."""
        above = self.by_path.get(unit.path[: -Unit.steplen])
        return above.code if above else ""

    @cached_property
    def codes(self) -> dict[str, str]:
        """Code, full name and short name of every unit of register and sheet → its code; a name that two bear names neither."""
        said = [(unit.code, unit.name, unit.short_name) for unit in self.units if unit.is_active]
        said += [(row["code"], row["name"], row["short_name"]) for row in self.sheet.rows if row["code"]]
        owners: dict[str, set[str]] = {}
        for code, *names in said:
            for name in (code, *filter(None, names)):
                owners.setdefault(name, set()).add(code)
        return {name: min(found) for name, found in owners.items() if len(found) == 1}

    @cached_property
    def _named(self) -> Mapping[str, Counter[str]]:
        """How many units of the sheet would bear a full name or a short name."""
        return {key: Counter(row[key] for row in self.sheet.rows if row[key]) for key in ("name", "short_name")}

    @cached_property
    def _borne(self) -> Mapping[str, dict[str, str]]:
        """Names of the standing units of the register, with the code of who bears each."""
        active = [unit for unit in self.units if unit.is_active]
        return {key: {getattr(unit, key): unit.code for unit in active} for key in ("name", "short_name")}

    def _line(self, row: SheetRow) -> UnitLine:
        line = UnitLine(row, self.by_code.get(row["code"]))
        line.faults += self.sheet.faults_of(row)
        if not line.faults:
            for key, sentence in (*self._about_texts(line), *self._about_names(line), *self._about_choices(line)):
                line.faults.append(self.sheet.fault(row, key, sentence))
        return line

    def _about_texts(self, line: UnitLine) -> list[tuple[str, str]]:
        row, wrong = line.row, []
        for key in ("code", "name", "short_name", "category"):
            if not row[key]:
                wrong.append((key, "不能为空。"))
        for key, most in _LONGEST.items():
            if len(row[key]) > most:
                wrong.append((key, f"不能超过 {most} 个字。"))
        code = row["code"]
        if code and not CODE.fullmatch(code):
            wrong.append(("code", f"“{code[:40]}”只能由字母、数字和 . _ - 组成，以字母或者数字开头。"))
        if code in self.first_line:
            wrong.append(("code", f"“{code[:40]}”与第 {self.first_line[code]} 行重复。"))
        elif code:
            self.first_line[code] = row.line
        if line.standing and line.standing.is_division:
            wrong.append(("code", f"“{code}”是内设科室，在所属单位的页面办理。"))
        elif line.standing and not line.standing.is_active:
            wrong.append(("code", f"“{code}”{line.standing.get_state_display()}，不能再导入。"))
        if not _PINYIN.fullmatch(row["pinyin"].lower()):
            wrong.append(("pinyin", "只能写字母和数字。"))
        if row["duty_phone"] and not _PHONE.fullmatch(row["duty_phone"]):
            wrong.append(("duty_phone", f"看不懂电话“{row['duty_phone'][:40]}”，如 0911-2167287。"))
        if row["sort_order"] and not _DIGITS.fullmatch(row["sort_order"]):
            wrong.append(("sort_order", f"“{row['sort_order'][:40]}”不是数字。"))
        line.facts |= {key: row[key] for key in ("name", "short_name", "duty_phone", "note") if row[key]}
        if row["pinyin"]:
            line.facts["pinyin"] = row["pinyin"].lower()
        if _DIGITS.fullmatch(row["sort_order"]):
            line.facts["sort_order"] = int(row["sort_order"])
        return wrong

    def _about_names(self, line: UnitLine) -> list[tuple[str, str]]:
        wrong = []
        for key in ("name", "short_name"):
            said = line.row[key]
            if line.standing and said and said != getattr(line.standing, key):
                wrong.append((key, f"名册里是“{getattr(line.standing, key)}”，{_ELSEWHERE[key]}。"))
            elif said and self._named[key][said] > 1:
                wrong.append((key, f"“{said[:40]}”在表里用了 {self._named[key][said]} 次。"))
            elif line.standing is None and said in self._borne[key]:
                wrong.append((key, f"“{said[:40]}”在名册里已经有了，代码是“{self._borne[key][said]}”。"))
        return wrong

    def _about_choices(self, line: UnitLine) -> list[tuple[str, str]]:
        """Category, level, payer and what is answered by yes or no."""
        row, wrong = line.row, []
        known: dict[str, tuple[Mapping[str, Any], str]] = {
            "category": ({c.label: c.value for c in Category} | {c.value: c.value for c in Category}, "用列出的类别"),
            "level": (LEVELS | {value: value for value in LEVELS.values()}, f"用{'、'.join(LEVELS)}"),
            "key_fee_payer": (
                {p.label: p.value for p in Payer} | {p.value: p.value for p in Payer},
                "写市财政或者自付",
            ),
            "can_issue": (_YES_NO, "写是或者否"),
            "connected": (_YES_NO, "写是或者否"),
        }
        for key, (words, what_to_do) in known.items():
            if not (said := row[key]):
                continue
            if said not in words:
                wrong.append((key, f"不认识“{said[:40]}”，请{what_to_do}。"))
                continue
            line.facts[key] = words[said]
            is_other = line.standing is not None and words[said] != getattr(line.standing, key)
            if is_other and key == "category" and Category.PROVIDER in (words[said], line.standing.category):  # type: ignore[union-attr]
                wrong.append((key, "使用单位和保障单位不能互改：它们的印章密钥、合同不同，请另列一个单位。"))
            if is_other and key in _ELSEWHERE:
                wrong.append((key, f"与名册不一样，{_ELSEWHERE[key]}。"))
        return wrong

    def _judge_place(self, line: UnitLine) -> None:
        """Superior and desk: known, standing, another unit, without a circle."""
        for key, label in (("parent", "上级单位"), ("served_by", "代管单位")):
            said, wrong = line.row[key], ""
            code = self.codes.get(said, "")
            found = self.by_code.get(said)
            if said and found is not None and not found.is_active:
                wrong = f"{label}“{said[:40]}”{found.get_state_display()}。"
            elif said and not code:
                wrong = f"{label}“{said[:40]}”不在表里，也不在名册里，或者不止一个，请写代码。"
            elif code and code == line.code:
                wrong = f"{label}不能是自己。"
            elif line.standing and said and code != self._as_it_stands(line.standing, key):
                wrong = f"与名册不一样，{_ELSEWHERE[key]}。"
            elif key == "served_by" and line.standing is None and (server := self._server_of(code)):
                wrong = f"“{said[:40]}”由“{server[:40]}”代管，请直接写“{server[:40]}”。"
            if wrong:
                line.faults.append(self.sheet.fault(line.row, key, wrong))
            else:
                setattr(line, key, code)
        if line.standing is None and not line.faults and self._goes_round(line):
            line.faults.append(self.sheet.fault(line.row, "parent", f"“{line.code}”的上级关系绕成了圈。"))

    def _server_of(self, code: str) -> str:
        """Who runs the desk of the unit of this code, by register or sheet; empty where it runs its own."""
        standing = self.by_code.get(code)
        if standing is not None:
            return standing.served_by.short_name if standing.served_by else ""
        return next((row["served_by"] for row in self.sheet.rows if code and row["code"] == code), "")

    def _as_it_stands(self, unit: Unit, key: str) -> str:
        if key == "parent":
            return self.superior_of(unit)
        return unit.served_by.code if unit.served_by else ""

    def _goes_round(self, line: UnitLine) -> bool:
        above = {row["code"]: self.codes.get(row["parent"], "") for row in self.sheet.rows}
        code, seen = line.code, set()
        while code and code not in seen:
            seen.add(code)
            code = above.get(code, "")
        return bool(code)
