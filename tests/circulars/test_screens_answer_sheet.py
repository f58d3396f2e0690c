"""The sender's table of answers: sheet and files are taken along, the missing are pressed, nobody else sees it all; a purge leaves no word."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from circulars.answers.filling import answer_form
from circulars.answers.records import AnswerCell
from circulars.answers.values import GivenFile
from circulars.registration import Circular
from cms.accesslog import Access
from cms.attachments import keep
from tests.answers import ask, asked, filled_in
from tests.cast import MONDAY
from tests.secretpapers import WORD, purged, shown_to
from tests.traces import traces


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


@pytest.fixture
def own_store(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


@pytest.fixture(scope="module")
def standing_form(standing_city, django_db_blocker):
    return asked(standing_city, django_db_blocker)


@pytest.fixture
def circular(standing_form, city):
    return Circular.objects.get(pk=standing_form)


@pytest.fixture
def delivery(circular, city):
    return city.delivery(circular)


def with_file(city, circular, delivery):
    """Everything is filled in, with a file and with text that looks like a formula."""
    by_kind = {field.kind: field.pk for field in circular.demand.fields.all()}
    given = filled_in(circular) | {
        by_kind["file"]: GivenFile(keep("报名表.csv", SimpleUploadedFile("报名表.csv", b"a,b\n")), "报名表.csv"),
        by_kind["text"]: "=1+1",
    }
    answer_form(delivery, given, hand_in=True, by=city.clerk, at=MONDAY)


def test_the_sender_reads_the_table_and_takes_sheet_and_files_along(city, circular, delivery):
    with_file(city, circular, delivery)
    desk = city.desk(city.sender)
    shown = body(desk.get(url("answers", circular.uuid)))
    for part in ("孙早 科员 0911-2110000", "名称：帐篷，数量：3", "12.5", "=1+1", "市住建局", "纸质送达"):
        assert part in shown
    book = load_workbook(io.BytesIO(desk.get(reverse("reports:answers_workbook", args=[circular.uuid])).content))
    sheet = book["答复汇总"]
    heads = [cell.value for cell in sheet[4]]
    row = dict(zip(heads, sheet[6], strict=True))
    assert row["单位"].value == "市公安局"
    assert (row["所需经费"].value, row["所需经费"].data_type) == (12.5, "n")
    assert (row["意见"].value, row["意见"].data_type, row["意见"].quotePrefix) == ("=1+1", "s", True)
    assert row["受灾地点"].value == "市区、县城"
    assert [cell.value for cell in book["物资需求"][6]][1:] == ["市公安局", "帐篷", "3"]
    assert book.sheetnames == ["答复汇总", "参会人员", "物资需求"]
    packed = desk.get(url("answers_files", circular.uuid))
    with zipfile.ZipFile(io.BytesIO(b"".join(packed.streaming_content))) as package:
        (name,) = package.namelist()
        assert name == "001 市公安局 盖章的报名表 报名表.csv"
        assert package.read(name) == b"a,b\n"
    place = circular.demand.fields.get(kind="file").place
    one = desk.get(url("answers_file", circular.uuid, delivery.pk, place))
    assert b"".join(one.streaming_content) == b"a,b\n"
    assert desk.get(url("answers_file", circular.uuid, delivery.pk + 1, place)).status_code == 404
    assert Access.objects.filter(person=city.sender, circular=circular.uuid, look="downloaded").count() == 2


def test_a_label_that_looks_like_a_formula_is_text_in_the_sheet(city):
    page = city.draft()
    ask(city, page, fields=[{"kind": "table", "label": "=HYPERLINK(1)", "options": "=A1\n+B2"}])
    circular = city.register(city.put_through(page))
    city.dispatch(circular)
    content = city.desk(city.sender).get(reverse("reports:answers_workbook", args=[circular.uuid])).content
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=A1" in [cell.value for cell in cells]


def test_only_the_senders_people_see_all_answers(city, circular, delivery):
    with_file(city, circular, delivery)
    place = circular.demand.fields.get(kind="file").place
    paths = [
        url("answers", circular.uuid),
        url("answers_files", circular.uuid),
        url("answers_file", circular.uuid, delivery.pk, place),
        reverse("reports:answers_workbook", args=[circular.uuid]),
    ]
    for stranger in (
        city.clerk,
        city.late_clerk,
        city.secretary,
        city.stranger,
        city.department_drafter,
        city.engineer,
    ):
        desk = city.desk(stranger)
        assert {desk.get(path).status_code for path in paths} <= {403, 404}
        assert desk.post(url("press_answers", circular.uuid)).status_code in (403, 404)
        assert desk.post(url("let_answer_late", circular.uuid, delivery.pk)).status_code in (403, 404)
    follower = city.desk(city.drafter)
    assert all(follower.get(path).status_code == 200 for path in paths)
    assert follower.post(url("press_answers", circular.uuid)).status_code in (403, 404)


def test_the_sender_presses_the_ticked_units(city, circular, delivery):
    desk, where = city.desk(city.sender), url("press_answers", circular.uuid)
    assert desk.get(where).status_code == 405
    for foreign in ("x", city.elsewhere.pk):  # who was not asked is no unit of this table, and takes the others along
        assert desk.post(where, {"units": [foreign, city.late.pk]}).status_code == 404
    assert "没有可以催报的单位" in body(desk.post(where, follow=True))
    pressed = body(desk.post(where, {"units": [city.late.pk]}, follow=True))
    assert "已向 1 家单位催报" in pressed
    assert "今日已催报" in pressed
    assert "催报：请尽快答复" in body(city.desk(city.late_clerk).get(reverse("messages")))


def test_the_table_takes_as_many_questions_for_two_units_as_for_one(city, circular, delivery):
    desk = city.desk(city.sender)

    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(url("answers", circular.uuid)).status_code == 200
        return len(asked)

    with_file(city, circular, delivery)
    questions()
    of_one = questions()
    other = city.delivery(circular, city.late)
    other.open(by=city.late_clerk, at=MONDAY)
    city.sign(other, by=city.late_clerk)
    answer_form(other, filled_in(circular), hand_in=True, by=city.late_clerk, at=MONDAY)
    assert questions() == of_one


@pytest.mark.usefixtures("own_store")
def test_a_purge_leaves_no_word_of_form_and_answers(city, django_capture_on_commit_callbacks):
    page = city.draft(title="关于报送情况的通知")
    ask(city, page, fields=[{"kind": "text", "label": WORD, "hint": WORD}, {"kind": "file", "label": "表"}])
    circular = city.register(city.put_through(page))
    city.dispatch(circular)
    delivery = city.sign(city.opened(circular))
    by_kind = {field.kind: field.pk for field in circular.demand.fields.all()}
    kept = keep("表.csv", SimpleUploadedFile("表.csv", WORD.encode()))
    given = {by_kind["text"]: WORD, by_kind["file"]: GivenFile(kept, f"{WORD}.csv")}
    answer_form(delivery, given, hand_in=True, by=city.clerk, at=MONDAY)
    assert traces(WORD)
    with django_capture_on_commit_callbacks(execute=True):
        purged(city, circular.page)
    assert traces(WORD) == []
    assert not kept.path.exists()
    assert shown_to(city, circular) == []
    assert AnswerCell.objects.filter(version__answer__delivery=delivery).count() == 2
