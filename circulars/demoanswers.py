"""A demo's circular that asks for answers on a form, and what the units have answered so far."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.holders import people_with
from accounts.people import User
from accounts.roles import Right
from circulars.answers.filling import answer_form
from circulars.answers.standing import owed_by
from circulars.demands.fields import FieldKind
from circulars.demands.fixed import ReplyField
from circulars.demo import last_open, numbers_ahead, row_of
from circulars.intake import Row
from circulars.registration import Circular
from cms.areas import Area
from cms.offices import office_of

_FIELDS: tuple[tuple[FieldKind, str, str, bool, list[str]], ...] = (
    (FieldKind.CHOICE, "是否参加", "", True, ["参加", "不参加"]),
    (FieldKind.NAMES, "参会人员", "参加的单位填写，最多 3 人", False, []),
    (FieldKind.CHOICES, "需要的材料", "", False, ["会议手册", "数据汇编", "系统操作指南"]),
    (FieldKind.NUMBER, "住宿房间数", "不住宿的填 0", True, []),
    (FieldKind.TABLE, "发言题目", "准备发言的填写", False, ["题目", "发言人"]),
    (FieldKind.TEXT, "其他需要说明的情况", "", False, []),
    (FieldKind.FILE, "盖章的报名表", "", False, []),
)


def asking_row(now: datetime) -> Row:
    """A notice of some days ago to counties and departments with a form, to be answered within the week."""
    office = office_of(Area.objects.home())
    at = last_open(office, last_open(office, now) - timedelta(days=3, hours=4))
    (number,) = numbers_ahead("延政办函", 1)
    text = "定于下月召开全市电子公文传输工作推进会，请各单位填报回执表。"
    row = row_of("DEMO-ANSWERS", number, "关于召开全市电子公文传输工作推进会的通知", text, at)
    fields = [
        {"kind": kind.value, "label": label, "hint": hint, "required": needed, "options": options}
        for kind, label, hint, needed, options in _FIELDS
    ]
    return row | {"reply": {"due_on": (timezone.localdate(now) + timedelta(days=3)).isoformat(), "fields": fields}}


def answer_some(circular: Circular, now: datetime, *, idle: str = "") -> int:
    """Three of four units that have signed for it have answered, but for the one with the code ``idle``; returns how many."""
    fields = {field.label: field for field in circular.demand.fields.all()}
    units = list(circular.deliveries.exclude(unit__code=idle).order_by("unit").values_list("unit", flat=True))
    deliveries = owed_by(units).filter(circular=circular, signed_at__isnull=False).order_by("unit")
    answered = 0
    for place, delivery in enumerate(deliveries):
        if place % 4 != 3:
            clerk = User.objects.get(pk=min(people_with(Right.RECEIVE, delivery.unit_id)))
            given = dict(_given(fields, place, clerk))
            signed_at = delivery.signed_at or now
            at = min(now, signed_at + timedelta(minutes=20 + place))
            answered += answer_form(delivery, given, hand_in=True, by=clerk, at=at) is not None
    return answered


def _given(fields: dict[str, ReplyField], place: int, clerk: User) -> Iterator[tuple[int, Any]]:
    comes = place % 7 != 2
    yield fields["是否参加"].pk, "参加" if comes else "不参加"
    yield fields["住宿房间数"].pk, Decimal(place % 3 if comes else 0)
    if comes:
        yield fields["参会人员"].pk, [[clerk.name, "收发员", "0911-2110000"]]
        yield fields["需要的材料"].pk, ["会议手册", "系统操作指南"][: 1 + place % 2]
    if place % 11 == 5:
        yield fields["发言题目"].pk, [["电子公文及时签收的做法", clerk.name]]
    if place % 9 == 4:
        yield fields["其他需要说明的情况"].pk, "参会人员当日往返，不住宿。"
