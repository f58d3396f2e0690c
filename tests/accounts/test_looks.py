"""Looks by session and on days off, where the rule counts so (Article 18)."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.looks import looks_of
from cms.rulebook import RULE_SETS, YANAN
from cms.rulesetting import set_rules
from tests.cast import MONDAY
from tests.offices import OFFICE, beijing

BY_SESSION = RULE_SETS["example-cutoff"]


def looks(day, clocks, rules=BY_SESSION, **facts):
    return looks_of(
        date.fromisoformat(day), [beijing(f"{day} {clock}") for clock in clocks.split()], OFFICE, rules, **facts
    )


@pytest.mark.parametrize(
    "clocks, missing",
    [
        ("08:05 10:00 14:10 16:05", (0, 0)),
        ("08:00 08:01 08:02 08:03", (0, 2)),  # more in the morning do nothing for the afternoon
        ("11:59 12:00 12:30 13:59", (1, 0)),  # from its end on, and at lunch, a look is the afternoon's
        ("18:00 23:59", (2, 0)),
        ("", (2, 2)),
    ],
)
def test_each_session_asks_for_its_looks(clocks, missing):
    found = looks("2026-11-18", clocks)
    assert tuple(part.missing for part in found.sessions) == missing
    assert found.missing == sum(missing)


def test_a_day_off_asks_for_its_own_number_at_any_hour_and_a_make_up_day_is_worked():
    assert looks("2026-10-01", "00:00 23:59").missing == 0
    assert looks("2026-10-01", "09:00").missing == 1
    assert [part.name for part in looks("2026-10-10", "").sessions] == ["上午", "下午"]


def test_the_rule_of_yanan_counts_no_looks():
    assert looks("2026-11-18", "", YANAN).sessions == ()
    assert looks("2026-10-01", "", YANAN).sessions == ()


def test_another_day_counts_for_nothing():
    day = date(2026, 11, 18)
    assert looks_of(day, [beijing("2026-11-17 09:00"), beijing("2026-11-19 09:00")], OFFICE, BY_SESSION).missing == 4


def test_a_session_wholly_without_the_platform_is_not_asked_for():
    morning = (beijing("2026-11-18 07:00"), beijing("2026-11-18 12:00"))
    assert [part.name for part in looks("2026-11-18", "", exempt=[morning]).sessions] == ["下午"]
    an_hour = (beijing("2026-11-18 09:00"), beijing("2026-11-18 10:00"))
    assert looks("2026-11-18", "", exempt=[an_hour]).missing == 4
    halves = [
        (beijing("2026-11-18 10:00"), beijing("2026-11-18 12:30")),
        (beijing("2026-11-18 07:00"), beijing("2026-11-18 10:00")),
    ]
    assert len(looks("2026-11-18", "", exempt=halves).sessions) == 1


def test_a_session_that_is_not_over_is_not_judged():
    assert looks("2026-11-18", "", until=beijing("2026-11-18 12:00")).missing == 2
    assert looks("2026-11-18", "", until=beijing("2026-11-18 11:59")).sessions == ()


def test_the_desk_names_no_next_look_where_they_are_counted_by_session(city, week):
    set_rules(city.office.area, BY_SESSION, against=1, in_force_from=None, reason="试行", by=city.secretary, at=MONDAY)
    page = city.desk(city.clerk).get(reverse("circulars:inbox")).content.decode()
    assert "上次登录 09:00</a>" in page
