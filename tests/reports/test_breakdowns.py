"""The receipts of a month by category, issuer, circular, urgency and month: each side adds up to the units (Article 28)."""

import pytest

from accounts.units import Category
from circulars.deadlines import Urgency
from reports.breakdowns import Side, broken_down
from reports.figures import totals
from reports.months import Month, YearToDate
from reports.receipts import Issuers, month_figures
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER


def sides(side, span=NOVEMBER, as_of=FIRST_OF_DECEMBER, **scope):
    return {line.label: line.figures for line in broken_down(side, span, as_of=as_of, **scope)}


@pytest.mark.parametrize("side", Side)
def test_every_side_adds_up_to_the_units_in_one_query(november, side, django_assert_num_queries):
    units = month_figures(NOVEMBER, as_of=FIRST_OF_DECEMBER)
    with django_assert_num_queries(2):  # the first asks which units issue
        lines = broken_down(side, NOVEMBER, as_of=FIRST_OF_DECEMBER, area=november.area)
    assert totals(line.figures for line in lines) == totals(units)


def test_the_sides_of_the_worked_example(november):
    assert {label: one.required for label, one in sides(Side.CATEGORY).items()} == {
        Category.COUNTY.label: 4,
        Category.DEPARTMENT.label: 5,
        Category.CENTRAL_PROVINCIAL.label: 3,
    }
    urgency = sides(Side.URGENCY)
    assert [(label, one.required, one.on_time) for label, one in urgency.items()] == [
        (Urgency.NORMAL.label, 6, 5),
        (Urgency.URGENT.label, 6, 4),
    ]
    by_circular = sides(Side.CIRCULAR)
    assert [(label.split("　")[0], one.required, one.not_due) for label, one in by_circular.items()] == [
        ("延政办发〔2026〕1号", 3, 0),
        ("延政办发〔2026〕2号", 2, 0),
        ("延政办发〔2026〕3号", 3, 0),
        ("延政办发〔2026〕4号", 3, 0),
        ("延政办发〔2026〕5号", 1, 2),
    ]
    assert next(iter(by_circular)) == "延政办发〔2026〕1号　关于做好秋冬季防火工作的通知"


def test_an_issuer_bears_the_name_under_which_it_sent_last(records):
    first, second = records.issue("2026-11-03 09:00"), records.issue("2026-11-20 09:00")
    type(first).objects.filter(pk=first.pk).update(issuer_name="市府办")
    other = records.issue("2026-11-05 09:00", issuer="BM08")
    for circular in (first, second, other):
        records.deliver(circular, "QX01")
    assert {label: one.unsigned for label, one in sides(Side.ISSUER, issuers=Issuers.ALL).items()} == {
        "市财政局": 1,
        "市政府办": 2,
    }


def test_a_year_to_date_is_told_month_by_month_at_its_edges(records):
    for sent_at in (
        "2025-12-31 23:59:59",
        "2026-01-01 00:00",
        "2026-10-31 23:59:59",
        "2026-11-01 00:00",
        "2026-12-01 00:00",
    ):
        records.deliver(records.issue(sent_at), "QX01")
    year = YearToDate(NOVEMBER)
    as_of = beijing("2026-12-20 09:00")
    assert {label: one.required for label, one in sides(Side.MONTH, year, as_of).items()} == {
        "2026年1月": 1,
        "2026年10月": 1,
        "2026年11月": 1,
    }
    assert [one.required for one in month_figures(year, as_of=as_of)] == [3]
    assert (year.label, YearToDate(Month(2026, 1)).label) == ("2026年1月至11月", "2026年1月")


def test_nothing_sent_has_no_lines(november):
    assert sides(Side.CIRCULAR, Month(2026, 10)) == {}
