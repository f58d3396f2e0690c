"""Text brought into the draft form: what Word, WPS and spreadsheets put on the clipboard, or a Word file, arrives as lines and rows."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from circulars.bodytext import blocks
from tests.cast import City
from tests.worddrafts import whole_draft

# As Word 2016 puts a draft on the clipboard: numbers of lists in ignored spans, fonts everywhere, conditional comments.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- @font-face {font-family:仿宋_GB2312;} p {color:red} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
<p class=MsoNormal style='text-indent:32.0pt'><span style='font-size:16.0pt;font-family:仿宋_GB2312'>现将有关
事项通知如下：<span lang=EN-US><o:p></o:p></span></span></p>
<p class=MsoListParagraph style='margin-left:36.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US
style='font-family:黑体;mso-fareast-font-family:黑体'><span style='mso-list:Ignore'>一、<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]><span style='font-family:黑体'>严格落实制度</span></p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>(一)<span
style='font:7.0pt "Times New Roman"'>&nbsp;</span></span><![endif]>领导在岗带班。</p>
<p class=MsoListParagraph style='mso-list:l0 level3 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1、<span
style='font:7.0pt "Times New Roman"'>&nbsp;</span></span><![endif]>5万元以上的事项<a style='mso-footnote-id:ftn1' href="#_ftn1"
name="_ftnref1"><sup>[1]</sup></a>逐级上报。</p>
<p class=MsoListParagraph style='mso-list:l0 level4 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>(1)</span><![endif]>带班人员<del
cite="mailto:x" datetime="2026-09-28T09:00">一般</del><ins cite="mailto:x">一律</ins>不得离开市区。</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='font-family:Wingdings'><span
style='mso-list:Ignore'>l<span style='font:7.0pt "Times New Roman"'>&nbsp;</span></span></span><![endif]>随时保持联系。</p>
<p class=MsoNormal>二、&nbsp; <a href="javascript:alert(1)">值班安排</a><span style='mso-hide:all;display:none'>不给人看的字</span><!--[if gte vml 1]>
<v:shape><v:imagedata src="file:///C:/x.png"/></v:shape><![endif]--><![if !vml]><img src="https://example.invalid/x.png" onerror="window.pwned=1"><![endif]></p>
<table class=MsoTableGrid border=1><tr><td rowspan=2><p class=MsoNormal>日期</p></td><td colspan=2><p>人员</p></td></tr>
<tr><td><p>带班</p></td><td><p>值班</p></td></tr>
<tr><td>10月<br>1日</td><td>王文静|李正明</td><td><p>&nbsp;</p></td></tr></table>
<p class=MsoNormal><span style='mso-tab-count:1'>&nbsp;&nbsp;&nbsp; </span>（２）以上请执行\u200b。<script>window.pwned=1</script></p>
<div style='mso-element:footnote-list'><div style='mso-element:footnote' id=ftn1><p>[1] 含税。</p></div></div>
<!--EndFragment--></body></html>"""

WORD_TEXT = """现将有关事项通知如下：
一、严格落实制度
（一）领导在岗带班。
1. 5万元以上的事项逐级上报。
（1）带班人员一律不得离开市区。
随时保持联系。
二、值班安排
|日期|人员||
||带班|值班|
|10月 1日|王文静｜李正明||
（２）以上请执行。"""

# As WPS Writer puts it there: everything inline, numbers typed or in its own ignored spans, a text box as a table of one cell.
WPS = """<html><head><meta name="Generator" content="WPS Office"><style>p.MsoNormal{font-family:仿宋}</style></head><body><!--StartFragment-->
<p class="MsoNormal" style="text-indent:32pt;mso-char-indent-count:2;"><span style="mso-spacerun:'yes';font-family:仿宋;font-size:16pt;">
<font face="仿宋">各县（市、区）要抓紧落实。</font></span></p>
<p class="MsoNormal" style="mso-list:l0 level1 lfo1;"><![if !supportLists]><span style="font-family:黑体;"><span style='mso-list:Ignore;'>十一、<span>&nbsp;</span></span></span><![endif]><span>抓好收尾</span></p>
<p class="MsoNormal"><span>(二)加强督查。</span></p><table><tr><td><p>附言：请认真核对。</p></td></tr></table>
<ol style="list-style-type:simp-chinese-informal" start="12"><li><p>总结</p></li><li>报送</li></ol><ul><li>不编号的一条</li></ul>
<!--EndFragment--></body></html>"""

