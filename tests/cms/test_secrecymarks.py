"""Marks of secrecy told from words about secrets (Article 5)."""

import time

import pytest

from cms.secrecymarks import marks_in
from cms.secrecypatterns import Kind
from tests.docs import ROOT
from tests.growth import FAIR, growth

MARKED = """
秘密★10年
机密★
绝密★长期
绝密☆启用前
绝密启用前
绝密 · 启用前
机 密 ★ 20年
　　机　密
機密★
絕密★30年
祕密☆
秘密⭐5年
机密＊10年
机密*
秘密·5年
秘密 10年
秘密【10年】
机密20年
秘密★三年
秘密★6个月
秘密★公布前
机密级★10年
国家秘密★10年
密级：机密
密级:秘密
密級：絕密
密 级 ： 机 密
文件密级：机密级
密级：秘密★10年
密级：□绝密 ☑机密 □秘密
密级：□绝密 □机密√ □秘密
保密等级：秘密
涉密等级=机密
机密
机密级
（机密）
【秘密】
[绝密]
机密文件
绝密件
机密，不得外传
绝密 阅后收回
000001 机密★1年
第1页 机密★
关于某事的通知（机密）
""".strip().split("\n")

WORDS = """
涉及国家秘密的公文不得使用本系统传发。
保守国家秘密
《中华人民共和国保守国家秘密法》
商业秘密
商业秘密★
严守工作秘密
属于国家秘密的，分为绝密、机密、秘密三级。
绝密级国家秘密是最重要的国家秘密
秘密级不超过十年，机密级不超过二十年，绝密级不超过三十年。
国家秘密（绝密级、机密级、秘密级）
机密级计算机不得接入互联网
一、不得泄露国家秘密、工作秘密、商业秘密。
★保守国家秘密★严守纪律
密级：无
密级：公开
密级：□绝密 □机密 □秘密
密级：绝密、机密、秘密三级
涉密文件应标注密级
密级和保密期限
新公章启用前，旧公章停用
保密期限：五年
机要渠道
采取秘密投票的方式
大自然的秘密
数据的机密性、完整性、可用性
重点任务★★★
会议纪要 ★
加强保密工作的通知
""".strip().split("\n")


@pytest.mark.parametrize("line", MARKED)
def test_a_mark_is_found_in_a_line_of_any_page(line):
    assert marks_in(f"延安市人民政府办公室\n{line}\n现将有关事项通知如下。")


@pytest.mark.parametrize("line", WORDS)
def test_words_about_secrets_are_no_mark(line):
    assert marks_in(f"延安市人民政府办公室\n{line}\n现将有关事项通知如下。") == []


@pytest.mark.parametrize(
    "text",
    [
        "机\u200b密\u200b★",
        "机\ufe0f密★\ufe0f",
        "机\u00ad密★",
        "ㅤ机密★",
        "绝\n密\n★",
        "机\n密",
        "机密\n★20年",
        "密级\n机密",
    ],
)
def test_nothing_invisible_and_no_line_break_hides_a_mark(text):
    assert marks_in(text)


def test_a_scale_that_names_the_levels_one_under_the_other_is_no_mark():
    assert marks_in("绝密\n机密\n秘密") == []
    assert marks_in("涉密载体清点表\n|绝密|机密|秘密|\n|0|2|5|") == []
    assert marks_in("机密\n关于做好工作的通知")


def test_the_rule_itself_and_all_our_pages_pass():
    for page in [ROOT / "docs" / "rule.zh.txt", *(ROOT / "tests" / "data").glob("c*.json")]:
        assert marks_in(page.read_text()) == [], page.name


def test_one_line_is_known_again_by_its_fingerprint_whatever_it_is_written_with():
    (one,), (other,) = marks_in("密级： 机密"), marks_in("密級:机\u200b密")
    assert one == other
    assert one.fingerprint == other.fingerprint
    assert one.kind is Kind.LABEL
    assert "密" not in one.fingerprint
    assert len(one.fingerprint) == 64


def test_a_bare_mark_is_known_by_its_neighbours_as_well():
    (here,), (there,) = marks_in("甲单位名册\n机密\n共三页"), marks_in("乙单位名册\n机密\n共三页")
    assert here.fingerprint != there.fingerprint


def test_a_long_text_is_searched_in_moments():
    text = ("涉及国家秘密的公文不得使用本系统传发，" * 6 + "\n") * 3000
    begun = time.process_time()
    assert marks_in(text) == []
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda n: "-" * n + "文机密", id="signs before a level"),
        pytest.param(lambda n: "_" * n + "1" + "_" * n + "文机密", id="signs and digits before a level"),
        pytest.param(lambda n: "密级" + "=" * n + "文机密", id="signs behind a label"),
        pytest.param(lambda n: "密级=" * n + "文机密", id="labels"),
        pytest.param(lambda n: "密级☑" * n + "机密", id="ticked labels"),
        pytest.param(lambda n: "机密" + "★" * n + "文", id="stars"),
        pytest.param(lambda n: "机密★" + "1" * n, id="digits of a period"),
        pytest.param(lambda n: "机密文件" + "_" * n + "文", id="signs at the end"),
        pytest.param(lambda n: "机密" * n, id="levels"),
        pytest.param(lambda n: "机密\n" * n, id="levels on lines"),
        pytest.param(lambda n: "机\n密\n" * n, id="levels down the page"),
        pytest.param(lambda n: "机密a" + "\u0301\u0327" * n, id="accents on accents"),
    ],
)
def test_no_line_takes_more_than_its_share_of_time(text):
    assert growth(marks_in, text) < FAIR
