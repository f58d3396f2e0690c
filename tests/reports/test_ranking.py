"""Places by category, the month before, months late on end, the year so far, and who signed last (Article 28)."""

from fractions import Fraction
from io import BytesIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from accounts.roles import Role
from config.environment import grades
from reports.grading import grades_are_in_order, scale_of
from reports.monthly import month_report, published_report
from reports.months import Month
from reports.ranking import ranking_of
from reports.snapshots import MonthlySnapshot, publish
from reports.workbooks import write_month
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER

OCTOBER = Month(2026, 10)


def ranking(as_of=FIRST_OF_DECEMBER, **said):
    return ranking_of(month_report(NOVEMBER, as_of=as_of), **said)


def send(records, sent_at, to, signed=""):
    return records.deliver(records.issue(sent_at), to, signed=signed)


def test_the_worked_example_is_ranked_by_category_and_its_circulars_say_who_signed_last(november):
    found = ranking()
    assert [(one.now.name, one.now.rank, one.grade, one.late_months) for one in found.standings] == [
        ("宝塔区", 1, "优秀", 0),
        ("市财政局", 1, "待改进", 1),
        ("市气象局", 1, "优秀", 0),
    ]
    assert all(one.before is one.change is one.places_gained is None for one in found.standings)
    said = [(one.number[-2:], one.figures.required, one.figures.unsigned, one.last_unit) for one in found.circulars]
    assert said == [
        *[("1号", 3, 0, "市财政局"), ("2号", 2, 0, "宝塔区"), ("3号", 3, 0, "市财政局")],
        *[("4号", 3, 1, "市气象局"), ("5号", 1, 0, "市财政局")],
    ]
    assert found.circulars[3].last_signed_at == beijing("2026-11-14 23:00")


def test_the_month_before_counts_as_it_was_published_by_then_and_as_it_stood_otherwise(
    november, django_assert_max_num_queries
):
    secretary = november.person("secretary", Role.SECRETARIAT, at=beijing("2026-01-01 09:00"))
    late = send(november, "2026-10-13 09:00", "QX01")
    send(november, "2026-10-13 09:00", "BM08", signed="2026-10-13 10:00")
    first = ranking().standings[0]
    assert (first.before.on_time_rate, first.change, first.late_months) == (0, 100, 0)

    publish(OCTOBER, area=november.area, by=secretary, at=beijing("2026-11-02 09:00"))
    type(late).objects.filter(pk=late.pk).update(relief="fault")
    publish(OCTOBER, area=november.area, by=secretary, at=beijing("2026-12-03 09:00"), reason="认定免责")
    with django_assert_max_num_queries(15):
        known = ranking()
    assert known.standings[0].before.unsigned == 1
    assert known.trail.published[OCTOBER].version == 1
    later = ranking(as_of=beijing("2026-12-04 09:00"))
    assert (later.standings[0].before.relief, later.standings[0].change) == (1, None)


def test_months_late_on_end_are_counted_back_to_the_first_that_was_not(records):
    for month in (3, 5, 6, 7, 8, 9, 10, 11):
        send(records, f"2026-{month:02}-12 09:00", "QX01")
    send(records, "2026-11-12 09:00", "BM08", signed="2026-11-12 10:00")
    send(records, "2025-12-15 09:00", "ZX05")
    found = ranking(bulletins={records.units["QX01"].pk: 3})
    assert {one.now.name: one.late_months for one in found.standings} == {"宝塔区": 7, "市财政局": 0}
    assert [(line.name, sorted(line.months), line.bulletins) for line in found.year] == [
        ("宝塔区", [3, 5, 6, 7, 8, 9, 10, 11], 3),
        ("市财政局", [11], 0),
    ]
    together = found.year_totals
    assert (together.together.required, together.months[11].on_time_rate, together.bulletins) == (9, Fraction(1, 2), 3)


