"""The forms of the second factor: a code or a device's answer, and for changes the password once more."""

from typing import Any

from django import forms

from accounts.forms import UnlockForm

_CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autocapitalize": "none",
    "spellcheck": "false",
    "maxlength": 30,
}


class OnceInput(forms.TextInput):
    """What was typed is not shown again: a code that was refused may be the next to be right."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class ShownCodeForm(forms.Form):
    """A code of the authenticator, or one of those on paper."""

    code = forms.CharField(
        label="动态口令或恢复代码",
        max_length=30,
        widget=OnceInput(attrs={**_CODE, "inputmode": "text", "autofocus": True}),
        help_text="手机或口令牌上现在显示的 6 位数字；手边没有的，填一个没用过的恢复代码。",
        error_messages={"required": "请填写动态口令或者恢复代码。"},
    )


class FirstCodeForm(forms.Form):
    """The first code of a new authenticator."""

    code = forms.CharField(
        label="显示的 6 位数字",
        max_length=30,
        widget=OnceInput(attrs=_CODE),
        error_messages={"required": "请填写显示的 6 位数字。"},
    )


class PasswordAgainForm(UnlockForm):
    """The password once more, before something that guards the account is changed."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "现在的密码"
        del self.fields["password"].widget.attrs["autofocus"]


class OwnCodeForm(PasswordAgainForm):
    """The password, and the first code of the new authenticator."""

    code = FirstCodeForm.base_fields["code"]


class OwnPasskeyForm(PasswordAgainForm):
    """The password, and how the device is called; what it answered is put in by the page."""

    name = forms.CharField(
        label="名称",
        max_length=40,
        help_text="写明是哪一个，例如：“办公室 UKey”。",
        error_messages={"required": "请写明名称。", "max_length": "名称不能超过 40 个字。"},
    )
    answer = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": "请按“登记”，再按浏览器的提示操作。"}
    )


class WithdrawForm(forms.Form):
    """Why the factors of a person are withdrawn."""

    reason = forms.CharField(
        label="撤换原因",
        max_length=200,
        help_text="写明本人怎样提出、怎样核实了身份，例如：“手机丢失，本人持工作证到办公室提出”。记入台账。",
        error_messages={"required": "请写明撤换的原因。", "max_length": "原因不能超过 200 个字。"},
    )
