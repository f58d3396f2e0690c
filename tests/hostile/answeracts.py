"""The acts of asking for answers and of giving them, kept with those of the desk."""

from datetime import date, timedelta
from uuid import uuid4

from accounts.people import take_post
from accounts.roles import Role
from circulars.answers.building import ask_for_answers
from circulars.demands.drafting import DraftField
from circulars.registration import Circular
from tests.answers import sent_with_form
from tests.cast import MONDAY, City
from tests.hostile.deskacts import Act, act, url

ROW = {"field-0-kind": "text", "field-0-label": "意见", "field-0-is_required": "on"}
COUNTS = {"field-TOTAL_FORMS": "1", "field-INITIAL_FORMS": "0"}


@act("circulars:demand")
def _demand(city: City) -> Act:
    posted = {"act": "save", "required": "on", "due_on": "2026-09-30"} | COUNTS | ROW
    return Act("drafter", url("circulars:demand", city.draft().pk), posted)


@act("circulars:answer")
def _answer(city: City) -> Act:
    circular = sent_with_form(city)
    fields = {field.kind: f"f{field.pk}" for field in circular.demand.fields.all()}
    posted = {"act": "hand_in", fields["choice"]: "参加", fields["text"]: "没有意见", fields["number"]: "3"}
    return Act("clerk", url("circulars:answer", city.delivery(circular).pk), posted, also=("second_clerk",))


@act("circulars:reply")
def _reply(city: City) -> Act:
    take_post(city.clerk, city.attentive, Role.DRAFTER, by=None, at=MONDAY)
    delivery = city.sign(city.opened(city.sent()))
    posted = {"kind": "letter", "unit": city.attentive.pk, "key": str(uuid4())}
    return Act("clerk", url("circulars:reply", delivery.pk), posted)


@act("circulars:press_answers")
def _press(city: City) -> Act:
    return Act("sender", url("circulars:press_answers", sent_with_form(city).uuid), {"units": [city.attentive.pk]})


@act("circulars:let_answer_late")
def _let_late(city: City) -> Act:
    circular = _overdue(city)
    delivery = city.sign(city.opened(circular))
    return Act("sender", url("circulars:let_answer_late", circular.uuid, delivery.pk), {"until": "2026-10-09"})


def _overdue(city: City) -> Circular:
    """A circular whose answers were due on Sunday."""
    page = city.draft()
    fields = [DraftField(kind="text", label="意见")]
    asked_at = MONDAY - timedelta(days=3)
    ask_for_answers(page, required=True, due_on=date(2026, 9, 27), fields=fields, by=city.drafter, at=asked_at)
    circular = city.register(city.put_through(page))
    city.dispatch(circular)
    return circular
