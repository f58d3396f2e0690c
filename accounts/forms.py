"""The forms of this app."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts import passwordrules
from accounts.lockout import count_wrong_password
from accounts.pastpasswords import was_used
from accounts.people import User


def _judged(refused: str) -> str:
    return "broken" if refused else "kept"


class NewPasswordForm(forms.Form):
    """A new password, twice; for who came in by a slip."""

    new_password1 = forms.CharField(
        label="新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "请填写新密码。"},
    )
    new_password2 = forms.CharField(
        label="再输一遍新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "请把新密码再输一遍。"},
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.request = request

    @cached_property
    def person(self) -> User:
        """As the database knows the person now; the request's own is lazy and must not learn of a change half made."""
        return User.objects.get(username=self.request.user.get_username())

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What is asked of the new password, and of each whether what was typed does it: ``kept``, ``broken``, or nothing before it was looked at."""
        profile = passwordrules.in_force()
        typed = self.data.get("new_password1", "") if self.is_bound else ""
        found = [
            (rule.asked, _judged(rule.refused(typed, self.person)) if typed else "")
            for rule in passwordrules.rules(profile)
        ]
        history = "" if self.history is None else _judged(self.history)
        return [*found, (passwordrules.asked_of_history(profile), history)]

    @property
    def age(self) -> str:
        """When the new one will be due again."""
        return passwordrules.asked_of_age(passwordrules.in_force())

    # The sentence for a password that was used before, empty for a new one; None while it is not looked at.
    history: str | None = None

    def clean_new_password1(self) -> str:
        typed: str = self.cleaned_data["new_password1"]
        password_validation.validate_password(typed, self.person)
        if self.person.password_due:
            self._look_back(typed, "新密码不能与原来的密码相同。")
        return typed

    def _look_back(self, typed: str, is_the_last: str) -> None:
        """The earlier passwords have been asked; what they refuse is said at the field."""
        last = passwordrules.in_force().barred
        self.history = ""
        if self.person.is_or_was_password(typed):
            self.history = is_the_last
        elif was_used(self.person, typed, last):
            self.history = f"新密码不能是最近 {last} 次用过的。"
        if self.history:
            self.add_error("new_password1", self.history)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, second = typed.get("new_password1"), typed.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", "两次输入的新密码不一样。")
        return typed


class OwnPasswordForm(NewPasswordForm):
    """The old password once, the new one twice."""

    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写现在的密码。"},
    )
    field_order = ("old_password", "new_password1", "new_password2")

    def clean_old_password(self) -> str:
        typed: str = self.cleaned_data["old_password"]
        if not self.person.check_password(typed):
            count_wrong_password(self.request, self.person)
            raise forms.ValidationError("现在的密码不对，请核对后再试。")
        return typed

    def clean(self) -> dict[str, Any]:
        """Whether a new password is the present one, or was before, is said only to who has shown to know the present: others would learn it by guessing."""
        typed = super().clean()
        if "old_password" in typed and "new_password1" in typed:
            self._look_back(typed["new_password1"], "新密码不能与现在的密码相同。")
        return typed


class SlipForm(forms.Form):
    """Why a slip is needed."""

    reason = forms.CharField(
        label="说明",
        max_length=200,
        help_text="写明本人怎样提出、怎样核实了身份，例如：“本人持工作证到办公室提出”。",
        error_messages={"required": "请写明本人怎样提出、怎样核实了身份。"},
    )


class UnlockForm(forms.Form):
    """The password of the person whose desk is locked; a wrong one counts like one typed at the door."""

    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": "请填写密码。"},
    )

    def __init__(self, request: HttpRequest, person: User, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.request, self.person = request, person

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        if not self.person.check_password(typed):
            count_wrong_password(self.request, self.person)
            raise forms.ValidationError("密码不对，请核对后再试。")
        return typed


class ClosingForm(forms.Form):
    """Why an account is closed."""

    closing_reason = forms.CharField(
        label="停用原因",
        max_length=200,
        help_text="例如：“调离本单位，单位已来函”。记入台账。",
        error_messages={"required": "请写明停用的原因。", "max_length": "原因不能超过 200 个字。"},
    )
    at_once = forms.BooleanField(
        label="立即停用",
        required=False,
        help_text="账户被冒用等须马上停用的才勾选：不等交接和未办事项办完，清单由监交的领导代为填写。",
    )
