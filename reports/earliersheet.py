"""导入往年数据: a sheet of earlier months, each line judged before anything is saved, then all of them at once (Article 28)."""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.overseeing import overseen
from accounts.roles import Right
from accounts.units import Category, Unit
from cms.areas import Area
from cms.sheetrows import Column, Fate, Outcome, Sheet, SheetRow, fate, tally
from cms.sheetsteps import SheetImport
from reports.earlier import LONGEST_SOURCE, MOST, EarlierFigures, take_in_lines
from reports.months import Month, NotAMonth

COLUMNS = (
    Column("code", "单位代码", "使用单位名册里的代码，只收本级的单位", ("代码",)),
    Column("year", "年", "四位数字，如 2025", ("年份",)),
    Column("month", "月", "1 至 12，已经结束的月份", ("月份",)),
    Column("required", "应签收", "按时签收、逾期签收、未签收之和"),
    Column("on_time", "按时签收", "件数"),
    Column("late", "逾期签收", "件数"),
    Column("unsigned", "未签收", "件数"),
    Column("source", "来源", f"数据从哪里来，如 2025年通报，不超过 {LONGEST_SOURCE} 个字"),
)
_COUNTS = ("required", "on_time", "late", "unsigned")


def earlier_from_excel(area: Area, now: datetime) -> SheetImport:
    """The import for one area: its units, and months that are over."""
    return SheetImport(
        purpose="earlier-figures",
        title="导入往年数据",
        note="本系统没有记录的月份，各单位的签收件数。只用于月度对比，页面和表格上标“据导入数据”；同一单位同一月份再次导入的，以后一次为准，原来的仍然保留。",
        back="reports:compare",
        back_label="月度对比",
        article="第二十八条",
        columns=COLUMNS,
        judge=lambda sheet: [each.fate for each in _Lines(sheet, area, now).lines],
        store=partial(_store, area),
        lock=lambda: Area.objects.select_for_update().get(pk=area.pk),
    )


def _store(area: Area, sheet: Sheet, fates: list[Fate], *, by: Any, at: datetime) -> str:
    """Every line that says something new stands, with who handed it in; call it under the lock with lines that have no fault."""
    if not overseen(by, Right.REPORT).covers(area.pk):
        raise PermissionDenied(f"只有{area.secretariat}可以导入往年数据。")
    rows = [each.row for each in _Lines(sheet, area, at).lines if each.fate.outcome in (Outcome.NEW, Outcome.CHANGED)]
    take_in_lines([row for row in rows if row is not None], area=area, by=by, at=at)
    counted = tally(fates)
    return (
        f"已导入：新增 {counted[Outcome.NEW]} 行，更改 {counted[Outcome.CHANGED]} 行，不变 {counted[Outcome.SAME]} 行。"
    )


class _Line:
    """One line: its fate, and what would be saved of it."""

    def __init__(self, fate: Fate, row: EarlierFigures | None) -> None:
        self.fate, self.row = fate, row


class _Lines:
    """All lines of a sheet against the register and what was taken in before; a few queries, nothing saved."""

    def __init__(self, sheet: Sheet, area: Area, now: datetime) -> None:
        self.sheet, self.now = sheet, now
        units = Unit.objects.filter(area=area, is_division=False).exclude(category=Category.PROVIDER)
        self.units = {unit.code: unit for unit in units.only("code", "short_name", "category", "sort_order")}
        self.first_line: dict[tuple[str, Month], int] = {}
        read = [(row, self._month(row)) for row in sheet.rows]
        months = {month for _, month in read if isinstance(month, Month)}
        standing = EarlierFigures.objects.in_force(area, months)
        self.standing = {(row.unit.code, row.told): row for row in standing}
        self.lines = [self._line(row, month) for row, month in read]

    def _month(self, row: SheetRow) -> Month | str:
        """The month of the line, or why it has none."""
        try:
            month = Month(_number(row["year"]) or 0, _number(row["month"]) or 0)
        except NotAMonth:
            return "没有这个月份，年写四位数字，月写 1 至 12。"
        return month if month.ends_at <= self.now else f"{month.label}还没有结束，不是往年数据。"

    def _line(self, row: SheetRow, month: Month | str) -> _Line:
        faults = self.sheet.faults_of(row)
        if not faults:
            faults = [self.sheet.fault(row, key, sentence) for key, sentence in self._wrong(row, month)]
        about = f"{row['code']} {row['year']}年{row['month']}月"
        if faults or not isinstance(month, Month):
            return _Line(fate(row, about, faults=faults, is_new=False), None)
        unit, before = self.units[row["code"]], self.standing.get((row["code"], month))
        on_time, late, unsigned = (int(row[key]) for key in _COUNTS[1:])
        said = EarlierFigures(
            unit=unit,
            year=month.year,
            month=month.month,
            on_time=on_time,
            late=late,
            unsigned=unsigned,
            source=row["source"],
        )
        changes = []
        if before is not None and (before.counts, before.source) != (said.counts, said.source):
            changes = [f"{_shown(before)} → {_shown(said)}"]
        return _Line(fate(row, about, is_new=before is None, changes=changes), said)

    def _wrong(self, row: SheetRow, month: Month | str) -> list[tuple[str, str]]:
        """What is wrong in which column, as far as it can be told."""
        wrong = []
        if row["code"] not in self.units:
            wrong.append(("code", f"名册里没有本级单位“{row['code'][:40]}”。" if row["code"] else "不能为空。"))
        if isinstance(month, str):
            wrong.append(("month", month))
        elif (first := self.first_line.setdefault((row["code"], month), row.line)) != row.line:
            wrong.append(("month", f"与第 {first} 行是同一单位同一月份。"))
        counts = [_number(row[key]) for key in _COUNTS]
        wrong += [
            (key, f"请写 0 至 {MOST} 的整数。")
            for key, count in zip(_COUNTS, counts, strict=True)
            if count is None or count > MOST
        ]
        known = [count for count in counts if count is not None]
        if len(known) == len(counts) and known[0] != sum(known[1:]):
            wrong.append(("required", f"应签收 {known[0]}，与按时、逾期、未签收之和 {sum(known[1:])} 不符。"))
        if not row["source"]:
            wrong.append(("source", "请写明数据从哪里来。"))
        elif len(row["source"]) > LONGEST_SOURCE:
            wrong.append(("source", f"不能超过 {LONGEST_SOURCE} 个字。"))
        return wrong


def _shown(row: EarlierFigures) -> str:
    return f"按时 {row.on_time}、逾期 {row.late}、未签收 {row.unsigned}（{row.source}）"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
