"""Every screen shows the article that it serves (Articles 1 and 29): "依据：第…条" with numbers that the rule and the regulation have."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.addresses import BY_POST_ONLY, OURS, addresses_of
from tests.docs import ROOT

pytestmark = pytest.mark.usefixtures("still_rail")

TEMPLATES = Path(settings.SITE) / "templates"
REGULATION = range(1, 43)  # 《党政机关公文处理工作条例》 has 42 articles

# Screens of the desk that serve no article, each with the reason.
NO_ARTICLE = {
    "desk/home.html": "只是登录后落脚的地方，没有办理事项",
    "desk/messages.html": "消息指向各自的办理页，依据写在那里",
    "desk/notices.html": "通知公告的目录，内容由发布人写",
    "desk/notice.html": "通知公告，内容由发布人写",
    "accounts/password.html": "个人设置密码，不是本办法规定的事项",
    "accounts/new_password.html": "个人设置密码，不是本办法规定的事项",
    "accounts/locked_out.html": "登录不成的提示",
    "accounts/slip_issued.html": "打印出来交给本人的密码单",
    "circulars/file_refused.html": "附件不能提供的提示",
}

_NUMERALS = "一二三四五六七八九"
_ITEM = r"第[一二三四五六七八九十]+[条章](?:第（[一二三四五六七八九十]+）项)?"
_LIST = rf"{_ITEM}(?:[、至]{_ITEM})*"
_CITED = re.compile(
    rf"依据：((?:{_LIST}|《[^》]+》(?:（[^）]+）)?(?:{_LIST})?)(?:；(?:《[^》]+》(?:（[^）]+）)?)?(?:{_LIST})?)*)"
)


def number(chinese: str) -> int:
    """二十二 → 22."""
    tens, ten, ones = chinese.rpartition("十")
    return (_NUMERALS.index(tens) + 1 if tens else 1 if ten else 0) * 10 + (_NUMERALS.index(ones) + 1 if ones else 0)


def articles_of_the_rule() -> set[int]:
    text = (ROOT / "docs" / "rule.zh.txt").read_text()
    return {number(found) for found in re.findall(r"^第([一二三四五六七八九十]+)条 ", text, re.MULTILINE)}


def unknown_in(cited: str) -> list[str]:
    """What a line after 依据： cites that is not there."""
    found = []
    for part in cited.split("；"):
        regulation = part.startswith("《党政机关公文处理工作条例》")
        there = REGULATION if regulation else articles_of_the_rule()
        if part.startswith("《") and not regulation:
            continue  # a standard, which is cited by its number
        found += [
            f"{part}：第{one}条"
            for one in re.findall("第([一二三四五六七八九十]+)条", part)
            if number(one) not in there
        ]
    return found


def cited_in(html: str) -> list[str]:
    return _CITED.findall(html)


def test_numbers_are_read_and_an_article_that_is_not_there_is_seen():
    assert [number(word) for word in ("一", "十", "十九", "二十", "二十九", "三十一")] == [1, 10, 19, 20, 29, 31]
    assert articles_of_the_rule() == set(range(1, 30))
    assert cited_in("<p>依据：第十三条第（一）项、第二十条；《党政机关公文处理工作条例》第二十五条</p>") == [
        "第十三条第（一）项、第二十条；《党政机关公文处理工作条例》第二十五条"
    ]
    assert not cited_in("<dt>依据</dt><dd>依据：市政府文件</dd>")
    assert unknown_in("第三十条；《党政机关公文处理工作条例》第三十条、第四十三条") == [
        "第三十条：第三十条",
        "《党政机关公文处理工作条例》第三十条、第四十三条：第四十三条",
    ]


def screens() -> list[str]:
    """Every template that is a whole page of the desk."""
    names = (str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
    extends = ('{% extends "desk/base.html" %}', '{% extends "desk/alone.html" %}')
    return sorted(name for name in names if (TEMPLATES / name).read_text().startswith(extends) and "/" in name)


@pytest.mark.parametrize("name", screens())
def test_every_screen_of_the_desk_names_its_article(name):
    text = (TEMPLATES / name).read_text()
    if name in NO_ARTICLE:
        assert "依据：" not in text, "take it out of the table"
        return
    assert "依据：" in text, "name the article, or the reason why there is none"
    assert not [wrong for cited in cited_in(text) for wrong in unknown_in(cited)]


def test_the_table_of_screens_without_an_article_names_no_screen_that_is_gone():
    assert set(NO_ARTICLE) - set(screens()) == set()


def test_every_door_that_opens_a_page_of_the_desk_shows_its_article(city, papers, everybody):
    """As they are rendered, by one person of every role, with a paper at every stage."""
    client, wrong, shown, whole = city.desk(everybody), [], set(), set(screens())
    for name, path in addresses_of(papers):
        if name in BY_POST_ONLY:
            continue
        answer = client.get(path)
        if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
            continue
        pages = {template.name for template in answer.templates} & whole
        if not pages or pages <= set(NO_ARTICLE):
            continue
        shown.add(name)
        cited = cited_in(answer.content.decode())
        if not cited or any(unknown_in(one) for one in cited):
            wrong.append(f"{path} ({', '.join(pages)}) shows {cited}")
    assert not wrong, "\n".join(wrong)
    assert len(shown) > 25, f"too few pages were reached: {sorted(shown)} of {sorted(OURS)}"
