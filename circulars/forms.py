"""The small forms of the desk. They check what was typed and decide nothing."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.units import Unit
from circulars.bodytext import clean, too_much
from circulars.deliveries import Delivery
from circulars.draftform import MISSING
from circulars.elements import Problem
from circulars.numbering import DocumentNumber, NumberFormatWrong, Series, normalised, parse
from circulars.reasons import unmarked
from circulars.secrecygate import Found, found_in
from circulars.turns import Step, Turn, passed_steps
from circulars.versions import Version
from cms.minutefield import MinuteField


class SigningForm(forms.Form):
    """The check list before signing; no box is ticked beforehand, and one box stands for all of them."""

    ALL = "all"

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, delivery: Delivery, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.checks = delivery.checks()
        self.fields["checked"] = forms.MultipleChoiceField(
            label="核对",
            choices=[*((check.value, check.label) for check in self.checks), (self.ALL, "以上各项")],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "请逐项核对并勾选后再签收。"},
        )

    @property
    def checked(self) -> set[str]:
        """The values of the checks that the clerk vouches for."""
        ticked = set(self.cleaned_data["checked"])
        return {check.value for check in self.checks} if self.ALL in ticked else ticked


class ReturningForm(forms.Form):
    """Why the circular is sent back."""

    code = forms.ChoiceField(
        label="退回原因",
        error_messages={"required": "请选择退回原因。", "invalid_choice": "请选择退回原因。"},
    )
    reason = forms.CharField(
        validators=[unmarked],
        label="说明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清缺什么、错在哪里，发文单位据此更正。",
        error_messages={"max_length": "说明不能超过 300 个字。"},
    )

    def __init__(self, delivery: Delivery, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        codes = [("", "请选择"), *((code.value, code.label) for code in delivery.return_codes)]
        self.fields["code"].choices = codes  # type: ignore[attr-defined]  # a ChoiceField has some


class DecisionForm(forms.Form):
    """The opinion on a draft, bound to the text that was read and the seat it is given for; a return or an objection needs its reason, a
    warning its tick.
    """

    digest = forms.CharField(widget=forms.HiddenInput)
    seat = forms.IntegerField(widget=forms.HiddenInput)

    action = forms.ChoiceField(
        label="办理",
        choices=[("agree", "同意"), ("object", "不同意"), ("return", "退回")],
        error_messages={"required": "请选择同意或退回。", "invalid_choice": "请选择同意或退回。"},
    )
    opinion = forms.CharField(
        validators=[unmarked],
        label="意见",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "意见不能超过 1000 个字。"},
    )

    def __init__(self, turn: Turn, earlier: list[Step], warnings: list[Problem], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.warnings = warnings
        may_object = turn.step == Step.COUNTERSIGN
        self.fields["opinion"].help_text = "不同意时必须写明理由。" if may_object else "退回时必须写明理由。"
        self.fields["to_step"] = forms.ChoiceField(
            label="退回到",
            required=False,
            choices=[("", "拟稿人"), *((step.value, f"{step.label}环节") for step in earlier)],
            error_messages={"invalid_choice": "只能退回到已经办过的环节。"},
        )
        self.fields["answered"] = forms.MultipleChoiceField(
            label="须核对的提示",
            required=False,
            choices=[(problem.key, problem.sentence) for problem in warnings],
            widget=forms.CheckboxSelectMultiple,
            help_text="系统不能判断对错的，由核稿人逐条核对后勾选，勾选留存备查。",
            error_messages={"invalid_choice": "提示已经变化，请重新核对。"},
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = (cleaned.get("opinion") or "").strip()
        if cleaned.get("action") == "return" and not said:
            self.add_error("opinion", "请写明退回理由，让拟稿人知道改什么。")
        if cleaned.get("action") == "object" and not said:
            self.add_error("opinion", "请写明不同意的理由，让拟稿人知道怎样修改。")
        left = len(self.warnings) - len(cleaned.get("answered") or ())
        if cleaned.get("action") == "agree" and left > 0:
            self.add_error("answered", f"还有 {left} 条提示没有核对，请逐条核对并勾选后再同意。")
        return cleaned


class RecheckReturnForm(forms.Form):
    """What the registrar found wanting in an approved text, and to whom it goes back."""

    reason = forms.CharField(
        validators=[unmarked],
        label="退回理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "退回必须写明理由。", "max_length": "理由不能超过 1000 个字。"},
    )

    def __init__(self, approval: Version, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to_step"] = forms.ChoiceField(
            label="退回到",
            required=False,
            choices=[("", "拟稿人"), *((step.value, f"{step.label}环节") for step in passed_steps(approval))],
            error_messages={"invalid_choice": "只能退回到已经办过的环节。"},
        )


class CorrectionForm(forms.Form):
    """The approved text with its slips mended; a mark of secrecy is turned away as in the draft's own form."""

    digest = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(
        label="标题",
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": MISSING["title"]},
    )
    body = forms.CharField(
        label="正文",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": MISSING["body"]},
    )
    annotation = forms.CharField(label="附注", max_length=200, required=False)
    reason = forms.CharField(
        validators=[unmarked],
        label="校正了什么",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如：第二段“值班制渡”改为“值班制度”。审签过的人都会看到。",
        error_messages={"required": "请写明校正了什么。", "max_length": "校正说明不能超过 200 个字。"},
    )

    def __init__(self, issuer: Unit, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.issuer = issuer
        self.marked: list[Found] = []

    def clean_body(self) -> str:
        body = clean(self.cleaned_data["body"])
        if why := too_much(body):
            raise forms.ValidationError(f"正文{why}")
        return body

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.marked = found_in(self, self.issuer) if self.is_bound else []
        for found in self.marked:
            self.add_error(found.field if found.field in self.fields else None, found.sentence)
        return cleaned


class VoidingForm(forms.Form):
    """Why a number comes to nothing."""

    reason = forms.CharField(
        validators=[unmarked],
        label="作废原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清为什么不再使用这个文号，登记簿长期保留。",
        error_messages={"required": "请写明作废原因。", "max_length": "作废原因不能超过 200 个字。"},
    )


class MissingNumberForm(VoidingForm):
    """A number that no circular here bears, as a person writes it, and why it is void."""

    series = forms.ModelChoiceField(
        Series.objects.none(),
        label="文号系列",
        empty_label="请选择",
        error_messages={"required": "请选择文号系列。", "invalid_choice": "没有这个文号系列，请重新选择。"},
    )
    number = forms.CharField(
        label="文号",
        max_length=40,
        help_text="照文面填写，如“延政办发〔2026〕23号”；跨年连续的系列写“第18号”。",
        error_messages={"required": "请填写文号。", "max_length": "文号不能超过 40 个字。"},
    )
    field_order = ["series", "number", "reason"]

    def __init__(self, series: QuerySet[Series], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["series"]
        offered.queryset = series

    def clean_number(self) -> DocumentNumber:
        self.written = normalised(self.cleaned_data["number"])
        try:
            return parse(self.written.text)
        except NumberFormatWrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class HandOverForm(forms.Form):
    """When a copy on paper was handed over, and to whom."""

    delivered_at = MinuteField(label="送达时间")
    taken_by = forms.CharField(
        validators=[unmarked],
        label="接收人",
        max_length=40,
        help_text="收文单位在送文登记单上签名的人。",
        error_messages={"required": "请填写接收人姓名。", "max_length": "接收人姓名不能超过 40 个字。"},
    )


class HandOverCorrectionForm(HandOverForm):
    """The hand-over as it really was, and why the first entry was wrong."""

    reason = forms.CharField(
        validators=[unmarked],
        label="更正原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="原来的登记留在台账里，不会抹去。",
        error_messages={"required": "请写明更正原因。", "max_length": "更正原因不能超过 200 个字。"},
    )
