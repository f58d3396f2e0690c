"""Setting the rule: the next version, what it changes, and that it is entered once (Articles 22 and 29)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.people import User
from cms.areas import Area
from cms.ledger import Entry
from cms.rulebook import RULE_SETS, YANAN
from cms.rulesetting import Overtaken, changes, proposal, reigns, set_rules
from cms.ruleversions import RuleVersion
from tests.offices import beijing

NOW = beijing("2026-11-18 09:00")
DECEMBER = beijing("2026-12-01 00:00")


@pytest.fixture
def area(db):
    return Area.objects.home()


@pytest.fixture
def secretary(db):
    return User.objects.create(username="secretary", name="周慧")


def enter(area, by, *, against=1, start=None, at=NOW, reason="常务会议决定", **numbers):
    rules = replace(YANAN, **numbers)
    return set_rules(area, rules, against=against, in_force_from=start, reason=reason, by=by, at=at)


def test_a_version_begins_at_once_and_the_ledger_says_what_it_changes(area, secretary):
    version = enter(area, secretary, at_once_minutes=40, working_days=2)
    assert RuleVersion.objects.in_force(area, NOW) == version
    entry = Entry.objects.of(version).get(deed="rules.set")
    assert (entry.person, entry.facts["number"], entry.facts["against"]) == (secretary, 2, 1)
    assert entry.facts["changes"] == [
        "普通公文签收：1 个工作日 → 2 个工作日",
        "加急公文在办公时间签收：30 分钟 → 40 分钟",
    ]
    assert entry.facts["reason"] == "常务会议决定"


def test_a_form_sent_twice_makes_one_version(area, secretary):
    enter(area, secretary, at_once_minutes=40)
    with pytest.raises(Overtaken, match="周慧刚刚设定了第2版"):
        enter(area, secretary, at_once_minutes=40)
    assert RuleVersion.objects.count() == 2
    assert Entry.objects.filter(deed="rules.set").count() == 1


@pytest.mark.parametrize(
    "wrong, field, said",
    [
        ({"start": NOW - timedelta(minutes=1)}, "in_force_from", "不能早于现在"),
        ({"reason": "  "}, "reason", "请写明理由"),
        ({"reason": "长" * 201}, "reason", "不超过 200 个字"),
        ({"at_once_minutes": 30}, None, "与届时施行的第1版相比，没有改动任何一项"),
    ],
)
def test_what_cannot_be_entered_is_refused_with_a_sentence(area, secretary, wrong, field, said):
    with pytest.raises(ValidationError, match=said) as refused:
        enter(area, secretary, **({"at_once_minutes": 40} | wrong))
    assert field in (None, *getattr(refused.value, "error_dict", {}))
    assert RuleVersion.objects.count() == 1
    assert not Entry.objects.filter(deed="rules.set").exists()


def test_the_minute_that_was_typed_is_not_over_while_it_lasts(area, secretary):
    at = NOW + timedelta(seconds=40)
    assert enter(area, secretary, start=NOW, at=at, at_once_minutes=40).in_force_from == at


def test_changes_are_those_against_the_version_that_holds_then_and_planned_ones_are_named(area, secretary):
    planned = enter(area, secretary, start=DECEMBER, at_once_minutes=40)
    meant = proposal(area, replace(YANAN, at_once_minutes=40), in_force_from=None, at=NOW)
    assert (meant.before.number, [str(change) for change in meant.changes], meant.later) == (
        1,
        ["加急公文在办公时间签收：30 分钟 → 40 分钟"],
        [planned],
    )
    with pytest.raises(ValidationError, match="与届时施行的第2版相比"):
        proposal(area, planned.rule_set, in_force_from=DECEMBER + timedelta(days=1), at=NOW)


def test_the_row_of_versions_says_which_holds_which_comes_and_which_never_did(area, secretary):
    enter(area, secretary, start=DECEMBER, at_once_minutes=40)
    enter(area, secretary, against=2, at_once_minutes=50)
    enter(area, secretary, against=3, start=DECEMBER, at_once_minutes=60)
    shown = {reign.version.number: reign for reign in reigns(RuleVersion.objects.all())}
    assert list(shown) == [4, 3, 2, 1]
    standings = {number: reign.standing(NOW) for number, reign in shown.items()}
    assert standings == {4: "将施行", 3: "现行", 2: "未施行", 1: "已失效"}
    assert {number: reign.before and reign.before.number for number, reign in shown.items()} == {
        4: 2,
        3: 1,
        2: 1,
        1: None,
    }
    assert (shown[3].until, shown[4].until, shown[1].changes) == (DECEMBER, None, [])
    assert [str(change) for change in shown[4].changes] == ["加急公文在办公时间签收：40 分钟 → 60 分钟"]


def test_every_kind_of_number_is_said_in_words_when_it_changes():
    said = [str(change) for change in changes(YANAN, RULE_SETS["example-cutoff"])]
    assert "当日发送的截止时刻：不设 → 17:00" in said
    assert "午休算下班：是 → 否" in said
    said = [str(change) for change in changes(YANAN, RULE_SETS["yanan-office-minutes"])]
    assert said == ["工作日的算法：算到截止日下班 → 按办公分钟累计"]


def test_the_first_version_of_a_new_area_has_nothing_before_it(area, secretary):
    neighbour = Area.objects.create(code="yulin", name="榆林市")
    version = enter(neighbour, secretary, against=0)
    assert (version.number, Entry.objects.of(version).get().facts["changes"]) == (1, [])
