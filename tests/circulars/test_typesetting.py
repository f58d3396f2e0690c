"""The printed page against GB/T 9704-2012, measured on the PDF of the twelve samples; 0.3 mm is what a printer's eye sees."""

from itertools import pairwise

import pytest

from circulars.typesetting.sealdrawing import STAMP_HEIGHT
from tests.printed import SAMPLES, characters, line_with, lines, printed, rules

NEAR = 0.3  # mm; a glyph's ink may stop this short of its box
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
CHARACTER = 156 / 28
BODY = 16.0
IDENTIFIERS = [row["identifier"] for row in SAMPLES]


def ink(boxes):
    return min(box.top for box in boxes), max(box.bottom for box in boxes)


@pytest.fixture(scope="module")
def pages():
    """Each sample set and measured once."""
    found = {}
    for name in IDENTIFIERS:
        done = printed(name)
        found[name] = done, characters(done.pdf), rules(done.pdf)
    return found


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_all_text_stands_in_the_type_area(pages, name):
    _, boxes, _ = pages[name]
    text = [box for box in boxes if box.top < 265 and box.size < 30]
    assert min(box.left for box in text) >= LEFT - NEAR
    assert max(box.right for box in text) <= RIGHT + NEAR
    assert min(box.top for box in text) >= TOP - NEAR
    assert max(box.bottom for box in text) <= BOTTOM + NEAR


def test_a_full_line_has_28_characters_and_a_full_page_22_lines(pages):
    _, boxes, _ = pages["YA-2026-0021"]
    page = [line for line in lines(boxes, 2) if line[0].top < 265]
    full = [line for line in page if len(line) == 28]
    assert full
    for line in full:
        assert line[0].left == pytest.approx(LEFT, abs=1.2)  # the first character's own white at its left
        assert line[-1].right == pytest.approx(RIGHT, abs=1.2)
    body = [line[0].baseline for line in page if line[0].size == BODY]
    steps = {round(below - above, 2) for above, below in pairwise(body)}
    assert steps == {10.23}  # 225 mm / 22
    # Title and the blank lines around it stand on the same grid: the last of 22 lines ends the page.
    assert page[-1][0].baseline == pytest.approx(TOP + 21 * 225 / 22 + 14.08 * 25.4 / 72, abs=NEAR)


GENERAL = [row["identifier"] for row in SAMPLES if row["format_variant"] in ("general", "minutes")]


@pytest.mark.parametrize("name", GENERAL)
def test_the_mark_begins_35_mm_below_the_type_area_and_the_red_rule_4_mm_below_the_number(pages, name):
    done, boxes, found = pages[name]
    row = next(row for row in SAMPLES if row["identifier"] == name)
    mark = [box for box in boxes if box.page == 1 and box.top < 110 and box.size > 25]
    number = line_with(boxes, row["document_number"])
    pitch = 225 / done.lines
    assert ink(mark)[0] == pytest.approx(TOP + 35, abs=0.5)
    assert number[0].baseline - 14.08 * 25.4 / 72 == pytest.approx(ink(mark)[1] + 2 * pitch, abs=1.0)
    red = next(rule for rule in found if rule.page == 1)
    assert (red.left, red.right) == (pytest.approx(LEFT, abs=0.1), pytest.approx(RIGHT, abs=0.1))
    assert red.top == pytest.approx(ink(number)[1] + 4, abs=0.5)


def test_a_letter_has_two_double_rules_of_170_mm_and_no_number_on_its_first_page(pages):
    _, boxes, found = pages["YA-2026-0188"]
    mark = [box for box in boxes if box.page == 1 and box.size > 30]
    first = sorted((rule for rule in found if rule.page == 1), key=lambda rule: rule.top)
    assert len(first) == 4
    assert {round(rule.right - rule.left, 1) for rule in first} == {170.0}
    assert {round(rule.left, 1) for rule in first} == {20.0}
    assert ink(mark)[0] == pytest.approx(30, abs=0.5)
    assert first[0].top == pytest.approx(ink(mark)[1] + 4, abs=0.5)
    thick_over_thin, thin_over_thick = first[:2], first[2:]
    assert _height(thick_over_thin[0]) > _height(thick_over_thin[1])
    assert _height(thin_over_thick[0]) < _height(thin_over_thick[1])
    assert first[-1].bottom == pytest.approx(297 - 20, abs=0.1)
    assert not [box for box in boxes if box.page == 1 and box.top > 265]
    number = line_with(boxes, "延政办函〔2026〕118号")
    assert number[-1].right == pytest.approx(RIGHT, abs=0.6)
    urgency = line_with(boxes, "加急")
    assert urgency[0].left == pytest.approx(LEFT, abs=0.5)


