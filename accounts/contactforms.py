"""The forms about telephones: a number that changed, and what came of ringing somebody up. They check what was typed and decide nothing."""

from django import forms

from accounts.reachability import ReachabilityCheck


class NumberForm(forms.Form):
    """The numbers of one person."""

    mobile = forms.CharField(
        label="移动号码",
        max_length=20,
        help_text="11 位，须 24 小时开机。",
        error_messages={"required": "请填写移动号码。", "max_length": "移动号码应为 11 位数字。"},
    )
    office_phone = forms.CharField(
        label="办公电话", max_length=30, required=False, error_messages={"max_length": "办公电话不能超过 30 个字。"}
    )


class CheckForm(forms.Form):
    """What came of one call."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    result = forms.ChoiceField(
        label="结果",
        choices=[(result.value, result.label) for result in ReachabilityCheck.CALL_RESULTS],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择抽查的结果。", "invalid_choice": "请选择抽查的结果。"},
    )
