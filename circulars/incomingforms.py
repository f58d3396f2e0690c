"""What a clerk types to register what the unit has received (Articles 13, 19 and 22)."""

from typing import Any

from django import forms

from accounts.units import Unit
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, ReturnCode
from circulars.incoming import Kind, Review
from circulars.incoming.leaving import LONGEST_WHY
from circulars.incoming.typed import LONGEST_NOTE, MOST
from circulars.reasons import unmarked
from circulars.recipients import Addressed
from cms.minutefield import MinuteField

_KINDS = [
    (Kind.ACTION.value, "办件：需要办理"),
    (Kind.INFORMATION.value, "阅件：阅知即可"),
]


class CountedForm(forms.Form):
    """What is typed of every paper, whichever way it came."""

    kind = forms.ChoiceField(
        label="类别",
        choices=_KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择办件或者阅件。", "invalid_choice": "请选择办件或者阅件。"},
    )
    copies = forms.IntegerField(
        label="份数",
        initial=1,
        min_value=1,
        max_value=MOST,
        error_messages={
            "required": "请填写份数。",
            "invalid": "份数请填整数。",
            "min_value": "份数至少 1。",
            "max_value": f"份数不超过 {MOST}。",
        },
    )
    pages = forms.IntegerField(
        label="页数",
        required=False,
        min_value=1,
        max_value=MOST,
        error_messages={
            "invalid": "页数请填整数。",
            "min_value": "页数至少 1，不清楚的不填。",
            "max_value": f"页数不超过 {MOST}。",
        },
    )
    note = forms.CharField(
        label="备注",
        required=False,
        max_length=LONGEST_NOTE,
        validators=[unmarked],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": f"备注不超过 {LONGEST_NOTE} 个字。"},
    )


class EnteringForm(CountedForm):
    """The register's line of a circular of this system, filled in from it, and what the first review came to."""

    review = forms.ChoiceField(
        label="初审",
        choices=[(Review.PASSED.value, "合格"), (Review.FAILED.value, "不合格，登记后退回发文单位")],
        initial=Review.PASSED,
        widget=forms.RadioSelect,
        help_text="是否应由本单位办理，是否符合行文规则，文种、格式是否正确，涉及其他部门职权的是否已经协商、会签。",
        error_messages={"required": "请选择初审结果。", "invalid_choice": "请选择初审结果。"},
    )
    code = forms.ChoiceField(label="退回原因", required=False, error_messages={"invalid_choice": "请选择退回原因。"})
    reason = forms.CharField(
        label="退回说明",
        required=False,
        max_length=LONGEST_WHY,
        validators=[unmarked],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"说明不超过 {LONGEST_WHY} 个字。"},
    )
    field_order = ["kind", "copies", "pages", "note", "review", "code", "reason"]

    def __init__(self, delivery: Delivery, pages: int | None, *args: Any, **kwargs: Any):
        given = Kind.INFORMATION if delivery.role == Addressed.CC else Kind.ACTION
        kwargs.setdefault("initial", {"kind": given.value, "pages": pages})
        super().__init__(*args, **kwargs)
        codes = [("", "请选择"), *((code.value, code.label) for code in delivery.return_codes)]
        self.fields["code"].choices = codes  # type: ignore[attr-defined]  # a ChoiceField has some

    @property
    def has_failed(self) -> bool:
        return bool(self.cleaned_data["review"] == Review.FAILED)

    @property
    def line(self) -> dict[str, Any]:
        """What the register says of it."""
        return {name: self.cleaned_data[name] for name in ("kind", "copies", "pages", "note")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("review") == Review.FAILED and "code" in cleaned:
            if not cleaned["code"]:
                self.add_error("code", "初审不合格的，请选择退回原因。")
            elif cleaned["code"] == ReturnCode.OTHER and not cleaned.get("reason"):
                self.add_error("reason", "选择“其他”时请写明原因。")
        return cleaned


class DescribedForm(CountedForm):
    """What is typed of a paper that came from outside the system."""

    sender = forms.CharField(
        label="来文单位",
        max_length=100,
        validators=[unmarked],
        error_messages={"required": "请填写来文单位。", "max_length": "来文单位不超过 100 个字。"},
    )
    number = forms.CharField(
        label="来文字号",
        required=False,
        max_length=60,
        validators=[unmarked],
        help_text="照文面填写，没有字号的不填。",
        error_messages={"max_length": "来文字号不超过 60 个字。"},
    )
    title = forms.CharField(
        label="标题",
        max_length=255,
        validators=[unmarked],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请填写标题。", "max_length": "标题不超过 255 个字。"},
    )
    urgency = forms.ChoiceField(
        label="紧急程度",
        choices=Urgency.choices,
        initial=Urgency.NORMAL,
        error_messages={"required": "请选择紧急程度。", "invalid_choice": "请选择紧急程度。"},
    )
    received_at = MinuteField(label="收到时间", offers_now=True)
    field_order = ["unit", "sender", "number", "title", "urgency", "received_at", "kind", "copies", "pages", "note"]


class OutsideForm(DescribedForm):
    """Such a paper comes into the register of one of the person's units."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="收文单位",
        empty_label=None,
        error_messages={"required": "请选择收文单位。", "invalid_choice": "请选择您登记收文的单位。"},
    )

    def __init__(self, units: Any, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["unit"]
        offered.queryset = units
        if len(units) == 1:
            offered.initial = units[0]
            offered.widget = forms.HiddenInput()
        self.fields["kind"].initial = Kind.ACTION.value

    @property
    def line(self) -> dict[str, Any]:
        """What the register says of it beside what the paper says of itself."""
        return {name: self.cleaned_data[name] for name in ("kind", "copies", "pages", "note")}


class SentBackForm(forms.Form):
    """Why a paper from outside went back to its sender."""

    why = forms.CharField(
        label="退回原因",
        max_length=LONGEST_WHY,
        validators=[unmarked],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清退给谁、为什么；登记簿上的收文号保留。",
        error_messages={"required": "请写明退回原因。", "max_length": f"退回原因不超过 {LONGEST_WHY} 个字。"},
    )
