"""保障单位考核: a month's repairs by provider and a key vendor's renewals and back-ups, on the screen and in Excel (Articles 7(4), 8 and 17)."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.acceptances import judge
from accounts.assignments import assign
from accounts.backups import start_backup
from accounts.deductionsheets import confirm_deductions
from accounts.faults import report_fault
from accounts.providers import Provider
from accounts.renewing import start
from reports.months import Month
from reports.scorecard import scorecard
from tests.accounts.providers import providers_of
from tests.accounts.vendors import office_and_county, opened, renewal_of, vendor
from tests.cast import MONDAY
from tests.offices import beijing

HOUR = timedelta(hours=1)
SEPTEMBER, NEXT_MONTH = Month(2026, 9), beijing("2026-10-20 09:00")
DUE = beijing("2026-10-10 18:00")


@pytest.fixture
def serving(city):
    """The carrier was called four times on Monday: done after two hours, failed once and late, called off, and running."""
    serving = providers_of(city)

    def called(at=MONDAY):
        fault = report_fault(city.attentive, "network", "光缆中断", detected_at=MONDAY, by=city.clerk, at=MONDAY)
        return assign(fault, serving.carrier, "请抢修光缆", contacted_at=at, by=city.engineer, at=at)

    def done(repair, at):
        repair.report_done("repaired", "接通光缆", done_at=at, by=serving.carrier_person, at=at)

    quick, slow, needless = called(), called(), called()
    called(at=beijing("2026-09-30 10:00"))
    done(quick, MONDAY + 2 * HOUR)
    judge(quick, True, by=city.clerk, at=MONDAY + 2 * HOUR)
    done(slow, MONDAY + 3 * HOUR)
    judge(slow, False, "仍然不通", by=city.clerk, at=MONDAY + 3 * HOUR)
    done(slow, DUE + timedelta(seconds=1))
    needless.call_off("线路自行恢复", by=city.engineer, at=MONDAY + HOUR)
    return serving


def numbers(score):
    return [len(score.tasks), score.in_time, score.late, score.running, score.called_off, score.refused]


def test_every_task_is_in_time_late_running_or_called_off(city, serving):
    card = scorecard(SEPTEMBER, Provider.objects.all(), as_of=DUE + HOUR)
    by_name = {str(score.provider.unit): score for score in card.scores}
    assert numbers(by_name["延安电信"]) == [4, 1, 1, 1, 1, 1]
    assert by_name["延安电信"].rate == 0.5
    assert numbers(by_name["延安办公设备维修中心"]) == [0, 0, 0, 0, 0, 0]
    assert by_name["延安办公设备维修中心"].rate is by_name["延安办公设备维修中心"].hours is None


def test_hours_are_office_hours_from_the_call(city, serving):
    card = scorecard(SEPTEMBER, Provider.objects.filter(pk=serving.carrier.pk), as_of=DUE + HOUR)
    assert next(task.hours for task in card.tasks) == 2.0
    assert card.scores[0].hours == round(sum(task.minutes for task in card.tasks if task.minutes) / 2 / 60, 1)


def test_what_ran_at_the_end_of_the_month_is_late_when_its_time_has_passed(city, serving):
    carrier = Provider.objects.filter(pk=serving.carrier.pk)
    assert scorecard(SEPTEMBER, carrier, as_of=NEXT_MONTH).scores[0].late == 2
    assert scorecard(Month(2026, 10), carrier, as_of=NEXT_MONTH).scores[0].tasks == ()


def test_the_page_and_the_workbook_say_the_same_and_cost_the_same(city, serving, week, django_assert_max_num_queries):
    week.move_to(NEXT_MONTH, tick=False)
    for person in (city.engineer, city.secretary):
        desk = city.desk(person)
        with django_assert_max_num_queries(21):
            page = desk.get(reverse("reports:scorecard"), {"month": "2026-09"})
        assert "33.33%" in page.content.decode()
        assert "延安办公设备维修中心" in page.content.decode()
    book = city.desk(city.engineer).get(reverse("reports:scorecard_workbook"), {"month": "2026-09"})
    sheets = load_workbook(BytesIO(book.content))
    scores, tasks = sheets["维修考核表"], sheets["维修任务明细"]
    row = next(row for row in scores.iter_rows(min_row=6, values_only=True) if row[1] == "延安电信有限公司")
    assert row[4:9] == (4, 1, 2, 0, 1)
    assert sum(cells[10] == "逾期" for cells in tasks.iter_rows(min_row=6, max_row=9, values_only=True)) == 2


def test_a_provider_reads_its_own_line_alone_and_a_unit_none(city, serving):
    page = city.desk(serving.kit_person).get(reverse("reports:scorecard"))
    assert page.status_code == 200
    assert "延安电信" not in page.content.decode()
    for name in ("scorecard", "scorecard_workbook"):
        assert city.desk(city.clerk).get(reverse(f"reports:{name}")).status_code == 404


def test_of_a_key_vendor_the_month_shows_renewals_back_up_and_what_was_deducted(city, week):
    """Charged with two keys on Monday, one done in time; September backed up late, October never."""
    firm, keys = vendor(city), office_and_county(city)
    opened(city, firm.provider)
    for key in keys:
        start(renewal_of(key), by=city.engineer, at=MONDAY)
    renewal_of(keys[0]).serve(by=firm.person, at=MONDAY + HOUR)
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    run.finish(finished_at=DUE + HOUR, checksum="ab" * 32, by=firm.person, at=DUE + HOUR)
    november = beijing("2026-11-02 09:00")
    period = date(2026, 10, 1), date(2026, 10, 31)
    paper = {"number": "延网信函〔2026〕8号", "confirmed_on": november.date(), "amount": Decimal("1200.50")}
    confirm_deductions(firm.provider, *period, **paper, by=city.engineer, at=november)
    only = Provider.objects.filter(pk=firm.provider.pk)
    september = (2, 1, 0, 1, 0, "逾期 1 天", Decimal(0)), (2, 1, 1, 0, 0, "逾期 1 天", Decimal(0))
    for as_of, counts in zip((DUE, november), september, strict=True):
        assert numbers_of_keys(scorecard(SEPTEMBER, only, as_of=as_of).keys[0]) == counts
    assert scorecard(Month(2026, 10), only, as_of=november).keys[0].backup_said == "未备份"
    assert scorecard(Month(2026, 11), only, as_of=november).keys[0].backup_said == "还没有开始"
    week.move_to(november, tick=False)
    for person in (city.engineer, firm.person):
        page = city.desk(person).get(reverse("reports:scorecard"), {"month": "2026-11"}).content.decode()
        assert "1200.50" in page
        assert "延网信函〔2026〕8号" in page
    book = city.desk(city.engineer).get(reverse("reports:scorecard_workbook"), {"month": "2026-09"})
    row = load_workbook(BytesIO(book.content))["密钥服务考核表"][6]
    assert [cell.value for cell in row[3:11]] == [2, 1, 1, 0, 0, 0.5, "逾期 1 天", 0]


def numbers_of_keys(score):
    counts = (len(score.renewals), score.in_time, score.late, score.running, score.dropped)
    return (*counts, score.backup_said, score.deducted)


@pytest.mark.parametrize("month", ["2026-13", "x", "2031-01"])
def test_what_is_no_month_is_said_so(city, month):
    for name in ("scorecard", "scorecard_workbook"):
        page = city.desk(city.engineer).get(reverse(f"reports:{name}"), {"month": month})
        assert page.status_code == 200
        assert "未办成" in page.content.decode()
