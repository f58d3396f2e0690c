"""Units from Excel: every wrong line named by row and column and nothing saved, and what was shown is what is saved (Articles 2 and 7)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from accounts.dissolving import dissolve
from accounts.people import take_post
from accounts.reorganising import open_division
from accounts.roles import Role
from accounts.unitimport import judge
from accounts.unitrows import COLUMNS
from accounts.units import Unit
from cms.ledger import Entry
from cms.sheetrows import Outcome, read_sheet
from tests.cast import MONDAY

HEAD = [column.heading for column in COLUMNS]
NEW = {
    "单位代码": "BM90",
    "全称": "延安市数据局",
    "规范简称": "市数据局",
    "类别": "市政府工作部门",
    "上级单位": "市政府",
}
STANDING = {
    "单位代码": "BM05",
    "全称": "延安市公安局",
    "规范简称": "市公安局",
    "类别": "市政府工作部门",
    "上级单位": "YA-ZF",
}
OTHER = NEW | {"单位代码": "BM91", "全称": "延安市林业局", "规范简称": "市林业局"}


def book(*rows: dict, head: list[str] = HEAD) -> bytes:
    made, written = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.append(head)
    for row in rows:
        sheet.append([row.get(name) for name in head])
    made.save(written)
    return written.getvalue()


def fates(*rows: dict, head: list[str] = HEAD):
    return judge(read_sheet(book(*rows, head=head), COLUMNS))


# Row 2 is right; row 3 is wrong, in this column, with these words.
WRONG = {
    "no code": ({"单位代码": None}, "A", "不能为空"),
    "a code with blanks": ({"单位代码": "BM 91"}, "A", "只能由字母"),
    "a code too long": ({"单位代码": "B" * 41}, "A", "不能超过 40 个字"),
    "a code twice": ({"单位代码": "BM90"}, "A", "与第 2 行重复"),
    "no name": ({"全称": None}, "B", "不能为空"),
    "a name too long": ({"全称": "局" * 101}, "B", "不能超过 100 个字"),
    "a name twice": ({"全称": "延安市数据局"}, "B", "在表里用了 2 次"),
    "a name of the register": ({"全称": "延安市公安局"}, "B", "在名册里已经有了，代码是“BM05”"),
    "another name of a standing unit": (STANDING | {"全称": "延安市公安总局"}, "B", "更名请在单位页面办理"),
    "no short name": ({"规范简称": None}, "C", "不能为空"),
    "a short name of the register": ({"规范简称": "市公安局"}, "C", "在名册里已经有了"),
    "an unknown category": ({"类别": "局"}, "D", "不认识“局”"),
    "a body that becomes a provider": (STANDING | {"类别": "保障单位"}, "D", "不能互改"),
    "no category": ({"类别": None}, "D", "不能为空"),
    "an unknown superior": ({"上级单位": "省政府"}, "E", "不在表里，也不在名册里"),
    "its own superior": ({"上级单位": "BM91"}, "E", "不能是自己"),
    "another superior of a standing unit": (STANDING | {"上级单位": "QX01"}, "E", "调整隶属请在单位页面办理"),
    "a dissolved superior": ({"上级单位": "QY01"}, "E", "已撤销"),
    "an unknown desk": ({"代管单位": "某办"}, "F", "不在表里，也不在名册里"),
    "a desk that another runs": ({"代管单位": "市政府"}, "F", "由“市政府办”代管，请直接写“市政府办”"),
    "its own desk": ({"代管单位": "市林业局"}, "F", "不能是自己"),
    "an unknown level": ({"层级": "处级"}, "G", "不认识“处级”"),
    "neither yes nor no": ({"可以发文": "可"}, "H", "写是或者否"),
    "another connection of a standing unit": (STANDING | {"已接入": "否"}, "I", "接入请另行申请办理"),
    "an unknown payer": ({"密钥费用": "省财政"}, "J", "写市财政或者自付"),
    "another payer of a standing unit": (STANDING | {"密钥费用": "自付"}, "J", "调整费用承担请在单位页面办理"),
    "letters that are none": ({"拼音简码": "拼音"}, "K", "只能写字母和数字"),
    "a place that is no number": ({"排序": "第三"}, "L", "不是数字"),
    "a telephone that is none": ({"值班电话": "见通讯录"}, "M", "看不懂电话"),
    "a note too long": ({"备注": "长" * 201}, "N", "不能超过 200 个字"),
    "a formula": ({"备注": "=A1"}, "N", "这是公式"),
    "a line break": ({"全称": "延安市\n林业局"}, "B", "有换行"),
    "a dissolved unit": (
        {"单位代码": "QY01", "全称": "延安城市建设投资（集团）有限责任公司", "规范简称": "城投集团"},
        "A",
        "已撤销，不能再导入",
    ),
}


WRONG["a division"] = ({"单位代码": "BM05-K01"}, "A", "是内设科室")


@pytest.fixture
def ended(city):
    """One enterprise is dissolved, and one department has a division."""
    open_division(city.attentive, "办公室", on_day=MONDAY.date(), ground="文", by=city.engineer, at=MONDAY)
    dissolve(city.elsewhere, on_day=MONDAY.date(), ground="文", by=city.engineer, at=MONDAY)
    return city


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_named_by_row_and_column_and_the_right_one_beside_it_as_right(ended, wrong):
    said, letter, why = wrong
    right, judged = fates(NEW, OTHER | said)
    assert judged.outcome == Outcome.WRONG
    assert any(fault.line == 3 and fault.letter == letter and why in fault.sentence for fault in judged.faults), [
        str(fault) for fault in judged.faults
    ]
    assert right.outcome == (Outcome.WRONG if letter == "B" and "在表里" in why else Outcome.NEW)


def test_superiors_that_go_round_are_named_and_those_below_them(city):
    first, second = NEW | {"上级单位": "BM91"}, OTHER | {"上级单位": "BM90"}
    assert [str(fault) for each in fates(first, second) for fault in each.faults] == [
        "第 2 行 E 列（上级单位）：“BM90”的上级关系绕成了圈。",
        "第 3 行 E 列（上级单位）：“BM91”的上级关系绕成了圈。",
    ]


def test_what_is_not_in_the_sheet_stays_as_it_stands(city):
    head = ["单位代码", "全称", "规范简称", "类别", "排序"]
    (judged,) = fates(STANDING | {"排序": "260"}, head=head)
    assert (judged.outcome, judged.changes) == (Outcome.CHANGED, ("排序：250 → 260",))
    (judged,) = fates(STANDING, head=head[:4])
    assert judged.outcome == Outcome.SAME


# On the screen


def upload(client, *rows, name="units.xlsx"):
    return client.post(reverse("accounts:import_units"), {"file": SimpleUploadedFile(name, book(*rows))}, follow=True)


def token(answer):
    return answer.context["token"]


def test_all_wrong_lines_are_shown_at_once_and_nothing_is_saved(ended):
    before = list(Unit.objects.order_by("pk").values())
    rows = [
        OTHER | {"单位代码": f"ZZ{n:02}", "全称": f"局{n}", "规范简称": f"局{n}"} | said
        for n, (said, _, _) in enumerate(WRONG.values())
    ]
    answer = upload(ended.desk(ended.engineer), NEW, *rows)
    shown = answer.content.decode()
    assert len(answer.context["wrong"]) >= 20
    for line in range(3, 3 + len(rows)):
        assert f'class="fit">{line}</th>' in shown
    assert not token(answer)
    assert list(Unit.objects.order_by("pk").values()) == before


def test_what_was_shown_is_saved_once_confirmed(city):
    desk = city.desk(city.engineer)
    town = OTHER | {"上级单位": "市数据局", "代管单位": "市数据局", "可以发文": "是", "排序": "7", "密钥费用": "自付"}
    answer = upload(desk, town, NEW, STANDING | {"值班电话": "0911-110"})
    assert [count for _, count in answer.context["counts"]] == [2, 1, 0, 0]
    assert not Unit.objects.filter(code="BM90").exists()
    said = desk.post(reverse("accounts:import_units"), {"token": token(answer)}, follow=True).content.decode()
    assert "新增 2 个单位，更改 1 个" in said
    new, below = Unit.objects.get(code="BM90"), Unit.objects.get(code="BM91")
    assert (new.get_parent(), new.connected, new.key_fee_payer, new.can_issue) == (
        city.government,
        False,
        "municipal",
        False,
    )
    assert (below.get_parent(), below.served_by, below.sort_order, below.key_fee_payer) == (new, new, 7, "self")
    assert Unit.objects.get(code="BM05").duty_phone == "0911-110"
    facts = Entry.objects.get(deed="units.imported").facts
    assert facts == {"new": ["BM90", "BM91"], "changed": {"BM05": {"duty_phone": "0911-110"}}}
    again = desk.post(reverse("accounts:import_units"), {"token": token(answer)}, follow=True).content.decode()
    assert "核对以后名册有了变动" in again
    assert Unit.objects.filter(code="BM90").count() == 1
    assert Unit.find_problems() == ([], [], [], [], [])


def test_a_token_of_another_or_an_invented_one_saves_nothing(city):
    answer = upload(city.desk(city.engineer), NEW)
    other = type(city.clerk).objects.create(username="other-engineer", name="另一人")
    take_post(other, city.network_office, Role.NETWORK_OFFICE, by=None, at=MONDAY)
    for client, said in ((city.desk(other), token(answer)), (city.desk(city.engineer), "made:up")):
        shown = client.post(reverse("accounts:import_units"), {"token": said}, follow=True).content.decode()
        assert "请重新上传" in shown
    assert not Unit.objects.filter(code="BM90").exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("units.xls", b"\xd0\xcf\x11\xe0", "只能导入 .xlsx"),
        ("units.xlsx", b"text", "不是 .xlsx 文件"),
        ("units.xlsx", b"PK\x03\x04", "已损坏"),
        ("units.xlsx", b"", "文件是空的"),
    ],
)
def test_a_file_that_is_none_is_refused_on_its_field(city, name, content, why):
    answer = city.desk(city.engineer).post(
        reverse("accounts:import_units"), {"file": SimpleUploadedFile(name, content)}
    )
    assert why in answer.content.decode()


def test_the_empty_sheet_is_handed_out(city):
    answer = city.desk(city.engineer).get(reverse("accounts:import_units"), {"blank": "1"})
    assert answer.content.startswith(b"PK")
