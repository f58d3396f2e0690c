"""The screens of printing: the clerk's press and its file, spoilt sheets, further originals, the log and what the sender sees (Articles 3 and 19)."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pypdfium2
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from circulars.printing import MoreOriginals, PrintedCopy, SpoiltCopy, ask_for_more, declare_spoilt
from circulars.registration import Circular, DistributionLine
from cms.accesslog import Access, Look
from tests.cast import MONDAY

HALF_AN_HOUR = timedelta(minutes=30)


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


@pytest.fixture
def delivery(city, circular):
    DistributionLine.objects.filter(circular=circular).update(originals=2)
    return city.sign(city.opened(circular))


def posted(**changes):
    return {"key": str(uuid4()), "copies": "1", "purpose": "archive", "original": "1"} | changes


def printed(city, delivery, **changes):
    city.desk(city.clerk).post(url("print", delivery.pk), posted(**changes))
    return PrintedCopy.objects.latest("pk")


def test_a_press_gives_serials_and_leads_to_the_file(city, delivery):
    desk = city.desk(city.clerk)
    page = desk.get(url("print", delivery.pk)).content.decode()
    assert url("print", delivery.pk) in desk.get(url("reading", delivery.pk)).content.decode()
    reader = city.desk(city.leader).get(url("reading", delivery.pk))
    assert reader.status_code == 200
    assert url("print", delivery.pk) not in reader.content.decode()
    assert "还没有打印过" in page
    form = posted(copies="2")
    answer = desk.post(url("print", delivery.pk), form, follow=True)
    assert answer.redirect_chain == [(url("printed", form["key"]), 302)]
    shown = answer.content.decode()
    assert "第 1/2 份" in shown
    assert "第 2/2 份" in shown
    assert url("printed_file", form["key"]) in shown
    file = desk.get(url("printed_file", form["key"]))
    assert (file["Content-Type"], file["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert file.content.startswith(b"%PDF")
    assert Access.objects.filter(look=Look.DOWNLOADED, circular=delivery.circular.uuid, subject="印件").count() == 1
    assert desk.post(url("print", delivery.pk), form, follow=True).redirect_chain == answer.redirect_chain
    assert PrintedCopy.objects.count() == 2


def test_beyond_the_number_the_clerk_is_told_and_a_copy_without_red_is_made(city, delivery):
    desk = city.desk(city.clerk)
    answer = desk.post(url("print", delivery.pk), posted(copies="3"), follow=True).content.decode()
    assert "正本份数不够，没有打印：延政办发〔2026〕23号核定 2 份" in answer
    assert not PrintedCopy.objects.exists()
    form = {"key": str(uuid4()), "purpose": "meeting", "plain": "1"}
    answer = desk.post(url("print", delivery.pk), form, follow=True)
    assert answer.redirect_chain == [(url("printed", form["key"]), 302)]
    assert desk.get(url("printed_file", form["key"])).content.startswith(b"%PDF")
    assert PrintedCopy.objects.get().kind == "plain"


@pytest.mark.parametrize(
    "wrong", [{"copies": "0"}, {"copies": "二"}, {"copies": "9999"}, {"purpose": ""}, {"purpose": "x"}, {"key": "x"}]
)
def test_what_is_typed_wrong_is_said_beside_it_and_prints_nothing(city, delivery, wrong):
    answer = city.desk(city.clerk).post(url("print", delivery.pk), posted(**wrong))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not PrintedCopy.objects.exists()


def test_a_look_prints_nothing_and_a_leader_sees_and_does_not_print(city, delivery):
    city.desk(city.clerk).get(url("print", delivery.pk), posted())
    leader = city.desk(city.leader)
    assert "打印由本单位收发员办理" in leader.get(url("print", delivery.pk)).content.decode()
    assert leader.post(url("print", delivery.pk), posted()).status_code == 404
    assert not PrintedCopy.objects.exists()


@pytest.mark.parametrize("who", ["late_clerk", "stranger", "sender", "secretary", "nobody", "superuser"])
def test_a_stranger_finds_none_of_it(city, delivery, who):
    copy, desk = printed(city, delivery), city.desk(getattr(city, who))
    before = PrintedCopy.objects.count()
    for address in (url("print", delivery.pk), url("ask_originals", delivery.pk), url("spoil", copy.pk)):
        assert desk.get(address).status_code in (403, 404)
        assert desk.post(address, posted(reason="卡纸", wanted="1")).status_code in (403, 404)
    for address in (url("printed", copy.key), url("printed_file", copy.key)):
        assert desk.get(address).status_code in (403, 404)
    assert (PrintedCopy.objects.count(), SpoiltCopy.objects.count(), MoreOriginals.objects.count()) == (before, 0, 0)


def test_a_file_is_fetched_by_who_pressed_and_for_half_an_hour(city, delivery, week):
    copy = printed(city, delivery)
    file = url("printed_file", copy.key)
    assert city.desk(city.second_clerk).get(file).status_code == 404
    week.move_to(MONDAY + HALF_AN_HOUR)
    assert city.desk(city.clerk).get(file).status_code == 200
    week.move_to(MONDAY + HALF_AN_HOUR + timedelta(seconds=1))
    answer = city.desk(city.clerk).get(file, follow=True)
    assert answer.redirect_chain == [(url("printed", copy.key), 302)]
    assert "已经过了取文件的时间" in answer.content.decode()


def test_a_key_used_for_both_kinds_puts_no_plain_copy_on_sealed_pages(city, delivery):
    desk, key = city.desk(city.clerk), str(uuid4())
    other = city.sign(city.opened(city.sent()))
    desk.post(url("print", delivery.pk), posted(key=key))
    desk.post(url("print", other.pk), {"key": key, "purpose": "meeting", "plain": "1"})
    assert PrintedCopy.objects.filter(key=key).count() == 2
    file = desk.get(url("printed_file", key)).content
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file))
    assert delivery.circular.number in text
    assert other.circular.number not in text


def test_a_received_paper_is_read_on_the_screen_and_not_printed_from_there(city, delivery):
    pages = city.desk(city.clerk).get(url("received_pages", delivery.pk)).content.decode()
    assert "sheets-ground--read" in pages
    assert "这里只供阅读" in pages
    own = city.desk(city.sender).get(url("own_pages", delivery.circular.uuid)).content.decode()
    assert "sheets-ground--read" not in own


def test_a_spoilt_sheet_goes_to_the_leader_and_comes_back_as_one_more(city, delivery):
    copy = printed(city, delivery, copies="2")
    clerk, leader = city.desk(city.clerk), city.desk(city.leader)
    assert "请写明作废原因" in clerk.post(url("spoil", copy.pk), {"reason": ""}).content.decode()
    assert "领导确认后可以补印" in clerk.post(url("spoil", copy.pk), {"reason": "卡纸"}, follow=True).content.decode()
    assert "不必再申报" in clerk.post(url("spoil", copy.pk), {"reason": "卡纸"}, follow=True).content.decode()
    declared = SpoiltCopy.objects.get()
    home = leader.get("/", follow=True).content.decode()
    assert "印件待确认作废" in home
    decide = url("decide_spoilt", declared.pk)
    assert decide in leader.get(url("spoilt_copies")).content.decode()
    assert clerk.post(decide, {"confirm": "1"}).status_code == 404
    leader.get(decide, {"confirm": "1"})
    assert "请写明理由" in leader.post(decide, {"refuse": "1", "answer": ""}).content.decode()
    assert SpoiltCopy.objects.get().state == "declared"
    assert "已作废" in leader.post(decide, {"confirm": "1"}, follow=True).content.decode()
    assert "不必再办" in leader.post(decide, {"confirm": "1"}, follow=True).content.decode()
    assert "还可以打印" in clerk.get(url("print", delivery.pk)).content.decode()
    assert printed(city, delivery).serial == 3


def test_a_leader_of_another_unit_decides_nothing(city, delivery):
    declared = declare_spoilt(printed(city, delivery), "卡纸", by=city.clerk, at=MONDAY)
    for who in (city.department_head, city.principal, city.stranger):
        assert city.desk(who).post(url("decide_spoilt", declared.pk), {"confirm": "1"}).status_code in (403, 404)
    assert SpoiltCopy.objects.get().state == "declared"


def test_more_originals_are_asked_for_and_answered_on_both_sides_screens(city, delivery):
    clerk, registrar = city.desk(city.clerk), city.desk(city.registrar)
    answer = clerk.post(url("ask_originals", delivery.pk), {"wanted": "2", "reason": "各支队存档"}, follow=True)
    assert "已向市政府办申请增印" in answer.content.decode()
    again = clerk.post(url("ask_originals", delivery.pk), {"wanted": "2", "reason": "各支队存档"}, follow=True)
    assert "正等发文单位答复" in again.content.decode()
    asked = MoreOriginals.objects.get()
    assert "增印申请" in registrar.get("/", follow=True).content.decode()
    assert "各支队存档" in registrar.get(url("originals_asked")).content.decode()
    assert "去答复" in registrar.get(url("copies_of", delivery.circular.uuid)).content.decode()
    assert city.desk(city.department_reviewer).get(url("answer_originals", asked.pk)).status_code == 404
    path = url("answer_originals", asked.pk)
    assert "至少 1 份" in registrar.post(path, {"granted": "0"}).content.decode()
    assert "请写明理由" in registrar.post(path, {"refuse": "1"}).content.decode()
    assert "已同意" in registrar.post(path, {"granted": "1"}, follow=True).content.decode()
    assert "不必再答复" in registrar.post(path, {"granted": "1"}, follow=True).content.decode()
    assert "同意增印 1 份" in clerk.get(url("print", delivery.pk)).content.decode()


def test_the_sender_sees_counts_and_not_who_printed_what_for(city, delivery):
    printed(city, delivery)
    ask_for_more(delivery, 2, "各支队存档", by=city.clerk, at=MONDAY)
    board = city.desk(city.sender).get(url("board", delivery.circular.uuid)).content.decode()
    assert url("copies_of", delivery.circular.uuid) in board
    for who in ("sender", "registrar", "secretary"):
        shown = city.desk(getattr(city, who)).get(url("copies_of", delivery.circular.uuid)).content.decode()
        assert "共打印正本 1 份" in shown
        assert "市公安局申请增印 2 份" in shown
        assert "孙早" not in shown
    assert city.desk(city.stranger).get(url("copies_of", delivery.circular.uuid)).status_code == 404


def test_the_log_is_shown_by_month_and_kind_and_written_as_a_workbook(city, delivery, week):
    printed(city, delivery, copies="2")
    week.move_to(MONDAY + timedelta(days=10))
    city.desk(city.clerk).post(url("print", delivery.pk), {"key": str(uuid4()), "purpose": "meeting", "plain": "1"})
    desk = city.desk(city.leader)
    page = desk.get(url("print_ledger")).content.decode()
    assert "复印件" in page
    assert "第 1/2 份" not in page
    assert "第 1/2 份" in desk.get(url("print_ledger"), {"month": "2026-09"}).content.decode()
    assert "这个月没有打印" in desk.get(url("print_ledger"), {"month": "2026-09", "kind": "plain"}).content.decode()
    assert "这个月没有打印" in desk.get(url("print_ledger"), {"month": "2026-09", "q": "没有这样的字"}).content.decode()
    assert desk.get(url("print_ledger"), {"month": "甲", "kind": "x"}).status_code == 200
    book = load_workbook(BytesIO(desk.get(reverse("reports:print_workbook"), {"month": "2026-09"}).content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=6)]
    assert [(row[3], row[6], row[7], row[8], row[9]) for row in rows] == [
        ("延政办发〔2026〕23号", f"第 {serial}/2 份", "孙早", "归档", "有效") for serial in (1, 2)
    ]
    assert (
        "这个月没有打印" in city.desk(city.late_clerk).get(url("print_ledger"), {"month": "2026-09"}).content.decode()
    )


def test_the_registrar_gives_each_unit_its_number(city):
    page, desk = city.approved(), city.desk(city.registrar)
    path = url("register", page.pk)
    digest = desk.get(path).context["form"].initial["digest"]
    form = {"digest": digest, "originals": "2", "rechecked": "on", "originals-BM05": "21", "originals-BM12": ""}
    answer = desk.post(path, form).content.decode()
    assert "市公安局最多 20 份" in answer
    assert '<details class="exceptions" open>' in answer
    assert not Circular.objects.filter(page=page.pk).exists()
    desk.post(path, form | {"originals-BM05": "5", "originals-BM20": "9"})
    circular = Circular.objects.get(page=page.pk)
    assert dict(circular.distribution.values_list("unit__code", "originals")) == {"BM05": 5, "BM12": None, "QY16": None}
    assert "市公安局 5 份" in desk.get(url("own_text", circular.uuid)).content.decode()


def test_a_page_of_many_sheets_asks_no_more_than_one_of_few(city, delivery, django_assert_max_num_queries):
    desk = city.desk(city.clerk)
    printed(city, delivery, copies="2")
    for _ in range(3):
        desk.post(url("print", delivery.pk), {"key": str(uuid4()), "purpose": "meeting", "plain": "1"})
    with django_assert_max_num_queries(30):
        desk.get(url("print_ledger"))
    with django_assert_max_num_queries(35):
        desk.get(url("print", delivery.pk))
