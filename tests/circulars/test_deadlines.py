"""Deadlines: every worked case of the table, the warning, the minutes taken, and the rule sets."""

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circulars.deadlines import Standing, Urgency, reason, receipt_due, standing, taken_minutes, warn_at
from cms.limits import LIMITS, limit_due, line_restore_due
from cms.rulebook import RULE_SETS, YANAN, RuleBroken, UnknownRuleSet, rule_set
from cms.workdays import ZONE, CalendarMissing
from tests.offices import OFFICE, beijing

BY_MINUTES = RULE_SETS["yanan-office-minutes"]

with (Path(__file__).parents[1] / "data" / "deadlines.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))

RECEIPTS = [case for case in CASES if case["kind"] == "receipt"]
UPKEEP = [case for case in CASES if case["kind"] != "receipt"]
NOT_LOADED = "CALENDAR_NOT_LOADED"

instants = st.datetimes(datetime(2025, 2, 1), datetime(2026, 11, 30), timezones=st.just(ZONE))  # noqa: DTZ001
urgencies = st.sampled_from(Urgency)
rule_sets = st.sampled_from(list(RULE_SETS.values()))


def cases(of, column):
    return [
        pytest.param(case["kind"], case["urgency"], case["start_at"], case[column], id=case["id"])
        for case in of
        if case[column] != NOT_LOADED
    ]


def kind_due(kind, start, rules):
    return line_restore_due(start, rules) if kind == "line_restore" else limit_due(kind, start, OFFICE, rules)


# The worked table


@pytest.mark.parametrize("kind, urgency, start, due_at", cases(RECEIPTS, "due_at"))
def test_a_receipt_is_due_as_the_table_says(kind, urgency, start, due_at):
    assert receipt_due(urgency, datetime.fromisoformat(start), OFFICE).at.isoformat() == due_at


@pytest.mark.parametrize("kind, urgency, start, due_at", cases(RECEIPTS, "due_at_strict"))
def test_a_receipt_counted_in_office_minutes_is_due_as_the_table_says(kind, urgency, start, due_at):
    due = receipt_due(urgency, datetime.fromisoformat(start), OFFICE, BY_MINUTES)
    assert due.at.isoformat() == due_at


@pytest.mark.parametrize("case", [c for c in RECEIPTS if NOT_LOADED in c.values()], ids=lambda c: c["id"])
@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=RULE_SETS)
def test_a_due_time_beyond_the_loaded_calendar_is_refused(case, rules):
    with pytest.raises(CalendarMissing, match="2027年"):
        receipt_due(case["urgency"], datetime.fromisoformat(case["start_at"]), OFFICE, rules)


@pytest.mark.parametrize("column", ["due_at", "due_at_strict"])
def test_the_table_is_read_whole(column):
    assert len(cases(RECEIPTS, column)) + len(cases(UPKEEP, column)) + 1 == len(CASES) == 43


@pytest.mark.parametrize("kind, urgency, start, due_at", cases(UPKEEP, "due_at"))
@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=RULE_SETS)
def test_upkeep_is_due_as_the_table_says_whatever_the_rule_for_circulars(kind, urgency, start, due_at, rules):
    assert kind_due(kind, datetime.fromisoformat(start), rules).at.isoformat() == due_at


@given(instants, urgencies, rule_sets)
def test_the_answer_depends_on_the_instant_and_not_on_how_it_is_written(at, urgency, rules):
    elsewhere = at.astimezone(tz=None)
    assert receipt_due(urgency, at, OFFICE, rules) == receipt_due(urgency, elsewhere, OFFICE, rules)


# What a deadline says of itself


@pytest.mark.parametrize(
    "urgency, sent_at, rules, rule, window",
    [
        (Urgency.NORMAL, "2026-11-18 09:00", YANAN, "close_of_day", 420 + 480),
        (Urgency.NORMAL, "2026-11-21 10:00", YANAN, "close_of_day", 480),
        (Urgency.NORMAL, "2026-09-30 17:59", BY_MINUTES, "office_minutes", 450),
        (Urgency.URGENT, "2026-11-18 09:00", YANAN, "at_once", 30),
        (Urgency.EXTRA_URGENT, "2026-11-18 12:30", YANAN, "after_hours", 120),
    ],
)
def test_a_deadline_names_its_rule_window_and_article(urgency, sent_at, rules, rule, window):
    due = receipt_due(urgency, beijing(sent_at), OFFICE, rules)
    assert (due.rule, due.window_minutes, due.article) == (rule, window, "第二十二条")
    assert due.sentence.endswith("依据：第二十二条。")


