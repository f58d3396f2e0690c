"""What a notice keeps of markup that somebody brings with it: headings, lists and bold, cleaned on the server and not in the browser."""

import json
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from cms.pages import HomePage, NoticePage

KEPT = {"p", "b", "strong", "h3", "ul", "ol", "li", "br"}
OWN = {"data-block-key"}
EVIL = '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">点</a>'


class Markup(HTMLParser):
    """Every tag of a text with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def block(text: str = "点这里", kind: str = "unstyled", styles=(), entities=()) -> dict:
    ranges = [{"offset": 0, "length": len(text), "style": style} for style in styles]
    keys = [{"offset": 0, "length": len(text), "key": key} for key in entities]
    return {"key": "a", "text": text, "type": kind, "depth": 0, "inlineStyleRanges": ranges, "entityRanges": keys}


def entity(kind: str, **data: str) -> dict:
    return {"0": {"type": kind, "mutability": "MUTABLE", "data": data}}


BROUGHT = {
    "markup typed as text": ([block(EVIL)], {}),
    "a link to a script": ([block(entities=[0])], entity("LINK", url="javascript:alert(1)")),
    "a link to data": ([block(entities=[0])], entity("LINK", url="data:text/html,<script>alert(1)</script>")),
    "a link to another site": ([block(entities=[0])], entity("LINK", url="https://example.org/")),
    "a picture": ([block(" ", "atomic", entities=[0])], entity("IMAGE", src="x", alt='"onerror="alert(1)', id="1")),
    "something embedded": ([block(" ", "atomic", entities=[0])], entity("EMBED", url="https://example.org/v")),
    "an entity that there is none of": ([block(entities=[0])], entity("SCRIPT", src="https://example.org/x.js")),
    "a block that there is none of": ([block(EVIL, "script")], {}),
    "a style that there is none of": ([block(styles=["onclick=alert(1)", "BOLD"])], {}),
    "a heading of another rank": ([block(EVIL, "header-two"), block(EVIL, "header-three")], {}),
}


@pytest.fixture
def post(city):
    """Hands in the form of a new notice as the secretariat's browser would, with this as the editor's text."""
    home = HomePage.objects.get()

    def hand_in(text: str, title: str = "通知"):
        form = {"title": title, "published_on": "2026-09-28", "text": text, "action-publish": "1"}
        path = reverse("wagtailadmin_pages:add", args=["cms", "noticepage", home.pk])
        desk = city.desk(city.secretary)
        desk.raise_request_exception = False
        return desk.post(path, form)

    return hand_in


@pytest.mark.parametrize("what", BROUGHT)
def test_38_a_notice_keeps_no_markup_but_its_own(city, post, what):
    """Attack 38: what the editor would never send is posted all the same; neither the record nor the page has a tag or an attribute of it."""
    blocks, entities = BROUGHT[what]
    assert post(json.dumps({"blocks": [block("值班电话不变。"), *blocks], "entityMap": entities})).status_code == 302
    notice = NoticePage.objects.get()
    shown = city.desk(city.clerk).get(reverse("notice", args=[notice.pk])).content.decode()
    of_the_notice = shown.partition('<section class="card card--text">')[2].partition("</section>")[0]
    for text in (notice.text, of_the_notice):
        assert "值班电话不变。" in text
        assert [(tag, held) for tag, held in Markup(text).found if tag not in KEPT or held.keys() - OWN] == []


@pytest.mark.parametrize("text", [EVIL, "null", "[]", '{"blocks": 7}', "{", '"x"'])
def test_38_what_no_editor_wrote_is_no_notice(city, post, text):
    """Attack 38: pasted past the editor, as markup or as nonsense."""
    assert post(text).status_code in (200, 400)
    assert not NoticePage.objects.exists()
