"""第十八条: staff stay on post and log in at least once every two hours.

负责电子公文收发的工作人员要坚守工作岗位，每2小时必须登录1次电子公文传输系统。要定期对设备运行情况进行检查，并记录检查结果，发现问题及时排除并向本单位
主管领导报告。
"""

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.duty import login_gaps
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
    with override_settings(DESK_IDLE_MINUTES=120, SESSION_COOKIE_AGE=24 * 3600):
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
