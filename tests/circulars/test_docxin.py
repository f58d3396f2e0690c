"""A .docx draft taken in: numbers that Word keeps apart stand in the text, tables are ours, and every loss is named."""

import zipfile
from io import BytesIO

import docx as other_writer
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from circulars.docxin import read
from circulars.docxin.numbers import chinese
from circulars.layouts import Direction, DocumentType
from tests.worddrafts import OFFICIAL, docx, level, numbering, p, run, styles, tbl, tc, whole_draft

TITLE = p("关于放假的通知", jc="center")


def taken(content: bytes, name: str = "放假.docx"):
    return read(name, BytesIO(content), len(content))


def body_of(*blocks, **parts) -> str:
    return taken(docx(TITLE, *blocks, **parts)).body


def losses_of(*blocks, **parts) -> tuple[str, ...]:
    return taken(docx(TITLE, *blocks, **parts)).losses


# Elements


def test_a_whole_draft_is_told_apart():
    found = taken(whole_draft())
    assert found.title == "延安市应急管理局关于做好汛期值班工作的通知"
    assert (found.document_type, found.direction) == (DocumentType.NOTICE, Direction.DOWNWARD)
    assert found.primary_text == "各县（市、区）应急管理局，局属各单位："
    assert found.body.split("\n") == [
        "现将有关事项通知如下：",
        "一、落实责任",
        "（一）领导带班。",
        "1.每日一名。",
        "（1）不得离开市区。",
        "二、报送信息",
        "|日期|带班|",
        "|10月1日|王文静|",
    ]
    assert (found.signatures, found.annotation, found.cc_text) == ("延安市应急管理局", "此件公开发布", "市政府办公室。")
    assert [(each.title, each.text) for each in found.attachments] == [("值班安排表", "|姓名|电话|\n|王文静|8888|")]
    said = "".join(found.notes)
    for words in ("延应急字〔2026〕66号", "2026年9月28日”没有带入", "勾选主送单位", "勾选抄送单位", "印发”没有带入"):
        assert words in said


def test_a_document_of_an_independent_writer_is_read():
    document = other_writer.Document()
    document.add_paragraph("关于报送材料的请示", style="Title")
    document.add_paragraph("市人民政府：")
    document.add_paragraph("一、现有情况")
    table = document.add_table(rows=3, cols=3)
    for row, cells in enumerate(("甲乙丙", "丁戊己", "庚辛壬")):
        for column, word in enumerate(cells):
            table.cell(row, column).text = word
    table.cell(0, 0).merge(table.cell(0, 1)).text = "甲乙"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "己壬"
    document.add_paragraph("2026年9月28日").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.sections[0].header.paragraphs[0].text = "内部资料"
    kept = BytesIO()
    document.save(kept)
    found = taken(kept.getvalue())
    assert (found.title, found.document_type) == ("关于报送材料的请示", DocumentType.REQUEST)
    assert found.direction == Direction.UPWARD
    assert found.primary_text == "市人民政府："
    assert found.body == "一、现有情况\n|甲乙||丙|\n|丁|戊|己壬|\n|庚|辛||"
    assert "合并单元格（已拆开，文字放在第一格） 2 处" in found.losses
    assert "页眉页脚 1 处" in found.losses


@pytest.mark.parametrize(
    "lines, title, left",
    [
        ([p("关于放假的通知")], "关于放假的通知", ""),
        ([p("关于", style="T"), p("放假的通知（试行）", style="T")], "关于放假的通知（试行）", ""),
        ([p("延安市人民政府办公室", jc="center"), p("延政办函〔2026〕5号", jc="center"), p("关于借用的函", jc="center")], "关于借用的函", ""),
        ([p("现将情况报送如下。")], "放假", "现将情况报送如下。\n"),
        ([p("机密★1年"), TITLE], "关于放假的通知", "机密★1年\n"),
    ],
)  # fmt: skip
def test_the_title_is_the_first_centred_or_titled_lines_that_end_in_a_type(lines, title, left):
    titled = styles('<w:style w:type="paragraph" w:styleId="T"><w:name w:val="公文标题"/></w:style>')
    found = taken(docx(*lines, p("正文。"), styles=titled))
    assert (found.title, found.body) == (title, f"{left}正文。")
    assert any("没有认出标题" in note for note in found.notes) is (title == "放假")


