"""使用单位 on the desk: the register and the acts of a unit's page, and who finds them (Articles 2, 7, 12 and 15)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.connections import Connection
from accounts.dissolving import dissolve
from accounts.handbacks import Handback
from accounts.people import Post, take_post
from accounts.reorganising import move_under
from accounts.roles import Role
from accounts.seals import KeyKind
from accounts.unitchanges import UnitChange
from accounts.units import Unit
from tests.accounts.keys import in_force, issued
from tests.cast import MONDAY

TODAY = "2026-09-28"
ON_PAPER = {"on_day": TODAY, "ground": "延编发〔2026〕8号"}


def url(name, *keys):
    return reverse(f"accounts:{name}", args=keys)


def text(answer):
    return answer.content.decode()


def fresh(unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


@pytest.fixture
def engineer(city):
    return city.desk(city.engineer)


def test_a_unit_is_renamed_on_its_page_and_found_by_its_old_name(city, engineer):
    in_force(city, KeyKind.CLERK, at=MONDAY - timedelta(hours=1))
    typed = ON_PAPER | {"name": "延安市公安总局", "short_name": "市公安总局", "pinyin": "SGAZJ"}
    for _ in range(2):
        shown = text(engineer.post(url("rename_unit", city.attentive.pk), typed, follow=True))
    assert "没有改动" in shown  # the second press
    assert UnitChange.objects.count() == 1
    page = text(engineer.get(url("unit", city.attentive.pk)))
    assert "延安市公安总局" in page
    assert "“延安市公安局”的实物印章" in page
    assert "还有 1 把个人证书" in page
    found = text(engineer.get(url("units"), {"q": "延安市公安局"}))
    assert "市公安总局" in found
    assert "市公安总局" in text(engineer.get(url("units"), {"q": "sgaz"}))
    assert "延安市公安局" in text(engineer.get(url("handbacks")))


def test_what_is_said_of_an_act_stands_there_once_and_beside_no_field(city, engineer):
    for name in ("rename_unit", "end_unit", "move_unit", "serve_unit", "pay_unit", "new_division"):
        answer = engineer.get(url(name, city.attentive.pk))
        assert text(answer).count(answer.context["note"]) == 1, name


def test_a_unit_is_merged_handed_back_and_closed_on_the_screen(city, engineer):
    end = url("end_unit", city.attentive.pk)
    merging = ON_PAPER | {"kind": "merge", "successor": ""}
    assert "请选择承接单位" in text(engineer.post(end, merging)).replace("合并的，", "")
    answer = engineer.post(end, merging | {"successor": city.late.pk}, follow=True)
    assert "人员交接办完后，再办理注销" in text(answer)
    assert "任职没有结束" in text(answer)
    assert fresh(city.attentive).state == "dissolved"
    assert "没有重复办理" in text(engineer.get(end))
    close = url("close_unit", city.attentive.pk)
    assert "还不能注销" in text(engineer.post(close, {"ground": "文"}))
    handback = Handback.objects.get()
    answer = engineer.post(url("receive_seal", handback.pk), {"on_day": TODAY, "to_whom": "市公安局"}, follow=True)
    assert "已登记" in text(answer)
    assert engineer.get(url("receive_seal", handback.pk)).status_code == 404
    for post in Post.objects.filter(unit=city.attentive):
        post.leave(by=None, at=MONDAY)
    assert "已注销" in text(engineer.post(close, {"ground": "文"}, follow=True))
    assert "市公安局" not in text(engineer.get(url("units"), {"q": "BM05"}))
    assert "市公安局" in text(engineer.get(url("units"), {"q": "BM05", "show": "closed"}))


def test_superior_desk_and_payer_are_changed_on_the_screen(city, engineer):
    where = city.attentive.pk
    engineer.post(url("move_unit", where), ON_PAPER | {"superior": city.county.pk})
    engineer.post(url("serve_unit", where), ON_PAPER | {"server": city.late.pk})
    engineer.post(url("pay_unit", where), ON_PAPER | {"payer": "self"})
    unit = fresh(city.attentive)
    assert (unit.get_parent(), unit.served_by, unit.key_fee_payer) == (city.county, city.late, "self")
    assert "没有改动" in text(engineer.post(url("pay_unit", where), ON_PAPER | {"payer": "self"}))
    page = text(engineer.get(url("unit", where)))
    assert "市财政" in page
    assert "宝塔区人民政府" in page


def test_a_leader_opens_and_closes_divisions_of_the_own_unit_and_sees_no_other(city):
    desk = city.desk(city.leader)
    assert f"/units/{city.attentive.pk}/" in text(desk.get(reverse("circulars:inbox")))
    desk.post(url("new_division", city.attentive.pk), ON_PAPER | {"name": "综合科"})
    division = Unit.objects.get(is_division=True)
    assert "综合科" in text(desk.get(url("unit", city.attentive.pk)))
    desk.post(url("rename_unit", division.pk), ON_PAPER | {"name": "延安市公安局办公室", "short_name": "办公室"})
    assert "延安市公安局办公室" in text(desk.get(url("unit", division.pk)))
    desk.post(url("close_division", division.pk), ON_PAPER)
    assert fresh(division).state == "closed"
    for name in ("rename_unit", "end_unit", "new_division", "close_division", "move_unit"):
        own = [] if name == "new_division" else [city.attentive.pk]
        for pk in (city.late.pk, *own):
            assert desk.get(url(name, pk)).status_code == 404, name
            assert desk.post(url(name, pk), ON_PAPER).status_code == 404, name
    shown = text(desk.get(url("units")))
    assert "市公安局" in shown
    assert "市住建局" not in shown
    for name in ("handbacks", "connections", "import_units"):
        assert desk.get(url(name)).status_code == 404
    assert desk.get(url("unit", city.late.pk)).status_code == 404


def test_a_leader_sees_the_units_below_the_own_one_and_changes_none(city):
    move_under(city.late, city.attentive, on_day=MONDAY.date(), ground="文", by=city.engineer, at=MONDAY)
    desk = city.desk(city.leader)
    assert "市住建局" in text(desk.get(url("units")))
    assert "更名</a>" not in text(desk.get(url("unit", city.late.pk)))
    for name in ("rename_unit", "new_division"):
        assert desk.get(url(name, city.late.pk)).status_code == 404


def test_the_secretariat_looks_at_the_register_and_changes_nothing(city):
    desk = city.desk(city.secretary)
    assert "市公安局" in text(desk.get(url("units")))
    page = text(desk.get(url("unit", city.attentive.pk)))
    assert "更名</a>" not in page
    assert desk.post(url("rename_unit", city.attentive.pk), ON_PAPER).status_code == 404
    assert desk.get(url("unit", city.attentive.pk)).status_code == 200


def test_a_unit_is_connected_step_by_step_on_the_screen(city, engineer):
    assert "储备粮公司" in text(engineer.get(url("connections")))
    asked = {"letter": "储备粮函〔2026〕3号", "asked_on": TODAY}
    engineer.post(url("ask_connection", city.paper.pk), asked)
    asked = Connection.objects.get()
    page = url("connection", asked.pk)
    assert "还没有收发员" in text(engineer.post(page, {"kind": "people", "on_day": TODAY}))
    take_post(city.nobody, city.paper, Role.CLERK, by=None, at=MONDAY)
    issued(city, KeyKind.CLERK, unit=city.paper, keeper=city.nobody)
    assert "还没有办结" in text(engineer.post(url("connect_unit", asked.pk), follow=True))
    for kind in ("line", "kit", "people", "key"):
        engineer.post(page, {"kind": kind, "on_day": TODAY, "note": "3 号专线"})
    assert "已接入" in text(engineer.post(url("connect_unit", asked.pk), follow=True))
    assert fresh(city.paper).connected
    assert "不能再办理" in text(engineer.post(url("connect_unit", asked.pk), follow=True))
    assert engineer.get(url("connect_unit", asked.pk)).status_code == 405
    for name in ("connection", "connect_unit", "withdraw_connection"):
        assert city.desk(city.leader).post(url(name, asked.pk)).status_code == 404


def test_what_the_screens_cost_does_not_grow_with_the_rows(city, engineer):
    def asked(path):
        with CaptureQueriesContext(connection) as queries:
            engineer.get(path)
        return len(queries)

    def dissolved(unit):
        dissolve(unit, on_day=MONDAY.date(), ground="文", by=city.engineer, at=MONDAY)

    dissolved(city.attentive)
    before = {name: asked(url(name)) for name in ("units", "connections", "handbacks")}
    dissolved(city.late)
    dissolved(city.elsewhere)
    assert {name: asked(url(name)) for name in before} == before
