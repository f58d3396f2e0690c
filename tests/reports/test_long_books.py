"""逐件签收清单: ordered, made by the queue, kept with its digest, taken by who ordered it (Articles 5 and 28)."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from circulars.clearing import cleared
from circulars.deliveries import Delivery
from circulars.registration import Circular
from circulars.secrecycases import SecrecyCase
from cms.accesslog import Access, Look
from cms.attachments import Attachment
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.unheld import unheld
from reports import bookorders
from reports.bookorders import ATTEMPTS, KEPT, SILENT, BookOrder, make, order, sweep_books
from reports.months import Month
from reports.receipts import Issuers
from tests.offices import beijing
from tests.queued import queued
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER

BOOKS = reverse("reports:books")


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to("2026-12-01T09:00:00+08:00", tick=False)


@pytest.fixture
def secretary(november):
    return november.person("secretary", Role.SECRETARIAT, at=beijing("2026-10-01 09:00"))


@pytest.fixture
def wanted(november, secretary):
    return ordered(november, secretary)


def ordered(records, by, month=NOVEMBER, *, whole_year=False, issuers=Issuers.GOVERNMENT):
    return order(month, whole_year=whole_year, issuers=issuers, area=records.area, by=by, at=FIRST_OF_DECEMBER)


def made(wanted):
    make(wanted.pk, at=FIRST_OF_DECEMBER)
    wanted.refresh_from_db()
    return wanted


def sheet_of(content):
    (sheet,) = load_workbook(BytesIO(content)).worksheets
    return sheet


def test_a_clerk_sees_none_of_it_and_the_secretary_takes_the_file_that_was_made(november, secretary, client):
    client.force_login(secretary)
    assert "还没有申请过清单" in client.get(BOOKS).content.decode()
    client.post(BOOKS, {"month": "2026-11", "span": "month", "issuers": "government"})
    (wanted,) = BookOrder.objects.all()
    assert queued("reports.tasks.make_book") == [(wanted.pk,)]
    address = reverse("reports:book_file", args=[wanted.uuid])
    assert client.get(address).status_code == 404  # not made yet
    made(wanted)
    assert (wanted.state, wanted.rows, wanted.done) == ("ready", 15, 15)
    assert Message.objects.get(person=secretary).link == BOOKS
    page = client.get(BOOKS).content.decode()
    assert address in page
    assert wanted.digest[:16] in page
    answer = client.get(address)
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == wanted.digest
    assert Access.objects.filter(look=Look.EXPORTED, person=secretary.pk).count() == 1
    for stranger in (
        november.person("clerk", Role.CLERK, at=beijing("2026-10-01 09:00"), unit="QX01"),
        november.person("other", Role.SECRETARIAT, at=beijing("2026-10-01 09:00")),
    ):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
        assert wanted.digest[:16] not in client.get(BOOKS).content.decode()


def test_every_receipt_stands_on_its_line_as_the_figures_judge_it(november, wanted):
    Delivery.objects.filter(unit_name="宝塔区").update(unit_name="=1+1")
    sheet = sheet_of(made(wanted).file.path.read_bytes())
    heads = [cell.value for cell in sheet[4]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=6)]
    assert [row["序号"] for row in rows] == list(range(1, 16))
    states = [(row["单位"], row["状态"]) for row in rows]
    assert states == [
        *[("=1+1", "按时签收"), ("市财政局", "逾期签收"), ("市气象局", "按时签收")],
        *[("=1+1", "按时签收"), ("市财政局", "按时签收"), ("市气象局", "免责")],
        *[("=1+1", "按时签收"), ("市财政局", "逾期签收"), ("市气象局", "按时签收")],
        *[("=1+1", "按时签收"), ("市财政局", "未签收"), ("市气象局", "按时签收")],
        *[("=1+1", "未到期"), ("市财政局", "按时签收"), ("市气象局", "未到期")],
    ]
    first = sheet["B6"]
    assert (first.data_type, first.quotePrefix) == ("s", True)
    assert (rows[0]["发送时间"], rows[0]["用时(分钟)"]) == (beijing("2026-11-03 09:00").replace(tzinfo=None), 40)
    assert sheet["A1"].value == "逐件签收清单"
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A6", "$1:$5")
    assert "$A$1:$O$20" in sheet.print_area


def test_a_task_that_runs_twice_makes_one_file_and_tells_once(wanted, monkeypatch):
    made(wanted)
    kept = wanted.file_id
    monkeypatch.setattr(bookorders, "write_long", None)  # a second making would fall over it
    made(wanted)
    assert (wanted.file_id, wanted.attempts) == (kept, 1)
    assert Message.objects.filter(key=f"book:{wanted.pk}").count() == 1


def test_a_making_that_stopped_is_begun_again_and_given_up_after_three(wanted):
    BookOrder.objects.update(state="making", attempts=1, heard_at=FIRST_OF_DECEMBER)
    sweep_books(FIRST_OF_DECEMBER + SILENT)
    assert len(queued("reports.tasks.make_book")) == 1  # it may be at it still
    sweep_books(FIRST_OF_DECEMBER + 1.1 * SILENT)
    sweep_books(FIRST_OF_DECEMBER + 1.2 * SILENT)
    assert len(queued("reports.tasks.make_book")) == 2
    assert made(wanted).attempts == 2
    BookOrder.objects.update(state="making", attempts=ATTEMPTS, file=None, heard_at=FIRST_OF_DECEMBER)
    sweep_books(FIRST_OF_DECEMBER + 1.1 * SILENT)
    wanted.refresh_from_db()
    assert (wanted.state, wanted.problem) == ("failed", "多次没有做完，请改为按月申请，或者联系网信办。")


def test_whoever_lost_the_making_to_another_leaves_what_the_other_made(wanted, monkeypatch):
    whole = bookorders.write_long

    def overtaken(file, *rest, told, **more):
        BookOrder.objects.update(attempts=2)
        whole(file, *rest, told=told, **more)
        told(15)

    monkeypatch.setattr(bookorders, "write_long", overtaken)
    made(wanted)
    assert (wanted.state, wanted.file, wanted.attempts) == ("making", None, 2)


def test_a_full_disk_is_told_and_the_order_is_not_left_hanging(wanted, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bookorders, "keep_own", full)
    with pytest.raises(OSError, match="space"):
        made(wanted)
    wanted.refresh_from_db()
    assert (wanted.state, wanted.problem) == ("failed", "磁盘没有写成，请联系网信办检查磁盘后重新申请。")


def test_after_a_week_the_file_is_let_go_and_until_then_it_is_held(wanted, secretary, client):
    kept = made(wanted).file
    assert not unheld(Attachment.objects.filter(pk=kept.pk)).exists()
    sweep_books(wanted.finished_at + 1.01 * KEPT)
    wanted.refresh_from_db()
    assert (wanted.state, wanted.file, wanted.digest) == ("expired", None, kept.digest)
    assert unheld(Attachment.objects.filter(pk=kept.pk)).exists()
    client.force_login(secretary)
    assert "已过期" in client.get(BOOKS).content.decode()
    assert client.get(reverse("reports:book_file", args=[wanted.uuid])).status_code == 404


def test_the_same_is_ordered_once_and_no_more_than_two_at_a_time(november, secretary, wanted):
    assert ordered(november, secretary) == wanted
    ordered(november, secretary, whole_year=True)
    with pytest.raises(OutOfOrder, match="您已有 2 份清单没有做完"):
        ordered(november, secretary, issuers=Issuers.ALL)
    made(wanted)
    ordered(november, secretary, issuers=Issuers.ALL)
    assert BookOrder.objects.count() == 3


@pytest.mark.parametrize(
    ("month", "sentence"),
    [(Month(2027, 1), "还没有到"), (Month(2026, 2), "2026年2月没有发送过公文")],
)
def test_a_month_without_circulars_and_one_to_come_are_refused_with_a_sentence(november, secretary, month, sentence):
    with pytest.raises(OutOfOrder, match=sentence):
        ordered(november, secretary, month)
    assert not BookOrder.objects.exists()
    assert not queued("reports.tasks.make_book")


def test_odd_words_order_nothing_and_are_answered(november, secretary, client):
    client.force_login(secretary)
    for month in ("2027-01", "x", ""):
        answer = client.post(BOOKS, {"month": month}, follow=True)
        assert "notice--error" in answer.content.decode()
    assert client.get(BOOKS, {"month": "2026-11"}).status_code == 200
    assert not BookOrder.objects.exists()


def test_who_may_not_report_orders_nothing(november):
    clerk = november.person("clerk", Role.CLERK, at=beijing("2026-10-01 09:00"), unit="QX01")
    with pytest.raises(PermissionDenied):
        ordered(november, clerk)
    assert not BookOrder.objects.exists()


def test_a_book_that_names_a_paper_shut_since_is_not_handed_out_and_goes_when_the_paper_is_cleared(
    november, wanted, secretary, client
):
    kept = made(wanted).file
    circular = Circular.objects.filter(deliveries__unit_name="宝塔区").first()
    client.force_login(secretary)
    address = reverse("reports:book_file", args=[wanted.uuid])
    assert client.get(address).status_code == 200
    facts = {
        "issuer": circular.issuer,
        "issuer_name": circular.issuer_name,
        "reason": "标题涉密",
        "blocked_by": secretary,
    }
    case = SecrecyCase.objects.create(
        page=circular.page, circular=circular, blocked_at=FIRST_OF_DECEMBER + timedelta(hours=1), **facts
    )
    refused = client.get(address, follow=True)
    assert "已作涉密处置，不再提供" in refused.content.decode()
    SecrecyCase.objects.filter(pk=case.pk).update(state=SecrecyCase.State.RELEASED)
    assert client.get(address).status_code == 200
    cleared.send(Circular, circular=circular)
    wanted.refresh_from_db()
    assert (wanted.state, wanted.file) == ("expired", None)
    assert unheld(Attachment.objects.filter(pk=kept.pk, recheck_at__lte=FIRST_OF_DECEMBER)).exists()
