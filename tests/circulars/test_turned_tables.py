"""横排表格: a wide table of an attachment lies on its side on pages of its own, its head to the left (GB/T 9704-2012, 8)."""

import pytest

from circulars.typesetting.pages import page_count
from tests.printed import characters, line_with, printed

SAMPLE = "YA-2026-0231"
LEFT, WIDTH, TOP, HEIGHT = 28, 156, 37, 225


def rows(columns, count, cell="{row}之{column}"):
    head = "\t".join(f"第{column}列" for column in range(1, columns + 1))
    body = ("\t".join(cell.format(row=row, column=column) for column in range(1, columns + 1)) for row in range(count))
    return "\n".join([head, *body])


def set_with(text, title="全市基本情况统计表"):
    return printed(SAMPLE, attachments=[{"title": title, "text": text}])


def column_of(boxes, page, words):
    """The characters of these words on a page whose text runs upwards."""
    there = sorted((box for box in boxes if box.page == page), key=lambda box: (round(box.origin), -box.baseline))
    text = "".join(box.text for box in there)
    at = text.find(words)
    assert at >= 0, f"{words} stands in no upward line"
    return there[at : at + len(words)]


def test_a_wide_table_lies_on_its_side_with_label_and_title_to_the_left():
    done = set_with(rows(14, 8))
    boxes = characters(done.pdf)
    page = next(box.page for box in boxes if box.text == "列")
    title, head = column_of(boxes, page, "基本情况"), column_of(boxes, page, "第1列")
    assert title[0].bottom > title[-1].bottom  # it runs upwards
    assert title[0].left < head[0].left
    table = [box for box in boxes if box.page == page and box.text in "之列"]
    assert min(box.left for box in table) > LEFT
    assert max(box.right for box in table) < LEFT + WIDTH
    assert min(box.top for box in table) > TOP
    assert max(box.bottom for box in table) < TOP + HEIGHT
    assert max(box.top for box in table) - min(box.top for box in table) > WIDTH  # longer than it could stand


def test_the_number_stays_in_its_place_at_the_foot_of_the_page():
    done = set_with(rows(14, 8))
    boxes = characters(done.pdf)
    page = next(box.page for box in boxes if box.text == "列")
    number = [box for box in boxes if box.page == page and box.top > TOP + HEIGHT]
    assert "".join(box.text for box in sorted(number, key=lambda box: box.left)) == f"—{page}—"


def test_it_goes_on_over_pages_that_each_have_its_head():
    done = set_with(rows(14, 60))
    boxes = characters(done.pdf)
    pages = sorted({box.page for box in boxes if box.text == "列"})
    assert len(pages) > 1
    for page in pages:
        assert column_of(boxes, page, "第1列")
    told = "".join(box.text for box in boxes)
    assert told.count("之") == 14 * 60  # no row is lost, none stands twice


@pytest.mark.parametrize("columns", [5, 12])
def test_a_table_that_fits_upright_stands(columns):
    done = set_with(rows(columns, 4))
    assert line_with(characters(done.pdf), "全市基本情况统计表")


def test_a_table_among_paragraphs_takes_pages_of_its_own():
    done = set_with(f"一、说明如下。\n{rows(14, 4)}\n二、以上数据截至月底。")
    boxes = characters(done.pdf)
    before = line_with(boxes, "说明如下")[0].page
    table = next(box.page for box in boxes if box.text == "之")
    after = line_with(boxes, "以上数据截至月底")[0].page
    assert before < table < after


def test_a_row_too_high_to_lie_down_leaves_the_table_upright():
    done = set_with(rows(14, 2, cell="很长的说明文字" * 60))
    assert page_count(done.pdf) == done.pages
    assert line_with(characters(done.pdf), "全市基本情况统计表")


def test_a_wide_table_in_the_body_stands_as_before():
    done = printed(SAMPLE, body=f"现将情况通报如下：\n{rows(14, 3)}\n请认真整改。")
    assert line_with(characters(done.pdf), "请认真整改")
    assert line_with(characters(done.pdf), "第1列")


def test_the_widest_table_there_may_be_is_set():
    assert set_with(rows(63, 6)).pages > 1


def test_a_table_so_long_that_measuring_it_would_keep_others_waiting_stands():
    done = set_with(rows(20, 301))
    assert line_with(characters(done.pdf), "全市基本情况统计表")


@pytest.mark.parametrize("count", [10, 30, 50, 70, 90])
def test_the_pitch_of_the_text_is_not_changed_for_pages_that_lie_on_their_side(count):
    assert set_with(rows(14, count)).lines == 22


def test_the_same_table_gives_the_same_bytes():
    assert set_with(rows(14, 30)).pdf == set_with(rows(14, 30)).pdf
