"""The screens of a fault: the unit reports it, the offices see to it, the provider mends it, the unit tests it (Articles 7, 8 and 13)."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.assignments import assign
from accounts.faults import Fault, report_fault
from accounts.repairs import Repair
from cms.ledger import Entry
from cms.limits import when
from tests.accounts.providers import providers_of
from tests.cast import MONDAY

HOUR = timedelta(hours=1)
REPORT, FAULTS, REPAIRS = (reverse(f"accounts:{name}") for name in ("report_fault", "faults", "repairs"))

with (Path(__file__).parents[1] / "data" / "deadlines.csv").open(encoding="utf-8", newline="") as table:
    ROWS = [row for row in csv.DictReader(table) if row["kind"] in ("fault_report", "repair")]


@pytest.fixture
def serving(city):
    return providers_of(city)


@pytest.fixture
def fault(city):
    return report_fault(city.attentive, "network", "光缆中断", detected_at=MONDAY, by=city.clerk, at=MONDAY)


@pytest.fixture
def repair(city, serving, fault):
    return assign(fault, serving.carrier, "请抢修光缆", contacted_at=MONDAY, by=city.engineer, at=MONDAY)


def typed(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def at_repair(name, repair):
    return reverse(f"accounts:{name}", args=[repair.pk])


def read(client, url):
    page = client.get(url)
    assert page.status_code == 200
    return page.content.decode()


def report(city, person=None, **changes):
    fields = {
        "unit": city.attentive.pk,
        "kind": "network",
        "detected_at": typed(MONDAY),
        "text": "光缆中断",
        "key": str(uuid4()),
    }
    return city.desk(person or city.clerk).post(REPORT, fields | changes)


def test_a_fault_goes_all_the_way_by_the_screens_alone(city, serving, week):
    assert report(city).status_code == 302
    fault = Fault.objects.get()
    unit, office = city.desk(city.clerk), city.desk(city.engineer)
    for desk in (city.desk(city.secretary), office):
        for _ in range(2):
            assert desk.post(reverse("accounts:acknowledge_fault", args=[fault.pk])).status_code == 302
    said = read(unit, fault.link)
    assert "周慧" in said
    assert "吴宏伟" in said
    week.move_to(MONDAY + HOUR, tick=False)
    office, provider = city.desk(city.engineer), city.desk(serving.carrier_person)
    call = {"provider": serving.carrier.pk, "contacted_at": typed(MONDAY + HOUR), "request": "请抢修光缆"}
    for _ in range(2):
        assert office.post(reverse("accounts:assign_repair", args=[fault.pk]), call).status_code == 302
    repair = Repair.objects.get()
    assert repair.link in read(provider, "/")
    assert "请抢修光缆" in read(provider, REPAIRS)
    for _ in range(2):
        assert provider.post(at_repair("accept_repair", repair)).status_code == 302
    week.move_to(MONDAY + 3 * HOUR, tick=False)
    unit, office, provider = (city.desk(each) for each in (city.clerk, city.engineer, serving.carrier_person))
    work = {"outcome": "replaced", "done_at": typed(MONDAY + 2 * HOUR), "work": "更换光模块"}
    for _ in range(2):
        assert provider.post(at_repair("repair_done", repair), work).status_code == 302
    assert "更换光模块" in read(unit, at_repair("judge_repair", repair))
    bad = {"is_good": "no", "reason": ""}
    assert "请写明不合格的原因" in unit.post(at_repair("judge_repair", repair), bad).content.decode()
    for _ in range(2):
        assert unit.post(at_repair("judge_repair", repair), {"is_good": "yes"}).status_code == 302
    confirm = reverse("accounts:confirm_fault", args=[fault.pk])
    assert typed(MONDAY + 2 * HOUR) in read(office, confirm)
    assert office.post(confirm, {"restored_at": typed(MONDAY + 2 * HOUR)}).status_code == 302
    fault.refresh_from_db()
    assert (fault.state, fault.restored_at) == ("confirmed", MONDAY + 2 * HOUR)
    told = Entry.objects.filter(deed__regex=r"^(fault|repair)\.").order_by("pk").values_list("deed", flat=True)
    assert list(told) == [
        "fault.reported",
        "fault.acknowledged",
        "fault.acknowledged",
        "fault.with_provider",
        "repair.assigned",
        "repair.accepted",
        "repair.done",
        "fault.repaired",
        "repair.passed",
        "fault.confirmed",
    ]
    assert "更换光模块" in read(unit, fault.link)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_screens_show_the_deadlines_of_the_table(city, serving, week, row):
    start, due = (datetime.fromisoformat(row[name]) for name in ("start_at", "due_at"))
    week.move_to(max(start, MONDAY), tick=False)  # nobody had a post before
    desk = city.desk(city.engineer)
    assert report(city, detected_at=typed(start)).status_code == 302
    fault = Fault.objects.get()
    if row["kind"] == "repair":
        call = {"provider": serving.carrier.pk, "contacted_at": typed(start), "request": "请抢修"}
        answer = desk.post(reverse("accounts:assign_repair", args=[fault.pk]), call, follow=True)
        assert f"限 {when(due)} 前完成" in answer.content.decode()
        assert Repair.objects.get().due_at == due
        assert f"{due:%H:%M}" in read(city.desk(serving.carrier_person), at_repair("repair", Repair.objects.get()))
    else:
        assert fault.report_due_at == due
        assert f"{due.day}日 {due:%H:%M}" in read(city.desk(city.clerk), fault.link)


def test_the_unit_reads_at_once_whether_its_report_came_in_time(city, week):
    limit = MONDAY + timedelta(days=1, hours=9)
    for at, late in ((limit, False), (limit + timedelta(minutes=1), True)):
        week.move_to(at, tick=False)
        answer = city.desk(city.clerk).post(
            REPORT,
            {
                "unit": city.attentive.pk,
                "kind": "printer",
                "detected_at": typed(MONDAY),
                "text": "卡纸",
                "key": str(uuid4()),
            },
            follow=True,
        )
        said = answer.content.decode()
        assert ("报告已经逾期，这次故障不免责" in said) is late
        assert ("由此造成的一切后果由本单位承担" in said) is late


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"text": "  "}, "请写明故障情况"),
        ({"kind": "party"}, "请选择种类"),
        ({"detected_at": typed(MONDAY + HOUR)}, "发现时间不能晚于现在"),
        ({"detected_at": "昨天"}, "请按"),
        ({"unit": 0}, "请选择故障单位"),
    ],
)
def test_a_report_without_sense_is_refused_and_nothing_typed_is_lost(city, changes, sentence):
    page = report(city, **({"text": "三楼机房光缆中断"} | changes))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert changes.get("text") or "三楼机房光缆中断" in page.content.decode()
    assert not Fault.objects.exists()


def test_nobody_reports_for_a_unit_that_is_not_his(city):
    assert "请选择故障单位" in report(city, unit=city.late.pk).content.decode()
    assert report(city, person=city.sender).status_code == 404
    assert not Fault.objects.exists()


def test_who_has_no_part_in_it_finds_nothing_and_changes_nothing(city, serving, fault, repair):
    stranger, other, unit = city.desk(city.late_clerk), city.desk(serving.kit_person), city.desk(city.clerk)
    for desk in (stranger, other):
        for name in ("repair", "repair_done", "judge_repair"):
            assert desk.get(at_repair(name, repair)).status_code == 404
        assert desk.get(fault.link).status_code == 404
        assert desk.post(at_repair("judge_repair", repair), {"is_good": "yes"}).status_code == 404
    assert other.post(at_repair("accept_repair", repair)).status_code == 404
    for url in ("acknowledge_fault", "confirm_fault", "assign_repair"):
        for desk in (unit, other, stranger):
            assert desk.post(reverse(f"accounts:{url}", args=[fault.pk]), {}).status_code == 404
    assert unit.post(at_repair("call_off_repair", repair), {"reason": "不修了"}).status_code == 404
    assert city.desk(city.secretary).post(at_repair("judge_repair", repair), {"is_good": "yes"}).status_code == 404
    assert "光缆中断" not in read(stranger, FAULTS)
    for name in ("accept_repair",):
        assert city.desk(serving.carrier_person).get(at_repair(name, repair)).status_code == 405
    repair.refresh_from_db()
    assert repair.state == "assigned"


def test_the_provider_reads_its_own_task_and_not_what_the_unit_wrote(city, serving, fault, repair):
    desk = city.desk(serving.carrier_person)
    said = read(desk, at_repair("repair", repair))
    assert "请抢修光缆" in said
    assert "光缆中断" not in said
    assert "请抢修光缆" not in read(city.desk(serving.kit_person), REPAIRS)
    assert "请抢修光缆" in read(city.desk(city.secretary), REPAIRS)


def test_the_network_office_takes_a_task_away_and_reads_why_it_cannot_confirm_before(city, serving, fault, repair):
    desk = city.desk(city.engineer)
    confirm = reverse("accounts:confirm_fault", args=[fault.pk])
    assert "请先撤回派单" in read(desk, confirm)
    answer = desk.post(confirm, {"restored_at": typed(MONDAY)}, follow=True)
    assert "请先撤回派单" in answer.content.decode()
    for _ in range(2):
        desk.post(at_repair("call_off_repair", repair), {"reason": "线路自行恢复"})
    assert Entry.objects.filter(deed="repair.called_off").count() == 1
    desk.post(confirm, {"restored_at": typed(MONDAY)})
    assert Fault.objects.confirmed().exists()
    assert "线路自行恢复" in read(city.desk(serving.carrier_person), f"{REPAIRS}{repair.pk}/")


def test_lists_stand_by_the_clock_and_cost_the_same_however_long(city, serving, fault, django_assert_max_num_queries):
    for minutes in range(1, 6):
        at = MONDAY + timedelta(minutes=minutes)
        another = report_fault(city.late, "network", f"第{minutes}次", detected_at=MONDAY, by=city.late_clerk, at=at)
        assign(another, serving.carrier, "请抢修", contacted_at=at, by=city.engineer, at=at)
    desk = city.desk(city.engineer)
    with django_assert_max_num_queries(19):
        listed = read(desk, FAULTS)
    assert listed.index("光缆中断") < listed.index("第1次") < listed.index("第5次")
    with django_assert_max_num_queries(19):
        read(desk, REPAIRS)
    assert read(city.desk(city.late_clerk), FAULTS).count("市住建局") >= 5
