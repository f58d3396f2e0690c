"""A circular of the office that asks for answers on a form, and answers to it."""

from datetime import date
from decimal import Decimal
from typing import Any

from time_machine import travel

from circulars.answers.building import ask_for_answers
from circulars.demands.drafting import DraftField
from circulars.registration import Circular
from tests.cast import MONDAY, City

LAST_DAY = date(2026, 9, 30)

FIELDS: list[dict[str, Any]] = [
    {"kind": "choice", "label": "是否参加", "options": "参加\n不参加"},
    {"kind": "choices", "label": "受灾地点", "options": "市区\n县城\n乡镇", "is_required": False},
    {"kind": "names", "label": "参会人员", "is_required": False},
    {"kind": "text", "label": "意见", "hint": "没有意见的写“没有意见”"},
    {"kind": "number", "label": "所需经费", "hint": "万元"},
    {"kind": "table", "label": "物资需求", "options": "名称\n数量", "is_required": False},
    {"kind": "file", "label": "盖章的报名表", "is_required": False},
]


def sent_with_form(city: City, *, sign: bool = True, **elements: Any) -> Circular:
    """It went out on Monday with the form above, to be answered by Wednesday; the attentive unit has signed for it unless told not to."""
    page = city.draft(**elements)
    ask(city, page)
    page = city.put_through(page)
    circular = city.register(page)
    city.dispatch(circular)
    if sign:
        city.sign(city.opened(circular))
    return Circular.objects.get(pk=circular.pk)


def ask(city: City, page: Any, due_on: date | None = LAST_DAY, fields: list[dict[str, Any]] | None = None) -> None:
    """The draft asks for answers on this form."""
    rows = [DraftField(**field) for field in (FIELDS if fields is None else fields)]
    ask_for_answers(page, required=True, due_on=due_on, fields=rows, by=page.owner, at=MONDAY)


def asked(city: City, blocker: Any) -> int:
    """The key of such a circular, for all scenes of a module."""
    with blocker.unblock(), travel(MONDAY, tick=False):
        return sent_with_form(city).pk


def filled_in(circular: Circular) -> dict[int, Any]:
    """Good answers to every field but the file, by the fields' keys."""
    by_kind = {
        "choice": "参加",
        "choices": ["县城", "市区"],
        "names": [["孙早", "科员", "0911-2110000"], ["", "", ""]],
        "text": " 没有意见 ",
        "number": Decimal("12.50"),
        "table": [["帐篷", "3"], ["水泵", "1"]],
    }
    return {field.pk: by_kind[field.kind] for field in circular.demand.fields.all() if field.kind in by_kind}