WPS_TEXT = """各县（市、区）要抓紧落实。
十一、抓好收尾
（二）加强督查。
附言：请认真核对。
十二、总结
十三、报送
不编号的一条"""

SHEET = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table><col width=72><tr><td>序号</td><td>单位</td></tr>
<tr><td align=right>1</td><td class=xl65>市公安局</td></tr><tr style='display:none'><td>2</td><td>隐藏行</td></tr></table></body></html>"""

PASTE = """(field, [html, text]) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    data.setData("text/plain", text);
    field.focus();
    return field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def page(town: City, sit_down) -> Page:
    """The form of a new draft."""
    drafter = sit_down(town.drafter)
    drafter.press("起草公文（市政府办）")
    return drafter.page


def paste(page: Page, html: str, text: str = "", into: str = "body") -> bool:
    """Whether the paste was left to the browser."""
    return page.eval_on_selector(f"[name={into}]", PASTE, [html, text])


def kept(page: Page, field: str = "body") -> str:
    return page.input_value(f"[name={field}]")


def test_a_draft_from_word_comes_clean_and_what_was_left_out_is_named(page: Page) -> None:
    assert not paste(page, WORD, "the plain text of the same")
    assert kept(page) == WORD_TEXT
    assert page.evaluate("window.pwned") is None
    said = page.locator(".paste-account")
    expect(said).to_contain_text("已粘贴 8 段、1 个表格")
    for lost in ("脚注 1 处", "修订中已删的文字 1 处", "项目符号 1 处", "链接 1 处", "隐藏文字 1 处", "图片 1 处",
                 "合并单元格（已拆开） 2 处", "脚本 1 处", "字体、颜色等样式"):  # fmt: skip
        expect(said).to_contain_text(lost)
    assert [getattr(block, "level", "table") for block in blocks(kept(page))] == [0, 1, 2, 3, 4, 0, 1, "table", 4]


def test_a_draft_from_wps_a_list_of_html_and_a_sheet_come_clean(page: Page) -> None:
    paste(page, WPS)
    assert kept(page) == WPS_TEXT
    page.fill("[name=body]", "附表：")
    paste(page, SHEET, "序号\t单位\n1\t市公安局")
    assert kept(page) == "附表：\n|序号|单位|\n|1|市公安局|"
    page.keyboard.press("Control+z")
    assert kept(page) == "附表："
    page.eval_on_selector("[name=body]", "field => field.setSelectionRange(0, 0)")
    paste(page, "<p>一、甲</p><p>二、乙</p>")
    assert kept(page) == "一、甲\n二、乙\n附表："
    page.click("#id_attachments-ADD")
    expect(page.locator("[name=attachments-0-text]")).to_be_visible()
    paste(page, WPS, into="attachments-0-text")
    assert kept(page, "attachments-0-text") == WPS_TEXT


def test_a_word_file_is_imported_at_a_real_screen(town: City, sit_down, tmp_path: Path) -> None:
    file = tmp_path / "汛期值班.docx"
    file.write_bytes(whole_draft())
    drafter = sit_down(town.drafter)
    drafter.follow("我的文稿")
    drafter.follow("导入 Word 文稿")
    drafter.press("导入")
    drafter.reads("没有导入：", "请选择为哪个单位拟稿。", "请选择文稿。")
    drafter.page.select_option("[name=unit]", str(town.office.pk))
    drafter.page.set_input_files("[name=file]", file)
    drafter.press("导入")
    drafter.reads("已导入为草稿", "没有带入：字体、字号、颜色等样式。", "请另外勾选主送单位")
    assert kept(drafter.page).startswith("现将有关事项通知如下：\n一、落实责任\n（一）领导带班。")


def test_plain_text_and_other_fields_are_left_to_the_browser(page: Page) -> None:
    assert paste(page, "", "一、照原样")
    assert paste(page, WORD, "标题", into="title")
    assert paste(page, "<img src=x>", "图片旁的文字")
    assert not kept(page)
    assert not paste(page, "<p><img src=x></p>")
    expect(page.locator(".paste-account")).to_contain_text("已粘贴 0 段。没有带入：图片 1 处")
