"""The forms of the working calendar and the office hours. They check what was typed and decide nothing."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.ruleforms import TIME_FORMATS
from accounts.standinforms import Day
from cms.calendars import LONGEST_SOURCE, Standing
from cms.calendartable import YEARS, read_calendar
from cms.reach import within_reach
from cms.tables import Fault, TableRefused
from cms.workdays import CalendarDay, HoursBroken, Season

LARGEST_TABLE = 200 * 1024  # bytes; a year has 366 lines
FAULTS_SHOWN = 60


class CalendarForm(forms.Form):
    """A year, its notice, and the table of its days: as a file at first, and once it was looked at as the text that was read."""

    year = forms.IntegerField(
        label="年份",
        min_value=YEARS[0],
        max_value=YEARS[-1],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填写年份。",
            "invalid": "请填写四位数的年份。",
            "min_value": f"年份须在{YEARS[0]}至{YEARS[-1]}之间。",
            "max_value": f"年份须在{YEARS[0]}至{YEARS[-1]}之间。",
        },
    )
    source = forms.CharField(
        label="依据的放假通知",
        max_length=LONGEST_SOURCE,
        help_text="名称和文号，如“国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）”。",
        error_messages={
            "required": "请写明依据的放假通知。",
            "max_length": f"放假通知不能超过 {LONGEST_SOURCE} 个字。",
        },
    )
    file = forms.FileField(
        label="日历文件",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text="CSV 文件，UTF-8 或 GB 18030 编码，列为：日期、类型（放假或上班）、名称。",
        error_messages={"empty": "文件是空的，请重新选择。", "missing": "请选择文件。", "invalid": "请选择文件。"},
    )
    table = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LARGEST_TABLE)

    days: Sequence[CalendarDay] = ()

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "year" not in typed or "file" in self.errors:
            return typed
        upload, table = typed.get("file"), typed.get("table", "")
        if upload is None and not table:
            self.add_error("file", "请选择日历文件。")
        elif upload is not None and upload.size > LARGEST_TABLE:
            self.add_error("file", "文件太大，一年的日历不会超过 200 KB，请核对是不是选错了文件。")
        else:
            self._read(upload.read() if upload is not None else table.encode(), typed["year"])
        return typed

    def _read(self, raw: bytes, year: int) -> None:
        try:
            self.days = read_calendar(raw, year)
        except TableRefused as refused:
            shown = [_said(fault) for fault in refused.faults[:FAULTS_SHOWN]]
            if left := len(refused.faults) - FAULTS_SHOWN:
                shown += [f"还有 {left} 处问题没有列出。"] if left > 0 else []
            self.add_error("file", [forms.ValidationError(sentence) for sentence in shown])


def _said(fault: Fault) -> str:
    return str(fault) if fault.line else fault.sentence


class CorrectionForm(forms.Form):
    """How one day stands, and why it is put right."""

    date = forms.DateField(
        label="日期",
        validators=[within_reach],
        widget=Day,
        error_messages={"required": "请填写日期。", "invalid": "请按“2026-10-01”的格式填写日期。"},
    )
    standing = forms.ChoiceField(
        label="这一天",
        choices=Standing.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择这一天怎样安排。", "invalid_choice": "请选择这一天怎样安排。"},
    )
    name = forms.CharField(
        label="名称",
        max_length=40,
        required=False,
        help_text="如“国庆节”“国庆节调休上班”；按平常的不填。",
        error_messages={"max_length": "名称不能超过 40 个字。"},
    )
    reason = forms.CharField(
        label="更正理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="原来的安排留在台账里。已经发送的公文，签收时限不变。",
        error_messages={"required": "请写明更正理由。", "max_length": "更正理由不能超过 200 个字。"},
    )


class MonthDayField(forms.CharField):
    """A day of every year, typed as 5月1日 or 5-1; kept as (month, day)."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value[0]}月{value[1]}日" if isinstance(value, tuple) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        found = re.fullmatch(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?", text, re.ASCII)
        try:
            day = date(2000, *map(int, found.groups())) if found else None
        except ValueError:
            day = None
        if day is None:
            raise forms.ValidationError(f"看不懂“{text}”，请写成“5月1日”。")
        return day.month, day.day

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class OfficeHoursForm(forms.Form):
    """The seasons of the whole year in rows; an empty row is no season."""

    ROWS = 6
    DAYS = (("starts", "起"), ("ends", "止"))
    TIMES = (
        ("morning_opens", "上午上班"),
        ("morning_closes", "上午下班"),
        ("afternoon_opens", "下午上班"),
        ("afternoon_closes", "下午下班"),
    )

    against = forms.CharField(widget=forms.HiddenInput, required=False)
    holds_from = forms.DateField(
        label="起用日期",
        required=False,
        validators=[within_reach],
        widget=Day(),
        help_text="从这一天起，不填的从今天起。以前的日子仍按原来的办公时间计算；已经发送的公文，签收时限不变。",
        error_messages={"invalid": "请按“2026-09-28”的样子填写起用日期。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明理由。", "max_length": "理由不能超过 200 个字。"},
    )

    def __init__(self, seasons: Sequence[Season], known: Sequence[str], data: Mapping[str, Any] | None = None):
        """``seasons`` fill the rows; ``known`` is all that was ever set, in words, so that a change meanwhile is noticed."""
        initial: dict[str, Any] = {"against": "|".join(known)}
        for row, season in enumerate(seasons, 1):
            instants = [instant for half in season.intervals for instant in half]
            values = (season.starts, season.ends, *instants)
            initial |= {
                f"{name}_{row}": value for (name, _), value in zip((*self.DAYS, *self.TIMES), values, strict=True)
            }
        super().__init__(data, initial=initial)
        for row in range(1, self.ROWS + 1):
            for name, label in self.DAYS:
                self.fields[f"{name}_{row}"] = MonthDayField(label=f"第{row}季{label}", required=False)
            for name, label in self.TIMES:
                self.fields[f"{name}_{row}"] = forms.TimeField(
                    label=f"第{row}季{label}",
                    required=False,
                    input_formats=TIME_FORMATS,
                    widget=forms.TimeInput(format="%H:%M"),
                    error_messages={"invalid": "请按“08:00”的样子填写。"},
                )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        found = [self._season(row, typed) for row in range(1, self.ROWS + 1)]
        self.seasons = [season for season in found if season is not None]
        return typed

    def _season(self, row: int, typed: dict[str, Any]) -> Season | None:
        names = [f"{name}_{row}" for name, _ in (*self.DAYS, *self.TIMES)]
        if any(name in self.errors for name in names):
            return None
        values: list[Any] = [typed.get(name) for name in names]
        if not any(value is not None for value in values):
            return None
        for name, value in zip(names, values, strict=True):
            if value is None:
                self.add_error(name, "请填写完整；不要这一季的，整行留空。")
        if any(name in self.errors for name in names):
            return None
        starts, ends, *instants = values
        try:
            return Season(starts, ends, ((instants[0], instants[1]), (instants[2], instants[3])))
        except HoursBroken as broken:
            self.add_error(names[2], str(broken))
            return None

    @property
    def rows(self) -> list[list[BoundField]]:
        """The fields of each season, side by side."""
        names = [name for name, _ in (*self.DAYS, *self.TIMES)]
        return [[self[f"{name}_{row}"] for name in names] for row in range(1, self.ROWS + 1)]
