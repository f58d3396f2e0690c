"""Office hours: the seasons of the whole year are set together; what overlaps or leaves a gap is refused (Article 22)."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from circulars.deadlines import receipt_due
from cms.areas import Area
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.officehours import ChangedMeanwhile, coverage_faults, hours_on, lines_of, set_office_hours, standings
from cms.offices import office_of
from cms.workdays import ALWAYS, HoursBroken, OfficeHours, Season
from tests.offices import beijing

NOW = beijing("2026-11-18 09:00")
MORNING = (time(8), time(12))
ALL_YEAR = Season((1, 1), (12, 31), ((time(9), time(12)), (time(13), time(17))))


def season(starts, ends):
    return Season(starts, ends, (MORNING, (time(14), time(18))))


@pytest.fixture
def area(db):
    return Area.objects.home()


def set_hours(area, seasons, *, against=None, reason="市政府通知", holds_from=None, at=NOW):
    against = lines_of(area) if against is None else against
    set_office_hours(area, seasons, against=against, holds_from=holds_from, reason=reason, by=None, at=at)


def test_the_whole_set_is_replaced_and_the_ledger_says_what_it_was(area):
    before = lines_of(area)
    set_hours(area, [ALL_YEAR])
    assert hours_on(area, NOW.date()) == [ALL_YEAR]
    assert not office_of(area).is_open(beijing("2026-11-18 08:30"))
    facts = Entry.objects.of(area).get(deed="office_hours.set").facts
    assert (
        facts["before"]
        == before
        == [
            "5月1日至9月30日：08:00至12:00，14:30至18:00",
            "10月1日至4月30日：08:00至12:00，14:00至18:00",
        ]
    )
    assert (facts["after"], facts["reason"]) == (["1月1日至12月31日：09:00至12:00，13:00至17:00"], "市政府通知")


@pytest.mark.parametrize(
    "seasons, said",
    [
        ([season((5, 1), (9, 30)), season((9, 1), (4, 30))], ["9月1日至9月30日有2季重叠，每天只能属于一季。"]),
        ([season((5, 1), (9, 30)), season((10, 8), (4, 30))], ["10月1日至10月7日没有办公时间，各季须首尾相接。"]),
        ([season((3, 1), (2, 28))], ["2月29日没有办公时间，各季须首尾相接。"]),
        ([], ["1月1日至12月31日没有办公时间，各季须首尾相接。"]),
        ([season((10, 1), (4, 30)), season((5, 1), (9, 30))], []),
    ],
)
def test_overlap_and_gap_are_named_by_their_days(seasons, said):
    assert coverage_faults(seasons) == said


def test_seasons_with_a_gap_are_not_set(area):
    before = list(OfficeHours.objects.values())
    with pytest.raises(HoursBroken, match="没有办公时间"):
        set_hours(area, [season((5, 1), (9, 30))])
    assert list(OfficeHours.objects.values()) == before


def test_setting_twice_is_once_and_a_reason_is_needed(area):
    opened_with = lines_of(area)
    with pytest.raises(ValidationError, match="请写明理由"):
        set_hours(area, [ALL_YEAR], reason=" ")
    set_hours(area, [ALL_YEAR], against=opened_with)
    with pytest.raises(OutOfOrder, match="没有改动") as refused:
        set_hours(area, [ALL_YEAR], against=opened_with)
    assert not isinstance(refused.value, ChangedMeanwhile)
    with pytest.raises(ChangedMeanwhile, match="刚刚被别人改过"):
        set_hours(area, [season((1, 1), (12, 31))], against=opened_with)
    assert Entry.objects.filter(deed="office_hours.set").count() == 1


NEW_YEAR = date(2026, 12, 1)


def test_hours_set_for_a_day_leave_the_days_before_it_as_they_were(area):
    before = office_of(area)
    assert not before.later
    set_hours(area, [ALL_YEAR], holds_from=NEW_YEAR)
    office = office_of(area)
    assert hours_on(area, date(2026, 11, 30)) == list(before.seasons)
    assert hours_on(area, NEW_YEAR) == [ALL_YEAR]
    assert [standing for _, standing in standings(area, NOW.date())] == ["将起用", "现行"]
    assert [standing for _, standing in standings(area, NEW_YEAR)] == ["现行", "已停用"]
    assert office.is_open(beijing("2026-11-30 08:30"))
    assert not office.is_open(beijing("2026-12-01 08:30"))
    assert office.close_of(date(2026, 11, 30)) == beijing("2026-11-30 18:00")
    assert office.close_of(NEW_YEAR) == beijing("2026-12-01 17:00")
    # From the last hour of the old hours into the first of the new, counted forth and back.
    start, end = beijing("2026-11-30 17:00"), beijing("2026-12-01 10:00")
    assert office.minutes_between(start, end) == 120
    assert office.after_minutes(start, 120) == end
    assert office.before_minutes(end, 120) == start
    # A season long over is counted as it was then.
    assert office.minutes_between(beijing("2026-11-02 08:00"), beijing("2026-11-02 18:00")) == 480


def test_a_paper_of_the_last_day_is_due_by_the_hours_of_the_day_on_which_it_is_due(area):
    set_hours(area, [ALL_YEAR], holds_from=NEW_YEAR)
    assert receipt_due("normal", beijing("2026-11-30 10:00"), office_of(area)).at == beijing("2026-12-01 17:00")
    assert receipt_due("normal", beijing("2026-11-27 10:00"), office_of(area)).at == beijing("2026-11-30 18:00")


def test_no_day_that_is_over_gets_other_hours_and_what_is_planned_may_be_planned_anew(area):
    with pytest.raises(ValidationError, match="不能早于今天"):
        set_hours(area, [ALL_YEAR], holds_from=date(2026, 11, 17))
    set_hours(area, [ALL_YEAR], holds_from=NEW_YEAR)
    halves = [season((5, 1), (9, 30)), season((10, 1), (4, 30))]
    set_hours(area, halves, holds_from=NEW_YEAR)  # instead of what was planned
    set_hours(area, [ALL_YEAR])  # and until then, these
    assert [(one.holds_from, len(one.seasons)) for one, _ in standings(area, NOW.date())] == [
        (NEW_YEAR, 2),
        (NOW.date(), 1),
        (ALWAYS, 2),
    ]
    assert [entry.facts["holds_from"] for entry in Entry.objects.of(area).order_by("pk")] == [
        "2026-12-01",
        "2026-12-01",
        "2026-11-18",
    ]
