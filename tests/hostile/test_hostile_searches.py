"""Questions made to break a search: they are cut, their signs are plain characters, and the database is asked no more than usual."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circulars.savedsearches import SavedSearch
from circulars.searchindex.indexing import take_in
from tests.cast import MONDAY, attached

TITLE = '关于"100%_完成*"等NEAR事项的通知'
ENDLESS = {
    "a hundred thousand characters": "值班通知" * 25_000,
    "wildcards": "%_*?" * 25_000,
    "quotes": "\"'`" * 30_000,
    "operators": "NEAR( AND OR NOT ^ : - + { } " * 3_000,
    "one word after the other": " ".join(f"词{n}" for n in range(20_000)),
    "digits": "1" * 100_000,
    "letters": "ysf" * 30_000,
    "brackets": "〔[(（" * 25_000,
    "signs upon a letter": "e" + "\u0301" * 100_000,
}
PLAIN = ["%", "_", '"', "*", "100%_", "NEAR", "😀", '"100%_完成*"', "\0通知", "通\u202e知"]
ODD = [
    "'",
    "\\",
    "');--",
    "\x1f",
    "\x1fgyw",
    "|",
    "^",
    "-",
    "NOT",
    "AND",
    "\U0010ffff",
    "０",
    "½",
    "㎡",
    "ﷺ" * 20,
]


@pytest.fixture
def found(city, settings, tmp_path):
    """The page of a search as the clerk of the attentive unit gets it, and what the database was asked."""
    settings.ATTACHMENTS_ROOT = tmp_path
    take_in(city.sent(title=TITLE, body="现通知如下：\n一、办理。", attachments=attached("好😀".encode())), at=MONDAY)
    clerk = city.desk(city.clerk)
    clerk.get(reverse("circulars:search"))

    def ask(words, **others):
        with CaptureQueriesContext(connection) as queries:
            answer = clerk.get(reverse("circulars:search"), {"q": words, **others})
        assert answer.status_code == 200
        return answer.content.decode(), [query["sql"] for query in queries]

    return ask


def test_a_question_without_end_is_cut_with_a_sentence_and_asks_little(found):
    for what, words in ENDLESS.items():
        page, asked = found(words)
        assert "检索词太长" in page, what
        assert sum(map(len, asked)) < 100_000, what


def test_signs_of_a_query_language_are_plain_characters(found):
    _, usual = found("通知")
    for words in PLAIN:
        page, asked = found(words)
        assert "的通知" in page or "<mark>通知</mark>" in page, words
        assert len(asked) <= len(usual) + 1, words  # the title of the attachment that it stands in
    for words in ["100_完成", "完成?", "通*知", "通%知", "完_", "NEARER", "_完成_", '"通知"']:
        page, _ = found(words)
        assert "没有找到" in page, words


def test_odd_characters_find_nothing_and_break_nothing(found):
    for words in ODD:
        page, _ = found(words)
        assert "<mark>" not in page, words


def test_odd_filters_are_as_if_they_were_not_there(found):
    for name in ("sender", "type", "year", "side", "state", "after"):
        for value in ("\0", "x" * 5_000, "9999999999", "-1", "²", "'", "2026' OR 1=1", "9999", "1901"):
            page, _ = found("通知", **{name: value})
            assert "检索公文" in page, (name, value)


def test_a_sign_that_joins_its_letter_once_an_unseen_one_between_them_is_gone_breaks_no_page(city, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    words = "e\u200b\u0301\tか\u200d\u3099 值班表"
    take_in(city.sent(attachments=attached(words.encode())), at=MONDAY)
    page = city.desk(city.clerk).get(reverse("circulars:search"), {"q": "值班表"}).content.decode()
    assert "<mark>值班表</mark>" in page


def test_a_question_is_kept_within_its_columns_however_it_is_written(city):
    """Some signs are three once they are put in order, and nobody can choose a sender that is no code."""
    for words, sender in (("\ufb2c" * 200, ""), ("值班", "😀" * 20), ("值班", "机密" * 10), ("值班", "A" * 60)):
        asked = {"q": words, "sender": sender, "type": "notice", "year": "2026", "side": "received", "state": "signed"}
        answer = city.desk(city.clerk).post(
            reverse("circulars:save_search"), {**asked, "name": f"{words[:2]}{sender[:2]}"}
        )
        assert answer.status_code == 302
    kept = SavedSearch.objects.all()
    assert len(kept) == 4
    assert max(len(one.words) for one in kept) <= 200
    assert {one.filters.partition("&")[0] for one in kept} == {"type=notice"}
