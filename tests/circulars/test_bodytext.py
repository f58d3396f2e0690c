"""The body of a circular: levels told by their marks, tables told by tabs or bars, nothing invisible kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circulars.bodytext import (
    LONGEST,
    MOST_CELLS,
    MOST_COLUMNS,
    Paragraph,
    Row,
    Table,
    blocks,
    clean,
    clean_line,
    too_much,
    without_brackets,
)
from tests.growth import FAIR, growth


@pytest.mark.parametrize(
    "line, level, head, text",
    [
        ("现将有关事项通知如下：", 0, "", "现将有关事项通知如下："),
        ("一、总体要求", 1, "一、总体要求", ""),
        ("十二、其他事项", 1, "十二、其他事项", ""),
        ("（一）明确责任。各单位要落实。", 2, "（一）明确责任。", "各单位要落实。"),
        ("1.报送时间。每日16时。", 3, "", "1.报送时间。每日16时。"),
        ("（1）联系人", 4, "", "（1）联系人"),
        ("1.5万元已经到位。", 0, "", "1.5万元已经到位。"),
        ("一是提高认识。", 0, "", "一是提高认识。"),
        ("(一)半角括号", 0, "", "(一)半角括号"),
        ("\u3000\u3000首行空两字。", 0, "", "首行空两字。"),
    ],
)
def test_the_mark_at_the_front_tells_the_level(line, level, head, text):
    assert blocks(line) == [Paragraph(level, head, text)]


@pytest.mark.parametrize(
    "pasted", ["序号\t单位\n1\t市公安局", "|序号|单位|\n|1|市公安局|", "| 序号 | 单位 |\r\n| 1 | 市公安局 |"]
)
def test_neighbouring_lines_of_cells_are_one_table(pasted):
    assert blocks(pasted) == [Table((("序号", "单位"), ("1", "市公安局")))]


def test_a_short_row_of_a_table_says_how_much_of_it_is_empty():
    (table,) = blocks("甲\t乙\t丙\n一\t二")
    assert table.head_row == Row(("甲", "乙", "丙"), 0)
    assert list(table.body_rows) == [Row(("一", "二"), 1)]


def test_one_wide_row_does_not_widen_the_others():
    (table,) = blocks("|" + "甲|" * 2000 + "\n" + "|乙|\n" * 2000)
    assert sum(map(len, table.rows)) == 4000


@pytest.mark.parametrize(
    "text, why",
    [
        ("字" * LONGEST, ""),
        ("字" * LONGEST + "字", "超过 30 万字"),
        ("|" + "甲|" * MOST_COLUMNS, ""),
        ("前。\n|" + "甲|" * (MOST_COLUMNS + 1), "超过 63 列"),
        ("甲\t" * MOST_COLUMNS + "甲", "超过 63 列"),
        ("|甲|乙|\n" * (MOST_CELLS // 2), ""),
        ("|甲|乙|\n" * (MOST_CELLS // 2) + "|甲|", "超过 2 万格"),
    ],
)
def test_what_no_paper_holds_is_too_much(text, why):
    said = too_much(text)
    assert why in said
    assert bool(said) is bool(why)


def test_signs_heaped_on_a_letter_are_cut_to_what_writing_knows():
    assert clean("a" + "\u0327\u0302" * 15) == unicodedata.normalize("NFC", "a" + "\u0327\u0302" * 15)
    assert len(clean("a" + "\u0327\u0301" * 5000 + "文")) <= 32


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda n: "a" + "\u0301\u0327" * n, id="accents on accents"),
        pytest.param(lambda n: "|" + "a|" * n + "\n" + "|a|\n" * n, id="a wide row above many"),
        pytest.param(lambda n: "\uf0b7 " * n, id="bullets"),
        pytest.param(lambda n: "一" * n, id="numerals"),
        pytest.param(lambda n: "一、" + "字" * n, id="a heading without an end"),
    ],
)
def test_no_body_takes_more_than_its_share_of_time(text):
    assert growth(blocks, text) < FAIR


def test_text_before_and_after_a_table_stays_where_it_was():
    kinds = [block.kind for block in blocks("前。\n甲\t乙\n一\t二\n后。")]
    assert kinds == ["paragraph", "table", "paragraph"]


def test_a_blank_line_parts_two_tables():
    assert [block.kind for block in blocks("甲\t乙\n\n丙\t丁")] == ["table", "table"]


@pytest.mark.parametrize("text", ["", "\n\n", " \n\u3000"])
def test_nothing_typed_is_no_block(text):
    assert blocks(text) == []


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("第一段\r\n第二段\r第三段", "第一段\n第二段\n第三段"),
        ("看得见\u202e看不见\u200b", "看得见看不见"),
        ("空\x00字\x1b符", "空字符"),
        ("\n\n首尾空行\n\n", "首尾空行"),
        ("行尾空格  \n下一行", "行尾空格\n下一行"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        (
            "第一段\x0b第二段\x0c第三段\x85第四段\u2028第五段\u2029第六段",
            "第一段\n第二段\n第三段\n第四段\n第五段\n第六段",
        ),
        ("2026\xa0年\u20039\u2009月\u202f", "2026 年 9 月"),
        ("\ufeff软\xad连\u200d字\u2060符", "软连字符"),
        ("\uf0b7\t要点\n\uf0d8  要点", "要点\n要点"),
        ("\u3000\u3000首行", "\u3000\u3000首行"),
        ("\ue000同志", "\ue000同志"),
    ],
)
def test_a_text_is_kept_without_what_nobody_sees(typed, kept):
    assert clean(typed) == kept


def test_a_line_is_kept_without_breaks():
    assert clean_line(" 关于\r\n放假的\t通知 ") == "关于 放假的 通知"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_has_blocks_and_every_row_of_a_table_is_as_wide_as_the_table(text):
    for block in blocks(text):
        if isinstance(block, Table):
            assert {len(row.cells) + row.left for row in (block.head_row, *block.body_rows)} == {block.width}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("（联系人：冯玉洁，电话：2123456）", "联系人：冯玉洁，电话：2123456"),
        ("(此件公开发布)", "此件公开发布"),
        ("（此件公开发布)", "此件公开发布"),
        ("此件公开发布", "此件公开发布"),
        ("（一）甲（二）", "（一）甲（二）"),
        ("（联系人：冯（女））", "联系人：冯（女）"),
        ("（此件", "（此件"),
        ("", ""),
    ],
)
def test_one_pair_of_brackets_around_a_note_is_taken_off(typed, kept):
    assert without_brackets(typed) == kept
