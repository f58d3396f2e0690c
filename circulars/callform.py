"""A telephone call about an urgent circular, as it is typed in afterwards (Article 21)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from circulars.calling import number_wrong
from circulars.notices import Notice
from circulars.phonelist import Line
from circulars.reasons import unmarked
from cms.minutefield import MinuteField
from cms.phonewords import mobile_of
from cms.textmessages import masked

DUTY, OTHER = "duty", "other"


@dataclass(frozen=True)
class Phone:
    """One telephone of a unit, and whose it is."""

    label: str
    number: str
    owner: str = ""
    person: int | None = None


class CallForm(forms.Form):
    """Which telephone rang, who answered, when, and what came of it."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    of_round = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32767)
    whom = forms.ChoiceField(
        label="打给",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择打的是哪个电话。", "invalid_choice": "号码已有变动，请重新选择。"},
    )
    number = forms.CharField(
        validators=[unmarked],
        label="其他号码",
        required=False,
        max_length=40,
        help_text="上面没有列出的号码填在这里。",
        error_messages={"max_length": "号码不能超过 40 个字。"},
    )
    name = forms.CharField(
        validators=[unmarked],
        label="接听人",
        required=False,
        max_length=40,
        help_text="本人接听的可以不填。",
        error_messages={"max_length": "接听人姓名不能超过 40 个字。"},
    )
    happened_at = MinuteField(label="通话时间")
    result = forms.ChoiceField(
        label="结果",
        choices=[("", "请选择"), *((result.value, result.label) for result in Notice.CALL_RESULTS)],
        error_messages={"required": "请选择通话的结果。", "invalid_choice": "请选择通话的结果。"},
    )

    def __init__(self, line: Line, *args: Any, shows_numbers: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("of_round", line.delivery.round)
        self.phones = dict(_phones(line, shows_numbers=shows_numbers))
        whom: Any = self.fields["whom"]
        whom.choices = [*((value, phone.label) for value, phone in self.phones.items()), (OTHER, "其他号码")]

    def clean(self) -> dict[str, Any]:
        """``person``, ``name`` and ``number`` as they are kept; where nobody answered, the name is that of whose telephone it was."""
        cleaned = super().clean() or {}
        whom = cleaned.pop("whom", "")
        if phone := self.phones.get(whom):
            cleaned |= {"person": phone.person, "number": phone.number, "name": cleaned.get("name") or phone.owner}
        elif whom == OTHER and "number" not in self.errors:
            if wrong := number_wrong(cleaned["number"]):
                self.add_error("number", wrong)
            elif phone := self._listed(cleaned["number"]):
                cleaned |= {"person": phone.person, "name": cleaned.get("name") or phone.owner}
        if whom and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "请填写接听人；没有人接听的，填写打给谁。")
        return cleaned

    def _listed(self, number: str) -> Phone | None:
        """Whose mobile it is that was typed although it stands on the list."""
        mobile = mobile_of(number)
        listed = (phone for phone in self.phones.values() if phone.person and mobile_of(phone.number) == mobile)
        return next(listed, None) if mobile else None


def _phones(line: Line, *, shows_numbers: bool) -> Iterator[tuple[str, Phone]]:
    """The telephones that can be rung, each under the value of its choice."""
    for contact in line.people:
        for kind, number in (("mobile", contact.mobile), ("office", contact.office_phone)):
            shown = number if shows_numbers else masked(number)
            label = f"{contact.name}（{contact.role.label}） {shown}"
            if number:
                yield f"{contact.person}-{kind}", Phone(label, number, contact.name, contact.person)
    if number := line.delivery.unit.duty_phone:
        yield DUTY, Phone(f"值班电话 {number}", number)
