"""Every screen in use is Chinese: no English word in what is shown, in what a screen reader hears, or in what a script may say."""

import ast
import gettext
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from accounts.people import User
from cms.pages import HomePage, NoticePage
from tests.addresses import BY_FORM, OURS, addresses_of

MEANT = {
    "WPS", "Word", "Enter", "Alt", "yjglj", "Excel", "PIN", "SHA", "OFD", "PDF", "Ctrl", "Esc", "CSV", "JSON", "XLSX", "USB", "UKey", "IP", "Shift", "KB", "MB", "GB", "TXT",
}  # fmt: skip
READ_ALOUD = {"alt", "aria-description", "aria-label", "aria-placeholder", "label", "placeholder", "title", "value"}
# What is no word of ours: what people typed or are called, addresses, numbers, codes and names of files.
NO_WORDS = re.compile(
    r"zq7[\w.]+|\.[a-z]+\b|\S*[\w-]+[./@_][\w./@_-]+|\S*\d\S*|[a-z]+(?:-[a-z]+)+|\b[A-Z]{2}-[A-Z]+\b|\b[A-Z]{4}(?:-[A-Z]{4}){2}\b|%\(\w+\)[sd]"
)
ENGLISH = re.compile(r"[A-Za-z]{3,}")
LOCALE = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"


