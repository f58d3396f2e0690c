"""Versions of the rule: which one an area follows when, and that no row of them is ever changed."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cms.areas import Area
from cms.rulebook import RULE_SETS, YANAN, RuleSet
from cms.rulenumbers import NUMBERS, Group
from cms.ruleversions import NoRules, RuleVersion
from tests.databases import engine
from tests.offices import beijing

NOW = beijing("2026-11-18 09:00")
DECEMBER = beijing("2026-12-01 00:00")
_SHIPPED = import_module("cms.migrations.0009_first_rule_version").FIRST
# The first version, with the numbers that came later as every version before them got them.
FIRST = YANAN.numbers() | _SHIPPED


@pytest.fixture
def area(db):
    return Area.objects.home()


def another(area, start, *, at=NOW, **numbers):
    return RuleVersion.objects.add(area, replace(YANAN, **numbers), in_force_from=start, by=None, at=at, reason="试行")


def test_the_shipped_version_is_yanans_and_in_force_since_the_rule_was_issued(area):
    version = RuleVersion.objects.in_force(area, NOW)
    assert (version.number, version.in_force_from) == (1, beijing("2017-08-09 00:00"))
    assert version.rule_set.numbers() == YANAN.numbers()
    shipped_then = {name: value for name, value in _SHIPPED.items() if name in NUMBERS}
    assert shipped_then.items() <= YANAN.numbers().items(), "what came later took its number from the migration"
    with pytest.raises(NoRules, match="还没有设定这一时间的规则"):
        RuleVersion.objects.in_force(area, beijing("2017-08-08 23:59"))


def test_a_version_rules_from_its_first_second_and_until_another_begins(area):
    another(area, DECEMBER, at_once_minutes=40)
    a_second_before = DECEMBER - timedelta(seconds=1)
    assert [RuleVersion.objects.in_force(area, at).number for at in (a_second_before, DECEMBER)] == [1, 2]


def test_of_two_that_begin_together_the_one_entered_last_rules(area):
    another(area, DECEMBER, at_once_minutes=40)
    another(area, DECEMBER, at_once_minutes=50)
    assert RuleVersion.objects.in_force(area, DECEMBER).at_once_minutes == 50


def test_a_version_that_begins_sooner_gives_way_to_the_one_planned_before_it(area):
    another(area, DECEMBER, at_once_minutes=40)
    another(area, NOW, at_once_minutes=50)
    numbers = [RuleVersion.objects.in_force(area, at).number for at in (NOW, DECEMBER)]
    assert numbers == [3, 2]


def test_another_area_has_versions_of_its_own(area):
    neighbour = Area.objects.create(code="yulin", name="榆林市")
    with pytest.raises(NoRules):
        RuleVersion.objects.in_force(neighbour, NOW)
    version = RuleVersion.objects.add(
        neighbour, RULE_SETS["example-graded"], in_force_from=NOW, by=None, at=NOW, reason="建立辖区"
    )
    assert (version.number, version.working_days) == (1, 7)
    assert RuleVersion.objects.in_force(area, NOW).working_days == 1


def test_asking_takes_one_query(area, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert RuleVersion.objects.in_force(area, NOW).rule_set.working_days == 1


# --- the rows ---

STATEMENTS = ["UPDATE cms_ruleversion SET working_days = 2", "DELETE FROM cms_ruleversion"]
if engine() == "postgresql":  # SQLite knows no TRUNCATE
    STATEMENTS.append("TRUNCATE cms_ruleversion CASCADE")


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_version_is_neither_changed_nor_deleted(area, statement):
    connection.check_constraints()  # or PostgreSQL would refuse for want of it
    with pytest.raises(DatabaseError, match="insert only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert RuleVersion.objects.get().working_days == 1


@pytest.mark.parametrize(
    "change", [lambda version: version.save(), lambda version: version.delete()], ids=["save", "delete"]
)
def test_no_way_of_the_program_gets_around_it(area, change):
    with pytest.raises(DatabaseError, match="insert only"), transaction.atomic():
        change(RuleVersion.objects.get())


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 1},
        {"reason": ""},
        {"normal_rule": "whenever"},
        {"at_once_minutes": 121, "after_hours_minutes": 200},
        {"at_once_minutes": 90, "after_hours_minutes": 60},
        {"extra_at_once_minutes": 31},
        *({name: number.most + 1} for name, number in NUMBERS.items() if number.most),
        *({name: number.least - 1} for name, number in NUMBERS.items() if number.least),
    ],
    ids=str,
)
def test_the_database_itself_refuses_a_number_out_of_bounds(area, wrong):
    row = FIRST | {"number": 2} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleVersion.objects.create(area=area, **row)


# --- the table of numbers ---


def test_every_number_of_a_rule_set_is_described_and_none_besides():
    assert [name for name in RuleSet.__dataclass_fields__ if name not in ("name", "title")] == list(NUMBERS)


def test_every_number_has_its_article_and_is_said_in_words():
    for name, number in NUMBERS.items():
        assert "条" in number.article
        assert number.reading.endswith("。"), name
        assert number.group in Group
        for rules in RULE_SETS.values():
            assert number.said(getattr(rules, name)).strip()
    assert NUMBERS["same_day_until"].said(RULE_SETS["example-cutoff"].same_day_until) == "17:00"
    assert [NUMBERS["lunch_is_off_duty"].said(value) for value in (True, False)] == ["是", "否"]
