"""The register on the desk: a clerk registers, finds and prints what the unit has received; nobody else sees the book (Articles 13, 19, 20 and 22)."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.incoming import Incoming, Kind, Outside, enter, enter_outside
from circulars.papercopies import PaperCopy
from circulars.purging import block
from cms.accesslog import Access, Look
from cms.ledger import Entry
from tests.cast import BACK_AT_WORK, EVE_OF_THE_HOLIDAY, MAKE_UP_SATURDAY, MONDAY
from tests.offices import beijing

AT_ELEVEN = beijing("2026-09-28 11:00")
PASSED = {"kind": "action", "copies": "1", "pages": "4", "note": "", "review": "passed", "code": "", "reason": ""}


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


@pytest.fixture
def signed(city, circular):
    return city.sign(city.opened(circular))


@pytest.fixture
def entry(city, signed):
    return enter(signed, by=city.clerk, at=AT_ELEVEN)


def outside(city, title="关于开展检查的函", **given):
    paper = Outside(sender="省应急管理厅", title=title, number="陕应急函〔2026〕5号")
    return enter_outside(city.attentive.pk, paper, received_at=MONDAY, by=city.clerk, at=AT_ELEVEN, **given)


# 登记


def test_from_the_slip_a_clerk_registers_in_one_press_of_a_form_that_is_filled_in(city, circular, signed):
    desk = city.desk(city.clerk)
    assert url("register_incoming", signed.pk) in body(desk.get(url("slip", signed.pk)))
    form = desk.get(url("register_incoming", signed.pk)).context["form"]
    pages = circular.manifest.pages
    assert (form["kind"].value(), form["copies"].value(), form["pages"].value()) == ("action", 1, pages)
    answer = desk.post(url("register_incoming", signed.pk), PASSED, follow=True)
    entry = Incoming.objects.get()
    assert answer.redirect_chain == [(url("entry", entry.pk), 302)]
    assert f"{circular.number} 已登记为收〔2026〕1号。" in body(answer)
    assert "收〔2026〕1号" in body(desk.get(url("reading", signed.pk)))
    assert url("register_incoming", signed.pk) not in body(desk.get(url("slip", signed.pk)))


def test_twice_is_once_and_says_who_was_first(city, signed):
    city.desk(city.clerk).post(url("register_incoming", signed.pk), PASSED)
    again = city.desk(city.second_clerk).post(url("register_incoming", signed.pk), PASSED, follow=True)
    assert "本件已由孙早于2026年9月28日 09:00登记为收〔2026〕1号，不需要再登记。" in body(again)
    assert Incoming.objects.count() == 1


def test_a_look_registers_nothing_and_what_is_not_signed_for_is_not_offered(city, circular):
    delivery, desk = city.delivery(circular), city.desk(city.clerk)
    page = body(desk.get(url("register_incoming", delivery.pk)))
    assert "还没有签收，请先签收再登记" in page
    assert '<button class="button">登记</button>' not in page
    refused = desk.post(url("register_incoming", delivery.pk), PASSED, follow=True)
    assert "还没有签收" in body(refused)
    assert not Incoming.objects.exists()


def test_what_fails_the_first_review_is_registered_and_goes_back_in_one_act(city, circular, signed):
    desk, failed = city.desk(city.clerk), PASSED | {"review": "failed"}
    refused = desk.post(url("register_incoming", signed.pk), failed)
    assert "初审不合格的，请选择退回原因" in body(refused)
    assert not Incoming.objects.exists()
    answer = desk.post(url("register_incoming", signed.pk), failed | {"code": "not_ours"}, follow=True)
    assert "已登记为收〔2026〕1号，已退回发文单位" in body(answer)
    assert (Incoming.objects.get().state, city.delivery(circular).state) == ("sent_back", Delivery.State.RETURNED)
    deeds = list(Entry.objects.filter(circular=circular.uuid, deed__contains="ncoming").values_list("deed", flat=True))
    assert deeds == ["incoming.registered", "incoming.sent_back"]


def test_mail_from_outside_is_registered_and_its_return_put_down(city):
    desk = city.desk(city.clerk)
    form = desk.get(url("register_outside")).context["form"]
    given = {"unit": city.attentive.pk, "sender": "省应急管理厅", "number": "", "title": "关于开展检查的函"}
    given |= {"urgency": "urgent", "received_at": "2026-09-28 08:30", "kind": "information", "copies": "2"}
    assert form["unit"].value() == city.attentive.pk
    bad = desk.post(url("register_outside"), given | {"title": "机密★一年", "received_at": "昨天"})
    assert "密级标志" in body(bad)
    assert "2026-09-28 09:30" in body(bad)
    desk.post(url("register_outside"), given)
    entry = Incoming.objects.get()
    assert (entry.source, entry.kind, entry.copies, entry.title) == ("outside", "information", 2, "关于开展检查的函")
    desk.post(url("return_outside", entry.pk), {"why": ""})
    entry.refresh_from_db()
    assert entry.is_open
    for _ in range(2):
        desk.post(url("return_outside", entry.pk), {"why": "不属于本单位，已退省厅"})
    entry.refresh_from_db()
    assert (entry.state, entry.sent_back_why) == ("sent_back", "不属于本单位，已退省厅")
    assert Entry.objects.filter(deed="incoming.sent_back").count() == 1


# 登记簿


def test_the_book_finds_by_own_number_senders_number_title_and_sender(city, circular, entry):
    other = outside(city)
    desk = city.desk(city.leader)

    def found(**asked):
        return [one.pk for one in desk.get(url("register_book"), asked).context["page_obj"]]

    assert found() == [other.pk, entry.pk]
    for words in ("收〔2026〕1号", "[2026]1", circular.number, "国庆假期", circular.issuer_name):
        assert found(q=words) == [entry.pk], words
    assert found(q="收〔2026〕1号", year="2025", month="3") == [entry.pk]
    assert found(q="应急管理厅") == found(q="陕应急函") == [other.pk]
    assert (found(month="9"), found(month="10"), found(year="2025")) == ([other.pk, entry.pk], [], [])
    other.send_back("退", by=city.clerk, at=AT_ELEVEN)
    assert (found(show="open"), found(show="sent_back"), found(show="handled")) == ([entry.pk], [other.pk], [])
    assert found(q="\0", unit="nowhere", year="x", month="99", show="?") == [other.pk, entry.pk]


def test_a_hundred_lines_cost_as_many_questions_as_two(city, entry, django_assert_max_num_queries):
    desk = city.desk(city.clerk)
    desk.get(url("register_book"))
    outside(city)
    with django_assert_max_num_queries(80) as few:
        desk.get(url("register_book"))
    for number in range(40):
        outside(city, title=f"来文 {number}")
    with django_assert_max_num_queries(80) as many:
        assert len(desk.get(url("register_book")).context["page_obj"]) == 42
    assert len(many) == len(few)


def test_the_month_is_printed_and_exported_in_the_order_of_the_numbers(city, circular, entry):
    outside(city, title="=1+1", note="@来")
    desk, asked = city.desk(city.clerk), {"month": "9"}
    sheet = body(desk.get(url("register_sheet"), asked))
    assert "page--across" in sheet
    assert sheet.index("收〔2026〕1号") < sheet.index("收〔2026〕2号")
    answer = desk.get(reverse("reports:register_workbook"), asked)
    assert "register-2026-09.xlsx" in answer["Content-Disposition"]
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=6, values_only=True))
    assert [row[0] for row in rows] == ["收〔2026〕1号", "收〔2026〕2号"]
    assert (rows[0][4], rows[0][5], rows[0][12]) == (circular.number, circular.title, "按时")
    assert (rows[1][5], rows[1][15]) == ("=1+1", "@来")
    assert Access.objects.get(look=Look.EXPORTED).subject == f"收文登记簿（{city.attentive.code}，2026年9月）"


def test_of_a_blocked_paper_the_book_shows_its_number_alone(city, circular, signed):
    entry = enter(signed, note="送值班室", by=city.clerk, at=AT_ELEVEN)
    block(circular.page, reason="发现密级标志", by=city.secretary, at=AT_ELEVEN)
    desk = city.desk(city.clerk)
    for page in (desk.get(url("register_book")), desk.get(url("register_sheet"))):
        assert "收〔2026〕1号" in body(page)
        assert circular.title not in body(page)
        assert "送值班室" not in body(page)
    rows = load_workbook(BytesIO(desk.get(reverse("reports:register_workbook")).content)).active
    assert not {circular.title, "送值班室"} & {cell.value for row in rows.iter_rows() for cell in row}
    assert desk.get(url("entry", entry.pk)).status_code == 404
    assert desk.get(url("register_incoming", signed.pk)).status_code == 404


# 签而不办


def test_what_lies_for_days_is_listed_for_the_unit_and_counted_for_the_secretariat(city, circular, signed, week):
    def lies():
        rows = city.desk(city.secretary).get(url("lying_by_unit")).context["rows"]
        return (
            [row.pk for row in city.desk(city.leader).get(url("left_lying")).context["page_obj"]],
            [(row["unit__name"], row["count"]) for row in rows],
        )

    week.move_to(EVE_OF_THE_HOLIDAY, tick=False)  # the second working day after the signing
    assert lies() == ([], [])
    week.move_to(BACK_AT_WORK, tick=False)  # the third has only begun
    assert lies() == ([], [])
    week.move_to(MAKE_UP_SATURDAY, tick=False)
    assert lies() == ([signed.pk], [(city.attentive.name, 1)])
    assert circular.title not in body(city.desk(city.secretary).get(url("lying_by_unit")))
    enter(signed, by=city.clerk, at=MAKE_UP_SATURDAY)
    assert lies() == ([], [])


def test_a_year_without_a_calendar_is_said_and_breaks_no_page(city, signed, week):
    week.move_to(beijing("2028-03-01 10:00"), tick=False)
    assert "现在不能统计" in body(city.desk(city.leader).get(url("left_lying")))
    assert "现在不能统计" in body(city.desk(city.secretary).get(url("lying_by_unit")))


# Counts and who sees what


def test_what_waits_is_counted_as_it_is_listed(city, circular, signed):
    desk = city.desk(city.clerk)
    page = desk.get(url("to_register"))
    items = {item.label: item for group in page.context["rail_groups"] for item in group.items}
    assert (items["待登记"].count, len(page.context["page_obj"])) == (1, 1)
    assert url("register_incoming", signed.pk) in body(page)
    enter(signed, by=city.clerk, at=AT_ELEVEN)
    page = desk.get(url("to_register"))
    items = {item.label: item for group in page.context["rail_groups"] for item in group.items}
    assert (items["待登记"].count, len(page.context["page_obj"])) == (0, 0)


def test_what_came_first_stands_first_on_paper_or_not(city, signed):
    later = city.delivery(city.sent(title="关于另一件事的通知"))
    copy = PaperCopy.objects.create(delivery=later, owed_from=MONDAY)
    copy.deliver(AT_ELEVEN, "钱门卫", by=city.sender, at=AT_ELEVEN)
    assert [*city.desk(city.clerk).get(url("to_register")).context["page_obj"]] == [signed, later]


def test_nobody_but_the_units_own_people_sees_its_book(city, signed, entry):
    division = Unit.objects.get(pk=city.attentive.pk).add_child(
        code="BM05-1", name="办公室", short_name="办公室", category=city.attentive.category,
        area=city.attentive.area, is_division=True,
    )  # fmt: skip
    handler = User.objects.create(username="handler", name="承办")
    take_post(handler, division, Role.HANDLER, by=None, at=MONDAY)
    head = User.objects.create(username="head", name="科长")
    take_post(head, city.attentive, Role.DIVISION_HEAD, by=None, at=MONDAY)
    pages = [("entry", entry.pk), ("register_incoming", signed.pk), ("return_outside", entry.pk)]
    for person in (city.late_clerk, city.sender, city.drafter, city.secretary, city.engineer, handler, head):
        desk = city.desk(person)
        for name, pk in pages:
            assert desk.get(url(name, pk)).status_code == 404, (person, name)
            assert desk.post(url(name, pk), PASSED).status_code in (404, 405), (person, name)
        for name in ("register_book", "register_sheet"):
            answer = desk.get(url(name), {"unit": city.attentive.code})
            assert answer.status_code == 404 or "收〔2026〕1号" not in body(answer), (person, name)
        answer = desk.get(reverse("reports:register_workbook"), {"unit": city.attentive.code})
        assert answer.status_code == 404 or "BM05" not in str(answer.headers), person
    leader = city.desk(city.leader)  # reads the book and registers nothing
    assert leader.get(url("entry", entry.pk)).status_code == 200
    for name in ("to_register", "register_outside"):
        assert leader.get(url(name)).status_code == 404
    assert leader.post(url("register_incoming", signed.pk), PASSED).status_code == 404


def test_a_copy_for_information_is_offered_as_such(city):
    circular = city.sent(primary_units=[city.late], cc_units=[city.attentive])
    delivery = city.sign(city.opened(circular))
    form = city.desk(city.clerk).get(url("register_incoming", delivery.pk)).context["form"]
    assert form["kind"].value() == Kind.INFORMATION
