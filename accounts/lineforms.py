"""The forms of lines, their interruptions and the reports of their inspections. They check what was typed and decide nothing."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.faults import Fault
from accounts.inspections import Finding, LineInspection
from accounts.lineoutages import LONGEST_TEXT
from accounts.lineregister import Line
from accounts.providers import Provider, Service
from accounts.roles import Right, may
from accounts.standinforms import Day
from accounts.units import Unit
from cms.attachments import ALLOWED, keep
from cms.minutefield import MinuteField
from cms.reach import within_reach

CHOSEN, EVERY = "chosen", "every"


def _day(label: str, **more: Any) -> forms.DateField:
    words = {"required": f"请填写{label}。", "invalid": "请按“2026-09-28”的样子填写日期。"}
    return forms.DateField(label=label, widget=Day(), validators=[within_reach], error_messages=words, **more)


def _text(label: str, longest: int, *, rows: int = 0, **more: Any) -> forms.CharField:
    words = {"required": f"请填写{label}。", "max_length": f"{label}不能超过 {longest} 个字。"}
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, widget=widget, error_messages=words, **more)


class LineForm(forms.Form):
    """Which unit, which carrier, which circuit, at what rent."""

    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label="使用单位",
        empty_label="请选择",
        error_messages={"required": "请选择使用单位。", "invalid_choice": "请从列出的单位中选择。"},
    )
    carrier = forms.ModelChoiceField(
        queryset=Provider.objects.none(),
        label="运营商",
        empty_label="请选择",
        help_text="按合同登记；一份合同一个运营商。",
        error_messages={"required": "请选择运营商。", "invalid_choice": "请从列出的运营商中选择。"},
    )
    circuit = _text("电路编号", 60)
    rent = forms.DecimalField(
        label="月租费（元）",
        min_value=0,
        max_digits=9,
        decimal_places=2,
        help_text="按合同；以后调整的，停用这一条，从新租费的第一天另登记一条。",
        error_messages={
            "required": "请填写月租费。",
            "invalid": "月租费请填写数字，如 1200 或 1200.50。",
            "min_value": "月租费不能小于 0。",
            "max_digits": "月租费太大，请核对。",
            "max_whole_digits": "月租费太大，请核对。",
            "max_decimal_places": "月租费最多到分。",
        },
    )
    since = _day("启用日期")

    def __init__(self, today: date, data: Any = None):
        super().__init__(data, initial={"since": today})
        units: Any = self.fields["unit"]
        units.queryset = Unit.objects.bodies().in_order()
        carriers: Any = self.fields["carrier"]
        carriers.queryset = Provider.objects.of(Service.CARRIER).in_force(today).select_related("unit").in_order()


class EndLineForm(forms.Form):
    """Which day is the last on which the line is let."""

    until = _day("停用日期", help_text="最后使用的一天。")


class LineOutageForm(forms.Form):
    """Since when a line is down, and what is known of it; a clerk's report is one of a fault too, unless it is said otherwise."""

    down_at = MinuteField(label="中断时间")
    cause = _text("情况", LONGEST_TEXT, rows=2, help_text="如“光缆被挖断”“光猫掉电”，还不清楚的写现象。")

    def __init__(self, line: Line, user: Any, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if may(user, Right.RECEIVE, line.unit_id):
            self.fields["with_fault"] = forms.BooleanField(
                label="同时作为本单位故障报告秘书科和网信办",
                required=False,
                initial=True,
                help_text="发生故障须在一个工作日内报告；按时报告的，受影响的公文免责。已经报告过的不选。",
            )
        if may(user, Right.OPERATE):
            faults = Fault.objects.filter(unit=line.unit_id, kind=Fault.Kind.NETWORK)
            self.fields["fault"] = _FaultField(
                queryset=faults.exclude(state=Fault.State.CONFIRMED).select_related("unit").order_by("-detected_at"),
                label="对应的单位故障",
                required=False,
                empty_label="没有",
                error_messages={"invalid_choice": "请从列出的故障中选择。"},
            )


class _FaultField(forms.ModelChoiceField):
    def label_from_instance(self, fault: Any) -> str:
        return f"{fault.detected_at:%Y-%m-%d} {fault.shown[:30]}"


class LineUpForm(forms.Form):
    """When the line was back."""

    up_at = MinuteField(label="恢复时间")


class ReasonForm(forms.Form):
    """Why a record counts no longer."""

    reason = _text("理由", LONGEST_TEXT, rows=2, help_text="运营商和使用单位都会看到。")


class OutageCorrectionForm(ReasonForm):
    """The times as they were, and how it is known."""

    down_at = MinuteField(label="中断时间")
    up_at = MinuteField(label="恢复时间", required=False)
    field_order = ["down_at", "up_at", "reason"]


class FindingForm(forms.Form):
    """What a report of inspections says."""

    inspected_on = _day("巡检日期")
    result = forms.ChoiceField(
        label="结果",
        choices=LineInspection.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择结果。", "invalid_choice": "请选择结果。"},
    )
    remark = _text("说明", 300, rows=2, required=False, help_text="有问题的必须写明：什么问题，怎样处理。")
    number = _text("报告编号", 60, required=False)
    file = forms.FileField(
        label="报告文件",
        required=False,
        help_text="报告编号和报告文件至少有一项。",
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in ALLOWED)}),
        error_messages={"empty": "报告是空文件，请重新选择。"},
    )

    def clean(self) -> dict[str, Any]:
        """``kept`` is the row of the uploaded file, if there is one that may be kept."""
        cleaned = super().clean() or {}
        self.kept = None
        if (upload := cleaned.get("file")) and not self.errors:
            try:
                self.kept = keep(upload.name, upload)
            except ValidationError as refused:
                self.add_error("file", refused)
        return cleaned

    @property
    def finding(self) -> Finding:
        said = {name: self.cleaned_data[name] for name in ("inspected_on", "result", "remark", "number")}
        return Finding(**said, file=self.kept, file_name=self.cleaned_data["file"].name[:120] if self.kept else "")


class InspectionForm(FindingForm):
    """A report for the lines that were ticked, or for all that have none yet."""

    which = forms.ChoiceField(
        label="报送哪些线路",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择报送哪些线路。", "invalid_choice": "请选择报送哪些线路。"},
    )
    lines = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        widget=forms.MultipleHiddenInput,
        error_messages={"invalid_choice": "选中的线路里有已经报送的，没有重复报送，请核对。"},
    )
    field_order = ["which", "lines", "inspected_on"]

    def __init__(self, shown: Sequence[Line], every: int, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        lines: Any = self.fields["lines"]
        lines.choices = [(line.pk, str(line)) for line in shown]
        which: Any = self.fields["which"]
        which.choices = [(CHOSEN, "上面勾选的线路"), (EVERY, f"全部没有报送的线路（{every} 条）")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("which") == CHOSEN and not cleaned.get("lines") and "lines" not in self.errors:
            self.add_error("which", "请在上面的表里勾选线路。")
        return cleaned


class InspectionCorrectionForm(ReasonForm, FindingForm):
    """A report as it should have been, and why it was not."""

    field_order = ["inspected_on", "result", "remark", "number", "file", "reason"]
