"""Marks of secrecy that a line break parts inside longer text, told from words that running text parts (Article 5)."""

import pytest

from cms.secrecymarks import marks_in
from tests.draftform import add_address, filled
from tests.traces import traces

BEFORE, AFTER = "现将国庆假期值班工作有关事项通知如下，请遵照执行", "，各单位要按时报送信息，不得迟报。"


@pytest.mark.parametrize(
    "mark",
    [
        "机\n密★10年",
        "绝\n密★",
        "秘\n密 ★ 长期",
        "绝\n密启用前",
        "绝密启\n用前",
        "机\n密级★20年",
        "机密\n★20年",
        "国家秘密★\n10年",
        "机\n密\n★\n10年",
        "绝|密★6个月",
        "機\n\n密☆三年",
    ],
)
def test_a_mark_that_a_line_break_parts_is_found_inside_longer_text(mark):
    assert marks_in(f"{BEFORE}{mark}{AFTER}")


@pytest.mark.parametrize(
    "text",
    [
        "（机\n密）",
        "文件密级：机\n密",
        "关于某事的通知（机\n密）",
        "机\n密文件，不得外传",
        "机\n密【10年】",
        "机\n密级·20年",
    ],
)
def test_a_mark_with_lines_of_its_own_is_found_when_a_break_parts_its_word(text):
    assert marks_in(f"{BEFORE}\n{text}\n{AFTER}")


@pytest.mark.parametrize(
    "text",
    [
        "涉密计算机\n密级标识应当清楚",
        "各单位的打印机\n密封后交市保密局",
        "|涉密计算机|密级|★★★|",
        "|涉密计算机|密级★|保管人|",
        "会议内容属于国家秘\n密，不得外传",
        "要保守国家秘\n密★★★",
        "数据的机\n密性、完整性、可用性",
        "一、严守工作秘密\n★10年来，我市保密工作稳步推进",
        "三、严守机密\n启用前，各单位应当检查设备",
        "涉密计算机\n密级：□绝密 □机密 □秘密",
        "采取秘\n密投票的方式",
        "大自然的秘\n密10年前才揭开",
        "商业秘\n密★",
    ],
)
def test_a_word_that_a_line_break_parts_in_running_text_is_no_mark(text):
    assert marks_in(f"{BEFORE}。\n{text}\n{AFTER}") == []


def test_a_mark_that_a_line_break_parts_is_turned_away_and_a_parted_word_is_not(city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    desk = city.desk(city.drafter)
    marked = filled(city, body=f"{BEFORE}，zq7secret机\r\n密★10年{AFTER}")
    assert "请改走机要渠道" in desk.post(add_address(city), marked).content.decode()
    assert traces("zq7secret") == []
    parted = filled(city, body=f"{BEFORE}：\r\n涉密计算机\r\n密级标识应当清楚{AFTER}")
    assert desk.post(add_address(city), parted).status_code == 302
