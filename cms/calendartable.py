"""The holidays and make-up days of a year as a table that somebody hands in: every line checked, with its number (Article 22)."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date

from cms.tables import Fault, TableRefused, parse_csv
from cms.workdays import CalendarDay

COLUMNS = {"日期": "date", "类型": "kind", "名称": "name"}
KINDS = {"放假": False, "休": False, "no": False, "false": False, "0": False} | {
    "上班": True, "调休上班": True, "班": True, "yes": True, "true": True, "1": True,
}  # fmt: skip
WEEKDAYS = "一二三四五六日"
YEARS = range(2000, 2100)

# Days off by law in every year; a notice that leaves one out has been copied badly.
ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_WORKED, _OFF = re.compile("上班|补班"), re.compile("放假|休息")


def read_calendar(raw: bytes, year: int) -> list[CalendarDay]:
    """The days that the table names for this year, by date and not kept yet; raises ``TableRefused`` with every fault of every line."""
    rows = parse_csv(raw, ("date", "name"), also_called=COLUMNS)
    rows = [(line, row) for line, row in rows if any(row.values())]  # what a spreadsheet leaves below the last line
    if not rows:
        raise TableRefused([Fault(1, "表里一天也没有。")])
    if "kind" not in rows[0][1] and "is_working" not in rows[0][1]:
        raise TableRefused([Fault(1, "表头缺少列：类型（或 is_working）。")])
    faults: list[Fault] = []
    seen: dict[date, tuple[int, bool | None]] = {}
    days = []
    for line, row in rows:
        day, is_working = _date_of(row["date"]), _is_working(row)
        sentences = [*_about_date(row["date"], day, year), *_about_kind(row, is_working), *_about_name(row, is_working)]
        if day is not None and day.year == year:
            sentences += _about_day(day, is_working)
            if day in seen:
                sentences.append(_about_twice(day, is_working, *seen[day]))
            seen.setdefault(day, (line, is_working))
        faults += [Fault(line, sentence) for sentence in sentences]
        if day is not None and is_working is not None:
            days.append(CalendarDay(date=day, is_working=is_working, name=row["name"]))
    if faults:
        raise TableRefused(faults)
    return sorted(days, key=lambda day: day.date)


def doubts(year: int, days: Iterable[CalendarDay]) -> list[str]:
    """What is not wrong and yet should be looked at once more before the year is loaded."""
    off = {day.date for day in days if not day.is_working}
    return [
        f"{month}月{day}日是法定节假日，表里没有列为放假。"
        for month, day in ALWAYS_OFF
        if date(year, month, day) not in off
    ]


def as_table(days: Iterable[CalendarDay]) -> str:
    """The same days as a table that ``read_calendar`` reads."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([[*COLUMNS], *([day.date, day.said, day.name] for day in days)])
    return written.getvalue()


def _date_of(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _is_working(row: Mapping[str, str]) -> bool | None:
    """What the line says of the day, by whichever of the two columns; None when it says nothing that we know."""
    said = {KINDS.get(row[column].lower()) for column in ("kind", "is_working") if row.get(column)}
    return said.pop() if len(said) == 1 else None


def _about_date(text: str, day: date | None, year: int) -> Iterable[str]:
    if day is None:
        yield f"看不懂日期“{text}”，请写成 {year}-01-01。" if text else "日期不能为空。"
    elif day.year != year:
        yield f"{day} 不在{year}年。"


def _about_kind(row: Mapping[str, str], is_working: bool | None) -> Iterable[str]:
    typed = [row[column] for column in ("kind", "is_working") if row.get(column)]
    unknown = [word for word in typed if word.lower() not in KINDS]
    if not typed:
        yield "类型不能为空，请写“放假”或“上班”。"
    for word in unknown:
        yield f"不认识类型“{word}”，只能写“放假”或“上班”。"
    if is_working is None and not unknown and len(typed) > 1:
        yield f"自相矛盾：类型写的是“{typed[0]}”，is_working 写的是“{typed[1]}”。"


def _about_name(row: Mapping[str, str], is_working: bool | None) -> Iterable[str]:
    name = row["name"]
    if not name:
        yield "名称不能为空，请写节日名称。"
    elif len(name) > 40:
        yield "名称不能超过 40 个字。"
    if is_working is False and _WORKED.search(name):
        yield f"自相矛盾：类型是放假，名称却是“{name}”。"
    if is_working and _OFF.search(name) and not _WORKED.search(name):
        yield f"自相矛盾：类型是上班，名称却是“{name}”。"


def _about_day(day: date, is_working: bool | None) -> Iterable[str]:
    if is_working and day.weekday() < 5:
        yield f"{day} 是星期{WEEKDAYS[day.weekday()]}，本来就上班，不能列为调休上班。"


def _about_twice(day: date, is_working: bool | None, line: int, was_working: bool | None) -> str:
    if None not in (is_working, was_working) and is_working is not was_working:
        first, second = ("上班" if working else "放假" for working in (was_working, is_working))
        return f"自相矛盾：{day} 第 {line} 行写的是{first}，这里写的是{second}。"
    return f"{day} 与第 {line} 行重复。"
