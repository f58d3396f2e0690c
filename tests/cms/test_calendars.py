"""The working calendar: a year is loaded whole and once, a single day put right with a reason (Article 22)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from cms.areas import Area
from cms.calendars import Standing, calendar_loaded, correct_day, load_calendar, missing_year
from cms.calendarsheet import sheet
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.offices import office_of
from cms.workdays import CalendarDay, CalendarYear
from tests.offices import beijing

NOW = beijing("2026-11-18 09:00")
# As 国办发明电〔2025〕7号 has it.
WORKING_DAYS_2026 = [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]


@pytest.fixture
def area(db):
    return Area.objects.home()


def load_2027(area):
    days = [CalendarDay(date=date(2027, 1, 1), is_working=False, name="元旦")]
    return load_calendar(area, 2027, days, source="放假通知", by=None, at=NOW)


def correct(area, day, standing, *, name="", reason="通知有更改"):
    return correct_day(area, day, standing, name=name, reason=reason, by=None, at=NOW)


def test_a_loaded_year_is_counted_by_and_whoever_listens_hears_of_it_in_the_act(area):
    heard = []
    listener = lambda sender, **said: heard.append(said["at"])  # noqa: E731  it lives as long as this scene
    calendar_loaded.connect(listener)
    try:
        load_2027(area)
    finally:
        calendar_loaded.disconnect(listener)
    assert heard == [NOW]
    office = office_of(area)
    assert [office.is_working_day(date(2027, 1, day)) for day in (1, 2, 4)] == [False, False, True]


def test_a_listener_that_fails_leaves_nothing_loaded(area):
    def fail(sender, **_):
        raise RuntimeError

    calendar_loaded.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            load_2027(area)
    finally:
        calendar_loaded.disconnect(fail)
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert not Entry.objects.filter(deed="calendar.loaded").exists()


def test_a_year_is_loaded_once(area):
    load_2027(area)
    with pytest.raises(OutOfOrder, match="2027年的工作日历已经载入"):
        load_2027(area)
    assert CalendarDay.objects.filter(date__year=2027).count() == 1


@pytest.mark.parametrize(
    "now, year",
    [("2026-10-31 23:59", None), ("2026-11-01 00:00", 2027), ("2026-12-31 23:59", 2027), ("2027-01-01 00:00", 2027)],
)
def test_from_the_first_of_november_the_next_year_is_missed(area, now, year, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert missing_year(beijing(now)) == year


# Corrections


@pytest.mark.parametrize(
    "day, standing, name, before, after",
    [
        (date(2026, 10, 8), Standing.OFF, "国庆节", "按平常上班", "放假（国庆节）"),
        (date(2026, 10, 7), Standing.USUAL, "", "放假（国庆节）", "按平常上班"),
        (date(2026, 10, 10), Standing.USUAL, "没用", "调休上班（国庆节调休上班）", "按平常休息"),
        (date(2026, 10, 11), Standing.WORKED, "国庆节调休上班", "按平常休息", "调休上班（国庆节调休上班）"),
        (date(2026, 10, 7), Standing.OFF, "国庆长假", "放假（国庆节）", "放假（国庆长假）"),
    ],
)
def test_a_day_is_put_right_and_the_ledger_says_how_it_stood(area, day, standing, name, before, after):
    loaded = correct(area, day, standing, name=name)
    facts = Entry.objects.of(loaded).get(deed="calendar.corrected").facts
    assert facts == {"date": str(day), "before": before, "after": after, "reason": "通知有更改"}
    assert office_of(area).is_working_day(day) is ("上班" in after)
    with pytest.raises(OutOfOrder, match="没有改动"):
        correct(area, day, standing, name=name)
    assert Entry.objects.filter(deed="calendar.corrected").count() == 1


@pytest.mark.parametrize(
    "day, standing, words, field, said",
    [
        (date(2027, 1, 1), Standing.OFF, {"name": "元旦"}, "date", "2027年的工作日历还没有载入"),
        (date(2026, 10, 7), Standing.WORKED, {"name": "上班"}, "standing", "是星期三，本来就上班"),
        (date(2026, 10, 8), Standing.OFF, {}, "name", "请写明节日名称"),
        (date(2026, 10, 8), Standing.OFF, {"name": "国庆节", "reason": " "}, "reason", "请写明更正理由"),
    ],
)
def test_a_day_that_cannot_stand_so_is_refused(area, day, standing, words, field, said):
    before = list(CalendarDay.objects.values())
    with pytest.raises(ValidationError, match=said) as refused:
        correct(area, day, standing, **words)
    assert list(refused.value.message_dict) == [field]
    assert list(CalendarDay.objects.values()) == before


# The wall calendar


def test_the_sheet_of_2026_has_the_working_days_of_its_notice(area):
    months = sheet(2026, CalendarDay.objects.filter(area=area, date__year=2026))
    assert [month.working_days for month in months] == WORKING_DAYS_2026
    october = [day for week in months[9].weeks for day in week if day]
    assert [(day.mark, day.is_working) for day in (october[0], october[9], october[10])] == [
        ("休", False),
        ("班", True),
        ("", False),
    ]
