"""The forms of key service: a round of renewals, a payment, a back-up, a deduction sheet. They check what was typed and decide nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from accounts.providers import Provider, Service
from accounts.seals import KeyKind
from accounts.standinforms import Day
from cms.attachmentfield import AttachmentUpload
from cms.minutefield import MinuteField
from cms.reach import within_reach


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=Day(),
        validators=[within_reach],
        error_messages={"required": f"请填写{label}。", "invalid": "请按“2026-11-27”的样子填写日期。"},
    )


def _money(label: str, *, required: bool = True, help_text: str = "", digits: int = 9) -> forms.DecimalField:
    said = "请填写金额，最多两位小数，如“260.00”。"
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=digits,
        decimal_places=2,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
        error_messages={
            "required": f"请填写{label}。",
            **dict.fromkeys(("invalid", "max_digits", "max_decimal_places", "max_whole_digits"), said),
            "min_value": "金额不能小于零。",
        },
    )


def _line(label: str, length: int, *, required: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}不能超过 {length} 个字。"},
    )


class VendorField(forms.ModelChoiceField):
    """One of the key vendors under contract."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Provider.objects.none(),
            label="保障单位",
            empty_label=None,
            error_messages=dict.fromkeys(("required", "invalid_choice"), "请选择密钥服务单位。"),
            **kwargs,
        )

    def label_from_instance(self, provider: Any) -> str:
        return f"{provider.unit}（{provider.contract}）" if provider.contract else str(provider.unit)


def vendors(person: Any, on: date | None = None) -> Any:
    """The key vendors whom the person may speak for or about, those under contract on a day where one is named."""
    found = Provider.objects.for_person(person).of(Service.KEY_VENDOR).select_related("unit__area").in_order()
    return found if on is None else found.in_force(on)


class RoundForm(forms.Form):
    """Which keys are renewed by whom, and what each kind costs; a kind without a fee is not taken in."""

    provider = VendorField()
    year = forms.IntegerField(
        label="年度",
        min_value=2000,
        max_value=2999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), "请填写四位数的年度。"),
    )
    ends_from = _day("到期日期从")
    ends_to = _day("到期日期至", help_text="有效期在这两天之间（含）截止的密钥列入本批。")
    fee_unit_seal = _money("单位电子印章服务费（元）", required=False)
    fee_leaders_stamp = _money("签名章服务费（元）", required=False)
    fee_clerk = _money(
        "个人证书服务费（元）", required=False, help_text="每把一年的费用；不填的种类不列入，免费的填 0。"
    )

    def __init__(self, person: Any, on: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = vendors(person, on)  # type: ignore[attr-defined]

    @property
    def fees(self) -> dict[str, Decimal]:
        """The fee of each kind that has one."""
        typed = ((kind.value, self.cleaned_data.get(f"fee_{kind.value}")) for kind in KeyKind)
        return {kind: fee for kind, fee in typed if fee is not None}


class PaymentForm(forms.Form):
    """What was paid, when, on which voucher."""

    amount = _money("金额（元）")
    paid_on = _day("缴费日期")
    voucher = _line("凭证号", 60, help_text="发票、财政票据或转账凭证的号码。")


class BackupForm(forms.Form):
    """When a back-up was begun."""

    provider = VendorField()
    started_at = MinuteField(label="开始时间")

    def __init__(self, person: Any, on: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = vendors(person)  # type: ignore[attr-defined]


class FinishForm(forms.Form):
    """When it was complete, under which checksum, and whether it was restored for a test."""

    finished_at = MinuteField(label="完成时间")
    checksum = _line("校验值", 64, help_text="备份文件的 SHA-256 或 SM3 值，64 位十六进制数。")
    restored_on = _day("恢复测试日期", required=False, help_text="没有做恢复测试的不填，做了以后再补登。")


class RestoreForm(forms.Form):
    """When a back-up was restored for a test."""

    restored_on = _day("恢复测试日期")


class PeriodForm(forms.Form):
    """A vendor and the period for which deductions are asked."""

    provider = VendorField()
    first = _day("期间从")
    last = _day("期间至")

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = vendors(person)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A period that ends before it begins has no lines, which is not to be read as nothing being late."""
        typed = super().clean() or {}
        first, last = typed.get("first"), typed.get("last")
        if first and last and last < first:
            self.add_error("last", "期间至不能早于期间从。")
        return typed


class SheetForm(forms.Form):
    """Under which number the deductions are confirmed, and the amount by the contract."""

    number = _line("文号", 60, help_text="确认文件的文号，如“延网信函〔2026〕8号”。")
    confirmed_on = _day("确认日期")
    amount = _money("扣减金额（元）", digits=11, help_text="按合同约定计算后填写。")


class CorrectionForm(SheetForm):
    """The same anew, with what was wrong."""

    reason = _line("更正原因", 200)


class LetterForm(forms.Form):
    """The letter of a unit whose key is damaged."""

    letter = forms.CharField(label="单位介绍信的文号或日期", required=False)
    scan = AttachmentUpload(label="介绍信扫描件", required=False)

    def clean_letter(self) -> str:
        return " ".join(self.cleaned_data["letter"].split())
