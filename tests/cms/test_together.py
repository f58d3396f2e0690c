"""Many lists in one query: each comes out as its queryset alone would give it."""

from datetime import timedelta

import pytest
from django.db.models import Count, Max

from accounts.people import Post, User
from accounts.seals import SealKey
from accounts.unitduty import UnitDutyDay, arrange_unit_duty
from accounts.units import Unit
from cms.areas import Area
from cms.counting import tally
from cms.offices import office_of, read_once
from cms.ruleversions import RuleVersion
from cms.together import alone, fetched, gathered, rows_of, together
from tests.cast import MONDAY
from tests.sealkeys import seal_key


@pytest.fixture
def lists(city):
    """Records with relations, tuples, values and sums; moments, days, times of day, truths and bytes; an order, a limit, a union and nothing at all."""
    arrange_unit_duty(city.attentive, {MONDAY.date(): city.second_clerk}, by=city.leader, at=MONDAY)
    seal_key(city.office, city.keeper, at=MONDAY)
    users = User.objects.order_by("-pk")
    by_unit = Post.objects.values("unit_id").annotate(people=Count("pk"), newest=Max("held_from")).order_by()
    return (
        UnitDutyDay.objects.select_related("unit__area", "person", "entered_by"),
        SealKey.objects.select_related("unit", "keeper"),
        RuleVersion.objects.all(),
        users[1:4],
        users.values_list("pk", "name", "is_active"),
        users.filter(pk__in=[]),
        by_unit.filter(role="clerk").union(by_unit.filter(role="leader"), all=True),
        users.values_list("name", flat=True),
        tally(users),
    )


def plain(rows):
    return [{**vars(row), "_state": None} if hasattr(row, "pk") else row for row in rows]


def test_each_list_is_what_it_is_alone_and_all_cost_one_query(city, lists, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = fetched(lists)
    area = city.office.area
    with django_assert_num_queries(0):
        (duty,) = found[0]
        assert (duty.unit.area, duty.person, duty.entered_by) == (area, city.second_clerk, city.leader)
    for rows, expected in zip(found, lists, strict=True):
        assert plain(rows) == plain(expected)
    assert found[5] == []
    assert found[8] == [len(found[7])]
    assert type(found[2][0].in_force_from) is type(MONDAY)


def test_parts_go_step_by_step_and_each_step_of_all_is_one_query(city, django_assert_num_queries):
    def leaf(unit):
        (names,) = yield (Unit.objects.filter(pk=unit.pk).values_list("short_name", flat=True),)
        return names[0]

    def two_steps():
        (keys,) = yield (Unit.objects.filter(short_name=city.late.short_name).values_list("pk", flat=True),)
        nested = yield from gathered((leaf(city.office), rows_of(User.objects.filter(name="没有"))))
        return keys, nested

    def none():
        return "无"
        yield ()

    expected = [city.late.short_name, ([city.late.pk], [city.office.short_name, [[]]]), "无"]
    with django_assert_num_queries(2):
        assert together([leaf(city.late), two_steps(), none()]) == expected
    with django_assert_num_queries(4):
        assert [alone(part) for part in (leaf(city.late), two_steps(), none())] == expected
    assert together([]) == []


def test_a_page_reads_the_hours_of_an_area_once_and_the_next_reads_them_anew(city, django_assert_num_queries):
    area = Area.objects.home()
    office_of(area)
    for _ in range(2):
        with django_assert_num_queries(1), read_once():
            assert office_of(area).open_of(MONDAY.date()) <= MONDAY + timedelta(hours=1)
            office_of(area)
