"""第七条: the network office keeps the lines, takes units in, and sees how their carriers serve.

(一)负责党政云数据中心内网设备和链路的建设和管理; (二)负责电子公文传输系统的规划建设、用户接入、运行管理和技术保障; (四)负责协调、考核、督促相关保障单位及时做好技术保障工作。

第七条第（三）、（四）项: the network office sees to the faults of units and coordinates, urges and assesses the providers.

负责协调解决使用单位出现的运行故障; 负责对电子公文传输系统保障单位的协调、考核和督促工作。
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.assignments import assign
from accounts.connections import Connection, StepKind
from accounts.faults import report_fault
from accounts.lineregister import Line
from accounts.people import User, take_post
from accounts.providers import Provider
from accounts.roles import Role
from accounts.seals import KeyKind
from accounts.units import Unit
from circulars.deliveries import Channel
from cms.messages import Message
from cms.sweep import sweep
from reports.months import Month
from reports.scorecard import scorecard
from tests import lines
from tests.accounts.keys import issued
from tests.accounts.providers import providers_of
from tests.cast import MONDAY

NEW_UNIT = {
    "code": "BM90",
    "name": "延安市数据局",
    "short_name": "市数据局",
    "category": "department",
    "level": "市级",
    "on_day": "2026-09-28",
    "ground": "延编发〔2026〕9号",
}


def test_7_1_the_network_office_keeps_the_register_of_lines(city):
    carrier = lines.carrier(city)
    desk = city.desk(city.engineer)
    typed = {
        "unit": city.attentive.pk,
        "carrier": carrier.pk,
        "circuit": "YA-0001",
        "rent": "1200.5",
        "since": "2026-09-28",
    }
    assert (
        "已登记市公安局的线路 YA-0001" in desk.post(reverse("accounts:new_line"), typed, follow=True).content.decode()
    )
    line = Line.objects.get()
    assert (
        "已停用"
        in desk.post(
            reverse("accounts:end_line", args=[line.pk]), {"until": "2026-09-28"}, follow=True
        ).content.decode()
    )
    line.refresh_from_db()
    assert (line.since, line.until) == (date(2026, 9, 28), date(2026, 9, 28))
    for person in (city.lineman, city.secretary, city.clerk):
        assert city.desk(person).get(reverse("accounts:new_line")).status_code == 404


def test_7_2_a_new_unit_gets_paper_until_the_network_office_has_connected_it_step_by_step(city):
    desk = city.desk(city.engineer)
    desk.post(reverse("accounts:new_unit"), NEW_UNIT | {"parent": city.government.pk})
    unit = Unit.objects.get(code="BM90")
    on_paper = city.delivery(city.sent(primary_units=[unit]), unit)
    desk.post(
        reverse("accounts:ask_connection", args=[unit.pk]), {"asked_on": "2026-09-28", "letter": "延数函〔2026〕1号"}
    )
    asked = Connection.objects.get()
    lines.line(city, unit=unit)
    clerk = User.objects.create(username="bm90-01", name="钱新来")
    take_post(clerk, unit, Role.CLERK, by=None, at=MONDAY)
    issued(city, KeyKind.CLERK, unit=unit, keeper=clerk)
    step = reverse("accounts:connection", args=[asked.pk])
    for place, kind in enumerate(StepKind):
        early = desk.post(reverse("accounts:connect_unit", args=[asked.pk]), follow=True).content.decode()
        assert "还没有办结" in early
        desk.post(step, {"kind": kind, "on_day": "2026-09-28", "note": f"第{place + 1}项"})
    page = desk.get(step).content.decode()
    for place, kind in enumerate(StepKind):
        assert kind.label in page
        assert f"第{place + 1}项" in page
    for _ in range(2):
        desk.post(reverse("accounts:connect_unit", args=[asked.pk]))
    by_system = city.delivery(city.sent(primary_units=[Unit.objects.get(pk=unit.pk)]), unit)
    assert (on_paper.channel, by_system.channel) == (Channel.PAPER, Channel.ELECTRONIC)
    by_system.open(by=User.objects.get(pk=clerk.pk), at=MONDAY)
    city.sign(by_system, by=User.objects.get(pk=clerk.pk))
    assert list(unit.changes.values_list("kind", flat=True)) == ["connected", "entered"]


def test_7_4_the_network_office_sees_which_lines_are_down_too_long_and_who_is_to_blame(city, week):
    lines.carrier(city)
    lines.down(lines.line(city), MONDAY, by=city.clerk)
    week.move_to(MONDAY + timedelta(hours=13), tick=False)
    desk = city.desk(city.engineer)
    shown = desk.get(reverse("accounts:lines"), {"show": "late"}).content.decode()
    assert "市公安局" in shown
    assert "延安电信" in shown
    assert desk.get(reverse("reports:line_months")).context["sheet"].breaches == 1


HOUR = timedelta(hours=1)


@pytest.fixture
def serving(city):
    return providers_of(city)


@pytest.fixture
def repair(city, serving):
    fault = report_fault(city.attentive, "computer", "主机不能启动", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    return assign(fault, serving.kit, "请检修主机", contacted_at=MONDAY, by=city.engineer, at=MONDAY)


def test_7_3_the_network_office_has_every_fault_before_it_by_its_clock(city, serving, repair, week):
    report_fault(city.late, "network", "断网", detected_at=MONDAY, by=city.late_clerk, at=MONDAY)
    page = city.desk(city.engineer).get(reverse("accounts:faults")).content.decode()
    assert page.index("断网") < page.index("主机不能启动")  # to call a provider is due sooner than to mend
    assert "联系保障单位" in page


def test_7_4_the_network_office_urges_the_provider_before_and_after_its_time(city, serving, repair):
    for at in (repair.due_at - HOUR, repair.due_at + HOUR):
        sweep(at)
    told = Message.objects.filter(person=serving.kit_person, key__startswith="repair-")
    assert set(told.values_list("key", flat=True)) == {f"repair-soon:{repair.pk}", f"repair-late:{repair.pk}"}


def test_7_4_the_network_office_assesses_each_provider_month_by_month(city, serving, repair):
    card = scorecard(Month(2026, 9), Provider.objects.for_person(city.engineer), as_of=repair.due_at + HOUR)
    late = {score.provider.service: (len(score.tasks), score.late) for score in card.scores}
    assert late == {"carrier": (0, 0), "key_vendor": (0, 0), "kit": (1, 1)}
