"""What goes to the press: text as data and nothing else, the same bytes again, characters that faces lack, fonts as they came."""

import hashlib
import shutil

import pytest
from django.conf import settings

from circulars.typesetting.coverage import MISSING, Passage, coverage
from circulars.typesetting.fonts import FontMissing, FontSet, Role
from circulars.typesetting.pages import embedded_fonts, picture
from circulars.typesetting.press import typeset
from circulars.typesetting.titlelines import LINE, title_lines
from tests.printed import SAMPLES, SEALS, characters, fonts, paper, printed, sample

HOSTILE = [
    '#eval("1") #panic() #import "x.typ": *',
    "$x^2$ \\# \\u{41} @body <seal-spot> <facts>",
    "= 标题 - 列表 *粗* _斜_ `码` // 注 /* 注 */",
    '"引号" \' [内容] {代码} ~ -- --- ...',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_like_typst_is_set_as_it_is(text):
    done = printed("YA-2026-0240", body=text, title=text.replace("\n", ""), annotation=text, signatures=[text[:12]])
    shown = "".join(box.text for box in characters(done.pdf))
    assert "".join(text.split()) in shown
    assert len(done.seals) == 1


def test_signs_that_nobody_sees_and_writing_from_the_right_do_no_harm():
    done = printed("YA-2026-0240", body="甲\x00乙\u202e丙\u200b丁 \u0645\u0631\u062d\u0628\u0627 \U000e0001")
    shown = "".join(box.text for box in characters(done.pdf))
    assert "甲乙丙丁" in shown


def test_the_same_paper_is_the_same_bytes_and_pdf_a():
    first, second = printed("YA-2026-0181"), printed("YA-2026-0181")
    assert first == second
    assert b"pdfaid" in first.pdf
    assert first.pdf != printed("YA-2026-0181", title="另一个标题").pdf


def test_a_rare_name_is_lent_a_face_where_the_machine_has_one():
    rare = "\U00020bb7"  # 𠮷, in no face of ours
    done = printed("BM20-2026-0066", signers=[f"张{rare}"], body=f"联系人：{rare}某。")
    strays = [*done.coverage.lent, *done.coverage.missing]
    assert {stray.where for stray in strays} == {"签发人", "正文"}
    assert all(rare in stray.sentence and "U+20BB7" in stray.sentence for stray in strays)
    if not done.coverage.lent:
        pytest.skip("no Noto CJK on this machine lends the character")
    assert any(name.startswith(("NotoSerif", "LXGW")) for name in embedded_fonts(done.pdf))


def test_a_character_that_no_face_has_is_named_and_set_as_the_printers_do():
    nowhere = "\ue123"
    done = printed("BM20-2026-0066", body=f"联系人：{nowhere}某。")
    [stray] = done.coverage.missing
    assert "正文" in stray.sentence
    assert "U+E123" in stray.sentence
    assert MISSING in "".join(box.text for box in characters(done.pdf))


def test_every_character_of_the_samples_is_covered():
    for row in SAMPLES:
        done = printed(row["identifier"])
        assert done.coverage.sentences == []
        assert done.coverage.covered


def test_coverage_names_a_character_once_for_each_place():
    found = coverage([Passage("正文", Role.FANG, "甲\ue123乙\ue123"), Passage("标题", Role.BIAO, "\ue123")], fonts())
    assert [(stray.where, stray.face) for stray in found.missing] == [("标题", ""), ("正文", "")]


def test_the_vendored_fonts_are_as_they_came():
    listed = (settings.FONTS / "SHA256SUMS").read_text().split("\n")
    named = dict(reversed(line.split()) for line in listed if line)
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in settings.FONTS.glob("*.otf")}
    assert found == named
    assert "special exception" in (settings.FONTS / "COPYING").read_text()


def test_a_missing_face_is_refused_and_never_replaced(tmp_path):
    for file in settings.FONTS.glob("*.otf"):
        if "Kai" not in file.name:
            shutil.copy(file, tmp_path)
    with pytest.raises(FontMissing, match="楷体"):
        FontSet(tmp_path)


def test_a_file_of_the_operator_goes_before_ours_and_a_broken_one_is_refused(tmp_path):
    shutil.copy(settings.FONTS / "FandolHei-Regular.otf", tmp_path / "kai.otf")
    assert FontSet(settings.FONTS, tmp_path).chains[Role.KAI][0].family == "FandolHei"
    (tmp_path / "kai.otf").write_bytes(b"no font")
    with pytest.raises(FontMissing, match="kai"):
        FontSet(settings.FONTS, tmp_path)


def test_a_page_is_a_picture_and_a_page_that_is_not_there_is_none():
    done = printed("YA-2026-0240")
    assert picture(done.pdf, 1, width=300).startswith(b"\x89PNG")
    with pytest.raises(IndexError):
        picture(done.pdf, done.pages + 1, width=300)


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: row["identifier"])
def test_lines_of_a_title_keep_their_words_and_the_whole_text(row):
    found = title_lines(row["title"])
    assert "".join(found).replace(" ", "") == row["title"].replace(" ", "")
    assert all(len(line) <= LINE for line in found)
    assert not [line for line in found[1:] if line[0] in "的、，》"]
    for word in ("会议", "通知", "情况", "办公室", "人民政府", "工作", "资金"):
        assert row["title"].count(word) == sum(line.count(word) for line in found)


def test_line_breaks_of_the_drafter_are_kept():
    assert title_lines("延安市人民政府\n关于某事的通知") == ["延安市人民政府", "关于某事的通知"]


def test_a_title_is_no_hourglass():
    found = [
        len(line)
        for line in title_lines(
            "延安市人民政府办公室关于转发市发展改革委等部门延安市推进重点项目建设三年行动方案的通知"
        )
    ]
    assert len(found) == 3
    assert not found[0] > found[1] < found[2]


def test_copies_to_of_a_letter_stand_at_the_foot_of_the_page_they_move_on_to():
    name, foot = "YA-2026-0199", 297 - 35  # mm: the lower edge of the type area
    body = sample(name)["body"]
    for lines in range(1, 24):
        done = typeset(paper(name, body="\n".join([body, *["补充事项。"] * lines])), fonts(), seals=SEALS)
        last = [box for box in characters(done.pdf) if box.page == done.pages and box.top < foot + 2]
        if done.pages > 1 and len(last) < 30:  # nothing but what goes to whom else
            assert max(box.bottom for box in last) > foot - 12
            return
    raise AssertionError("no letter was long enough")