def _height(rule):
    return rule.bottom - rule.top


def test_an_order_begins_20_mm_below_its_type_area_and_has_room_for_the_signature(pages):
    done, boxes, found = pages["YA-2026-0021"]
    mark = [box for box in boxes if box.page == 1 and box.size > 30]
    assert ink(mark)[0] == pytest.approx(TOP + 20, abs=0.5)
    assert not [rule for rule in found if rule.page == 1]
    [stamp] = done.seals
    assert (stamp.kind, stamp.page) == ("signature", 1)
    assert line_with(boxes, "2026年2月12日")[-1].right == pytest.approx(RIGHT - 4 * CHARACTER, abs=1.7)
    regulation = line_with(boxes, "延安市公共数据共享管理办法")
    assert next(box for box in boxes if box.page == 2 and box.size == 22).text == regulation[0].text


def test_the_stamps_of_a_joint_order_stand_below_each_other_the_lead_bodys_first_four_characters_from_the_right():
    signers = [("YA-ZF", "市长", "秦卫东"), ("QX01", "县长", "欧阳文光"), ("QX02", "副县长", "马建")]
    done = printed(
        "YA-2026-0021",
        issuers=[code for code, _, _ in signers],
        issuer_names=[code for code, _, _ in signers],
        signatures=[f"{office} {name}" for _, office, name in signers],
    )
    boxes, stamps = characters(done.pdf), done.seals
    assert [(stamp.issuer, stamp.kind, stamp.page) for stamp in stamps] == [
        (code, "signature", 1) for code, _, _ in signers
    ]
    assert len({(stamp.x, stamp.diameter) for stamp in stamps}) == 1
    assert stamps[0].x + stamps[0].diameter / 2 == pytest.approx(RIGHT - 4 * CHARACTER, abs=NEAR)
    for above, below in pairwise(stamps):
        assert below.y - above.y > STAMP_HEIGHT
    for stamp, (_, office, _) in zip(stamps, signers, strict=True):
        row = [box for box in boxes if box.page == 1 and abs((box.top + box.bottom) / 2 - stamp.y) < 2]
        title = sorted((box for box in row if box.right < stamp.x - stamp.diameter / 2), key=lambda box: box.left)
        assert "".join(box.text for box in title) == office
        assert title[-1].right == pytest.approx(stamp.x - stamp.diameter / 2 - 2 * CHARACTER, abs=0.7)
    date = line_with(boxes, "2026年2月12日")
    assert date[0].baseline - stamps[-1].y == pytest.approx(2.5 * 225 / done.lines + 2.5, abs=1.5)


def test_the_number_of_an_upward_paper_stands_left_and_its_signer_right_of_the_same_line(pages):
    _, boxes, _ = pages["BM20-2026-0066"]
    number, signer = line_with(boxes, "延应急字〔2026〕66号"), line_with(boxes, "签发人：张某某")
    assert number[0].left == pytest.approx(LEFT + CHARACTER, abs=0.6)
    assert number[0].baseline == pytest.approx(signer[0].baseline, abs=0.01)
    assert signer[-1].right <= RIGHT - CHARACTER + NEAR


def test_four_signers_stand_two_a_row_and_the_number_beside_the_last(pages):
    done = printed("BM20-2026-0066", signers=["张某某", "李某某", "王某某", "赵某某"])
    boxes = characters(done.pdf)
    first, third = line_with(boxes, "签发人：张某某李某某"), line_with(boxes, "王某某赵某某")
    assert third[0].left == pytest.approx(first[4].left, abs=0.6)
    assert line_with(boxes, "延应急字")[0].baseline == pytest.approx(third[0].baseline, abs=0.01)


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_page_numbers_stand_7_mm_below_outside_and_never_on_a_page_of_nothing_but_the_imprint(pages, name):
    done, boxes, _ = pages[name]
    for page in range(1, done.pages + 1):
        foot = [box for box in boxes if box.page == page and box.top > 265]
        text = [box for box in boxes if box.page == page and box.size == BODY]
        is_letter_head = page == 1 and "函" in next(r for r in SAMPLES if r["identifier"] == name)["document_number"]
        if not text or is_letter_head:
            assert not foot
            continue
        assert "".join(box.text for box in foot) == f"—{page}—"
        dash = foot[0]
        assert (dash.top + dash.bottom) / 2 == pytest.approx(BOTTOM + 7, abs=1.5)
        if page % 2:
            assert foot[-1].right == pytest.approx(RIGHT - 14 * 25.4 / 72, abs=1.0)
        else:
            assert foot[0].left == pytest.approx(LEFT + 14 * 25.4 / 72, abs=1.0)


WITH_IMPRINT = [row["identifier"] for row in SAMPLES if row["printing_office"]]


