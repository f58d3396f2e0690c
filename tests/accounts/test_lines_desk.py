"""线路 on the desk: every page and form, by whose they are, and what is typed amiss (Articles 7(1), 8(1) and 16)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.faults import Fault, report_fault
from accounts.inspections import LineInspection
from accounts.lineoutages import LineOutage
from accounts.lineregister import Line
from accounts.linereports import report_outage
from cms.accesslog import Access
from tests import lines
from tests.cast import MONDAY
from tests.smallfiles import pdf

HOUR = timedelta(hours=1)
LINES, INSPECTIONS = reverse("accounts:lines"), reverse("accounts:inspections")


@pytest.fixture
def line(city):
    city.carrier = lines.carrier(city)
    return lines.line(city)


def typed(at):
    return f"{at:%Y-%m-%d %H:%M}"


def at(name, thing):
    return reverse(f"accounts:{name}", args=[thing.pk])


def text(answer):
    return answer.content.decode()


def test_the_list_shows_the_state_of_each_line_and_finds_one(city, line, week):
    lines.line(city, unit=city.late, circuit="YA-0002")
    lines.down(line, MONDAY, by=city.clerk)
    desk = city.desk(city.engineer)
    assert "在用 2 条，中断中 1 条，超过时限 0 条" in text(desk.get(LINES))
    week.move_to(MONDAY + 13 * HOUR, tick=False)
    desk = city.desk(city.engineer)
    shown = text(desk.get(LINES, {"show": "late"}))
    assert "中断，超过时限" in shown
    assert "YA-0002" not in shown
    assert "YA-0001" not in text(desk.get(LINES, {"q": "0002"}))
    assert "YA-0001" in text(desk.get(LINES, {"q": "公安", "carrier": city.carrier.pk}))
    assert "没有这样的线路" in text(desk.get(LINES, {"show": "ended"}))


def test_a_unit_sees_its_own_lines_without_the_rent(city, line):
    lines.line(city, unit=city.late, circuit="YA-0002")
    for person, sees_rent in ((city.clerk, False), (city.leader, False), (city.lineman, True), (city.secretary, True)):
        desk = city.desk(person)
        for page in (desk.get(LINES), desk.get(at("line", line))):
            assert ("1200.50" in text(page)) is sees_rent
    assert "YA-0002" not in text(city.desk(city.clerk).get(LINES))


def test_a_line_is_entered_by_a_form_that_loses_nothing(city, line):
    desk, address = city.desk(city.engineer), reverse("accounts:new_line")
    form = {
        "unit": city.late.pk,
        "carrier": city.carrier.pk,
        "circuit": "YA-0002",
        "rent": "900",
        "since": "2026-09-28",
    }
    for wrong, sentence in (
        ({"rent": "很多"}, "月租费请填写数字"),
        ({"rent": "-1"}, "月租费不能小于 0"),
        ({"rent": "NaN"}, "月租费请填写数字"),
        ({"circuit": "YA-0001"}, "已登记给市公安局"),
        ({"since": "2025-12-31"}, "合同期"),
        ({"since": "明天"}, "请按"),
        ({"unit": city.carrier.unit_id}, "请从列出的单位中选择"),
        ({"carrier": ""}, "请选择运营商"),
    ):
        page = text(desk.post(address, form | wrong))
        assert sentence in page
        assert 'value="YA-000' in page
    assert Line.objects.count() == 1
    for _ in range(2):
        last = desk.post(address, form, follow=True)
    assert "已登记给" in text(last)
    assert Line.objects.count() == 2


def test_a_clerk_reports_the_line_and_the_fault_with_one_press(city, line):
    desk, address = city.desk(city.clerk), at("report_line_outage", line)
    assert "同时作为本单位故障" in text(desk.get(address))
    form = {"down_at": typed(MONDAY - HOUR), "cause": "光缆被挖断", "with_fault": "on"}
    for wrong in ({"down_at": typed(MONDAY + HOUR)}, {"cause": " "}, {"down_at": "刚才"}):
        assert desk.post(address, form | wrong).status_code == 200
    for _ in range(2):
        last = desk.post(address, form, follow=True)
    assert "没有重复登记" in text(last)
    assert LineOutage.objects.get().fault == Fault.objects.get()


def test_the_network_office_links_a_fault_that_the_unit_reported(city, line):
    fault = report_fault(city.attentive, "network", "上不了网", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    desk, address = city.desk(city.engineer), at("report_line_outage", line)
    assert "上不了网" in text(desk.get(address))
    desk.post(address, {"down_at": typed(MONDAY), "cause": "光缆被挖断", "fault": fault.pk})
    assert LineOutage.objects.get().fault == fault
    assert "同时作为" not in text(city.desk(city.lineman).get(address))


def test_who_is_no_party_finds_no_page_and_a_unit_ends_no_interruption(city, line):
    outage = lines.down(line, MONDAY - HOUR, by=city.clerk)
    pages = [at("line", line), at("line_outage", outage), at("report_line_outage", line)]
    lines.carrier(city, "BZ-LT", "延安联通", who="rival")
    for person in (city.rival, city.late_clerk, city.stranger, city.nobody, city.superuser):
        desk = city.desk(person)
        for page in pages:
            assert desk.get(page).status_code == 404
        for page in pages[1:]:
            assert desk.post(page, {"up_at": typed(MONDAY), "down_at": typed(MONDAY), "cause": "断"}).status_code == 404
    for person in (city.clerk, city.secretary):
        assert city.desk(person).post(pages[1], {"up_at": typed(MONDAY)}).status_code == 404
    assert city.desk(city.secretary).get(pages[2]).status_code == 404
    assert LineOutage.objects.open().count() == 1


def test_the_end_of_an_interruption_is_typed_and_said_once(city, line):
    outage, desk = lines.down(line, MONDAY - HOUR, by=city.clerk), city.desk(city.lineman)
    address = at("line_outage", outage)
    for wrong, sentence in ((MONDAY - HOUR, "须晚于中断时间"), (MONDAY + HOUR, "不晚于现在")):
        assert sentence in text(desk.post(address, {"up_at": typed(wrong)}))
    assert "已填报恢复" in text(desk.post(address, {"up_at": typed(MONDAY)}, follow=True))
    assert "没有重复填报" in text(desk.post(address, {"up_at": typed(MONDAY)}, follow=True))


def test_a_correction_shows_what_stood_there_before_and_why(city, line):
    outage = lines.down(line, MONDAY - 3 * HOUR, MONDAY - HOUR, by=city.lineman)
    desk, address = city.desk(city.engineer), at("correct_line_outage", outage)
    new = {"down_at": typed(MONDAY - 2 * HOUR), "up_at": typed(MONDAY - HOUR), "reason": "以网管记录为准"}
    assert "已经恢复的须填写" in text(desk.post(address, new | {"up_at": ""}))
    page = text(desk.post(address, new, follow=True))
    assert "原为2026年9月28日06:00中断、2026年9月28日08:00恢复，更正为2026年9月28日07:00中断" in page
    assert "时间经更正" in text(city.desk(city.clerk).get(at("line", line)))
    strike = at("strike_out_line_outage", outage)
    for _ in range(2):
        last = desk.post(strike, {"reason": "设备重启，线路没有中断"}, follow=True)
    assert "没有重复办理" in text(last)
    for person in (city.lineman, city.clerk, city.secretary):
        for page in (address, strike):
            assert city.desk(person).post(page, new).status_code == 404


def test_lines_are_ticked_or_all_taken_and_what_is_typed_amiss_is_kept(city, line):
    second, third = (lines.line(city, unit=city.late, circuit=f"YA-000{number}") for number in (2, 3))
    desk = city.desk(city.lineman)
    form = {"which": "chosen", "inspected_on": "2026-09-20", "result": "good", "number": "3", "lines": [second.pk]}
    for wrong, sentence in (
        ({"lines": []}, "请在上面的表里勾选线路"),
        ({"number": ""}, "报告编号，或者上传报告文件"),
        ({"result": "mended"}, "请写明是什么问题"),
        ({"inspected_on": "2026-10-01"}, "不晚于今天"),
        ({"lines": ["x", "9" * 40]}, "已经报送"),
        ({"file": SimpleUploadedFile("报告.exe", b"MZ")}, "类型不能作附件"),
    ):
        assert sentence in text(desk.post(INSPECTIONS, form | wrong))
    assert not LineInspection.objects.exists()
    for _ in range(2):
        last = desk.post(INSPECTIONS, form, follow=True)
    assert "没有重复报送" in text(last)
    desk.post(INSPECTIONS, form | {"which": "every", "lines": []})
    assert set(LineInspection.objects.values_list("line", flat=True)) == {line.pk, second.pk, third.pk}
    assert "没有等待报送的线路" in text(desk.post(INSPECTIONS, form | {"which": "every", "lines": []}, follow=True))


def test_only_who_serves_lines_files(city, line):
    form = {"which": "every", "inspected_on": "2026-09-20", "result": "good", "number": "3"}
    for person in (city.clerk, city.secretary, city.stranger):
        assert city.desk(person).post(INSPECTIONS, form).status_code == 404
    assert not LineInspection.objects.exists()
    assert "报送巡检报告</h2>" not in text(city.desk(city.secretary).get(INSPECTIONS))


def test_a_report_is_put_right_and_its_file_read_by_whom_it_concerns(city, line):
    desk = city.desk(city.lineman)
    report = SimpleUploadedFile("三季度巡检.pdf", pdf("report"))
    form = {"which": "every", "inspected_on": "2026-09-20", "result": "good"}
    desk.post(INSPECTIONS, form | {"file": report})
    filed = LineInspection.objects.get()
    for person, status in ((city.clerk, 200), (city.engineer, 200), (city.late_clerk, 404), (city.stranger, 404)):
        assert city.desk(person).get(at("inspection_file", filed)).status_code == status
    assert Access.objects.filter(look="downloaded").count() == 2
    address = at("correct_line_inspection", filed)
    right = {"inspected_on": "2026-09-21", "result": "mended", "remark": "更换尾纤", "number": "4"}
    assert "请填写理由" in text(desk.post(address, right))
    for _ in range(2):
        last = desk.post(address, right | {"reason": "结果填错"}, follow=True)
    assert "已经更正过" in text(last)
    assert "更正：结果填错" in text(city.desk(city.clerk).get(at("line", line)))
    assert city.desk(city.clerk).post(address, right).status_code == 404


@pytest.mark.parametrize(
    "query", [{"quarter": "2026-Q9"}, {"quarter": "2026-Q4"}, {"quarter": "2000-Q1"}, {"show": "x"}]
)
def test_odd_quarters_show_a_page(city, line, query):
    assert city.desk(city.engineer).get(INSPECTIONS, query).status_code == 200


def test_no_page_of_lines_asks_more_when_there_are_more(city, line):
    def asked():
        counts = []
        for name in ("accounts:lines", "accounts:inspections", "reports:line_months", "accounts:line"):
            desk, address = city.desk(city.engineer), reverse(name, args=[line.pk] if name.endswith("line") else [])
            for _ in range(2):
                with CaptureQueriesContext(connection) as queries:
                    assert desk.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    lines.down(line, MONDAY - 3 * HOUR, MONDAY - 2 * HOUR, by=city.engineer)
    lines.inspected(line, by=city.engineer)
    before = asked()
    for number in range(3):
        more = lines.line(city, unit=city.late, circuit=f"YA-1{number}")
        lines.down(more, MONDAY - HOUR, MONDAY, by=city.engineer)
        lines.down(
            line,
            MONDAY - 2 * HOUR + number * timedelta(minutes=5),
            MONDAY - 115 * timedelta(minutes=1) + number * timedelta(minutes=5),
            by=city.engineer,
        )
        lines.inspected(more, by=city.engineer)
    assert asked() == before


def test_a_units_words_to_the_offices_are_not_the_carriers_and_hidden_words_are_nobodys(city, line):
    words = {"detected_at": MONDAY, "by": city.clerk, "at": MONDAY}
    fault = report_fault(city.attentive, "network", "zq内部情况", **words)
    outage = report_outage(line, down_at=MONDAY, cause="断网", fault=fault, by=city.engineer, at=MONDAY)
    page = reverse("accounts:line_outage", args=[outage.pk])
    form = reverse("accounts:report_line_outage", args=[line.pk])

    def readers(url):
        people = (city.engineer, city.clerk, city.lineman)
        return [person for person in people if "zq内部情况" in city.desk(person).get(url).content.decode()]

    assert readers(page) == [city.engineer, city.clerk]
    assert readers(form) == [city.engineer]
    Fault.objects.update(instead="（本件已封存）")
    assert readers(page) == readers(form) == []
