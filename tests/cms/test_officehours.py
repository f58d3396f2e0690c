"""Office hours: the seasons of the whole year are set together; what overlaps or leaves a gap is refused (Article 22)."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError

from cms.areas import Area
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.officehours import ChangedMeanwhile, coverage_faults, lines_of, seasons_of, set_office_hours
from cms.offices import office_of
from cms.workdays import HoursBroken, OfficeHours, Season
from tests.offices import beijing

NOW = beijing("2026-11-18 09:00")
MORNING = (time(8), time(12))
ALL_YEAR = Season((1, 1), (12, 31), ((time(9), time(12)), (time(13), time(17))))


def season(starts, ends):
    return Season(starts, ends, (MORNING, (time(14), time(18))))


@pytest.fixture
def area(db):
    return Area.objects.home()


def set_hours(area, seasons, *, against=None, reason="市政府通知"):
    against = lines_of(area) if against is None else against
    set_office_hours(area, seasons, against=against, reason=reason, by=None, at=NOW)


def test_the_whole_set_is_replaced_and_the_ledger_says_what_it_was(area):
    before = lines_of(area)
    set_hours(area, [ALL_YEAR])
    assert seasons_of(area) == [ALL_YEAR]
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
