"""The ladder of reminders, rung by rung: who is reminded when, at night, over 春节 and on a make-up Saturday (Articles 20 and 22)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from circulars.deadlines import receipt_due
from circulars.ladder import rungs_due
from cms.rulebook import YANAN
from tests.offices import OFFICE, beijing


def reminded(urgency, sent, now, rules=YANAN, office=OFFICE):
    """What is due by then, as words: kind, wall clock, level."""
    sent_at = beijing(sent)
    due_at = receipt_due(urgency, sent_at, OFFICE, rules).at
    due = rungs_due(urgency, sent_at, due_at, office, rules, now=beijing(now))
    return [f"{rung.kind} {rung.at:%m-%d %H:%M} {rung.level}" for rung in due]


# A normal circular of Wednesday 18 November 2026, nine o'clock, is due on Thursday at six.
@pytest.mark.parametrize(
    "now, expected",
    [
        ("2026-11-18 18:00", []),
        ("2026-11-19 08:59", []),
        ("2026-11-19 09:00", ["due_day 11-19 09:00 clerk"]),
        ("2026-11-19 15:59", ["due_day 11-19 09:00 clerk"]),
        ("2026-11-19 16:00", ["before_close 11-19 16:00 clerk"]),
        ("2026-11-19 18:00", ["before_close 11-19 16:00 clerk"]),
        ("2026-11-19 18:01", ["due 11-19 18:00 leader"]),
        ("2026-11-20 08:59", ["due 11-19 18:00 leader"]),
        ("2026-11-20 09:00", ["due 11-19 18:00 leader", "late 11-20 09:00 leader"]),
        ("2026-11-21 09:00", []),  # Saturday
        ("2026-11-22 23:59", []),
        ("2026-11-23 00:05", ["due 11-19 18:00 leader", "late 11-20 09:00 leader"]),
        ("2026-11-23 09:00", ["due 11-19 18:00 leader", "late 11-23 09:00 duty_officer"]),
        ("2026-11-26 11:00", ["due 11-19 18:00 leader", "late 11-26 09:00 duty_officer"]),
    ],
)
def test_a_normal_circular_is_called_to_mind_by_working_days(now, expected):
    assert reminded("normal", "2026-11-18 09:00", now) == expected


# An urgent circular in office hours is due after half an hour.
@pytest.mark.parametrize(
    "now, expected",
    [
        ("2026-11-18 09:14", []),
        ("2026-11-18 09:15", ["half_way 11-18 09:15 clerk"]),
        ("2026-11-18 09:30", ["half_way 11-18 09:15 clerk"]),
        ("2026-11-18 09:31", ["due 11-18 09:30 leader"]),
        ("2026-11-18 09:59", ["due 11-18 09:30 leader"]),
        ("2026-11-18 10:00", ["due 11-18 09:30 leader", "late 11-18 10:00 leader"]),
        ("2026-11-18 10:30", ["due 11-18 09:30 leader", "late 11-18 10:30 duty_officer"]),
        ("2026-11-19 03:10", ["due 11-18 09:30 leader", "late 11-19 03:00 duty_officer"]),
    ],
)
def test_an_urgent_circular_of_office_hours_is_called_to_mind_every_half_hour(now, expected):
    assert reminded("urgent", "2026-11-18 09:00", now) == expected


# A day and a night later it is called to mind once a day, on Saturday and Sunday as well.
@pytest.mark.parametrize(
    "now, late",
    [
        ("2026-11-19 09:00", "11-19 09:00"),
        ("2026-11-19 09:30", "11-19 09:30"),
        ("2026-11-20 08:59", "11-19 09:30"),
        ("2026-11-20 09:00", "11-20 09:00"),
        ("2026-11-21 20:00", "11-21 09:00"),
        ("2026-11-22 09:00", "11-22 09:00"),
    ],
)
def test_an_urgent_circular_that_nobody_stirs_for_is_called_to_mind_once_a_day(now, late):
    assert reminded("urgent", "2026-11-18 09:00", now) == ["due 11-18 09:30 leader", f"late {late} duty_officer"]


# Sent late on the second day of the holiday of October, it is due after two hours.
@pytest.mark.parametrize(
    "now, expected",
    [
        ("2026-10-03 00:09", []),
        ("2026-10-03 00:10", ["half_way 10-03 00:10 clerk"]),
        ("2026-10-03 01:11", ["due 10-03 01:10 leader"]),
        ("2026-10-03 02:10", ["due 10-03 01:10 leader", "late 10-03 02:10 leader"]),
        ("2026-10-03 03:10", ["due 10-03 01:10 leader", "late 10-03 03:10 duty_officer"]),
        ("2026-10-03 09:00", ["due 10-03 01:10 leader", "late 10-03 08:10 duty_officer"]),
    ],
)
@pytest.mark.parametrize("urgency", ["urgent", "extra_urgent"])
def test_off_duty_an_urgent_circular_is_called_to_mind_every_hour_by_night_and_on_holidays(urgency, now, expected):
    assert reminded(urgency, "2026-10-02 23:10", now) == expected


# The offices are closed from 15 to 23 February 2026; Saturday the 14th and the 28th are worked.
@pytest.mark.parametrize(
    "sent, now, expected",
    [
        ("2026-02-13 10:00", "2026-02-14 09:00", ["due_day 02-14 09:00 clerk"]),
        ("2026-02-13 10:00", "2026-02-14 18:01", ["due 02-14 18:00 leader"]),
        ("2026-02-13 10:00", "2026-02-16 09:00", []),
        ("2026-02-13 10:00", "2026-02-23 12:00", []),
        ("2026-02-13 10:00", "2026-02-24 09:00", ["due 02-14 18:00 leader", "late 02-24 09:00 leader"]),
        ("2026-02-13 10:00", "2026-02-25 09:00", ["due 02-14 18:00 leader", "late 02-25 09:00 duty_officer"]),
        ("2026-02-14 16:00", "2026-02-20 09:00", []),
        ("2026-02-14 16:00", "2026-02-24 09:00", ["due_day 02-24 09:00 clerk"]),
        ("2026-02-26 16:00", "2026-02-28 09:00", ["due 02-27 18:00 leader", "late 02-28 09:00 leader"]),
        ("2026-02-27 16:00", "2026-02-28 09:00", ["due_day 02-28 09:00 clerk"]),
        ("2026-02-27 16:00", "2026-03-01 09:00", []),
    ],
)
def test_over_the_spring_festival_nothing_normal_is_called_to_mind_and_a_make_up_saturday_counts(sent, now, expected):
    assert reminded("normal", sent, now) == expected


def test_at_the_spring_festival_an_urgent_circular_keeps_everybody_awake():
    assert reminded("extra_urgent", "2026-02-17 00:30", "2026-02-17 03:30") == [
        "due 02-17 02:30 leader",
        "late 02-17 03:30 leader",
    ]


@pytest.mark.parametrize(
    "sent, now, changes, expected",
    [
        # Nobody is reminded of a circular before it was sent, and not twice for one moment.
        ("2026-11-18 10:00", "2026-11-19 09:30", {"normal_rule": "office_minutes"}, ["due_day 11-19 09:00 clerk"]),
        ("2026-11-18 10:00", "2026-11-19 10:00", {"normal_rule": "office_minutes"}, ["due_day 11-19 09:00 clerk"]),
        ("2026-11-18 09:00", "2026-11-19 17:00", {"remind_before_close_minutes": 0}, ["due_day 11-19 09:00 clerk"]),
        ("2026-11-18 09:00", "2026-11-19 10:00", {"remind_due_hour": 10}, ["due_day 11-19 10:00 clerk"]),
        ("2026-11-18 09:00", "2026-11-20 09:59", {"remind_late_hour": 10}, ["due 11-19 18:00 leader"]),
    ],
)
def test_every_moment_comes_from_the_rules_of_the_delivery(sent, now, changes, expected):
    assert reminded("normal", sent, now, replace(YANAN, **changes)) == expected


@pytest.mark.parametrize(
    "changes, now, expected",
    [
        ({"remind_urgent_percent": 80}, "2026-11-18 09:23", []),
        ({"remind_urgent_percent": 80}, "2026-11-18 09:24", ["half_way 11-18 09:24 clerk"]),
        ({"remind_urgent_every_minutes": 240}, "2026-11-18 13:29", ["due 11-18 09:30 leader"]),
        ({"urgent_working_days": 2}, "2026-11-18 12:00", []),  # graded: by working days, like a normal one
        ({"urgent_working_days": 2}, "2026-11-20 09:00", ["due_day 11-20 09:00 clerk"]),
    ],
)
def test_the_urgent_rungs_come_from_the_rules_too(changes, now, expected):
    assert reminded("urgent", "2026-11-18 09:00", now, replace(YANAN, **changes)) == expected


def test_a_reminder_that_would_fall_after_the_due_time_is_none():
    slow = replace(YANAN, remind_off_duty_minutes=120)
    assert reminded("urgent", "2026-10-02 23:10", "2026-10-03 01:10", slow) == []


def test_days_that_no_calendar_knows_bring_no_reminder_and_stop_no_urgent_one():
    blind = replace(OFFICE, years=frozenset({2025}))
    assert reminded("normal", "2026-11-18 09:00", "2026-11-20 09:00", office=blind) == []
    assert reminded("urgent", "2026-11-18 09:00", "2026-11-18 10:00", office=blind) != []


@pytest.mark.parametrize("urgency, sent", [("normal", "2026-11-18 09:00"), ("urgent", "2026-10-02 23:10")])
def test_minute_by_minute_each_reminder_comes_up_once_and_none_is_taken_back(urgency, sent):
    """Whoever asks every minute for four days and does what is new gives each reminder once, in order."""
    sent_at, given = beijing(sent), []
    due_at = receipt_due(urgency, sent_at, OFFICE).at
    for minute in range(4 * 24 * 60):
        for rung in rungs_due(urgency, sent_at, due_at, OFFICE, now=sent_at + timedelta(minutes=minute)):
            if rung not in given:
                given.append(rung)
    assert given == sorted(given, key=lambda rung: rung.at)
    assert len({rung.at for rung in given}) == len(given)
