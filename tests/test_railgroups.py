"""The rail: one group to a heading, and a long one opens only where one is."""

from django.urls import reverse

from circulars.rail import RailGroup, RailItem
from config.railgroups import MOST_UNFOLDED, folds, joined


def group(heading, *urls, count=None):
    return RailGroup(heading, tuple(RailItem(url, url, count) for url in urls))


def test_groups_of_one_heading_are_one_where_the_first_stood_and_count_together():
    rail = joined([group("密钥", "/keys/", count=2), group("设备", "/kit/"), group("密钥", "/fees/", count=3)], "/")
    assert [(each.heading, [item.url for item in each.items]) for each in rail] == [
        ("密钥", ["/keys/", "/fees/"]),
        ("设备", ["/kit/"]),
    ]
    assert [each.waiting for each in rail] == [5, 0]


def test_the_group_at_hand_is_the_one_whose_line_leads_nearest_to_the_page():
    groups = [group("密钥", "/keys/"), group("报表", "/keys/reports/?year=2026"), group("设备", "/kit/")]
    assert [each.heading for each in joined(groups, "/keys/7/") if each.is_here] == ["密钥"]
    assert [each.heading for each in joined(groups, "/keys/reports/") if each.is_here] == ["报表"]
    assert not [each for each in joined(groups, "/messages/") if each.is_here]


def test_a_long_rail_folds_and_a_short_one_stands_open():
    lines = [group("一", *(f"/{n}/" for n in range(MOST_UNFOLDED)))]
    assert not folds(lines)
    assert folds([*lines, group("二", "/more/")])


def test_an_office_finds_only_the_group_of_its_page_open_and_a_clerk_finds_all(city):
    page = city.desk(city.engineer).get(reverse("accounts:faults")).content.decode()
    assert page.count('<details class="rail__fold" open>') == 1
    assert page.count('<details class="rail__fold">') > 4
    assert "rail__fold" not in city.desk(city.clerk).get(reverse("notices")).content.decode()