@pytest.mark.parametrize(
    "line, is_one",
    [
        ("各县（市、区）人民政府，市政府各工作部门、各直属机构：", True),
        ("市财政局:", True),
        ("现将有关单位名单通知如下：", False),
        ("请各单位做好以下工作：", False),
        ("联系单位：", False),
    ],
)
def test_recipients_are_taken_only_when_they_clearly_are(line, is_one):
    found = taken(docx(TITLE, p(line), p("正文。")))
    assert found.primary_text == (line.replace(":", "：") if is_one else "")
    assert found.body == ("正文。" if is_one else f"{line}\n正文。")


def test_an_end_that_is_not_certain_stays_in_the_body_with_a_note():
    found = taken(docx(TITLE, p("正文。"), p("附件：名单"), p("请遵照执行"), p("张三同志")))
    assert found.body == "正文。\n附件：名单\n请遵照执行\n张三同志"
    assert not found.signatures
    assert any("没有认出署名" in note for note in found.notes)


def test_several_signatures_and_attachments_are_kept_in_order():
    found = taken(
        docx(TITLE, p("正文。"), p("附件：1.名单"), p("2.表格"), p("市教育局　", jc="right"), p("市 财 政 局", jc="right"),
             p("二〇二六年九月二十八日", jc="right"), p("附件1"), p("名单", jc="center"), p("甲"), p("附件2：表格"), p("乙"))
    )  # fmt: skip
    assert found.signatures == "市教育局\n市财政局"
    assert found.body == "正文。"
    assert [(each.title, each.text) for each in found.attachments] == [("名单", "甲"), ("表格", "乙")]


# Numbers


@pytest.mark.parametrize(
    "style, text, drawn",
    [
        ("chineseCounting", "%1、", "三、"),
        ("japaneseCounting", "%1.", "三、"),
        ("ideographDigital", "(%1)", "（三）"),
        ("decimal", "%1、", "3."),
        ("decimal", "（%1）", "（3）"),
        ("decimalEnclosedParen", "%1", "（3）"),
        ("decimalEnclosedFullstop", "%1", "3."),
        ("decimalEnclosedCircleChinese", "%1", "③"),
        ("lowerLetter", "%1)", "c)"),
        ("upperRoman", "%1.", "III."),
        ("ideographTraditional", "%1、", "丙、"),
        ("chineseLegalSimplified", "%1、", "叁、"),
        ("decimal", "第%1条", "第3条 "),
        ("none", "※", "※"),
    ],
)
def test_every_way_of_counting_is_written_out(style, text, drawn):
    items = [p(word, num=(1, 0)) for word in "甲乙丙"]
    assert body_of(*items, numbering=numbering((level(0, style, text),))).split("\n")[2] == f"{drawn}丙"


@pytest.mark.parametrize(
    "number, written",
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (103, "一百零三"),
        (110, "一百一十"),
    ],
)
def test_chinese_counting(number, written):
    assert chinese(number) == written


def test_deeper_levels_begin_anew_and_a_list_goes_on_where_it_stopped():
    items = [p(f"段{n}", num=(1, place)) for n, place in enumerate((0, 1, 1, 2, 0, 1, 2, 2))]
    text = body_of(*items[:5], p("中间的话。"), *items[5:], numbering=numbering(OFFICIAL))
    assert text == "一、段0\n（一）段1\n（二）段2\n1.段3\n二、段4\n中间的话。\n（一）段5\n1.段6\n2.段7"