@pytest.mark.parametrize("name", WITH_IMPRINT)
def test_the_imprint_ends_the_last_page_which_is_an_even_one(pages, name):
    done, boxes, found = pages[name]
    assert done.pages % 2 == 0
    imprint = sorted((rule for rule in found if rule.page == done.pages and rule.top > 150), key=lambda rule: rule.top)
    assert imprint[-1].bottom == pytest.approx(BOTTOM, abs=0.1)
    assert _height(imprint[0]) == pytest.approx(0.35, abs=0.02)
    assert _height(imprint[-1]) == pytest.approx(0.35, abs=0.02)
    assert all(_height(rule) == pytest.approx(0.25, abs=0.02) for rule in imprint[1:-1])
    row = next(row for row in SAMPLES if row["identifier"] == name)
    assert len(imprint) == (3 if row["cc_text"] else 2)
    printing = line_with([box for box in boxes if box.page == done.pages and box.size == 14], row["printing_office"])
    assert printing[0].origin == pytest.approx(LEFT + 14 * 25.4 / 72, abs=0.05)
    assert printing[-1].bottom < BOTTOM


SEALED = [row["identifier"] for row in SAMPLES if row["sealed"] and len(row["issuing_units"]) == 1]


@pytest.mark.parametrize("name", SEALED)
def test_the_seal_lies_over_name_and_date_a_little_above_their_middle_and_its_top_within_a_line_of_the_text(
    pages, name
):
    done, boxes, _ = pages[name]
    row = next(row for row in SAMPLES if row["identifier"] == name)
    [seal] = done.seals
    here = [box for box in boxes if box.page == seal.page]
    signature = line_with(
        [box for box in here if box.baseline > max(b.baseline for b in here if b.size == BODY) - 120],
        row["signature"][0],
    )
    day = [b for b in here if signature[0].baseline < b.baseline < signature[0].baseline + 12 and b.left > 110]
    middle = (day[0].left + day[-1].right) / 2
    assert seal.x == pytest.approx(middle, abs=1.5)
    assert seal.x == pytest.approx((signature[0].left + signature[-1].right) / 2, abs=1.0)
    assert signature[0].top - 1 < seal.y < (signature[0].top + day[0].bottom) / 2
    assert day[-1].right == pytest.approx(RIGHT - 4 * CHARACTER, abs=1.8)
    above = [b for b in here if b.size == BODY and b.baseline < signature[0].baseline - 1]
    pitch = 225 / done.lines
    assert -NEAR <= (seal.y - seal.diameter / 2) - max(b.bottom for b in above) <= pitch + NEAR


def test_seals_of_a_joint_paper_stand_over_their_names_three_a_row_and_none_touches_another():
    names = [f"延安市第{number}局" for number in "一二三四五"]
    codes = [f"U{number}" for number in range(5)]
    done = printed("BM08-2026-0088", signatures=names, issuers=codes)
    assert [seal.issuer for seal in done.seals] == codes
    rows = sorted({seal.y for seal in done.seals})
    assert [sum(seal.y == y for seal in done.seals) for y in rows] == [3, 2]
    boxes = characters(done.pdf)
    for name, seal in zip(names, done.seals, strict=True):
        found = line_with([box for box in boxes if box.page == seal.page and box.size == BODY], name)
        assert seal.x == pytest.approx((found[0].left + found[-1].right) / 2, abs=0.6)
        assert seal.x - seal.diameter / 2 >= LEFT
        assert seal.x + seal.diameter / 2 <= RIGHT
    for one in done.seals:
        for other in done.seals:
            if one is not other:
                apart = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
                assert apart > (one.diameter + other.diameter) / 2


def test_without_a_seal_the_date_begins_two_characters_behind_the_name(pages):
    _, boxes, _ = pages["YA-2026-0190"]
    here = [box for box in boxes if box.page == 2]
    name, day = line_with(here, "延安市人民政府办公室"), line_with(here, "2026年10月2日")
    assert day[0].left - name[0].left == pytest.approx(2 * CHARACTER, abs=0.6)


@pytest.mark.parametrize("name", [row["identifier"] for row in SAMPLES if row["signature"]])
@pytest.mark.parametrize("more", range(0, 24, 3))
def test_name_and_date_never_stand_on_a_page_without_text(name, more):
    body = next(row for row in SAMPLES if row["identifier"] == name)["body"] + "\n补充一行文字。" * more
    done = printed(name, body=body)
    boxes = characters(done.pdf)
    page = done.seals[0].page if done.seals else None
    if page is None or name == "YA-2026-0021":
        return
    assert [line for line in lines(boxes, page) if len(line) >= 6 and line[0].size == BODY and line[0].left < 41]


