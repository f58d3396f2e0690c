"""The network office's screens: stops of the platform and faults of units, and what every page says of them (Articles 7(3) and 13)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.faults import Fault, report_fault
from accounts.outages import Outage, announce_outage
from accounts.people import User
from accounts.units import Unit
from circulars.deliveries import Relief
from circulars.problems import report_problem
from circulars.purging import block
from cms.accesslog import Access
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY

HOUR = timedelta(hours=1)
OUTAGES = reverse("accounts:outages")


def typed(at):
    return f"{at:%Y-%m-%d %H:%M}"


def anywhere(city, person=None):
    """A page that has nothing to do with the platform."""
    page = city.desk(person or city.clerk).get(reverse("notices"))
    assert page.status_code == 200
    return page.content.decode()


def announced(city, kind="maintenance", starts=MONDAY + 2 * HOUR, ends=MONDAY + 4 * HOUR, at=MONDAY, text="更换存储"):
    return announce_outage(city.office.area, kind, text, starts_at=starts, ends_at=ends, by=city.engineer, at=at)


def announce(city, **changes):
    fields = {"kind": "maintenance", "text": "更换存储", "starts_at": typed(MONDAY + 2 * HOUR), "ends_at": ""}
    return city.desk(city.engineer).post(OUTAGES, fields | {"ends_at": typed(MONDAY + 4 * HOUR)} | changes)


def test_the_network_office_announces_maintenance_and_every_page_says_so(city):
    assert announce(city).status_code == 302
    assert Entry.objects.filter(deed="outage.announced").count() == 1
    for person in (city.clerk, city.nobody):
        assert "停机维护预告：2026年9月28日11:00 至 2026年9月28日13:00系统停用" in anywhere(city, person)
    assert "更换存储" in Client().get(reverse("login")).content.decode()


@pytest.mark.parametrize(
    "hours, seen", [(-23, False), (-22, True), (2, True), (3, True), (4, False)], ids=lambda value: str(value)
)
def test_the_page_speaks_of_it_from_a_day_before_until_it_is_over(city, week, hours, seen):
    announced(city, at=MONDAY - 40 * HOUR)
    week.move_to(MONDAY + hours * HOUR, tick=False)
    assert ("更换存储" in anywhere(city)) is seen


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"ends_at": ""}, "请填写停机维护预计结束的时间"),
        ({"starts_at": typed(MONDAY - HOUR)}, "停机维护须在开始之前公告"),
        ({"ends_at": typed(MONDAY + HOUR)}, "结束时间须晚于开始时间"),
        ({"kind": "outage"}, "平台中断的开始时间不能晚于现在"),
        ({"kind": "party"}, "请选择种类"),
        ({"text": "  "}, "请写明停用的情况"),
        ({"starts_at": "明天"}, "请按"),
        ({"starts_at": ""}, "请填写开始时间"),
    ],
    ids=["no end", "begun", "backwards", "foreseen", "no kind", "no text", "no time", "none"],
)
def test_an_announcement_without_sense_is_refused_and_nothing_typed_is_lost(city, changes, sentence):
    page = announce(city, **changes)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Outage.objects.exists()


def test_two_stops_do_not_share_a_moment(city):
    announced(city)
    assert "重叠" in announce(city).content.decode()
    assert (
        "重叠" in announce(city, starts_at=typed(MONDAY + 3 * HOUR), ends_at=typed(MONDAY + 9 * HOUR)).content.decode()
    )
    assert announce(city, starts_at=typed(MONDAY + 4 * HOUR), ends_at=typed(MONDAY + 5 * HOUR)).status_code == 302
    assert Outage.objects.count() == 2


def test_a_breakdown_is_announced_at_once_and_ended_once(city, week):
    announce(city, kind="outage", starts_at=typed(MONDAY), ends_at="")
    outage = Outage.objects.get()
    assert "恢复时间待通知" in anywhere(city)
    week.move_to(MONDAY + 2 * HOUR, tick=False)
    url = reverse("accounts:outage", args=[outage.pk])
    desk = city.desk(city.engineer)
    assert desk.post(url, {"ends_at": typed(MONDAY)}).status_code == 200
    for _ in range(2):
        desk.post(url, {"ends_at": typed(MONDAY + HOUR)})
    outage.refresh_from_db()
    assert outage.ends_at == MONDAY + HOUR
    assert Entry.objects.filter(deed="outage.ended").count() == 1


def test_maintenance_may_take_longer_or_shorter_than_announced(city, week):
    outage = announced(city)
    week.move_to(MONDAY + 3 * HOUR, tick=False)
    url, desk = reverse("accounts:outage", args=[outage.pk]), city.desk(city.engineer)
    desk.post(url, {"ends_at": typed(MONDAY + 6 * HOUR)})
    outage.refresh_from_db()
    assert outage.ends_at == MONDAY + 6 * HOUR
    week.move_to(MONDAY + 5 * HOUR, tick=False)
    city.desk(city.engineer).post(url, {"ends_at": typed(MONDAY + 5 * HOUR)})
    outage.refresh_from_db()
    assert outage.ends_at == MONDAY + 5 * HOUR
    assert list(Entry.objects.of(outage).values_list("deed", flat=True)) == [
        "outage.announced",
        "outage.prolonged",
        "outage.ended",
    ]
    with pytest.raises(OutOfOrder):
        outage.prolong(ends_at=MONDAY + 9 * HOUR, by=city.engineer, at=MONDAY + 6 * HOUR)


def test_a_stop_is_not_prolonged_into_another(city):
    outage = announced(city)
    announced(city, starts=MONDAY + 5 * HOUR, ends=MONDAY + 6 * HOUR)
    url = reverse("accounts:outage", args=[outage.pk])
    assert "重叠" in city.desk(city.engineer).post(url, {"ends_at": typed(MONDAY + 6 * HOUR)}).content.decode()


def test_what_was_announced_can_be_called_off_until_it_begins(city, week):
    outage = announced(city)
    url, desk = reverse("accounts:call_off_outage", args=[outage.pk]), city.desk(city.engineer)
    for _ in range(2):
        desk.post(url)
    assert Entry.objects.filter(deed="outage.called_off").count() == 1
    assert "更换存储" not in anywhere(city)
    another = announced(city)  # at the same time as the one that was called off
    week.move_to(MONDAY + 2 * HOUR, tick=False)
    city.desk(city.engineer).post(reverse("accounts:call_off_outage", args=[another.pk]))
    assert Outage.objects.get(pk=another.pk).called_off_at is None


def test_a_stop_that_was_called_off_relieves_nobody(city):
    from circulars.relief import sweep_relief

    circular = city.sent(urgency="extra_urgent")
    announced(city, starts=MONDAY + timedelta(minutes=10), ends=MONDAY + HOUR).call_off(by=city.engineer, at=MONDAY)
    city.opened(circular, at=MONDAY + 2 * HOUR)
    delivery = city.sign(city.delivery(circular), at=MONDAY + 2 * HOUR)
    sweep_relief(MONDAY + 3 * HOUR)
    delivery.refresh_from_db()
    assert delivery.relief == Relief.NONE


def test_a_delivery_that_came_late_in_maintenance_is_relieved_for_both_sides_to_see(city, week):
    from circulars.relief import sweep_relief

    circular = city.sent(urgency="extra_urgent")
    announced(city, starts=MONDAY + timedelta(minutes=10), ends=MONDAY + HOUR)
    city.opened(circular, at=MONDAY + 2 * HOUR)
    delivery = city.sign(city.delivery(circular), at=MONDAY + 2 * HOUR)
    sweep_relief(MONDAY + 3 * HOUR)
    delivery.refresh_from_db()
    assert delivery.relief == Relief.MAINTENANCE
    week.move_to(MONDAY + 3 * HOUR, tick=False)
    board = city.desk(city.sender).get(reverse("circulars:board", args=[circular.uuid]))
    reading = city.desk(city.clerk).get(reverse("circulars:reading", args=[delivery.pk]))
    for page in (board, reading):
        assert "免责" in page.content.decode()


@pytest.mark.parametrize("name", ["accounts:outages", "accounts:confirm_fault"])
def test_nobody_else_comes_in(city, name):
    fault = report_fault(city.attentive, "computer", "主机不能启动", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    url = reverse(name, args=[fault.pk] if name.endswith("fault") else [])
    for person in (city.clerk, city.secretary, city.sender, city.nobody):
        assert city.desk(person).get(url).status_code in (403, 404)
        assert city.desk(person).post(url, {"kind": "outage", "restored_at": typed(MONDAY)}).status_code in (403, 404)
    assert not Outage.objects.exists()
    assert Fault.objects.open().exists()


def test_a_call_off_asks_for_a_press(city):
    outage = announced(city)
    assert city.desk(city.engineer).get(reverse("accounts:call_off_outage", args=[outage.pk])).status_code == 405


def test_the_network_office_confirms_a_fault_from_its_list(city, week):
    fault = report_fault(city.attentive, "computer", "主机不能启动", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    week.move_to(MONDAY + 5 * HOUR, tick=False)
    desk, url = city.desk(city.engineer), reverse("accounts:confirm_fault", args=[fault.pk])
    listed = desk.get(reverse("accounts:faults")).content.decode()
    assert "主机不能启动" in listed
    assert "单位故障" in anywhere(city, city.engineer)
    assert "本单位故障" in anywhere(city)
    assert "单位故障" not in anywhere(city, city.nobody)
    assert "恢复时间须在发现故障之后" in desk.post(url, {"restored_at": typed(MONDAY - HOUR)}).content.decode()
    for _ in range(2):
        desk.post(url, {"restored_at": typed(MONDAY + 4 * HOUR)})
    assert Fault.objects.confirmed().get().restored_at == MONDAY + 4 * HOUR
    assert Entry.objects.filter(deed="fault.confirmed").count() == 1
    assert "主机不能启动" in desk.get(reverse("accounts:faults") + "?show=confirmed").content.decode()
    assert "主机不能启动" not in desk.get(reverse("accounts:faults")).content.decode()


def test_a_fault_reported_too_late_says_so_on_the_list(city, week):
    late = MONDAY + timedelta(days=2)
    report_fault(city.attentive, "computer", "主机不能启动", detected_at=MONDAY, by=city.clerk, at=late)
    week.move_to(late, tick=False)
    assert "逾期报告" in city.desk(city.engineer).get(reverse("accounts:faults")).content.decode()


def test_who_mends_a_fault_sees_whom_to_ring_up_and_which_paper_waits_and_chooses_the_time(city, circular):
    User.objects.filter(pk=city.clerk.pk).update(mobile="13900000005", office_phone="0911-2100055")
    Unit.objects.filter(pk=city.attentive.pk).update(duty_phone="0911-2100005")
    delivery = city.delivery(circular)
    problem = report_problem(delivery, "unreadable", "第三页的数字乱码", by=city.clerk, at=MONDAY)
    desk, url = city.desk(city.engineer), reverse("accounts:fault", args=[problem.fault_id])
    listed, page = (desk.get(path).content.decode() for path in (reverse("accounts:faults"), url))
    for shown in (listed, page):
        for said in ("0911-2100005", circular.number, reverse("circulars:problem", args=[problem.pk])):
            assert said in shown
        assert circular.title not in shown
    assert "孙早" in page
    assert "13900000005" in page
    assert "13900000005" not in listed  # a person's own number only where it is looked up, and that is logged
    assert Access.objects.filter(person=city.engineer.pk, subject=f"联系电话 {url}").exists()
    assert f'value="{typed(MONDAY)}"' not in page
    confirming = reverse("accounts:confirm_fault", args=[problem.fault_id])
    assert f'value="{typed(MONDAY)}"' not in desk.get(confirming).content.decode()
    assert "请填写恢复时间" in desk.post(confirming, {"restored_at": ""}).content.decode()
    for empty in (OUTAGES, reverse("accounts:outage", args=[announced(city).pk])):
        assert f'value="{typed(MONDAY)}"' not in desk.get(empty).content.decode()
    block(circular.page, reason="内容涉密", by=city.secretary, at=MONDAY)
    for path in (reverse("accounts:faults"), url):
        shown = desk.get(path).content.decode()
        assert "（本件已封存）" in shown
        assert circular.number not in shown
        assert "第三页的数字" not in shown


def test_the_list_of_faults_asks_the_same_of_the_database_however_many_there_are(city, circular):
    desk = city.desk(city.engineer)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("accounts:faults")).status_code == 200
        return len(queries)

    report_problem(city.delivery(circular), "unreadable", "打不开", by=city.clerk, at=MONDAY)
    asked()
    few = asked()
    for unit, person in ((city.attentive, city.clerk), (city.late, city.late_clerk), (city.county, city.county_clerk)):
        report_fault(unit, "computer", "主机不能启动", detected_at=MONDAY, by=person, at=MONDAY)
    assert asked() == few
