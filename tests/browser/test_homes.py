"""Network office and leader at real screens: from where they land to what is to be done, and to who looked in when (Articles 7, 13 and 18)."""

from datetime import timedelta

from accounts.faults import report_fault
from accounts.lookins import LookIn
from tests.cast import MONDAY, City
from tests.offices import beijing

TUESDAY = beijing("2026-09-29 18:30")


def _looked_in(city: City) -> None:
    """Kept since the week before; on Monday and Tuesday the attentive with one gap of 121 minutes."""
    LookIn.objects.create(at=MONDAY - timedelta(days=3), unit=city.attentive, person=city.clerk)
    for clock in ("28 09:00", "28 10:00", "28 12:00", "28 16:00", "29 08:30", "29 10:01", "29 12:00", "29 16:31"):
        LookIn.objects.get_or_create(at=beijing(f"2026-09-{clock}"), unit=city.attentive, person=city.clerk)


def test_a_leader_lands_on_the_own_unit_and_finds_who_looked_in_when(town: City, clock, sit_down) -> None:
    _looked_in(town)
    clock.move_to(TUESDAY)
    leader = sit_down(town.leader)
    leader.reads(
        "本单位情况", "今日登录间隔超时 1 次，最长 121 办公分钟", "16:31 登录，今日 4 次", "孙晚", "今日没有登录"
    )
    leader.open(leader.page.locator("section", has_text="今日登录").get_by_role("link", name=town.attentive.short_name))
    leader.reads("12:00—16:31（121 办公分钟）")
    leader.page.locator("tr", has_text="9月29日").locator("summary").click()
    leader.reads("10:01 孙早")
    leader.examine()
    leader.follow("返回本单位")
    assert leader.page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_the_network_office_comes_from_its_home_to_the_fault_and_to_who_is_to_be_rung_up(
    town: City, clock, sit_down
) -> None:
    _looked_in(town)
    report_fault(town.late, "network", "断网", detected_at=TUESDAY - timedelta(hours=8), by=town.late_clerk, at=TUESDAY)
    clock.move_to(TUESDAY + timedelta(minutes=1))
    engineer = sit_down(town.engineer)
    engineer.reads("运行情况", "数据库", "网络线路，待处理，今日 10:30 发现", "今日未登录的单位")
    engineer.open(
        engineer.page.locator("section", has_text="未恢复的故障").get_by_role("link", name=town.late.short_name)
    )
    engineer.reads("断网")
    engineer.page.locator(".rail summary", has_text="监督检查").click()
    engineer.follow("今日未登录")
    engineer.reads("上班后还没有登录的单位", town.county.short_name, "马延生", "没有登记电话")
    engineer.follow("按月统计")
    engineer.follow(town.attentive.short_name)
    engineer.reads("12:00—16:31（121 办公分钟）")