@pytest.mark.parametrize("kind", LIMITS)
def test_a_limit_of_upkeep_names_its_article(kind):
    due = limit_due(kind, beijing("2026-11-16 09:00"), OFFICE)
    assert due.article == LIMITS[kind].article
    assert due.article in due.sentence


# When a delivery is about to be late


@pytest.mark.parametrize(
    "urgency, sent_at, rules, expected",
    [
        # 960 office minutes: a quarter is 240, the whole afternoon.
        (Urgency.NORMAL, "2026-11-18 08:00", YANAN, "2026-11-19 14:00"),
        # 900 office minutes: a quarter is 225.
        (Urgency.NORMAL, "2026-11-18 09:00", YANAN, "2026-11-19 14:15"),
        # 480 office minutes: a quarter and two hours are the same.
        (Urgency.NORMAL, "2026-11-21 10:00", YANAN, "2026-11-23 16:00"),
        # 450 office minutes of a summer day: two hours come before a quarter.
        (Urgency.NORMAL, "2026-07-18 10:00", YANAN, "2026-07-20 16:00"),
        # Two office hours before 10:00 begin the afternoon before, also over a weekend.
        (Urgency.NORMAL, "2026-11-20 09:30", BY_MINUTES, "2026-11-20 17:30"),
        (Urgency.URGENT, "2026-11-18 09:00", YANAN, "2026-11-18 09:22:30"),
        (Urgency.EXTRA_URGENT, "2026-11-18 23:00", YANAN, "2026-11-19 00:30"),
        (Urgency.URGENT, "2026-11-18 11:50", YANAN, "2026-11-18 12:12:30"),
    ],
)
def test_a_delivery_is_about_to_be_late_with_a_quarter_or_two_office_hours_left(urgency, sent_at, rules, expected):
    due = receipt_due(urgency, beijing(sent_at), OFFICE, rules)
    assert warn_at(urgency, beijing(sent_at), due.at, OFFICE) == beijing(expected)


def test_a_window_of_less_than_two_office_hours_is_about_to_be_late_at_once():
    sent_at = beijing("2026-11-18 16:30")
    assert warn_at(Urgency.NORMAL, sent_at, beijing("2026-11-18 18:00"), OFFICE) == sent_at


@given(instants, urgencies, rule_sets)
def test_the_warning_lies_between_sending_and_due(sent_at, urgency, rules):
    due = receipt_due(urgency, sent_at, OFFICE, rules)
    assert sent_at <= warn_at(urgency, sent_at, due.at, OFFICE) < due.at


@given(instants, rule_sets)
def test_a_normal_circular_is_warned_of_with_at_least_two_office_hours_left(sent_at, rules):
    due = receipt_due(Urgency.NORMAL, sent_at, OFFICE, rules)
    assert OFFICE.minutes_between(warn_at(Urgency.NORMAL, sent_at, due.at, OFFICE), due.at) >= 120


@given(instants)
def test_an_urgent_circular_is_never_due_later_than_a_normal_one(sent_at):
    assert receipt_due("urgent", sent_at, OFFICE).at <= receipt_due("normal", sent_at, OFFICE).at


@pytest.mark.parametrize(
    "now, expected",
    [
        ("2026-11-18 09:00", Standing.WAITING),
        ("2026-11-19 14:14:59", Standing.WAITING),
        ("2026-11-19 14:15", Standing.NEARLY_DUE),
        ("2026-11-19 18:00", Standing.NEARLY_DUE),
        ("2026-11-19 18:00:01", Standing.OVERDUE),
    ],
)
def test_how_an_open_delivery_stands_and_a_closed_one_does_not(now, expected):
    times = {
        "due_at": beijing("2026-11-19 18:00"),
        "warn_at": beijing("2026-11-19 14:15"),
        "now": beijing(now),
    }
    assert standing(closed=False, **times) is expected
    assert standing(closed=True, **times) is None


def test_a_delivery_whose_due_time_is_not_known_waits():
    now = beijing("2027-05-01 10:00")
    assert standing(due_at=None, warn_at=None, closed=False, now=now) is Standing.WAITING


def test_the_words_of_standing_are_those_of_the_desk():
    assert Standing.labels == ["待签收", "将超时", "已超时"]


# How long a unit took


