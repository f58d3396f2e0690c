"""The forms of what a unit does with a paper in its hands. They check what was typed and decide nothing (regulation art. 24)."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.people import User
from accounts.standinforms import Day
from accounts.units import Unit
from circulars.circulation import record as circulation
from circulars.handling import record as handling
from circulars.handling import urging
from circulars.handling.hands import Hand, Work
from circulars.handling.levels import Levels
from circulars.reasons import unmarked
from cms.minutefield import MinuteField
from cms.reach import within_reach

CHOOSE = "请从列出的中选择。"


def _words(label: str, longest: int, *, required: bool = True, rows: int = 3, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        validators=[unmarked],
        label=label,
        max_length=longest,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        error_messages={"required": f"请写明{label}。", "max_length": f"{label}不能超过 {longest} 个字。"},
    )


def _key(hand: Hand) -> str:
    return f"{hand.unit.pk}-{hand.person.pk}" if hand.person else str(hand.unit.pk)


class HandField(forms.ChoiceField):
    """One of the unit's divisions as a whole, or one person there."""

    def __init__(self, hands: Sequence[Hand], **kwargs: Any):
        self.hands = {_key(hand): hand for hand in hands}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, hand in self.hands.items():
            groups.setdefault(str(hand.unit), []).append((key, str(hand.person or f"{hand.unit}（不指定人）")))
        empty = "请选择" if kwargs.get("required", True) else "暂不指定"
        invalid = {"required": CHOOSE, "invalid_choice": CHOOSE}
        super().__init__(choices=[("", empty), *groups.items()], error_messages=invalid, **kwargs)

    def clean(self, value: Any) -> Hand | None:
        return self.hands.get(super().clean(value))


