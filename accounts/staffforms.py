"""The forms by which a unit reports who comes and goes, and by which an office answers. They check what was typed and decide nothing."""

from typing import Any

from django import forms

from accounts.filings import Filing
from accounts.people import User
from accounts.roles import Role
from accounts.staffchanges import Letter, Newcomer
from accounts.staffing import OTHERS, divisions_of
from accounts.standinforms import Day
from accounts.units import Unit
from cms.attachmentfield import AttachmentUpload
from cms.reach import within_reach

CONDITIONS = {
    "no_violation": "无违法违纪记录",
    "competent": "具有胜任本职工作的专业知识和业务能力",
    "on_staff": "本单位在编在岗人员",
}


class LetterForm(forms.Form):
    """The letter that reports the change."""

    letter_number = forms.CharField(
        label="函件文号",
        max_length=60,
        help_text="报送秘书科和网信办的函，例如“延发改函〔2026〕12号”。",
        error_messages={"required": "请填写函件文号。", "max_length": "函件文号不能超过 60 个字。"},
    )
    letter_date = forms.DateField(
        label="函件日期",
        validators=[within_reach],
        widget=Day,
        error_messages={"required": "请填写函件日期。", "invalid": "请按“2026-10-01”的格式填写日期。"},
    )
    letter = AttachmentUpload(label="函件扫描件", required=False, help_text="PDF 或图片。纸质函另行送达的，可以不传。")

    def letter_typed(self) -> Letter:
        scan = self.cleaned_data["letter"]
        return Letter(
            self.cleaned_data["letter_number"],
            self.cleaned_data["letter_date"],
            scan,
            getattr(scan, "uploaded_name", "") if scan else "",
        )


class ConditionsForm(forms.Form):
    """The three conditions of Article 25, each to be confirmed."""

    no_violation = forms.BooleanField(label=CONDITIONS["no_violation"], required=False)
    competent = forms.BooleanField(label=CONDITIONS["competent"], required=False)
    on_staff = forms.BooleanField(label=CONDITIONS["on_staff"], required=False)


class NewcomerForm(ConditionsForm):
    """Who comes."""

    name = forms.CharField(
        label="到任人姓名", max_length=40, required=False, error_messages={"max_length": "姓名不能超过 40 个字。"}
    )
    username = forms.CharField(
        label="已有账户的用户名",
        max_length=150,
        required=False,
        help_text="已经能登录本系统的填写，备案后直接使用原账户；没有的不填，备案后由网信办打印账户通知。",
    )
    mobile = forms.CharField(
        label="移动号码",
        max_length=20,
        required=False,
        help_text="11 位，须 24 小时开机；只有本单位、秘书科、网信办和发送紧急公文的单位能看到。",
        error_messages={"max_length": "移动号码应为 11 位数字。"},
    )
    office_phone = forms.CharField(
        label="办公电话", max_length=30, required=False, error_messages={"max_length": "办公电话不能超过 30 个字。"}
    )

    def clean(self) -> dict[str, Any]:
        """``newcomer`` as it is filed; a user name must belong to that name, and the refusal says no more."""
        typed = super().clean() or {}
        username, person = typed.get("username", ""), None
        if username:
            person = User.objects.filter(username=username, name=typed.get("name", "")).first()
            if person is None:
                self.add_error("username", "用户名与姓名对不上，请核对；没有账户的不填。")
        self.newcomer = Newcomer(
            name=typed.get("name", ""),
            mobile=typed.get("mobile", ""),
            office_phone=typed.get("office_phone", ""),
            person=person,
            **{condition: bool(typed.get(condition)) for condition in CONDITIONS},
        )
        return typed


class ArrivalForm(NewcomerForm, LetterForm):
    """Somebody comes to a free place of the unit, or of a division of it."""

    role = forms.ChoiceField(
        label="职责",
        choices=[
            ("", "请选择"),
            ("分管领导和收发员", [(role.value, role.label) for role in (Role.CLERK, Role.LEADER)]),
            ("其他职责", [(role.value, role.label) for role in OTHERS]),
        ],
        error_messages={"required": "请选择职责。", "invalid_choice": "请选择职责。"},
    )
    division = forms.ModelChoiceField(
        Unit.objects.none(),
        label="科室",
        required=False,
        empty_label="不分科室",
        help_text="科室负责人、承办人、传阅人可以分到科室。",
        error_messages={"invalid_choice": "请从本单位的科室里选择。"},
    )
    field_order = (
        "role",
        "division",
        "name",
        "username",
        "mobile",
        "office_phone",
        *CONDITIONS,
        "letter_number",
        "letter_date",
        "letter",
    )

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = divisions_of(unit).standing()  # type: ignore[attr-defined]


ALONE, FOLLOWED = "leaving", "replacing"


class LeavingForm(NewcomerForm, LetterForm):
    """Somebody leaves, and perhaps another comes in the place."""

    why = forms.ChoiceField(
        label="离任原因",
        choices=Filing.Why.choices,
        widget=forms.RadioSelect,
        help_text="退休、调离的，在本单位的全部职责一并结束；岗位调整的，只结束这一项。",
        error_messages={"required": "请选择离任原因。", "invalid_choice": "请选择离任原因。"},
    )
    kind = forms.ChoiceField(
        label="接替",
        choices=[(FOLLOWED, "有人接替，填写下面的到任人"), (ALONE, "暂无接替，以后另行报备到任")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择有没有人接替。", "invalid_choice": "请选择有没有人接替。"},
    )
    field_order = (
        "why",
        "kind",
        "name",
        "username",
        "mobile",
        "office_phone",
        *CONDITIONS,
        "letter_number",
        "letter_date",
        "letter",
    )


class RefusalForm(forms.Form):
    """Why a filing goes back."""

    refusal = forms.CharField(
        label="退回原因",
        max_length=200,
        help_text="例如：“没有收到函件原件”。报备单位会收到。",
        error_messages={"required": "请写明退回的原因。", "max_length": "退回的原因不能超过 200 个字。"},
    )
