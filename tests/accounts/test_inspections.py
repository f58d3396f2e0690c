"""The quarter's reports of inspections: who files for which lines, in time or late, and that none is ever changed (Articles 8(1) and 16)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from accounts.inspections import Finding, LineInspection, correct_inspection, owing, report_due, reported
from accounts.lineregister import Line
from accounts.linewatch import watch_inspections
from cms.attachments import keep
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.quarters import Quarter
from cms.unheld import unheld
from tests import lines
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.offices import beijing
from tests.smallfiles import pdf

THIRD = Quarter(2026, 3)
DUE = beijing("2026-09-30 18:00")


@pytest.fixture
def pair(city):
    lines.carrier(city)
    return lines.line(city), lines.line(city, unit=city.late, circuit="YA-0002")


def missing(quarter=THIRD):
    return set(owing(Line.objects.all(), quarter).exclude(reported(quarter)))


def told(key):
    return set(Message.objects.filter(key__startswith=key).values_list("person__name", flat=True))


def test_one_report_speaks_of_many_lines_and_the_ledger_has_one_entry(city, pair):
    assert missing() == set(pair)
    assert lines.inspected(*pair, by=city.lineman) == 2
    assert missing() == set()
    entry = Entry.objects.get(deed="inspection.filed")
    assert (entry.facts["count"], entry.facts["quarter"], entry.facts["number"]) == (2, "2026-Q3", "巡检〔2026〕3号")
    assert {report.is_by_carrier for report in LineInspection.objects.all()} == {True}
    assert told("inspection-filed") == {"吴宏伟"}


@pytest.mark.parametrize("after, late", [(timedelta(), False), (timedelta(seconds=1), True)])
def test_a_report_is_in_time_until_the_last_working_day_of_the_quarter_closes(city, pair, after, late):
    lines.inspected(*pair, by=city.lineman, at=DUE + after)
    report = LineInspection.objects.earliest("pk")
    assert (report.due_at, report.is_late) == (DUE, late)


def test_a_line_owes_a_report_for_a_quarter_on_whose_last_day_it_is_let(city, pair):
    first, second = pair
    first.end(until=date(2026, 9, 28), by=city.engineer, at=MONDAY)
    begun = lines.line(city, circuit="YA-0003", since=date(2026, 9, 28))
    assert missing() == {second, begun}
    assert missing(Quarter(2026, 2)) == {first, second}
    assert missing(Quarter(2025, 4)) == set()
    with pytest.raises(ValidationError, match="不必报送"):
        lines.inspected(first, by=city.lineman)


def test_nobody_files_for_the_lines_of_others_and_nothing_is_half_done(city, pair):
    foreign = lines.line(city, of=lines.carrier(city, "BZ-LT", "延安联通", who="rival"), circuit="L-1")
    for person in (city.lineman, city.clerk, city.secretary, city.stranger):
        with pytest.raises(PermissionDenied):
            lines.inspected(pair[0], foreign, by=person)
    assert not LineInspection.objects.exists()
    assert lines.inspected(pair[0], foreign, by=city.engineer) == 2
    assert set(LineInspection.objects.values_list("is_by_carrier", flat=True)) == {False}
    assert Message.objects.filter(key__startswith="inspection-filed").count() == 2  # both carriers' engineers


@pytest.mark.parametrize(
    "said, sentence",
    [
        ({"inspected_on": date(2026, 6, 30)}, "巡检日期须在2026-07-01之后"),
        ({"inspected_on": date(2026, 9, 29)}, "不晚于今天"),
        ({"result": "waiting"}, "请写明是什么问题"),
        ({"number": " "}, "报告编号，或者上传报告文件"),
        ({"quarter": Quarter(2026, 4)}, "还没有到"),
    ],
)
def test_a_report_without_sense_is_refused(city, pair, said, sentence):
    with pytest.raises(ValidationError, match=sentence):
        lines.inspected(*pair, by=city.lineman, **said)
    assert not LineInspection.objects.exists()


def test_a_line_is_reported_once_a_quarter(city, pair):
    lines.inspected(pair[0], by=city.lineman)
    with pytest.raises(ValidationError, match="1 条已经报送2026年第三季度巡检报告"):
        lines.inspected(*pair, by=city.lineman)
    assert missing() == {pair[1]}


def test_a_wrong_report_is_followed_by_another_and_the_first_hour_counts(city, pair):
    lines.inspected(pair[0], by=city.lineman)
    first, finding = LineInspection.objects.get(), Finding(date(2026, 9, 1), "mended", "更换尾纤", "巡检〔2026〕4号")
    with pytest.raises(ValidationError, match="理由"):
        correct_inspection(first, finding, reason=" ", by=city.lineman, at=DUE + timedelta(days=1))
    second = correct_inspection(first, finding, reason="结果填错", by=city.lineman, at=DUE + timedelta(days=1))
    assert list(LineInspection.objects.standing()) == [second]
    assert (second.result, second.is_late) == ("mended", False)
    with pytest.raises(OutOfOrder, match="已经更正过"):
        correct_inspection(first, finding, reason="结果填错", by=city.lineman, at=DUE + timedelta(days=1))
    with pytest.raises(PermissionDenied):
        correct_inspection(second, finding, reason="结果填错", by=city.clerk, at=DUE + timedelta(days=1))
    assert Entry.objects.get(deed="inspection.corrected").facts["replaces"] == first.pk


def test_a_report_takes_insert_only_and_its_file_is_held(city, pair):
    file = keep("巡检报告.pdf", SimpleUploadedFile("x", pdf("report")))
    lines.inspected(pair[0], by=city.lineman, number="", file=file, file_name="巡检报告.pdf")
    assert not unheld(type(file).objects.filter(pk=file.pk))
    for change in (lambda rows: rows.update(result="good"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="insert only"), transaction.atomic():
            change(LineInspection.objects.all())


def test_carriers_are_reminded_a_week_before_and_the_network_office_hears_of_what_is_missing(city, pair):
    lines.inspected(pair[0], by=city.lineman)
    watch_inspections(DUE - timedelta(days=8))
    assert not told("inspections")
    for at in (DUE - timedelta(days=7), DUE):
        watch_inspections(at)
    assert told("inspections-soon") == {"线路工"}
    assert "还有 1 条线路没有报送2026年第三季度巡检报告" in Message.objects.get(key__startswith="inspections-soon").text
    for days in (0, 1):
        watch_inspections(DUE + timedelta(days=days, seconds=1))
    assert told("inspections-late") == {"线路工", "吴宏伟"}
    assert Message.objects.filter(key__startswith="inspections").count() == 3


def test_without_a_calendar_a_report_is_taken_and_not_called_late(city, pair):
    assert report_due(Quarter(2027, 1), city.office.area) is None
    watch_inspections(NEW_YEARS_EVE)
    quarter = Quarter(2027, 1)
    lines.inspected(*pair, quarter=quarter, by=city.lineman, at=beijing("2027-05-01 00:00"))
    assert not LineInspection.objects.of(quarter).earliest("pk").is_late