def test_the_levels_of_headings_and_the_title_have_faces_of_their_own(pages):
    done, _, _ = pages["YA-2026-0181"]
    from circulars.typesetting.pages import embedded_fonts

    faces = embedded_fonts(done.pdf)
    wanted = {"FandolFang-Regular", "FandolHei-Regular", "FandolKai-Regular", "FandolSong-Bold", "FandolSong-Regular"}
    assert faces == wanted


def test_a_list_of_recipients_that_leaves_no_room_for_text_moves_to_the_imprint():
    many = "，".join(f"延安市第{number}号单位办公室" for number in range(90)) + "："
    done = printed("YA-2026-0231", primary={"text": many})
    assert done.recipients_in_imprint
    boxes = characters(done.pdf)
    assert line_with([box for box in boxes if box.page == 1], "《延安市电子公文收发岗位工作规程》已经市政府")
    label = line_with([box for box in boxes if box.page == done.pages], "主送：")
    assert label[0].size == 14.0
    assert label[0].baseline < line_with([b for b in boxes if b.page == done.pages], "抄送：")[0].baseline


def test_the_joint_mark_has_its_bodies_stacked_and_the_word_at_the_right_in_the_middle(pages):
    _, boxes, _ = pages["BM08-2026-0088"]
    mark = [box for box in boxes if box.page == 1 and box.size > 25]
    word = [box for box in mark if box.text in "文件"]
    names = [box for box in mark if box not in word]
    assert word[0].left > max(box.right for box in names)
    assert sum(ink(word)) / 2 == pytest.approx(sum(ink(names)) / 2, abs=1.5)


def test_attachment_notes_are_aligned_and_an_attachment_has_its_own_page():
    done = printed(
        "BM08-2026-0088",
        attachments=[{"title": "自查表", "text": "单位\t金额\n市财政局\t100"}, {"title": "提纲", "text": "一、内容。"}],
    )
    boxes = characters(done.pdf)
    first, second = line_with(boxes, "附件：1.自查表"), line_with(boxes, "2.提纲")
    assert first[3].origin == pytest.approx(second[0].origin, abs=0.05)
    assert first[5].origin == pytest.approx(second[2].origin, abs=0.05)
    label = line_with(boxes, "附件1")
    title = line_with([box for box in boxes if box.page == label[0].page], "自查表")
    assert label[0].page > first[0].page
    assert label[0].top == pytest.approx(TOP, abs=0.8)
    assert label[0].left == pytest.approx(LEFT, abs=0.8)
    assert title[0].baseline - label[0].baseline == pytest.approx(2 * 225 / done.lines, abs=2.2)
    assert line_with(boxes, "附件2")[0].page == label[0].page + 1


def test_a_long_table_repeats_its_head_on_every_page():
    rows = "\n".join(f"第{number}号\t{number}" for number in range(1, 90))
    done = printed("YA-2026-0231", attachments=[{"title": "统计表", "text": "单位名称\t份数\n" + rows}])
    boxes = characters(done.pdf)
    heads = {
        page
        for page in range(1, done.pages + 1)
        for line in lines(boxes, page)
        if "单位名称份数" in "".join(b.text for b in line)
    }
    assert len(heads) >= 2


def test_names_of_minutes_are_aligned_behind_their_label(pages):
    _, boxes, _ = pages["YA-2026-0237"]
    label = line_with(boxes, "出席：市发改委")
    following = next(line for line in lines(boxes, label[0].page) if line[0].baseline > label[0].baseline + 1)
    assert label[0].origin == pytest.approx(LEFT + 2 * CHARACTER, abs=0.1)
    assert following[0].origin == pytest.approx(label[3].origin, abs=0.05)


def test_the_seals_of_fifteen_bodies_go_on_over_the_page_and_stay_in_the_type_area():
    names = [f"延安市第{number}管理委员会办公室" for number in range(15)]
    codes = [f"U{number}" for number in range(15)]
    done = printed("BM08-2026-0088", signatures=names, issuers=codes, issuer_names=names)
    assert len(done.seals) == 15
    assert len({seal.page for seal in done.seals}) > 1
    for seal in done.seals:
        assert seal.y - seal.diameter / 2 >= TOP - NEAR
        assert seal.y + seal.diameter / 2 <= BOTTOM + NEAR
    first_page = characters(done.pdf)
    assert line_with([box for box in first_page if box.page == 1 and box.size == BODY], "为加强政务信息化项目")


def test_an_address_longer_than_a_line_ends_at_its_edge():
    done = printed("YA-2026-0231", body="网址是 https://" + "a" * 300 + "，请登录。")
    boxes = characters(done.pdf)
    assert max(box.right for box in boxes) <= RIGHT + NEAR
    assert "https://aaaa" in "".join(box.text for box in boxes)
