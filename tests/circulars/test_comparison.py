"""A marked copy of two texts: nothing of either is lost, and what changed is found where it changed."""

import random
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circulars.comparison import Change, compare, marked, text_of
from tests.circulars.drafts import attached, reference, to

TEXTS = st.text(alphabet="值班通知 12。\n一二", max_size=60)


def shown(lines):
    """[+put in+] and [-struck out-], as a reader sees them."""
    signs = {Change.SAME: "{}", Change.INSERTED: "[+{}+]", Change.DELETED: "[-{}-]"}
    return "\n".join("".join(signs[run.change].format(run.text) for run in line.runs) for line in lines)


@given(old=TEXTS, new=TEXTS)
def test_taking_what_is_put_in_gives_the_new_text_and_leaving_it_out_the_old(old, new):
    lines = marked(old, new)
    assert text_of(lines, Change.INSERTED) == new
    assert text_of(lines, Change.DELETED) == old


@given(text=TEXTS)
def test_a_text_does_not_differ_from_itself(text):
    assert not any(line.is_changed for line in marked(text, text))


@pytest.mark.parametrize(
    "old, new, copy",
    [
        ("严格落实值班制渡。", "严格落实值班制度。", "严格落实值班制[-渡-][+度+]。"),
        ("请于12月5日前报送。", "请于12月15日前报送。", "请于12月[-5-][+15+]日前报送。"),
        ("一、值班。\n二、报送。", "一、值班。\n二、检查。\n二、报送。", "一、值班。\n[+二、检查。+]\n二、报送。"),
        ("一、值班。\n二、报送。", "二、报送。", "[-一、值班。-]\n二、报送。"),
        (
            "三、加强值班。",
            "三、加强值班值守。严格执行领导带班制度，重大情况第一时间报告。",
            "三、加强值班[+值守。严格执行领导带班制度，重大情况第一时间报告+]。",
        ),
        ("", "新写的一段。", "[+新写的一段。+]"),
        ("照旧。", "照旧。", "照旧。"),
    ],
)
def test_a_change_is_marked_where_it_was_made(old, new, copy):
    assert shown(marked(old, new)) == copy


def test_a_moved_paragraph_is_struck_out_there_and_put_in_here():
    assert shown(marked("甲方负责。\n乙方配合。\n丙方监督。", "乙方配合。\n丙方监督。\n甲方负责。")) == (
        "[-甲方负责。-]\n乙方配合。\n丙方监督。\n[+甲方负责。+]"
    )


@pytest.mark.parametrize(
    "changes, name, old, new",
    [
        ({"urgency": "urgent"}, "紧急程度", "普通", "加急"),
        ({"primary": to("BM05", text="市住房和城乡建设局：")}, "主送机关", None, "市住房和城乡建设局："),
        ({"sealed": False}, "加盖印章", "是", "否"),
        ({"references": [reference()]}, "来文关联", "", "答复：关于解决值班经费的请示（延应急字〔2026〕66号）"),
        ({"attachments": attached(text="值班人员名单")}, "附件", "", "值班表"),
        ({"attachments": attached(text="值班人员名单")}, "附件 1 文字", "", "值班人员名单"),
        (
            {"attachments": attached(name="值班表.csv", digest="ab" * 32, size=12)},
            "附件",
            "",
            f"值班表（文件“值班表.csv”，12 字节，摘要 {'ab' * 8}）",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_other_element_is_compared_by_its_name(good, changes, name, old, new):
    part = next(part for part in compare(good, good | changes).others if part.name == name)
    assert part.is_changed
    assert text_of(part.lines, Change.INSERTED) == new
    assert old is None or text_of(part.lines, Change.DELETED) == old


def test_every_element_of_a_snapshot_is_looked_at(good):
    """What this leaves out could be changed without a mark."""
    for key, value in good.items():
        if key in {"version", "issuers"}:  # said by the names of the issuers
            continue
        other = {
            bool: lambda v: not v,
            str: lambda v: f"{v}甲",
            type(None): lambda v: "2026-10-08",
        }.get(type(value))
        if other:
            assert compare(good, good | {key: other(value)}).is_changed, key
    assert compare(good, good | {"issuer_names": ["延安市应急管理局"]}).is_changed
    assert compare(good, good | {"countersign": ["BM05"]}).is_changed
    assert compare(good, good | {"signers": ["谢明远"]}).is_changed
    assert not compare(good, good).is_changed


def long_text(paragraphs):
    words = random.Random(3)
    signs = "各县区人民政府市直部门要认真落实值班制度及时报送信息确保假期安全稳定有序运行不断提高工作水平的"
    return ["".join(words.choices(signs, k=80)) for _ in range(paragraphs)]


@pytest.mark.parametrize(
    "kind", ["edited here and there", "edited all over", "rewritten", "shuffled", "all alike", "one line"]
)
def test_a_long_text_is_compared_at_once(kind):
    old = long_text(5000)
    new = {
        "edited here and there": lambda: [line[:9] + line[12:] if n % 9 == 0 else line for n, line in enumerate(old)],
        "edited all over": lambda: [line[:40] + "经" + line[43:70] + "有关" + line[70:] for line in old],
        "rewritten": lambda: long_text(5001)[::-1],
        "shuffled": lambda: random.Random(4).sample(old, len(old)),
        "all alike": lambda: [line.replace("值", "殖") for line in old],
        "one line": lambda: ["".join(long_text(5000))],
    }[kind]()
    old = ["同一句话。"] * 5000 if kind == "all alike" else ["".join(old)] if kind == "one line" else old
    begun = perf_counter()
    lines = marked("\n".join(old), "\n".join(new))
    taken = perf_counter() - begun
    assert taken < 2, f"{taken:.1f} seconds"
    assert text_of(lines, Change.INSERTED) == "\n".join(new)
