"""The forms of a handover: whose post ends, who takes over, what is handed over and what was found of it (Article 26)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.handovers import Finding, Found, Handover, HandoverItem
from accounts.handovers.items import BY_HAND, LONGEST
from accounts.handovers.opening import FILED
from accounts.holders import holders
from accounts.people import Post, User, posts_of
from accounts.roles import Right, Role, may, units_where
from accounts.staffing import divisions_of
from accounts.standinforms import ColleagueField, PostField
from accounts.standins import colleagues
from accounts.units import Unit, body_of


class LeavingForm(forms.Form):
    """Which post of the leader's units ends, and who takes over; for the network office the posts that end on a unit's letter."""

    post = PostField(
        queryset=Post.objects.none(),
        label="离岗人和职责",
        empty_label="请选择",
        help_text="收发员、分管领导的变动须以函件报备，不在这里办理。",
        error_messages={"required": "请选择离岗的人和职责。", "invalid_choice": "请从列出的人员中选择。"},
    )
    receiver = ColleagueField(
        queryset=User.objects.none(),
        label="接收人",
        empty_label="以后指定",
        required=False,
        help_text="本单位在岗的另一人。未办结的文稿等随即转到接收人名下。",
        error_messages={"invalid_choice": "请从列出的人员中选择接收人。"},
    )

    def __init__(self, leader: Any, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        led = units_where(leader, Right.MANAGE_STAFF)
        standing = Post.objects.in_force(today).exclude(person=leader.pk)
        places = {*led, *divisions_of(*Unit.objects.filter(pk__in=led)).values_list("pk", flat=True)}
        mine = Q(unit__in=places) & ~Q(role__in=FILED)
        if may(leader, Right.MANAGE_UNITS):
            seen_to = holders(Right.MANAGE_STAFF).values("content_object_id")
            mine |= Q(role=Role.PRINCIPAL) | (~Q(role__in=FILED) & ~Q(unit__in=seen_to) & Q(unit__is_division=False))
        posts = standing.filter(mine)
        people = colleagues(Unit.objects.filter(Q(pk__in=posts.values("unit")) | Q(pk__in=led)), today)
        self.fields["post"].queryset = posts.select_related("person", "unit").order_by("unit", "person__name", "pk")  # type: ignore[attr-defined]
        self.fields["receiver"].queryset = people  # type: ignore[attr-defined]
        self.fields["receiver"].posts = posts_of(people, today)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        post, receiver = cleaned.get("post"), cleaned.get("receiver")
        if (
            post
            and receiver
            and not colleagues([post.unit, body_of(post.unit)], self.today).filter(pk=receiver.pk).exists()
        ):
            self.add_error("receiver", f"接收人须是“{post.unit}”在岗的另一人。")
        return cleaned


class ReceiverForm(forms.Form):
    """Who takes over."""

    receiver = ColleagueField(
        queryset=User.objects.none(),
        label="接收人",
        empty_label="请选择",
        error_messages={"required": "请选择接收人。", "invalid_choice": "请从列出的人员中选择接收人。"},
    )

    def __init__(self, handover: Handover, at: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = handover.possible_receivers(at)
        self.fields["receiver"].queryset = people  # type: ignore[attr-defined]
        self.fields["receiver"].posts = posts_of(people, timezone.localdate(at))  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """One line of the list."""

    kind = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *((kind.value, kind.label) for kind in BY_HAND)],
        error_messages={"required": "请选择类别。", "invalid_choice": "请选择类别。"},
    )
    text = forms.CharField(
        label="名称、编号",
        max_length=LONGEST,
        help_text="例如“办公电脑 国资编号 0231”“收文登记簿 2026 年”。",
        error_messages={"required": "请填写名称、编号。", "max_length": f"名称、编号不能超过 {LONGEST} 个字。"},
    )
    count = forms.IntegerField(
        label="数量",
        min_value=1,
        max_value=9999,
        initial=1,
        error_messages={
            "required": "请填写数量。",
            "invalid": "数量须是整数。",
            "min_value": "数量至少为 1。",
            "max_value": "数量不能超过 9999。",
        },
    )


class ReasonForm(forms.Form):
    """Why the list goes back to the giver."""

    reason = forms.CharField(
        label="退回原因",
        max_length=200,
        error_messages={"required": "请写明退回的原因。", "max_length": "原因不能超过 200 个字。"},
    )


class FindingsForm(forms.Form):
    """What the receiver found of each line; ``rows`` are the lines with what was typed for them."""

    def __init__(self, items: Iterable[HandoverItem], data: Any = None) -> None:
        super().__init__(data)
        self.items = list(items)
        for item in self.items:
            self.fields[f"finding-{item.pk}"] = forms.ChoiceField(
                label=f"核对“{item.text}”", choices=Finding.choices, required=False, widget=forms.RadioSelect
            )
            self.fields[f"remark-{item.pk}"] = forms.CharField(label=f"“{item.text}”的备注", required=False)

    @property
    def rows(self) -> list[tuple[HandoverItem, Any, Any]]:
        return [(item, self[f"finding-{item.pk}"], self[f"remark-{item.pk}"]) for item in self.items]

    @property
    def found(self) -> dict[int, Found]:
        """The finding of each line; whether it may stand is decided by the act."""
        typed = self.cleaned_data
        return {
            item.pk: Found(typed.get(f"finding-{item.pk}", ""), typed.get(f"remark-{item.pk}", ""))
            for item in self.items
        }
