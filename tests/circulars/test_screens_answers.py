"""The screens of an answer: the clerk finds what is owed, fills the form in, puts it away and hands it in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from circulars.answers.records import AnswerVersion, UnitAnswer
from circulars.registration import Circular
from circulars.secrecyhits import SecrecyHit
from tests.answers import asked
from tests.cast import BACK_AT_WORK


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


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
