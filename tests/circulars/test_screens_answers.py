"""The screens of answers: the drafter builds the form, the clerk fills it in, the sender reads the table and takes the sheet and the files along."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from circulars import moderation
from circulars.answers.filling import answer_form
from circulars.answers.records import AnswerCell, AnswerVersion, UnitAnswer
from circulars.answers.values import GivenFile
from circulars.demands.drafting import DraftDemand
from circulars.pages import CircularPage
from circulars.registration import Circular
from circulars.secrecyhits import SecrecyHit
from circulars.snapshots import snapshot_of
from cms.accesslog import Access
from cms.attachments import keep
from tests.answers import ask, asked, filled_in
from tests.cast import BACK_AT_WORK, MONDAY
from tests.secretpapers import WORD, purged, shown_to
from tests.traces import traces

ROWS = {"field-INITIAL_FORMS": "0", "field-MIN_NUM_FORMS": "0", "field-MAX_NUM_FORMS": "20"}


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


def keys(circular):
    """The name of the control of each kind of field."""
    return {field.kind: f"f{field.pk}" for field in circular.demand.fields.all()}


def typed(circular, **changes):
    """What a browser posts for good answers."""
    name = keys(circular)
    return {
        name["choice"]: "参加",
        name["choices"]: ["市区", "县城"],
        f"{name['names']}-0-0": "孙早",
        f"{name['names']}-0-1": "科员",
        f"{name['names']}-0-2": "0911-2110000",
        name["text"]: "=SUM(A1:A9)",
        name["number"]: "12.5",
        f"{name['table']}-1-0": "帐篷",
        f"{name['table']}-1-1": "3",
        **changes,
    }


def handed_in(city, circular, delivery, **changes):
    return city.desk(city.clerk).post(url("answer", delivery.pk), typed(circular, act="hand_in") | changes, follow=True)


# The drafter


def posted(*fields, **changes):
    """What a browser posts of the form builder with these rows."""
    rows = {f"field-{n}-{name}": value for n, row in enumerate(fields) for name, value in row.items()}
    return ROWS | {"field-TOTAL_FORMS": str(len(fields)), "required": "on", "due_on": "2026-09-30"} | rows | changes


CHOICE = {"kind": "choice", "label": "是否参加", "options": "参加\r\n\r\n 不参加 ", "is_required": "on"}
TEXT = {"kind": "text", "label": "意见", "hint": "不超过百字"}


def test_a_drafter_puts_rows_in_moves_and_takes_them_out_without_a_script_and_saves(city):
    page = city.draft()
    desk, where = city.desk(city.drafter), url("demand", page.pk)
    assert "没有设定" in body(desk.get(where))
    added = desk.post(where, posted(CHOICE, act="add"))
    assert body(added).count('class="card asked-field"') == 2
    assert 'value="是否参加"' in body(added)
    moved = body(desk.post(where, posted(CHOICE, TEXT, act="up-1")))
    assert moved.index('value="意见"') < moved.index('value="是否参加"')
    left = body(desk.post(where, posted(CHOICE, TEXT, act="drop-0")))
    assert "是否参加" not in left
    assert 'value="意见"' in left
    assert not DraftDemand.objects.filter(pk=page.pk).exists()
    saved = desk.post(where, posted(CHOICE, {"kind": "text", "label": ""}, TEXT, act="save"), follow=True)
    assert "已保存" in body(saved)
    said = snapshot_of(page)["reply"]
    assert said["due_on"] == "2026-09-30"
    assert [(row["label"], row["options"], row["required"]) for row in said["fields"]] == [
        ("是否参加", ["参加", "不参加"], True),
        ("意见", [], False),
    ]
    assert 'value="是否参加"' in body(desk.get(where))
    assert "答复要求和回执表" in body(desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))


def test_what_is_wrong_in_the_builder_is_said_and_nothing_is_lost(city):
    page = city.draft()
    desk, where = city.desk(city.drafter), url("demand", page.pk)
    for wrong, said in (
        (posted({"kind": "choice", "label": "是否参加"}), "每行写一个选项"),
        (posted(TEXT, TEXT), "名称相同"),
        (posted(TEXT, due_on="2026-09-27"), "已经过了"),
        (posted(TEXT, required=""), "请勾选"),
        (posted({"kind": "text", "label": "机密★3年"}), "涉及国家秘密"),
        (posted(TEXT, **{"field-TOTAL_FORMS": "100000"}), "最多 20 项"),
    ):
        refused = desk.post(where, wrong | {"act": "save"})
        assert said in body(refused)
        assert refused.status_code == 200
    assert not DraftDemand.objects.filter(pk=page.pk).exists()
    assert SecrecyHit.objects.count() == 1
    assert desk.post(where, {"act": "save"}).status_code == 200
    for stranger in (city.stranger, city.department_drafter):
        assert city.desk(stranger).post(where, posted(TEXT)).status_code == 404


def test_the_demand_is_shown_to_who_judges_the_draft_and_stays_shut_meanwhile(city):
    page = city.draft()
    ask(city, page)
    moderation.submit(page, by=city.drafter, at=MONDAY)
    shown = body(city.desk(city.reviewer).get(url("decide", page.pk)))
    assert "须答复，期限 2026-09-30" in shown
    assert "盖章的报名表" in shown
    assert "正在审签" in body(city.desk(city.drafter).get(url("demand", page.pk), follow=True))
    assert CircularPage.objects.filter(pk=page.pk).exists()


# The clerk


def test_a_clerk_finds_what_is_owed_fills_it_in_and_hands_it_in(city, circular, delivery):
    desk = city.desk(city.clerk)
    owed = body(desk.get(url("owed_answers")))
    assert circular.number in owed
    assert "还剩" in owed
    assert url("answer", delivery.pk) in body(desk.get(url("reading", delivery.pk)))
    shown = body(desk.get(url("answer", delivery.pk)))
    assert 'aria-label="第 1 行 姓名"' in shown
    file = SimpleUploadedFile("报名表.csv", "甲,乙\n".encode())
    done = handed_in(city, circular, delivery, **{keys(circular)["file"]: file})
    assert "已上报" in body(done)
    version = AnswerVersion.objects.get()
    assert version.is_handed_in
    values = {cell.field.kind: str(cell) for cell in version.cells.select_related("field")}
    assert values["file"] == "报名表.csv"
    assert values["text"] == "=SUM(A1:A9)"
    assert "没有待答复" in body(desk.get(url("owed_answers")))
    number = circular.demand.fields.get(kind="file").place
    fetched = desk.get(url("answer_file", delivery.pk, number))
    assert b"".join(fetched.streaming_content) == "甲,乙\n".encode()
    # The file stays with the answers, until it is taken out.
    again = body(desk.get(url("answer", delivery.pk)))
    token = again.split(f'name="{keys(circular)["file"]}-kept" value="')[1].split('"')[0]
    kept = {f"{keys(circular)['file']}-kept": token}
    assert "没有改动" in body(handed_in(city, circular, delivery, **kept))
    pk = keys(circular)["file"].removeprefix("f")
    handed_in(city, circular, delivery, **kept, **{f"drop{pk}": "on"})
    assert AnswerVersion.objects.count() == 2
    assert desk.get(url("answer_file", delivery.pk, number)).status_code == 404


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(city, circular, delivery):
    name = keys(circular)
    for wrong, said in (
        ({name["number"]: "十二"}, "请填写数字"),
        ({name["choice"]: "也许"}, "请从列出的选项中选择"),
        ({name["text"]: ""}, "“意见”还没有填写"),
        ({f"{name['names']}-0-0": ""}, "第 1 行没有填写姓名"),
        ({name["text"]: "绝密★30年"}, "涉及国家秘密"),
        ({f"{name['table']}-1-0": "绝密★30年"}, "涉及国家秘密"),
        ({name["file"]: SimpleUploadedFile("机密★3年.csv", b"a,b\n")}, "涉及国家秘密"),
        ({name["file"]: SimpleUploadedFile("表.exe", b"MZ")}, "不能作附件"),
    ):
        refused = handed_in(city, circular, delivery, **wrong)
        assert said in body(refused), said
        assert 'value="0911-2110000"' in body(refused)
    assert not AnswerVersion.objects.exists()
    assert SecrecyHit.objects.exists()


def test_putting_away_and_more_rows_hand_nothing_in(city, circular, delivery):
    desk, where = city.desk(city.clerk), url("answer", delivery.pk)
    assert "还没有上报" in body(desk.post(where, typed(circular, act="save"), follow=True))
    more = desk.post(where, typed(circular, act="more"))
    assert more.url == f"{where}?rows=8"
    assert body(desk.get(more.url)).count(' 行 姓名"') == 9
    assert UnitAnswer.objects.get().handed_in is None
    assert "待上报" in body(desk.get(where))


def test_others_of_the_unit_read_what_was_handed_in_and_other_units_nothing(city, circular, delivery):
    handed_in(city, circular, delivery)
    leader = city.desk(city.leader)
    shown = body(leader.get(url("answer", delivery.pk)))
    assert "孙早" in shown
    assert 'name="act" value="hand_in"' not in shown
    assert leader.post(url("answer", delivery.pk), typed(circular, act="hand_in")).status_code == 404
    for stranger in (city.late_clerk, city.stranger, city.sender, city.secretary):
        assert city.desk(stranger).get(url("answer", delivery.pk)).status_code in (403, 404)
    other = body(city.desk(city.late_clerk).get(url("answer", city.delivery(circular, city.late).pk)))
    assert "孙早" not in other
    assert "请先签收" in other


def test_a_late_clerk_is_told_whom_to_ask(city, circular, delivery, week):
    week.move_to(BACK_AT_WORK)
    desk = city.desk(city.clerk)
    assert "请联系发文单位准予补填" in body(desk.get(url("answer", delivery.pk)))
    assert "期限已过" in body(desk.post(url("answer", delivery.pk), typed(circular, act="hand_in"), follow=True))
    sender, where = city.desk(city.sender), url("let_answer_late", circular.uuid, delivery.pk)
    assert "逾期未答复" in body(sender.get(url("answers", circular.uuid)))
    assert "请填写补填期限" in body(sender.post(where, {"until": ""}))
    assert "已经过了" in body(sender.post(where, {"until": "2026-10-01"}))
    assert "已准予市公安局补填" in body(sender.post(where, {"until": "2026-10-09"}, follow=True))
    assert "已上报" in body(handed_in(city, circular, delivery))
    assert "逾期答复" in body(sender.get(url("answers", circular.uuid)))


# The sender


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
    assert "没有可以催报的单位" in body(desk.post(where, {"units": ["x", city.elsewhere.pk]}, follow=True))
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


# A purge


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
