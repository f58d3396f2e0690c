"""The secretariat's two screens and the download: who gets in, what stands there, and what a wrong address does."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from circulars.deadlines import Urgency
from cms.accesslog import Access, Look
from cms.workdays import CalendarYear
from tests.offices import beijing

OVERVIEW, MONTH, WORKBOOK = (reverse(f"reports:{name}") for name in ("overview", "month", "month_workbook"))
SIDES, SIDE_BOOK = reverse("reports:sides"), reverse("reports:sides_workbook")
PAGES = [OVERVIEW, MONTH, WORKBOOK, SIDES, SIDE_BOOK]


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to("2026-12-01T09:00:00+08:00", tick=False)


@pytest.fixture
def desk(records, client):
    """The browser of somebody in the secretariat."""
    client.force_login(records.person("secretary", Role.SECRETARIAT, at=beijing("2026-10-01 09:00")))
    return client


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_addresses_are_those_people_were_told():
    assert [*PAGES] == [
        *("/overview/", "/reports/month/", "/reports/month.xlsx"),
        *("/reports/sides/", "/reports/sides.xlsx"),
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_clerk_of_a_unit_finds_nothing_here(records, client, page):
    client.force_login(records.person("stranger", Role.CLERK, at=beijing("2026-11-01 09:00"), unit="QX01"))
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_is_asked_to(records, client, page):
    response = client.get(page)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("page", PAGES)
def test_nothing_here_takes_a_post(desk, page):
    assert desk.post(page).status_code == 405


def test_the_duty_officer_sees_today_but_not_the_months(records, client):
    client.force_login(records.person("duty", Role.DUTY_OFFICER, at=beijing("2026-11-01 09:00")))
    assert MONTH not in text_of(client.get(OVERVIEW))
    assert client.get(MONTH).status_code == 404


def test_the_month_page_shows_every_units_figures_and_all_together(desk, records):
    records.november()
    page = text_of(desk.get(MONTH, {"month": "2026-11"}))
    assert "2026年11月1日至11月30日，统计截止 2026-12-01 09:00" in page
    for shown in ("宝塔区", "市财政局", "市气象局", "40.00%", "75.00%", "91.67%", "催签 3 次", "依据：第二十八条"):
        assert shown in page
    assert f"{WORKBOOK}?month=2026-11&amp;issuers=government" in page


def test_the_month_page_lists_late_receipts_with_who_answers(desk, records):
    records.november()
    page = text_of(desk.get(MONTH, {"month": "2026-11"}))
    for shown in ("逾期签收明细", "14 小时 30 分", "接收单位", "发送单位", "免责", "故障免责"):
        assert shown in page


def test_the_month_page_can_be_narrowed_to_one_category(desk, records):
    records.november()
    page = text_of(desk.get(MONTH, {"month": "2026-11", "category": "department"}))
    assert "市财政局" in page
    assert "宝塔区" not in page
    assert "40.00%" in page
    assert "75.00%" not in page
    assert "宝塔区" in text_of(desk.get(MONTH, {"month": "2026-11", "category": "nonsense"}))
    assert "这一类单位本月没有收到公文" in text_of(desk.get(MONTH, {"month": "2026-11", "category": "zone"}))


def test_the_month_page_can_look_at_all_issuers(desk, records):
    records.deliver(records.issue("2026-11-18 09:00", issuer="BM08"), "QX01")
    assert "没有发送过公文" in text_of(desk.get(MONTH, {"month": "2026-11"}))
    assert "宝塔区" in text_of(desk.get(MONTH, {"month": "2026-11", "issuers": "all"}))


def test_without_a_month_the_page_shows_the_present_one(desk, records):
    records.deliver(records.issue("2026-12-01 08:30"), "QX01")
    assert "2026年12月1日至12月31日" in text_of(desk.get(MONTH))
    assert "2026年12月1日至12月31日" in text_of(desk.get(MONTH, {"month": ""}))


@pytest.mark.parametrize(
    "asked", ["2026-13", "abc", "2027-01", "9999-99", "<script>", "2026-11'--", "２０２６-11", "\x00"]
)
@pytest.mark.parametrize("page", [MONTH, WORKBOOK])
def test_a_month_that_is_none_brings_the_page_with_a_sentence(desk, records, page, asked):
    records.november()
    response = desk.get(page, {"month": asked})
    assert response["Content-Type"].startswith("text/html")
    shown = text_of(response)
    assert 'role="alert"' in shown
    assert "请写成 2026-11" in shown or "还没有到" in shown
    assert "<script>，" not in shown
    assert "“<script>”" not in shown


def test_the_first_month_of_all_has_none_before_it(desk):
    assert "上一月" not in text_of(desk.get(MONTH, {"month": "2000-01"}))


@pytest.mark.parametrize("page", [MONTH, WORKBOOK])
def test_a_month_without_circulars_says_so(desk, page):
    assert "2026年3月市政府、市政府办公室没有发送过公文" in text_of(desk.get(page, {"month": "2026-03"}))


def test_the_workbook_comes_under_its_chinese_name_and_a_plain_one(desk, records):
    records.november()
    response = desk.get(WORKBOOK, {"month": "2026-11"})
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Cache-Control"] == "no-store"
    kind, plain, encoded = response["Content-Disposition"].split("; ")
    assert (kind, plain) == ("attachment", 'filename="receipts-2026-11.xlsx"')
    assert encoded.isascii()
    name = unquote(encoded.removeprefix("filename*=UTF-8''"))
    assert name == "延安市电子公文签收情况统计表（2026年11月）.xlsx"
    assert load_workbook(BytesIO(response.content))["签收情况统计表"]["B6"].value == "宝塔区"


def test_who_took_the_workbook_is_on_record(desk, records):
    records.november()
    desk.get(WORKBOOK, {"month": "2026-11"})
    access = Access.objects.get(look=Look.EXPORTED)
    assert (access.person.username, access.subject) == ("secretary", "延安市电子公文签收情况统计表 2026-11")


def test_today_shows_urgent_circulars_unsigned_with_whether_the_unit_was_told(desk, records):
    circular = records.issue("2026-12-01 08:50", Urgency.EXTRA_URGENT)
    records.deliver(circular, "QX01", notified_at=beijing("2026-12-01 08:52"), urges=1)
    records.deliver(circular, "BM08")
    records.deliver(circular, "ZX05", signed="2026-12-01 08:55")
    page = text_of(desk.get(OVERVIEW))
    for shown in ("特急", "还剩 20 分", "今日 08:52", "催签 1 次", "未通知", f"/sent/{circular.uuid}/"):
        assert shown in page
    assert "市气象局" not in page


def test_today_asks_for_no_notice_where_none_is_owed(desk, records):
    records.deliver(records.issue("2026-12-01 08:50", Urgency.URGENT), "BM08")
    page = text_of(desk.get(OVERVIEW))
    assert "不需要" in page
    assert "未通知" not in page


def test_today_shows_who_is_overdue_the_most_first(desk, records):
    for sent_at in ("2026-11-18 09:00", "2026-11-24 09:00"):
        records.deliver(records.issue(sent_at), "BM08")
    records.deliver(records.issue("2026-11-17 09:00"), "QX01")
    page = text_of(desk.get(OVERVIEW))
    assert page.index('<th scope="row">市财政局') < page.index('<th scope="row">宝塔区')
    assert "涉及 2 家单位" in page


def test_today_shows_the_latest_circulars_and_how_many_have_signed(desk, records):
    circular = records.issue("2026-12-01 08:30", title="关于报送年度总结的通知")
    records.deliver(circular, "QX01", signed="2026-12-01 08:40")
    records.deliver(circular, "BM08")
    records.owe_paper(circular, "ZX05")
    page = text_of(desk.get(OVERVIEW))
    assert "关于报送年度总结的通知" in page
    assert "1/2" in page
    assert "应送纸质件" in page
    assert "市气象局" in page


def test_today_warns_of_a_year_without_calendar_from_november_on(desk, records, time_machine):
    warning = "2027 年的工作日历还没有载入"
    assert warning in text_of(desk.get(OVERVIEW))
    time_machine.move_to("2026-10-31T09:00:00+08:00", tick=False)
    assert warning not in text_of(desk.get(OVERVIEW))
    time_machine.move_to("2026-11-01T00:00:00+08:00", tick=False)
    assert warning in text_of(desk.get(OVERVIEW))
    CalendarYear.objects.create(area=records.area, year=2027, source="通知")
    assert "工作日历还没有载入" not in text_of(desk.get(OVERVIEW))


def test_an_empty_city_has_empty_but_friendly_screens(desk):
    page = text_of(desk.get(OVERVIEW))
    for shown in ("紧急件都签收了", "没有已超时未签收的单位", "还没有发出公文", "没有要送的纸质件"):
        assert shown in page


@pytest.mark.parametrize("page, ours", [(OVERVIEW, 13), (MONTH, 9)])
def test_a_screen_asks_the_same_few_questions_however_much_there_is(desk, records, page, ours):
    def questions():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            desk.get(page, {"month": "2026-11"})
        return len(
            [
                query
                for query in asked
                if "circulars_" in query["sql"] or 'FROM "cms_area"' in query["sql"] or "cms_calendar" in query["sql"]
            ]
        )

    records.november()
    urgent = records.issue("2026-12-01 08:50", Urgency.URGENT)
    records.deliver(urgent, "QX01")
    records.owe_paper(urgent, "BM08")
    few = questions()
    for sent_at in ("2026-11-19 09:00", "2026-11-20 09:00", "2026-12-01 08:40"):
        another = records.issue(sent_at, Urgency.URGENT)
        for to in ("QX01", "BM08"):
            records.deliver(another, to)
        records.owe_paper(another, "ZX05")
    assert questions() == few == ours


def test_the_month_is_told_by_issuer_and_urgency_and_the_year_month_by_month(november, desk):
    page = text_of(desk.get(SIDES, {"month": "2026-11"}))
    assert "县（市、区）人民政府" in page
    assert "按收文单位类别" in page
    page = text_of(desk.get(SIDES, {"month": "2026-11", "side": "urgency"}))
    assert "加急" in page
    assert "83.33%" in page
    page = text_of(desk.get(SIDES, {"month": "2026-12", "side": "month", "span": "year"}))
    assert "2026年1月至12月" in page
    assert "2026年11月" in page


def test_a_month_that_is_none_or_has_not_come_is_told_and_this_month_stands_there(desk):
    for wrong, said in (("2027-01", "还没有到"), ("去年", "看不懂月份")):
        page = text_of(desk.get(SIDES, {"month": wrong, "side": "nonsense"}))
        assert said in page
        assert "这段时间没有发送过公文" in page


def test_the_workbook_of_a_side_holds_what_the_page_shows_and_is_on_record(november, desk):
    response = desk.get(SIDE_BOOK, {"month": "2026-11", "side": "circular"})
    assert "签收情况分类统计表（2026年11月，按公文）.xlsx" in unquote(response["Content-Disposition"])
    sheet = load_workbook(BytesIO(response.content)).active
    assert [sheet.cell(number, 3).value for number in range(6, 11)] == [3, 2, 3, 3, 1]
    assert sheet["B6"].value == "延政办发〔2026〕1号　关于做好秋冬季防火工作的通知"
    assert sheet["K6"].value == pytest.approx(2 / 3)
    assert Access.objects.filter(look=Look.EXPORTED, subject__contains="按公文").count() == 1
