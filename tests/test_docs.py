"""What the documents promise is there: generated parts are true, every article cited leads to code and to a scene."""

import re

import pytest

from tests.docs import GENERATED, ROOT

ARTICLES = 29


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_document_says_what_the_code_says(name):
    assert (ROOT / "docs" / name).read_text() == GENERATED[name](), "run make docs"


def rules() -> dict[int, tuple[str, str, str]]:
    rows = re.findall(
        r"^\| (\d+) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", (ROOT / "docs" / "rules.md").read_text(), re.MULTILINE
    )
    return {int(number): (title, code, scene) for number, title, code, scene in rows}


def test_every_article_of_the_rule_has_its_one_row_and_nothing_stands_between_the_rows():
    table = (ROOT / "docs" / "rules.md").read_text().partition("|---")[2].splitlines()[1:]
    assert [int(row.split("|")[1]) for row in table] == list(range(1, ARTICLES + 1))


@pytest.mark.parametrize("number", range(1, ARTICLES + 1))
def test_the_code_and_scenes_of_an_article_are_there(number):
    _, code, scene = rules()[number]
    for path in re.findall(r"`([^`]+)`", code + scene):
        assert (ROOT / path).exists(), f"article {number} names {path}"


def test_an_article_with_scenes_names_them():
    for path in (ROOT / "tests" / "articles").glob("test_article_*.py"):
        assert f"tests/articles/{path.name}" in rules()[int(path.stem.split("_")[2])][2]


def test_links_between_documents_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} → {target}"


def test_the_rule_is_kept_word_for_word():
    text = (ROOT / "docs" / "rule.zh.txt").read_text()
    assert len(re.findall(r"^第[一二三四五六七八九十]+条 ", text, re.MULTILINE)) == ARTICLES


def test_the_project_speaks_of_no_place_outside_itself():
    pattern = re.compile(r"(^|[^A-Za-z0-9_.])/(work|tmp|root|home)/")
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert [page.name for page in pages if pattern.search(page.read_text())] == []