class WorkForm(forms.Form):
    """Who leads, who assists, and by when."""

    def __init__(
        self, hands: Sequence[Hand], *args: Any, is_urgent: bool = False, lead_needed: bool = True, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.divisions = {str(hand.unit.pk): hand for hand in hands if hand.person is None and hand.unit.is_division}
        self.fields["lead"] = HandField(hands, label="主办", required=lead_needed)
        if len(self.divisions) > 1:
            self.fields["assisting"] = forms.MultipleChoiceField(
                label="协办",
                required=False,
                choices=[(key, str(hand)) for key, hand in self.divisions.items()],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": CHOOSE},
            )
        self.fields["due_at"] = MinuteField(
            label="办理时限",
            required=False,
            help_text=f"{'紧急公文必须写明。' if is_urgent else ''}如“2026-09-28 09:30”。",
        )

    @property
    def work(self) -> Work:
        given = self.cleaned_data
        assisting = tuple(self.divisions[key] for key in given.get("assisting", ()))
        return Work(given.get("lead"), assisting, given.get("due_at"))


class OpinionForm(WorkForm):
    """A proposal or an instruction, with the work that it would give; without work where the unit gives none."""

    def __init__(self, label: str, levels: Levels, *args: Any, needed: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        text = _words(label, handling.LONGEST, required=needed)
        work = self.fields if levels.work else {}
        self.fields = {"text": text, **work, "seen": forms.IntegerField(required=False, widget=forms.HiddenInput)}


class FinishForm(forms.Form):
    """What came of it."""

    result = _words("办理结果", handling.LONGEST, help_text="发文单位只看到办结时间，看不到这里的内容。")


class AssignedForm(forms.Form):
    """Of which assignment something is said: chosen where there are several, else known."""

    def __init__(self, rows: Sequence[handling.Assignment], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in rows}
        self.fields["work"] = forms.ChoiceField(
            label="承办",
            choices=[(key, str(row)) for key, row in self.rows.items()],
            error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
        )
        if len(rows) == 1:
            self.fields["work"].widget = forms.HiddenInput()
            self.initial["work"] = rows[0].pk

    @property
    def chosen(self) -> handling.Assignment:
        return self.rows[self.cleaned_data["work"]]


class ReportForm(AssignedForm):
    """What an assisting division has to say."""

    text = _words("协办意见", handling.LONGEST)


class PassOnForm(AssignedForm):
    """To whom the work goes, and why."""

    def __init__(
        self,
        rows: Sequence[handling.Assignment],
        hands: Sequence[Hand],
        *args: Any,
        must_choose: bool = False,
        **kwargs: Any,
    ):
        super().__init__(rows, *args, **kwargs)
        self.fields["to"] = HandField(
            hands,
            label="转给",
            required=must_choose,
            help_text="" if must_choose else "不选的，交回收发员重新分办。",
        )
        self.fields["reason"] = _words("转办理由", handling.LONGEST, rows=2)


class UrgeForm(forms.Form):
    """Whom to press, in which words."""

    def __init__(self, waits: Sequence[urging.Pressed], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.waits = {pressed.target: pressed for pressed in waits}
        self.fields["target"] = forms.ChoiceField(
            label="催办对象",
            choices=[(pressed.target, pressed.called) for pressed in waits],
            error_messages={"required": CHOOSE, "invalid_choice": "这一环节已经办完，不用再催。"},
        )
        self.fields["text"] = forms.CharField(
            validators=[unmarked],
            label="催办内容",
            max_length=urging.LONGEST,
            initial="请抓紧办理。",
            error_messages={"required": "请写催办内容。", "max_length": f"不能超过 {urging.LONGEST} 个字。"},
        )

    @property
    def pressed(self) -> urging.Pressed:
        return self.waits[self.cleaned_data["target"]]


class ReadersForm(forms.Form):
    """Who reads it, in the order in which they were ticked, or as they are listed where the browser does not say."""

    def __init__(self, readers: Sequence[tuple[User, Unit]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person, _ in readers}
        self.fields["readers"] = forms.MultipleChoiceField(
            label="传阅人",
            choices=[(str(person.pk), f"{person}（{unit}）") for person, unit in readers],
            widget=forms.CheckboxSelectMultiple(attrs={"data-ordered": True}),
            help_text="按勾选的先后排序。",
            error_messages={"required": "请选择传阅人。", "invalid_choice": "传阅不出本单位，请从列出的人员中选择。"},
        )
        self.fields["order"] = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    @property
    def chosen(self) -> list[User]:
        ticked = self.cleaned_data["readers"]
        order = [key for key in self.cleaned_data["order"].split(",") if key in ticked]
        return [self.people[key] for key in dict.fromkeys([*order, *ticked])]


class CirculateForm(ReadersForm):
    """A paper goes round: among whom, in order or at once, and what for."""

    way = forms.ChoiceField(
        label="方式",
        choices=[("in_order", "按顺序传阅"), ("at_once", "同时传阅")],
        initial="in_order",
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    purpose = _words("传阅说明", circulation.LONGEST, rows=2, help_text="写明请传阅人注意什么、要不要提出意见。")


class ReadForm(forms.Form):
    """That it was read, with a remark or none."""

    remark = _words("阅示意见", circulation.LONGEST, required=False, rows=2)


class SkipForm(forms.Form):
    """Whom to pass over, and why."""

    def __init__(self, readers: Sequence[Any], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = {str(reader.pk): reader for reader in readers}
        self.fields["reader"] = forms.ChoiceField(
            label="传阅人",
            choices=[(key, str(reader)) for key, reader in self.rows.items()],
            error_messages={"required": CHOOSE, "invalid_choice": "他已经阅过，或者已经跳过。"},
        )
        self.fields["reason"] = _words("跳过的原因", circulation.LONGEST, rows=2)

    @property
    def chosen(self) -> Any:
        return self.rows[self.cleaned_data["reader"]]


class LevelsForm(forms.Form):
    """Which steps a unit uses, and from when."""

    used = forms.MultipleChoiceField(
        label="办文环节",
        required=False,
        choices=[("proposal", "拟办"), ("instruction", "批示"), ("work", "承办"), ("circulation", "传阅")],
        widget=forms.CheckboxSelectMultiple,
        help_text="拟办、批示、承办都不选的，收发员登记后直接办结；不选传阅的，阅件由收发员阅后办结，正在传阅的照常阅完。",
        error_messages={"invalid_choice": CHOOSE},
    )
    start_on = forms.DateField(
        label="起用日期",
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
        widget=Day,
        validators=[within_reach],
        help_text="已经开始办理的收文照原来的环节办完。",
        error_messages={"required": "请填写起用日期。", "invalid": "请按“2026-09-28”的样子填写日期。"},
    )

    @property
    def levels(self) -> Levels:
        used = set(self.cleaned_data["used"])
        return Levels("proposal" in used, "instruction" in used, "work" in used, "circulation" in used)
