"""第十八条: staff stay on post and log in at least once every two hours.

负责电子公文收发的工作人员要坚守工作岗位，每2小时必须登录1次电子公文传输系统。要定期对设备运行情况进行检查，并记录检查结果，发现问题及时排除并向本单位
主管领导报告。
"""

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.duty import login_gaps
from accounts.faults import report_fault
from accounts.lookins import LookIn, sweep_look_ins
from accounts.outages import announce_outage
from accounts.people import User
from accounts.selfchecks import KitProblem, missing
from tests.accounts.kit import device
from tests.cast import MONDAY
from tests.offices import OFFICE, beijing


# The five days of the table: log-ins, gaps in office minutes, and what is over two hours.
@pytest.mark.parametrize(
    "day, clocks, gaps, breaches",
    [
        ("2026-11-18", "08:05 10:00 11:55 14:10 16:05 17:50", (5, 115, 115, 15, 115, 105, 10), ()),
        ("2026-11-18", "08:30 11:20 15:00", (30, 170, 100, 180), (170, 180)),
        ("2026-11-18", "09:59 11:59 14:01 16:00", (119, 120, 2, 119, 120), ()),
        ("2026-11-18", "", (480,), (480,)),
        ("2026-07-15", "08:05 10:05 14:35 16:30", (5, 120, 120, 115, 90), ()),
    ],
)
def test_a_day_of_look_ins_is_judged_by_its_office_minutes(day, clocks, gaps, breaches):
    logins = [beijing(f"{day} {clock}") for clock in clocks.split()]
    found = login_gaps(date.fromisoformat(day), logins, OFFICE)
    assert (found.gaps, found.breaches) == (gaps, breaches)


def test_nobody_owes_a_look_in_on_a_day_off_and_everybody_does_on_a_make_up_day():
    assert login_gaps(date(2026, 10, 1), [], OFFICE).gaps == ()
    assert login_gaps(date(2026, 11, 21), [], OFFICE).gaps == ()
    assert login_gaps(date(2026, 10, 10), [], OFFICE).breaches == (480,)


# At the desk


def shown(client):
    return client.get(reverse("circulars:inbox")).content.decode()


def test_a_clerk_reads_when_they_last_looked_in_and_by_when_to_do_so_again(city, week):
    client = city.desk(city.clerk)
    assert "上次登录 09:00，请在 11:00 前再次登录" in shown(client)
    week.move_to(MONDAY + timedelta(minutes=12), tick=False)
    assert "上次登录 09:12，请在 11:12 前再次登录" in shown(client)


def test_another_page_than_the_list_is_no_look_in_and_a_page_that_asks_by_itself_neither(city, week):
    client = city.desk(city.clerk)
    for name in ("messages", "circulars:alarm"):
        week.move_to(MONDAY + timedelta(minutes=12), tick=False)
        client.get(reverse(name))
    assert "上次登录 09:00，请在 11:00 前再次登录" in client.get(reverse("messages")).content.decode()


def test_opening_a_locked_desk_is_a_look_in(city, week):
    User.objects.filter(pk=city.clerk.pk).update(password=make_password("one-for-the-scene"))
    client = city.desk(city.clerk)
    client.post(reverse("accounts:lock"))
    week.move_to(MONDAY + timedelta(minutes=40), tick=False)
    client.post(reverse("accounts:locked"), {"password": "one-for-the-scene", "next": "/messages/"})
    assert "上次登录 09:40，请在 11:40 前再次登录" in client.get(reverse("messages")).content.decode()


