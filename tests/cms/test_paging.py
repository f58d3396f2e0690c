"""Turning the pages of a list that nobody counts."""

import pytest

from cms.messages import Message, tell
from cms.paging import LAST_PAGE, OpenEnded
from tests.cast import MONDAY

SIXTY = list(range(60))


@pytest.mark.parametrize(
    "asked, shown, first, last, has_next",
    [
        (None, SIXTY[:25], 1, 25, True),
        ("1", SIXTY[:25], 1, 25, True),
        ("2", SIXTY[25:50], 26, 50, True),
        ("3", SIXTY[50:], 51, 60, False),
        ("4", SIXTY[50:], 51, 60, False),
        ("0", SIXTY[50:], 51, 60, False),
        ("x", SIXTY[:25], 1, 25, True),
        (str(LAST_PAGE * 10**12), SIXTY[50:], 51, 60, False),
    ],
)
def test_a_page_knows_its_place_and_whether_another_follows(asked, shown, first, last, has_next):
    page = OpenEnded(SIXTY, 25).get_page(asked)
    assert list(page) == shown
    assert (page.start_index(), page.end_index(), page.has_next()) == (first, last, has_next)


def test_an_exactly_full_page_is_the_last():
    assert not OpenEnded(SIXTY[:50], 25).get_page(2).has_next()


def test_of_an_empty_list_there_is_one_empty_page():
    for asked in (1, 7):
        page = OpenEnded([], 25).get_page(asked)
        assert (list(page), page.number, page.start_index(), page.end_index()) == ([], 1, 0, 0)
        assert not page.has_other_pages()


def test_the_list_is_not_counted(city, django_assert_num_queries):
    for n in range(30):
        tell([city.clerk.pk], key=f"{n}", text="一句话", at=MONDAY)
    with django_assert_num_queries(1):
        assert OpenEnded(Message.objects.order_by("-pk"), 25).get_page(1).has_next()


def test_on_the_screen_one_turns_to_what_is_older(city):
    for n in range(30):
        tell([city.clerk.pk], key=f"{n}", text=f"第{n}句", at=MONDAY)
    desk = city.desk(city.clerk)
    newest, oldest = (desk.get("/messages/", {"page": page}).content.decode() for page in (1, 2))
    assert "第 1–25 条 · 第 1 页" in newest
    assert "下一页" in newest
    assert "上一页" not in newest
    assert "第 26–30 条 · 第 2 页" in oldest
    assert "第0句" in oldest