@pytest.mark.parametrize(
    "urgency, sent_at, signed_at, expected",
    [
        ("normal", "2026-11-18 11:50", "2026-11-18 14:10", 20),
        ("normal", "2026-11-20 17:30", "2026-11-23 08:30", 60),
        ("normal", "2026-11-21 10:00", "2026-11-21 11:00", 0),
        ("urgent", "2026-11-18 11:50", "2026-11-18 14:10", 140),
        ("extra_urgent", "2026-11-18 23:00", "2026-11-19 00:29:59", 89),
        ("normal", "2026-11-18 11:00", "2026-11-18 10:00", 0),
        ("urgent", "2026-11-18 11:00", "2026-11-18 10:59:30", 0),
    ],
)
def test_minutes_taken_are_office_minutes_unless_the_circular_is_urgent(urgency, sent_at, signed_at, expected):
    assert taken_minutes(urgency, beijing(sent_at), beijing(signed_at), OFFICE) == expected


@given(instants, st.timedeltas(timedelta(), timedelta(days=20)), urgencies)
def test_minutes_taken_never_exceed_the_time_that_passed(sent_at, waited, urgency):
    taken = taken_minutes(urgency, sent_at, sent_at + waited, OFFICE)
    assert timedelta() <= timedelta(minutes=taken) <= waited


# The rule sets


def test_a_rule_set_is_found_by_name_and_an_unknown_name_is_refused():
    assert rule_set("yanan") is YANAN
    with pytest.raises(UnknownRuleSet, match="没有名为“xian”的规则，可用的有：yanan、yanan-office-minutes、example-"):
        rule_set("xian")


def test_at_once_may_not_be_slower_than_off_duty():
    with pytest.raises(RuleBroken, match="不得长于下班和节假日期间"):
        replace(YANAN, at_once_minutes=90, after_hours_minutes=60)


@pytest.mark.parametrize("minutes", [9, 121])
def test_at_once_is_between_ten_minutes_and_two_hours(minutes):
    with pytest.raises(RuleBroken, match="须在10至120分钟之间"):
        replace(YANAN, at_once_minutes=minutes)


@pytest.mark.parametrize("minutes", [10, 120])
def test_at_once_may_be_as_short_or_as_long_as_its_bounds(minutes):
    rules = replace(YANAN, at_once_minutes=minutes, extra_at_once_minutes=10)
    due = receipt_due("urgent", beijing("2026-11-18 09:00"), OFFICE, rules)
    assert due.at == beijing("2026-11-18 09:00") + timedelta(minutes=minutes)


def test_extra_urgent_may_not_be_slower_than_urgent():
    with pytest.raises(RuleBroken, match="特急公文在办公时间内的签收时限不得长于加急公文"):
        replace(YANAN, at_once_minutes=20)


@pytest.mark.parametrize("wrong", [{"normal_rule": "whenever"}, {"working_days": 0}, {"repair_days": 0}])
def test_numbers_without_a_meaning_are_refused(wrong):
    with pytest.raises(RuleBroken):
        replace(YANAN, **wrong)


@pytest.mark.parametrize(
    "rules, due_at",
    [(YANAN, "2026-11-20 18:00"), (BY_MINUTES, "2026-11-20 09:00")],
    ids=["close_of_day", "office_minutes"],
)
def test_a_city_that_allows_two_working_days_gets_two(rules, due_at):
    due = receipt_due("normal", beijing("2026-11-18 09:00"), OFFICE, replace(rules, working_days=2))
    assert due.at == beijing(due_at)
    assert "2个工作日" in due.sentence


# Why


@pytest.mark.parametrize(
    "urgency, window, changes, said",
    [
        ("extra_urgent", 120, {}, "下班时间紧急件：2 小时"),
        ("urgent", 30, {}, "紧急件即时签收：30 分钟"),
        ("urgent", 90, {"after_hours_minutes": 90}, "下班时间紧急件：90 分钟"),
        ("urgent", 120, {"at_once_minutes": 120}, "紧急件：2 小时"),
        ("urgent", 480, {"urgent_working_days": 1}, "加急公文：1 个工作日内"),
        ("normal", 120, {}, "普通公文：1 个工作日内"),
        ("normal", 900, {"working_days": 2}, "普通公文：2 个工作日内"),
    ],
)
def test_the_reason_of_a_due_time_follows_the_rules_it_was_frozen_with(urgency, window, changes, said):
    assert reason(urgency, window, replace(YANAN, **changes)) == said