def test_the_time_of_the_next_look_in_follows_the_offices_hours_and_is_marked_once_it_has_passed(city, week):
    client = city.desk(city.clerk)
    with override_settings(DESK_IDLE_MINUTES=120, SESSION_COOKIE_AGE=24 * 3600, SESSION_HOURS=24):
        week.move_to(beijing("2026-09-28 17:00"), tick=False)
        client = city.desk(city.clerk)
        assert "上次登录 17:00，请在 9月29日 10:00 前再次登录" in shown(client)
        for count in range(1, 10):
            week.move_to(beijing("2026-09-28 17:00") + timedelta(minutes=110 * count), tick=False)
            client.post(reverse("accounts:here"))
        week.move_to(beijing("2026-09-29 10:01"), tick=False)
        assert "应在 今日 10:00 前再次登录" in client.get(reverse("messages")).content.decode()


def test_the_kit_is_looked_over_every_week_and_the_leader_hears_of_every_problem_at_once(city, week):
    computer, printer = device(city), device(city, "printer", "P-1")
    client, address = city.desk(city.clerk), reverse("accounts:check_kit", args=[city.attentive.pk])
    assert city.attentive in missing(MONDAY.date(), every=1)
    client.post(address, {f"device-{printer.pk}": "卡纸"})
    problem = KitProblem.objects.get()
    assert (problem.thing, problem.leader_informed_at, problem.check_made.done_by) == (printer, MONDAY, city.clerk)
    assert "打印机 长城 世恒：卡纸" in city.desk(city.leader).get(reverse("messages")).content.decode()
    assert city.attentive not in missing(MONDAY.date(), every=1)
    problem.acknowledge(by=city.leader, at=MONDAY)
    problem.fix("更换搓纸轮", by=city.clerk, at=MONDAY + timedelta(hours=1))
    week.move_to(MONDAY + timedelta(days=7), tick=False)
    assert city.attentive in missing(timezone.localdate(), every=1)
    city.desk(city.clerk).post(address, {"well": "1"})
    assert city.attentive not in missing(timezone.localdate(), every=1)
    assert computer.unit.kit_checks.count() == 2


def test_who_receives_for_no_unit_owes_no_look_in(city):
    for person in (city.leader, city.drafter):
        assert "再次登录" not in city.desk(person).get(reverse("messages")).content.decode()


def test_a_desk_left_alone_locks_and_what_comes_is_still_said(city, circular, week):
    client = city.desk(city.clerk)
    week.move_to(MONDAY + timedelta(minutes=31), tick=False)
    locked = client.get(reverse("circulars:reading", args=[city.delivery(circular).pk]), follow=True)
    token = locked.context["token"]
    assert circular.title not in locked.content.decode()
    counted = Client().get(reverse("circulars:locked_alarm"), headers={"X-Alarm-Token": token}).json()
    assert counted["open"] == 1


# What stays of it


def at(clock, day="2026-09-29"):
    return beijing(f"{day} {clock}")


@pytest.fixture
def kept(city):
    """Look-ins are kept since the week before."""
    LookIn.objects.create(at=at("16:00", "2026-09-25"), unit=city.office, person=city.office_clerk)


def signs_in(city, week, person, clocks):
    for clock in clocks.split():
        week.move_to(at(clock), tick=False)
        city.desk(person)


def page_of(city, unit, who="secretary"):
    return city.desk(getattr(city, who)).get(reverse("reports:presence_unit", args=[unit.code])).content.decode()


def test_a_look_in_is_a_row_for_each_unit_that_the_clerk_receives_for_once_a_minute(city, week):
    week.move_to(at("10:00") + timedelta(seconds=40), tick=False)
    city.desk(city.office_clerk)
    city.desk(city.office_clerk)
    rows = LookIn.objects.filter(person=city.office_clerk)
    assert {(row.unit_id, row.at) for row in rows} == {
        (unit.pk, at("10:00")) for unit in (city.office, city.government)
    }
    assert len(rows) == 2


def test_an_open_page_that_asks_by_itself_leaves_no_row_and_the_list_opened_by_hand_does(city, week):
    client = city.desk(city.clerk)
    for minute, path, headers, rows in (
        (5, reverse("circulars:alarm"), {}, 1),
        (10, reverse("circulars:inbox"), {"X-Fragment": "1"}, 1),
        (15, reverse("circulars:inbox"), {"Sec-Purpose": "prefetch"}, 1),
        (20, reverse("messages"), {}, 1),
        (25, reverse("circulars:inbox"), {}, 2),
    ):
        week.move_to(MONDAY + timedelta(minutes=minute), tick=False)
        client.get(path, headers=headers)
        assert LookIn.objects.filter(person=city.clerk).count() == rows, path


