"""Circulars from a file: the twelve samples go their whole way, and a bad file leaves nothing behind."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.demo import fill_vacancies
from accounts.people import Post
from accounts.roles import Role
from accounts.unitlist import load_units
from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.elements import problems
from circulars.numbering import NumberBook
from circulars.pages import CircularPage
from circulars.registration import Circular
from circulars.snapshots import facts_about
from cms.ledger import Entry
from cms.messages import Message
from tests.cast import DATA, MONDAY
from tests.offices import beijing

SAMPLES = json.loads((DATA / "circulars.json").read_text())["circulars"]

GOOD = {
    "identifier": "甲",
    "genre": "通知",
    "direction": "downward",
    "issuing_units": ["YA-ZFB"],
    "issuer_mark": "延安市人民政府办公室文件",
    "document_number": "延政办发〔2026〕23号",
    "urgency": "normal",
    "title": "关于做好国庆假期值班工作的通知",
    "primary_units": ["BM05", "QY16"],
    "body": "现将有关事项通知如下。",
    "signature": ["延安市人民政府办公室"],
    "written_date": "2026-09-28",
    "sent_at": "2026-09-28T10:00:00+08:00",
    "series": "延政办发",
}
ANOTHER = GOOD | {"identifier": "乙", "document_number": "延政办发〔2026〕24号", "sent_at": "2026-09-28T11:00:00+08:00"}
REQUEST = GOOD | {"genre": "请示", "direction": "upward", "title": "关于值班经费的请示", "signers": ["张志远"]}


@pytest.fixture
def load(city, tmp_path):
    """Write the rows, or the text, to a file and take it in."""

    def write_and_load(rows):
        file = tmp_path / "circulars.json"
        file.write_text(rows if isinstance(rows, str) else json.dumps({"circulars": rows}, ensure_ascii=False))
        call_command("load_circulars", file, verbosity=0)

    return write_and_load


@pytest.mark.django_db
@pytest.mark.slow
def test_the_twelve_samples_get_their_numbers_due_times_and_recipients(week, settings):
    settings.DEMO = True
    load_units(DATA / "units.csv", at=MONDAY)
    call_command("load_circulars", DATA / "circulars.json", verbosity=0)
    found = [
        (
            circular.number,
            beijing(str(circular.sent_at.astimezone(MONDAY.tzinfo))[:19]),
            set(circular.deliveries.values_list("due_at", flat=True)),
            circular.deliveries.count(),
        )
        for circular in Circular.objects.order_by("sent_at")
    ]
    assert found == [
        (
            sample["document_number"],
            beijing(sample["sent_at"][:19]),
            {beijing(sample["expected_due_at"][:19])},
            sample["recipient_count"],
        )
        for sample in SAMPLES
    ]
    doubts = {
        (circular.number, problem.code, problem.is_error)
        for circular in Circular.objects.all()
        for problem in problems(circular.snapshot, facts_about(circular.snapshot))
    }
    assert doubts == {
        ("宝政字〔2026〕41号", "E-CONTACT", False),  # its request gives a person, but no telephone
        ("延政办发明电〔2026〕9号", "E-PRINTED", False),  # it names 直属机构 and goes to none
    }
    call_command("load_circulars", DATA / "circulars.json", verbosity=0)
    assert Circular.objects.count() == len(SAMPLES)


def test_a_circular_taken_in_has_gone_its_whole_way_at_the_times_of_the_file(load):
    load([GOOD])
    assert list(Entry.objects.filter(deed__regex="draft|circular").order_by("pk").values_list("deed", flat=True)) == [
        "draft.submitted", "draft.reviewed", "draft.approved", "circular.registered", "circular.sealed_on_paper",
        "circular.sent",
    ]  # fmt: skip
    assert Circular.objects.get().sent_at == beijing("2026-09-28 10:00")
    assert Message.objects.filter(key__startswith="delivery:", sent_at=beijing("2026-09-28 10:00")).exists()


def test_a_circular_whose_year_has_no_calendar_is_taken_in_with_its_due_time_pending(load):
    load([GOOD | {"sent_at": "2026-12-31T10:00:00+08:00"}])
    assert set(Delivery.objects.values_list("due_at", "due_pending")) == {(None, True)}


def test_what_was_taken_in_already_is_left_alone(load):
    load([GOOD])
    load([GOOD, ANOTHER])
    assert [circular.number for circular in Circular.objects.order_by("sequence")] == [
        "延政办发〔2026〕23号",
        "延政办发〔2026〕24号",
    ]


def test_rows_are_taken_in_by_time_whatever_their_order_in_the_file(load):
    load([ANOTHER, GOOD])
    assert Circular.objects.order_by("sent_at").first().number == "延政办发〔2026〕23号"


@pytest.mark.parametrize(
    "wrong, named",
    [
        ({"document_number": "延政办发[2026]24号"}, "延政办发[2026]24号"),
        ({"document_number": "延政办发〔2026〕024号"}, "延政办发〔2026〕024号"),
        ({"document_number": "延政办发〔2026〕23号"}, "重复"),
        ({"document_number": "延政办发〔2026〕30号"}, "现在轮到“延政办发〔2026〕24号”"),
        ({"series": "延政办令"}, "没有文号系列“延政办令”"),
        ({"primary_units": ["BM05", "BM99"]}, "“BM99”不在使用单位名册"),
        ({"issuing_units": ["YA-XX"]}, "“YA-XX”不在使用单位名册"),
        ({"primary_units": ["BM05", "BM05"]}, "“BM05”写了两次"),
        ({"cc_units": ["BM05"]}, "既在主送又在抄送"),
        ({"primary_groups": ["villages"]}, "类别“villages”不认识"),
        ({"classification": "秘密"}, "涉及国家秘密"),
        ({"classification_period": "3年"}, "涉及国家秘密"),
        ({"body": "机密★20年"}, "涉及国家秘密"),
        ({"genre": "布告"}, "布告"),
        ({"urgency": "flash"}, "flash"),
        ({"direction": "sideways"}, "sideways"),
        ({"retention": "20年"}, "20年"),
        ({"publicity": "everybody"}, "everybody"),
        ({"body": ""}, "缺少 body"),
        ({"title": None}, "缺少 title"),
        ({"sent_at": "2026-09-31T10:00:00+08:00"}, "不是有效的时间"),
        ({"sent_at": "2026-09-28T10:00:00"}, "应带时区"),
        ({"written_date": "9月28日"}, "不是有效的时间"),
        ({"sent_at": "0001-01-01T00:00:00+14:00"}, "年份应在"),
        ({"sent_at": "9999-12-31T23:59:59-14:00"}, "年份应在"),
        ({"written_date": "0001-01-01"}, "年份应在"),
        ({"printing_date": "9月28日"}, "不是有效的时间"),
        ({"printing_date": "9999-12-31"}, "年份应在"),
        ({"sent_at": "2026-10-03T10:00:00+08:00"}, "第二十一条"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_of_the_file_is_taken_in(load, wrong, named):
    with pytest.raises(CommandError) as refused:
        load([GOOD, ANOTHER | wrong])
    assert str(refused.value).startswith("没有载入任何公文")
    assert named in str(refused.value)
    assert_nothing_was_taken_in()


@pytest.mark.parametrize(
    "row, code",
    [
        (REQUEST | {"primary_units": ["YA-ZF", "YA-WXB"]}, "R15-1"),
        (REQUEST | {"primary_units": ["YA-ZF"], "signers": []}, "E-SIGNER"),
        (GOOD | {"genre": "批复", "title": "关于值班经费的批复"}, "R-REF1"),
        (GOOD | {"genre": "报告", "direction": "upward", "title": "关于值班的报告", "body": "妥否，请批示。",
                 "primary_units": ["YA-ZF"], "signers": ["张志远"]}, "R15-5"),
        (GOOD | {"title": "关于值班工作的函"}, "E-TITLE"),
        (GOOD | {"signature": []}, "E-SIGNATURE"),
    ],
)  # fmt: skip
def test_a_row_against_the_rules_of_writing_is_refused_with_its_code(load, row, code):
    with pytest.raises(CommandError, match=code):
        load([row])
    assert_nothing_was_taken_in()


@pytest.mark.parametrize(
    "content, named",
    [
        ('{"circulars": [\n{"title": "甲",}\n]}', "第 2 行"),
        ("", "JSON"),
        ("[]", "circulars"),
        ('{"circulars": {}}', "circulars"),
        ('{"circulars": ["甲"]}', "circulars"),
        ('{"papers": []}', "circulars"),
    ],
)
def test_a_file_that_is_no_list_of_circulars_is_refused(load, content, named):
    with pytest.raises(CommandError, match=named):
        load(content)


def test_a_file_that_is_not_there_or_not_utf_8_is_refused(city, tmp_path):
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("load_circulars", tmp_path / "none.json")
    (tmp_path / "gb.json").write_bytes("关于放假的通知".encode("gb18030"))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("load_circulars", tmp_path / "gb.json")


def test_without_a_demo_nobody_is_invented(city, tmp_path):
    file = tmp_path / "circulars.json"
    city.reviewer.posts.get().leave(by=None, at=MONDAY)
    file.write_text(json.dumps({"circulars": [GOOD]}))
    with pytest.raises(CommandError, match="没有人担任“核稿”"):
        call_command("load_circulars", file)
    assert_nothing_was_taken_in()


def test_a_demo_fills_every_vacant_role_with_marked_people(city, settings):
    settings.DEMO = True
    made = fill_vacancies(Unit.objects.filter(code="QX01"), MONDAY.date())
    assert made > 0
    assert fill_vacancies(Unit.objects.filter(code="QX01"), MONDAY.date()) == 0


def test_a_demo_has_one_auditor_who_comes_to_the_ledger_and_to_no_circular(city, settings):
    settings.DEMO = True
    fill_vacancies(Unit.objects.none(), MONDAY.date())
    (post,) = Post.objects.filter(role=Role.AUDIT_ADMIN)
    assert (post.unit, post.person.username) == (city.office, "ya-zfb-auditadmin")
    desk = city.desk(post.person)
    assert desk.get(reverse("accounts:ledger_heads")).status_code == 200
    for name in ("circulars:find_evidence", "circulars:outbox"):
        assert desk.get(reverse(name)).status_code == 404


def assert_nothing_was_taken_in():
    assert not Circular.objects.exists()
    assert not Delivery.objects.exists()
    assert not CircularPage.objects.exists()
    assert not NumberBook.objects.exists()
    assert not Entry.objects.filter(deed__startswith="draft").exists()
