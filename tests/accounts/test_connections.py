"""用户接入: an application with its steps, and what keeps a unit from being connected (Articles 2 and 7(2))."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.connections import Connection, StepKind, ask_connection
from accounts.dissolving import dissolve
from accounts.filings import Filing
from accounts.people import take_post
from accounts.roles import Role
from accounts.seals import KeyKind
from accounts.units import Unit
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.accounts.keys import issued
from tests.cast import MONDAY

AN_HOUR = timedelta(hours=1)
TODAY = MONDAY.date()


@pytest.fixture
def asked(city) -> Connection:
    return ask_connection(city.paper, "储备粮函〔2026〕3号", asked_on=date(2026, 9, 20), by=city.engineer, at=MONDAY)


def finish(city, asked, *kinds, **other):
    for kind in kinds:
        asked.finish_step(kind, **{"on_day": TODAY, "by": city.engineer, "at": MONDAY} | other)


def manned(city) -> None:
    """Somebody of the unit may sign for circulars and has a key."""
    take_post(city.nobody, city.paper, Role.CLERK, by=None, at=MONDAY)
    issued(city, KeyKind.CLERK, unit=city.paper, keeper=city.nobody)


def test_a_unit_is_connected_when_every_step_is_done(city, asked):
    finish(city, asked, StepKind.LINE, note="专线 3 号")
    finish(city, asked, StepKind.KIT)
    with pytest.raises(ValidationError, match="还没有收发员"):
        finish(city, asked, StepKind.PEOPLE)
    with pytest.raises(ValidationError, match="还没有制发密钥"):
        finish(city, asked, StepKind.KEY)
    with pytest.raises(OutOfOrder, match="还没有办结：人员备案、密钥制发"):
        asked.connect(by=city.engineer, at=MONDAY)
    assert not Unit.objects.get(pk=city.paper.pk).connected
    manned(city)
    finish(city, asked, StepKind.PEOPLE, StepKind.KEY)
    with pytest.raises(OutOfOrder, match="没有重复登记"):
        finish(city, asked, StepKind.LINE)
    change = asked.connect(by=city.engineer, at=MONDAY + AN_HOUR)
    unit = Unit.objects.get(pk=city.paper.pk)
    assert (unit.connected, asked.state, change.ground) == (True, "done", "储备粮函〔2026〕3号")
    assert [(kind, step.done_on) for kind, step in asked.steps()] == [(kind, TODAY) for kind in StepKind]
    assert Entry.objects.filter(unit=unit.pk, deed__startswith="connection.").count() == 5
    assert Message.objects.filter(person=city.nobody, text__contains="已接入系统").exists()
    with pytest.raises(OutOfOrder, match="不能再办理"):
        asked.connect(by=city.engineer, at=MONDAY + AN_HOUR)
    with pytest.raises(OutOfOrder, match="已经接入"):
        ask_connection(city.paper, "再申请", asked_on=TODAY, by=city.engineer, at=MONDAY)


def test_an_application_is_taken_in_once_and_may_be_dropped(city, asked):
    again = {"asked_on": TODAY, "by": city.engineer, "at": MONDAY}
    with pytest.raises(OutOfOrder, match="没有重复受理"):
        ask_connection(city.paper, "又一份", **again)
    asked.withdraw(by=city.engineer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="不能再办理"):
        finish(city, asked, StepKind.LINE)
    assert ask_connection(city.paper, "又一份", **again).state == "open"


def test_what_cannot_be_is_refused_with_its_sentence(city, asked):
    for wrong, why in (
        ({"on_day": date(2026, 9, 19)}, "不能早于来函日期"),
        ({"on_day": TODAY + timedelta(days=1)}, "还没有到"),
        ({"kind": "paint"}, "请选择"),
    ):
        given = {"kind": StepKind.LINE, "on_day": TODAY, "by": city.engineer, "at": MONDAY} | wrong
        with pytest.raises(ValidationError, match=why):
            asked.finish_step(given.pop("kind"), **given)
    with pytest.raises(ValidationError, match="请填写"):
        ask_connection(city.elsewhere, " ", asked_on=TODAY, by=city.engineer, at=MONDAY)
    for person in (city.leader, city.secretary, city.superuser):
        for act in (asked.connect, asked.withdraw):
            with pytest.raises(PermissionDenied):
                act(by=person, at=MONDAY)
    dissolve(city.paper, on_day=TODAY, ground="文", by=city.engineer, at=MONDAY)
    assert Connection.objects.get(pk=asked.pk).state == "withdrawn"


def test_who_asks_to_be_connected_has_its_people_filed_on_the_screens_first(city):
    arrival = reverse("accounts:file_arrival", args=[city.paper.code])
    desk = city.desk(city.engineer)
    assert desk.get(arrival).status_code == 404
    asked = ask_connection(city.paper, "储备粮函〔2026〕3号", asked_on=date(2026, 9, 20), by=city.engineer, at=MONDAY)
    typed = {
        "role": "clerk",
        "name": "钱新来",
        "mobile": "13900000007",
        **dict.fromkeys(("no_violation", "competent", "on_staff"), "on"),
        "letter_number": "储备粮函〔2026〕4号",
        "letter_date": "2026-09-28",
    }
    assert (
        reverse("accounts:staff", args=[city.paper.code])
        in desk.get(reverse("accounts:connection", args=[asked.pk])).content.decode()
    )
    assert "已报备：钱新来到任" in desk.post(arrival, typed, follow=True).content.decode()
    Filing.objects.get().acknowledge("secretariat", by=city.secretary, at=MONDAY)
    finish(city, asked, StepKind.PEOPLE)
    assert asked.done.get().kind == StepKind.PEOPLE
