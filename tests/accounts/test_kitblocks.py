"""The blocks that kit and isolation give to the homes (Articles 9, 11 and 18)."""

from datetime import timedelta

from accounts import kitblocks
from accounts.browsers import note_browser
from accounts.networks import allow_network
from accounts.selfchecks import KitProblem, record_check
from cms.blocks import blocks_of
from cms.isolation import check_isolation
from tests.accounts.kit import device
from tests.cast import MONDAY


def lines(maker, person):
    (block,) = blocks_of([maker], person, MONDAY)
    return [(line.label, line.text, line.tone) for line in block.lines]


def test_the_network_office_sees_what_is_open_and_what_points_outside(city):
    labels = [label for label, _, _ in lines(kitblocks.isolation, city.engineer)]
    assert labels == ["允许的网段", "隔离自查"]
    allow_network("10.20.0.0/16", "内网", seen_from="10.20.0.1", by=city.engineer, at=MONDAY)
    check_isolation(MONDAY, look=lambda: ["本机设置了代理"])
    assert lines(kitblocks.isolation, city.engineer) == [("隔离自查", "本机设置了代理", "late")]
    check_isolation(MONDAY + timedelta(minutes=1), look=list)
    assert lines(kitblocks.isolation, city.engineer) == []


def test_units_without_a_check_stand_there_until_they_made_it(city):
    device(city, unit=city.office, keeper=city.office_clerk, by=city.office_clerk)
    assert (f"{city.office}", "还没有自查过", "soon") in lines(kitblocks.unchecked_kit, city.engineer)
    record_check(city.office, {}, by=city.office_clerk, at=MONDAY)
    assert f"{city.office}" not in [label for label, _, _ in lines(kitblocks.unchecked_kit, city.engineer)]


def test_the_leader_sees_the_problems_of_the_own_unit_the_unseen_on_top(city):
    printer, computer = device(city, "printer", "P-1"), device(city)
    record_check(city.attentive, {printer: "卡纸", computer: "蓝屏"}, by=city.clerk, at=MONDAY)
    KitProblem.objects.get(device=printer).acknowledge(by=city.leader, at=MONDAY)
    assert [(label, tone) for label, _, tone in lines(kitblocks.problems_of_mine, city.leader)] == [
        (f"{computer}", "late"),
        (f"{printer}", "soon"),
    ]
    assert (
        blocks_of([kitblocks.problems_of_mine], city.secretary, MONDAY) == []
    )  # who oversees no kit has no page of it


def test_old_browsers_stand_there_by_unit(city):
    note_browser(city.late_clerk, "Chrome/86.0", MONDAY.date())
    assert lines(kitblocks.old_browsers, city.engineer) == [
        (f"{city.late}", "谷歌内核 86，2026-09-28 登录", ""),
    ]