class _Words(HTMLParser):
    """What a page says, aloud or in print."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "svg"):
            self._silent.append(tag)
        is_key = ("type", "hidden") in attrs or tag in ("option", "meta", "input", "button", "li", "param")
        self.said += [v for name, v in attrs if v and name in READ_ALOUD and not (name == "value" and is_key)]
        if tag == "input" and dict(attrs).get("type") in ("submit", "button", "reset"):
            self.said.append(dict(attrs).get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def english_in(html: str) -> set[str]:
    """The English words on the page, each with what stands around it."""
    words = _Words()
    words.feed(html)
    found = set()
    for said in words.said:
        left = set(ENGLISH.findall(NO_WORDS.sub(" ", said))) - MEANT
        if left:
            found.add(" ".join(said.split())[:120])
    return found


def assert_chinese(pages: dict[str, str]) -> None:
    names = re.compile(rf"\b({'|'.join(User.objects.values_list('username', flat=True))})\b")
    wrong = {name: english_in(names.sub("", html)) for name, html in pages.items()}
    told = [f"{name}: {said}" for name, found in wrong.items() for said in sorted(found)]
    assert not told, "\n".join(told)


def body(answer) -> str:
    return "" if answer.streaming or "html" not in answer.headers.get("Content-Type", "") else answer.content.decode()


def test_english_is_found_where_there_is_some():
    page = '<p>保存</p><a title="Delete this page">删</a><script>var word</script><input type="submit" value="Save">YA-ZFB a.pdf'
    assert english_in(page) == {"Delete this page", "Save"}


@pytest.mark.usefixtures("still_rail")
def test_the_desk_is_chinese(city, papers, everybody):
    pages = {}
    for person in (everybody, city.drafter, city.secretary, city.engineer, city.superuser):
        client = city.desk(person)
        for _, path in (
            addresses_of(papers) if person is everybody else [(n, reverse(n)) for n in OURS if "<" not in OURS[n]]
        ):
            answer = client.get(path)
            pages[f"{person.username} {path}"] = body(answer)
            if answer.status_code == 302 and answer["Location"].startswith("/login"):
                client = city.desk(person)
    assert sum(map(bool, pages.values())) > 50
    assert_chinese(pages)


@pytest.mark.usefixtures("still_rail")
def test_what_forms_refuse_they_refuse_in_chinese(city, papers, everybody):
    client, pages = city.desk(everybody), {}
    for name, path in addresses_of(papers):
        if name in BY_FORM:
            for form in (
                {},
                {"originals": "x", "action": "x", "code": "x", "password": "a", "username": "x", "digest": "x" * 99},
            ):
                pages[f"{path} {form}"] = body(client.post(path, form, follow=True))
    pages["/login/"] = body(Client().post("/login/", {"username": "x", "password": "y"}))
    assert sum(map(bool, pages.values())) > 10
    assert_chinese(pages)


@pytest.fixture
def notice(city):
    home = HomePage.objects.get()
    home.add_child(instance=NoticePage(title="值班电话", published_on="2026-09-28", text="<p>一</p>"))
    page = NoticePage.objects.get()
    for words in ("<p>二</p>", "<p>三</p>"):
        page.text = words
        page.save_revision(user=city.secretary, log_action=True).publish(user=city.secretary)
    return page


def editor_screens(client, page) -> dict[str, str]:
    """The screens of one page in the admin."""
    first, last = page.revisions.earliest("pk").pk, page.revisions.latest("pk").pk
    asked = [
        *(
            ("edit", []),
            ("history", []),
            ("history_results", []),
            ("delete", []),
            ("unpublish", []),
            ("view_draft", []),
        ),
        ("revisions_compare", [first, last]),
        ("revisions_revert", [first]),
        ("revisions_view", [first]),
    ]
    shown = {}
    for name, keys in asked:
        path = reverse(f"wagtailadmin_pages:{name}", args=[page.pk, *keys])
        shown[path] = body(client.get(path))
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    if "page-edit-form" in shown[path]:
        form = querydict_from_html(shown[path], form_id="page-edit-form").copy()
        for more in ({"title": ""}, {"action-submit": "1", "action-publish": "1", "title": "", "body": ""}, {}):
            wrong = form.copy()
            wrong.update(more)
            shown[f"{path} {more}"] = body(client.post(path, wrong, follow=True))
    return shown


def test_the_admin_is_chinese_for_who_writes_notices(city, notice):
    client = city.desk(city.secretary)
    pages = {
        path: body(client.get(path))
        for path in ("/cms/", "/cms/pages/", reverse("wagtailadmin_explore", args=[notice.get_parent().pk]))
    }
    pages |= editor_screens(client, notice)
    path = reverse("wagtailadmin_pages:add", args=["cms", "noticepage", notice.get_parent().pk])
    pages[path] = body(client.get(path))
    pages[f"{path} wrong"] = body(
        client.post(path, {"title": "", "published_on": "x", "text": "null", "action-publish": "1"})
    )
    pages["unpublished"] = body(client.post(reverse("wagtailadmin_pages:unpublish", args=[notice.pk]), follow=True))
    pages["deleted"] = body(client.post(reverse("wagtailadmin_pages:delete", args=[notice.pk]), follow=True))
    assert all(pages[name] for name in (path, "unpublished", "deleted"))
    assert_chinese(pages)


def test_the_admin_is_chinese_for_who_drafts_and_decides(city, papers):
    drafter, pages = city.desk(city.drafter), {}
    page = city.draft()
    city.change(page, title="关于改过的通知")
    pages |= editor_screens(drafter, page)
    for path in (
        "/cms/",
        "/cms/pages/",
        reverse("wagtailadmin_pages:add", args=["circulars", "circularpage", page.get_parent().pk]),
    ):
        pages[path] = body(drafter.get(path, follow=True))
    form = querydict_from_html(pages[path], form_id="page-edit-form").copy()
    form.update({"action-submit": "1", "title": ""})
    pages[f"{path} wrong"] = body(drafter.post(path, form))
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    pages[preview] = body(drafter.get(preview))
    for stage in ("submitted", "approved", "sent"):
        path = reverse("wagtailadmin_pages:edit", args=[papers.pages[stage]])
        pages[path] = body(drafter.get(path, follow=True))
    for person in (city.reviewer, city.approver):
        pages[f"/cms/ {person}"] = body(city.desk(person).get("/cms/"))
    pages["deleted"] = body(drafter.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True))
    assert sum(map(bool, pages.values())) > 15
    assert_chinese(pages)


def test_pages_of_error_are_chinese(city):
    names = [path.name for path in (settings.SITE / "templates").glob("*.html") if path.name[0].isdigit()]
    assert {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"} <= set(names)
    pages = {name: render_to_string(name) for name in names}
    for path in ("/nowhere/", "/cms/nowhere/", "/cms/pages/999999/edit/"):
        pages[path] = body(city.desk(city.drafter).get(path))
        assert "没有找到这一页" in pages[path], path
    assert_chinese(pages)


def test_a_weak_password_is_refused_in_chinese(city):
    with pytest.raises(ValidationError) as refused:
        validate_password("drafter", user=city.drafter)
    assert refused.value.messages
    assert not [said for said in refused.value.messages if english_in(said.replace(city.drafter.username, ""))]


def test_every_word_of_the_admins_scripts_has_its_chinese(city):
    """Whatever Wagtail's scripts may say, from its own catalogue or from ours."""
    import wagtail.admin

    template = Path(wagtail.admin.__file__).parent / "locale/en/LC_MESSAGES/djangojs.po"
    asked = re.findall(r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)', template.read_text(), re.MULTILINE)
    words = {
        "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', one)).replace('\\"', '"').replace("\\n", "\n") for one in asked
    } - {""}
    assert len(words) > 50
    answer = city.desk(city.drafter).get(reverse("wagtailadmin_javascript_catalog")).content.decode()
    catalogue = json.loads(re.search(r"const newcatalog = (\{.*?\});", answer, re.DOTALL)[1])
    assert sorted(word for word in words if catalogue.get(word, word) == word) == []
    said = {one for value in catalogue.values() for one in ([value] if isinstance(value, str) else value)}
    assert not {one for one in said if english_in(one)}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_catalogue_that_is_read_is_the_one_that_is_written(domain, tmp_path):
    """The .mo, which the site reads, says what the .po says; and no entry is left empty."""
    written = (LOCALE / f"{domain}.po").read_text()
    asked = _entries(written)
    assert asked
    assert not [word for word, said in asked.items() if not said]
    with (LOCALE / f"{domain}.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)._catalog
    compiled_words = {key[0] if isinstance(key, tuple) else key: value for key, value in catalogue.items() if key}
    assert {word.split("\x04")[-1] for word in compiled_words} == set(asked)
    assert set(compiled_words.values()) == set(asked.values())


def _entries(po: str) -> dict[str, str]:
    text = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
    found = re.findall(rf"^msgid {text}(?:msgid_plural {text})?msgstr(?:\[0\])? {text}", po, re.MULTILINE)
    joined = [
        ["".join(ast.literal_eval(line) for line in part.splitlines() if line) for part in entry] for entry in found
    ]
    return {word: said for word, _, said in joined if word}