def test_a_scale_holds_from_its_month_on_and_one_out_of_order_is_named(settings):
    settings.RECEIPT_GRADES = {
        "2017-08": {"优秀": 100, "良好": 95, "合格": 90, "待改进": 0},
        "2027-01": {"达标": 98, "未达标": 0},
    }
    rates = [Fraction(1), Fraction(19, 20), Fraction(9, 10), Fraction(899, 1000), Fraction(0), None]
    assert [scale_of(NOVEMBER).word(rate) for rate in rates] == ["优秀", "良好", "合格", "待改进", "待改进", "—"]
    assert [scale_of(Month(2027, month)).word(Fraction(49, 50)) for month in (1, 12)] == ["达标", "达标"]
    assert scale_of(Month(2010, 1)).since == Month(2017, 8)
    assert scale_of(Month(2027, 2)).formula("F6") == '=IF(F6="—","—",IF(F6>=0.98,"达标","未达标"))'
    assert grades_are_in_order(None) == []
    for wrong in ({}, {"8月": {"好": 0}}, {"2017-08": {"好": 90, "差": 95}}, {"2017-08": {"好": 90}}):
        settings.RECEIPT_GRADES = wrong
        assert [error.id for error in grades_are_in_order(None)] == ["reports.E001"]


def test_the_scales_of_the_environment_are_read_or_refused_in_a_sentence(monkeypatch):
    monkeypatch.setenv("RECEIPT_GRADES", '{"2027-01": {"达标": 98, "未达标": 0}}')
    assert grades("RECEIPT_GRADES", {}) == {"2027-01": {"达标": 98, "未达标": 0}}
    for wrong in ("优秀", "[1]", '{"2027-01": 98}', '{"2027-01": {"达标": "高"}}'):
        monkeypatch.setenv("RECEIPT_GRADES", wrong)
        with pytest.raises(ImproperlyConfigured, match="RECEIPT_GRADES 应写成"):
            grades("RECEIPT_GRADES", {})


def test_the_books_say_their_settings_their_version_and_draw_their_rates(november):
    secretary = november.person("secretary", Role.SECRETARIAT, at=beijing("2026-01-01 09:00"))
    file = BytesIO()
    write_month(file, month_report(NOVEMBER, as_of=FIRST_OF_DECEMBER))
    working = load_workbook(file)
    said = {row[1]: row[2] for row in working["口径说明"].iter_rows(min_row=6, values_only=True)}
    assert "第1版" in said["适用的规则"]
    assert "普通公文签收：1 个工作日" in said["适用的规则"]
    assert said["版次"].startswith("工作文件")
    assert "100%为“优秀”" in said["评价"]
    assert said["上月数字"] == "2026年10月当时没有公布，按本表统计截止时间计算。"
    grade = working["单位排名（月报）"]["K6"]
    assert (grade.data_type, grade.number_format, grade.font.name) == ("f", "General", "仿宋")
    (chart,) = working["各类别小计"]._charts
    texts = [each.tx.rich.p[0].r[0].t for each in (chart.title, chart.x_axis.title, chart.y_axis.title)]
    assert texts == ["2026年11月各类别按时签收率", "单位类别", "按时签收率"]
    assert chart.series[0].val.numRef.f == "'各类别小计'!$J$6:$J$8"

    publish(NOVEMBER, area=november.area, by=secretary, at=FIRST_OF_DECEMBER)
    file = BytesIO()
    write_month(file, published_report(NOVEMBER))
    issued = load_workbook(file)
    assert not [cell for sheet in issued for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert issued["口径说明"]["C8"].value.startswith("公布第1版，2026年12月1日09:00由secretary公布")


@pytest.mark.parametrize("as_of", ["2026-11-30 23:00", "2026-11-16 10:00"])
def test_a_month_that_still_runs_has_its_ranking_too(november, as_of):
    assert ranking(as_of=beijing(as_of)).standings


def test_a_published_month_keeps_the_words_it_was_published_with(november, settings):
    secretary = november.person("secretary", Role.SECRETARIAT, at=beijing("2026-01-01 09:00"))
    earlier = MonthlySnapshot.objects.create(
        area=november.area, issuers="all", year=2026, month=11, version=1, as_of=FIRST_OF_DECEMBER,
        made_by=secretary, digest="0" * 64,
    )  # fmt: skip
    assert [earlier.scale.word(Fraction(rate, 100)) for rate in (95, 89)] == ["良好", "通报"], "as it was published"
    publish(NOVEMBER, area=november.area, by=secretary, at=FIRST_OF_DECEMBER)
    settings.RECEIPT_GRADES = {"2017-08": {"达标": 90, "未达标": 0}}
    assert {one.grade for one in ranking_of(published_report(NOVEMBER)).standings} == {"优秀", "待改进"}
    assert {one.grade for one in ranking().standings} == {"达标", "未达标"}
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthlySnapshot.objects.update(grades=None)