def test_120_office_minutes_between_two_look_ins_are_allowed_and_121_are_not(city, kept, week):
    signs_in(city, week, city.clerk, "10:00 12:00 16:30")
    signs_in(city, week, city.late_clerk, "10:01 12:01 16:30")
    week.move_to(at("19:00"), tick=False)
    attentive, late = page_of(city, city.attentive), page_of(city, city.late)
    assert "120 分钟" in attentive
    assert "办公分钟）" not in attentive.split("9月29日", 1)[1].split("</tr>")[0]
    assert "08:00—10:01（121 办公分钟）" in late


def test_a_fault_reported_in_time_and_a_stop_are_taken_out_and_a_broken_printer_is_not(city, kept, week):
    week.move_to(at("08:10"), tick=False)
    for kind, person, unit in (("network", city.clerk, city.attentive), ("printer", city.late_clerk, city.late)):
        fault = report_fault(unit, kind, "故障", detected_at=at("08:00"), by=person, at=at("08:10"))
        fault.confirm(restored_at=at("11:00"), by=city.engineer, at=at("11:00"))
    area, hours = city.office.area, {"starts_at": at("14:30"), "ends_at": at("16:00")}
    announce_outage(area, "outage", "断电", **hours, by=city.engineer, at=at("16:00"))
    signs_in(city, week, city.clerk, "11:30 17:00")
    signs_in(city, week, city.late_clerk, "11:30 17:00")
    week.move_to(at("19:00"), tick=False)
    attentive, late = page_of(city, city.attentive), page_of(city, city.late)
    tuesday = attentive.split('id="d2026-09-29"')[1].split("</tr>")[0]
    assert "90 分钟" in tuesday  # 11:30 to 12:00 and 16:00 to 17:00
    assert "免责 今日 08:00 至 今日 11:00；今日 14:30 至 今日 16:00" in tuesday
    assert "办公分钟）" not in tuesday
    assert "08:00—11:30（210 办公分钟）" in late


def test_units_that_are_silent_since_opening_are_named_with_whom_to_ring_up(city, week):
    today = reverse("reports:presence_today")
    for who in ("secretary", "engineer"):
        week.move_to(at("07:59"), tick=False)
        assert "现在没有登录要求" in city.desk(getattr(city, who)).get(today).content.decode()
    signs_in(city, week, city.late_clerk, "08:05")
    week.move_to(at("10:10"), tick=False)
    city.desk(city.county_clerk)
    for who in ("secretary", "engineer"):
        page = city.desk(getattr(city, who)).get(today)
        assert {unit.unit for unit, _ in page.context["silent"]} == {
            city.office, city.attentive, city.department, city.elsewhere,
        }  # fmt: skip
        assert [unit.unit for unit, _ in page.context["away"]] == [city.late]
        assert "孙早" in page.content.decode()


def test_a_row_is_kept_for_its_term_and_changed_by_nobody(city):
    city.desk(city.clerk)
    with pytest.raises(DatabaseError), transaction.atomic():
        LookIn.objects.update(at=at("08:00"))
    LookIn.objects.create(at=timezone.now() + timedelta(days=3650), unit=city.late, person=city.clerk)
    with pytest.raises(DatabaseError), transaction.atomic():
        LookIn.objects.filter(unit=city.late).delete()
    old = LookIn.objects.create(at=at("08:00", "2021-09-29"), unit=city.attentive, person=city.clerk)
    sweep_look_ins(MONDAY)
    assert not LookIn.objects.filter(pk=old.pk).exists()
    assert LookIn.objects.count() == 2
