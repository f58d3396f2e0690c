"""A table in a 花脸稿 is read as a table; what cannot be, stays the line it is."""

import pytest

from circulars.comparison import Change, marked
from circulars.markedtables import MarkedTable, laid_out


def cells(row, *without):
    return ["".join(run.text for run in cell if run.change not in without) for cell in row.cells]


def test_rows_that_follow_each_other_are_one_table():
    old = "安排如下：\n|日期|带班|\n|1日|李正明|\n以上。"
    new = "安排如下：\n|日期|带班|\n|1日|张志远|\n|2日|李正明|\n以上。"
    first, table, last = laid_out(marked(old, new))
    assert isinstance(table, MarkedTable)
    assert [cells(row, Change.DELETED) for row in table.rows if row.change is not Change.DELETED] == [
        ["日期", "带班"],
        ["1日", "张志远"],
        ["2日", "李正明"],
    ]
    assert [cells(row, Change.INSERTED) for row in table.rows if row.change is not Change.INSERTED] == [
        ["日期", "带班"],
        ["1日", "李正明"],
    ]
    assert not isinstance(first, MarkedTable)
    assert not isinstance(last, MarkedTable)


@pytest.mark.parametrize("text", ["甲\t乙\n丙\t丁", "|甲|乙|\n|丙|丁|", "|甲||\n||丁|"])
def test_tabs_and_bars_and_empty_cells_part_alike(text):
    (table,) = laid_out(marked(text, text))
    assert [len(row.cells) for row in table.rows] == [2, 2]


def test_a_row_that_got_another_column_stays_two_lines_of_signs():
    lines = laid_out(marked("|甲|乙|\n|丙丙丙|丁丁丁|", "|甲|乙|\n|丙丙丙|丁丁丁|戊|"))
    assert any(not isinstance(line, MarkedTable) for line in lines)


def test_a_text_without_tables_is_as_it_was():
    lines = marked("一、甲。", "一、乙。")
    assert laid_out(lines) == list(lines)
