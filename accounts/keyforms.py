"""The forms about keys: for whom one is made, the PIN that its keeper sets or types, what ended it."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.people import User
from accounts.sealissue import possible_keepers
from accounts.sealpins import LONGEST, SHORTEST, check_pin, check_shape
from accounts.seals import KeyKind
from accounts.units import Unit

_AS_SET = f"{SHORTEST} 至 {LONGEST} 位数字或字母，不要用生日、电话和连号。忘记了不能找回，只能重新制发。"


# Letters are allowed, so the keyboard stays the usual one.
_SHAPE = {
    "minlength": SHORTEST,
    "pattern": f"[!-~]{{{SHORTEST},{LONGEST}}}",
    "autocapitalize": "off",
    "spellcheck": "false",
}


def _check_known(typed: str) -> None:
    """Raises for what cannot be the PIN of any key: a slip of the hand, which is not counted as a try."""
    try:
        check_shape(typed)
    except ValidationError as wrong:
        raise ValidationError(f"{wrong.message}这一次没有计入输错次数，请重新输入。") from wrong


def _pin(
    label: str, *, autocomplete: str = "off", help_text: str = "", validators: Sequence[Callable[[str], None]] = ()
) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        help_text=help_text,
        validators=validators,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "short", **_SHAPE}),
        error_messages={"required": f"请填写{label}。"},
    )


class PlaceForm(forms.Form):
    """Which unit the key is for, and of what kind."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="单位", empty_label="请选择", error_messages={"required": "请选择单位。"}
    )
    kind = forms.ChoiceField(label="种类", choices=KeyKind.choices)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.bodies().filter(connected=True).in_order()  # type: ignore[attr-defined]


class NewKeyForm(forms.Form):
    """Who will keep the key: one of those who serve the unit in a post that goes with it."""

    keeper = forms.ModelChoiceField(
        User.objects.none(), label="保管人", empty_label="请选择", error_messages={"required": "请选择保管人。"}
    )
    reason = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, unit: Unit, kind: str, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=possible_keepers(unit, kind)).order_by("name", "pk")
        self.fields["keeper"].queryset = people  # type: ignore[attr-defined]


class NewPinForm(forms.Form):
    """A new PIN, twice."""

    pin1 = _pin("新 PIN", autocomplete="new-password", help_text=_AS_SET)
    pin2 = _pin("再输一遍新 PIN", autocomplete="new-password")

    def clean_pin1(self) -> str:
        typed: str = self.cleaned_data["pin1"]
        check_pin(typed)
        return typed

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("pin1") and typed.get("pin2") and typed["pin1"] != typed["pin2"]:
            raise ValidationError({"pin2": "两次输入的 PIN 不一样。"})
        return typed


class PictureForm(forms.Form):
    """The picture of a seal or stamp, as a file; what it is, ``accounts.inkpictures`` looks at."""

    picture = forms.FileField(
        label="图样",
        max_length=200,
        error_messages={"required": "请选择图样文件。", "empty": "图样文件是空的，请重新导出后再上传。"},
    )


class PinForm(forms.Form):
    """The PIN as its keeper knows it."""

    pin = _pin("PIN", validators=[_check_known])


class ChangePinForm(NewPinForm):
    """The present PIN once, the new one twice."""

    pin = _pin("现在的 PIN", validators=[_check_known])
    field_order = ("pin", "pin1", "pin2")


class TakeOverForm(NewPinForm):
    """The PIN under which the token was delivered once, the keeper's own twice."""

    pin = _pin("令牌现在的 PIN", help_text="第一次启用时，是随令牌交付的初始 PIN。")
    field_order = ("pin", "pin1", "pin2")


class DamageForm(forms.Form):
    """What is wrong with the key, as its keeper says it."""

    text = forms.CharField(
        label="损坏情况",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明损坏情况。"},
    )
