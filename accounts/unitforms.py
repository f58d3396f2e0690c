"""The forms of acts on a unit. They check what was typed and decide nothing; every one asks for the day and the paper it rests on."""

from typing import Any

from django import forms

from accounts.connections import StepKind
from accounts.standinforms import Day
from accounts.unitchanges import LONGEST_GROUND
from accounts.unitrows import LEVELS
from accounts.units import Category, Payer, Unit
from cms.reach import within_reach

DISSOLVE, MERGE = "dissolve", "merge"


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=Day,
        validators=[within_reach],
        help_text=help_text,
        error_messages={"required": f"请填写{label}。", "invalid": "请按“2026-10-01”的格式填写日期。"},
    )


def _text(label: str, most: int, *, required: bool = True, help_text: str = "") -> forms.CharField:
    said = {"required": f"请填写{label}。", "max_length": f"{label}不能超过 {most} 个字。"}
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, error_messages=said)


class UnitChoice(forms.ModelChoiceField):
    """One unit of those that stand."""

    def __init__(self, label: str, *, required: bool = True, empty: str = "请选择", help_text: str = ""):
        super().__init__(
            Unit.objects.bodies().in_order(),
            label=label,
            required=required,
            empty_label=empty,
            help_text=help_text,
            error_messages={"required": f"请选择{label}。", "invalid_choice": f"请从名册里选择{label}。"},
        )

    def label_from_instance(self, unit: Any) -> str:
        return str(unit.short_name)


class GroundForm(forms.Form):
    """From which day, and on which paper."""

    on_day = _day("生效日期", "当天或者以前；以后的，到那一天再办理。")
    ground = _text("依据", LONGEST_GROUND, help_text="文号或者单位来函，如“延编发〔2026〕8号”。")


class RenameForm(GroundForm):
    name = _text("新的全称", 100)
    short_name = _text("新的规范简称", 60)
    pinyin = _text("拼音简码", 40, required=False, help_text="拟稿时查找用；不变的不填。")
    field_order = ("name", "short_name", "pinyin", "on_day", "ground")


class UnitForm(GroundForm):
    """A unit that is new in the register; its words are judged as those of a line of the sheet."""

    code = _text("单位代码", 40, help_text="字母、数字和 . _ -，如“BM51”。定了不能改。")
    name = _text("全称", 100)
    short_name = _text("规范简称", 60)
    category = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *Category.choices],
        error_messages={"required": "请选择类别。", "invalid_choice": "请选择类别。"},
    )
    level = forms.ChoiceField(
        label="层级",
        choices=[("", "请选择"), *((word, word) for word in LEVELS)],
        help_text="与隶属关系一起决定行文方向。",
        error_messages={"required": "请选择层级。", "invalid_choice": "请选择层级。"},
    )
    parent = UnitChoice("上级单位", required=False, empty="没有上级（列在最上一级）")
    served_by = UnitChoice("代管单位", required=False, empty="不代管，由本单位人员办理")
    can_issue = forms.BooleanField(label="可以发文", required=False)
    pinyin = _text("拼音简码", 40, required=False, help_text="拟稿时查找用。")
    duty_phone = _text("值班电话", 40, required=False, help_text="如 0911-2167287。")
    field_order = (
        "code", "name", "short_name", "category", "level", "parent", "served_by", "can_issue", "pinyin", "duty_phone",
        "on_day", "ground",
    )  # fmt: skip

    @property
    def facts(self) -> dict[str, str]:
        """What was typed as the cells of a line."""
        typed = self.cleaned_data
        cells = {key: typed[key] for key in ("code", "name", "short_name", "category", "level", "pinyin", "duty_phone")}
        units = {key: typed[key].code if typed[key] else "" for key in ("parent", "served_by")}
        return cells | units | {"can_issue": "是" if typed["can_issue"] else "否"}


class EndForm(GroundForm):
    kind = forms.ChoiceField(
        label="办理",
        choices=((DISSOLVE, "撤销"), (MERGE, "并入承接单位")),
        widget=forms.RadioSelect,
        initial=DISSOLVE,
        error_messages={"required": "请选择撤销还是合并。", "invalid_choice": "请选择撤销还是合并。"},
    )
    successor = UnitChoice(
        "承接单位", required=False, empty="没有承接单位", help_text="没有签收的公文转给它，原来的收文由它查阅。"
    )
    field_order = ("kind", "successor", "on_day", "ground")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") == MERGE and not typed.get("successor") and "successor" not in self.errors:
            self.add_error("successor", "合并的，请选择承接单位。")
        return typed


class CloseForm(forms.Form):
    ground = _text("依据", LONGEST_GROUND, help_text="文号或者单位来函。")


class MoveForm(GroundForm):
    superior = UnitChoice("上级单位", required=False, empty="没有上级（列在最上一级）")
    field_order = ("superior",)


class ServeForm(GroundForm):
    server = UnitChoice("代管单位", required=False, empty="不代管，由本单位人员办理")
    field_order = ("server",)


class PayerForm(GroundForm):
    payer = forms.ChoiceField(
        label="密钥费用由谁承担",
        choices=Payer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择由谁承担密钥费用。", "invalid_choice": "请选择由谁承担密钥费用。"},
    )
    field_order = ("payer",)


class DivisionForm(GroundForm):
    name = _text("科室名称", 60, help_text="如“办公室”“综合科”。")
    field_order = ("name",)


class SealForm(forms.Form):
    """When and to whom the bronze seal was handed in."""

    on_day = _day("交回日期")
    to_whom = _text("交给", 60, help_text="收回印章的单位；没有刻制过的，写“未刻制”。")


class ConnectionForm(forms.Form):
    asked_on = _day("来函日期")
    letter = _text("申请函", LONGEST_GROUND, help_text="单位申请接入的来函文号或者标题。")
    field_order = ("letter",)


class StepForm(forms.Form):
    kind = forms.ChoiceField(
        label="事项",
        choices=StepKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择办结的事项。", "invalid_choice": "请选择办结的事项。"},
    )
    on_day = _day("办结日期")
    note = _text("说明", 100, required=False, help_text="如线路编号、设备型号。")