def test_another_list_of_the_same_definition_starts_anew_only_where_it_says_so():
    uses = (
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>',
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>',
    )
    items = [p(f"段{n}", num=(use, 0)) for n, use in enumerate((1, 1, 2, 3, 3))]
    assert body_of(*items, numbering=numbering(OFFICIAL, uses=uses)) == "一、段0\n二、段1\n三、段2\n五、段3\n六、段4"


def test_a_level_may_count_on_and_show_the_levels_above_in_digits():
    levels = (
        level(0, "chineseCounting", "第%1章"),
        level(1, "decimal", "%1.%2", more="<w:lvlRestart w:val='0'/><w:isLgl/>"),
    )
    items = [p(f"段{n}", num=(1, place)) for n, place in enumerate((0, 1, 1, 0, 1))]
    text = body_of(*items, numbering=numbering(levels))
    assert text == "第一章 段0\n1.1 段1\n1.2 段2\n第二章 段3\n2.3 段4"


def test_a_style_puts_its_paragraphs_in_a_list_and_a_paragraph_may_leave_it():
    definition = (
        level(0, "chineseCounting", "%1、"),
        level(1, "chineseCounting", "（%2）", more='<w:pStyle w:val="H2"/>'),
    )
    own = styles(
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
        '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/></w:style>',
    )
    items = [p("甲", style="H1"), p("乙", style="H2"), p("丙", style="H1", num=(0, 0)), p("丁", style="H1")]
    assert body_of(*items, numbering=numbering(definition), styles=own) == "一、甲\n（一）乙\n丙\n二、丁"


def test_typed_numbers_are_written_as_the_standard_writes_them_and_digits_keep_their_distance():
    text = body_of(p("(一)甲"), p("( 2 ) 乙"), p("一、<w:t/>".replace("<w:t/>", ""), "<w:r><w:tab/></w:r>", "丙"), p("1. 丁"),
                   p("5万元", num=(1, 2)), numbering=numbering(OFFICIAL))  # fmt: skip
    assert text == "（一）甲\n（2）乙\n一、丙\n1.丁\n1. 5万元"


@pytest.mark.parametrize("style", ["lowerLetter", "upperLetter", "lowerRoman", "upperRoman"])
def test_a_number_without_letters_of_its_own_is_drawn_in_digits(style):
    far = numbering((level(0, style, "%1.", start=999_000),))
    assert body_of(p("甲", num=(1, 0)), numbering=far) == "999000.甲"


def test_letters_are_doubled_as_far_as_word_doubles_them():
    assert body_of(p("甲", num=(1, 0)), numbering=numbering((level(0, "lowerLetter", "%1)", start=28),))) == "bb)甲"


def test_a_level_beyond_the_ninth_is_none():
    assert body_of(p("甲", num=(1, 12)), numbering=numbering((level(12, "decimal", "%1."),))) == "甲"


def test_bullets_go_and_are_counted():
    bullet = numbering((level(0, "bullet", "\uf06c"),))
    assert body_of(p("要点", num=(1, 0)), numbering=bullet) == "要点"
    assert "项目符号 2 处" in losses_of(p("要点", num=(1, 0)), p("要点", num=(1, 0)), numbering=bullet)


# What is lost


def test_revisions_are_taken_at_their_word():
    text = (
        p("请<", "各单位").replace("请<", "请"),
        p(
            '<w:del w:id="1"><w:r><w:delText>务必</w:delText></w:r></w:del>',
            "应当",
            f'<w:ins w:id="2">{run("按时")}</w:ins>',
            "报送。",
        ),
        p("并在一", mark='<w:del w:id="3"/>'),
        p("起的段落。"),
        p(f'<w:moveFrom w:id="4">{run("原处")}</w:moveFrom><w:moveTo w:id="5">{run("新处。")}</w:moveTo>'),
    )
    assert body_of(*text) == "请各单位\n应当按时报送。\n并在一起的段落。\n新处。"
    assert {"修订删除的文字（已去掉） 1 处", "修订插入的文字（已采用） 1 处", "修订移走的文字（已去掉） 1 处"} <= set(
        losses_of(*text)
    )


BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>框中字</w:t></w:r></w:p>"
    "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>框中字</w:t></w:r>"
    "</w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


@pytest.mark.parametrize(
    "inside, loss, text",
    [
        ("<w:r><w:drawing><wp:inline/></w:drawing></w:r>", "图片 1 处", "前后"),
        (BOX, "文本框 1 处", "前后"),
        ("<w:r><w:footnoteReference w:id='1'/></w:r>", "脚注 1 处", "前后"),
        ("<w:r><w:commentReference w:id='1'/></w:r>", "批注 1 处", "前后"),
        ("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>", "公式 1 处", "前后"),
        ("<w:r><w:object/></w:r>", "嵌入对象 1 处", "前后"),
        ("<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>", "特殊符号 1 处", "前后"),
        (run("看不见", "<w:vanish/>"), "隐藏文字（没有带入） 1 处", "前后"),
        (f"<w:hyperlink r:id='rId9'>{run('链接')}</w:hyperlink>", "链接（文字保留） 1 处", "前链接后"),
        ("<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>", "", "前控件后"),
        (
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> DATE </w:instrText></w:r><w:r><w:t>今日</w:t></w:r>",
            "",
            "前今日后",
        ),
        ("<w:r><w:br/></w:r>", "", "前\n后"),
    ],
)
def test_what_plain_text_cannot_hold_is_counted(inside, loss, text):
    found = taken(docx(TITLE, p("前", inside, "后")))
    assert found.body == text
    assert found.losses == (*filter(None, [loss]), "字体、字号、颜色等样式")


def test_a_table_keeps_its_place_and_its_cells():
    table = tbl(
        [tc("单位", look='<w:vMerge w:val="restart"/>'), tc("人数", look='<w:gridSpan w:val="2"/>')],
        [tc("", look="<w:vMerge/>"), "男", "女|童"],
        ["公安局", tc("一", "二"), tc(tbl(["内", "层"]))],
    )
    inserted = "<w:sdt><w:sdtContent>" + tbl(["另", "表"]) + "</w:sdtContent></w:sdt>"
    assert body_of(p("前。"), table, inserted, p("后。")) == (
        "前。\n|单位|人数||\n||男|女｜童|\n|公安局|一 二|内，层|\n\n|另|表|\n后。"
    )
    assert {"合并单元格（已拆开，文字放在第一格） 2 处", "表格中的表格（已并成文字） 1 处"} <= set(losses_of(table))


def test_a_table_of_many_edges_is_closed_up():
    table = tbl([tc("甲", look='<w:gridSpan w:val="40"/>'), tc("乙", look='<w:gridSpan w:val="24"/>')], ["丙"])
    assert body_of(table) == "|甲|乙|\n|丙||"
    assert "列数太多的表格（单元格已靠拢） 1 处" in losses_of(table)


def test_a_frame_of_one_cell_is_no_table():
    assert body_of(tbl([tc("甲。", "乙。")])) == "甲。\n乙。"


# How the parts are found


def test_a_relation_that_points_outside_is_not_followed():
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" TargetMode="External" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="file:///etc/passwd"/></Relationships>'
    )
    assert taken(docx(TITLE, p("正文。"), parts={"_rels/.rels": relations})).body == "正文。"


def test_a_strict_document_is_read_as_any_other():
    strict = docx(TITLE, p("落实责任", num=(1, 0)), numbering=numbering(OFFICIAL))
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(strict)) as old, zipfile.ZipFile(kept, "w") as new:
        for entry in old.namelist():
            changed = old.read(entry).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            new.writestr(entry, changed)
    assert taken(kept.getvalue()).body == "一、落实责任"
