"""Every list of the desk goes to Excel: what the file holds is what the list holds, for whoever has the list and for nobody else (Articles 19 and 20)."""

import re
from io import BytesIO

import pytest
from django.urls import resolve, reverse
from openpyxl import load_workbook

from circulars.circulation.acts import circulate
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.incoming import Kind, Outside, enter_outside
from circulars.printing import ask_for_more
from circulars.problems import report_problem
from config.doors import DOORS
from reports.listviews import BOOKS
from reports.sheetlook import FIRST_ROW
from tests import archives
from tests.answers import sent_with_form
from tests.cast import MONDAY
from tests.inhand import AT_ELEVEN, registered, staff, work

# Pages of the rail that show a table and are no list of papers: what they hold is set there, or drawn on the screen alone.
NO_LISTS = {
    "all_handling_levels", "handling_levels", "scopes", "scope", "recipient_lists", "issuing", "issuing_template", "matrix",
    "drafts", "in_hand",
}  # fmt: skip
NOT_OF_PAPERS = {"check", "find_evidence", "secrecy_cases"}
FILLED = {"inbox", "to_register", "owed_answers", "to_handle", "to_instruct", "to_read", "outbox", "returns"}
PEOPLE = ("clerk", "leader", "filer", "head", "reader", "sender", "registrar", "secretary")
_TAGS = re.compile(r"<[^>]+>")


@pytest.fixture
def city(city):
    """A day on which something stands in most lists."""
    archives.staffed(staff(city))
    signed = [city.sign(city.opened(city.sent())) for _ in range(2)]
    city.sent()
    back = city.opened(city.sent())
    back.send_back(code="not_ours", reason="不属于本单位", by=city.clerk, at=MONDAY)
    sent_with_form(city)
    proposed, given, round_ = (
        registered(city, city.sent(), kind=kind) for kind in (Kind.ACTION, Kind.ACTION, Kind.INFORMATION)
    )
    for paper in (proposed, given):
        propose(paper, "建议治安科办。", work(city.order), by=city.clerk, at=AT_ELEVEN)
    instruct(given, "同意。", work(city.order), seen=None, by=city.leader, at=AT_ELEVEN)
    circulate(round_, [city.reader, city.leader], in_order=False, purpose="请阅。", by=city.clerk, at=AT_ELEVEN)
    enter_outside(city.attentive.pk, Outside("省厅", "关于检查的函"), received_at=MONDAY, by=city.clerk, at=AT_ELEVEN)
    report_problem(signed[0], "unreadable", "打不开", by=city.clerk, at=AT_ELEVEN)
    ask_for_more(signed[1], 2, "存档", by=city.clerk, at=AT_ELEVEN)
    return city


def lists_of(desk):
    """Address → page of every list on the person's rail and of its tabs."""
    page = desk.get("/", follow=True)
    found = {}
    for item in [item for group in page.context["rail_groups"] for item in group.items]:
        page = desk.get(item.url)
        if page.status_code != 200 or resolve(item.url.split("?")[0]).app_name != "circulars":
            continue
        found[item.url] = page
        for tab in re.findall(r'<li><a href="(/[^"]+)"', page.content.decode()):
            found.setdefault(tab, desk.get(tab))
    return found


def tables(html):
    """For each table of the page the text of its rows."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", html, re.S)
    return [[_TAGS.sub(" ", row) for row in re.findall(r"<tr.*?</tr>", body, re.S)] for body in bodies]


def sheet(desk, href):
    answer = desk.get(href.replace("&amp;", "&"))
    assert answer.status_code == 200, href
    rows = load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=FIRST_ROW, values_only=True)
    return [row for row in rows if len([value for value in row if value is not None]) > 1]


def said_in_order(rows, kept):
    """Whether each line of the sheet says something that its row of the page says."""
    words = [[value for value in line if isinstance(value, str) and len(value) > 2] for line in kept]
    return all(any(word in row for word in said) for row, said in zip(rows, words, strict=True))


def test_every_list_on_a_rail_has_its_export_with_the_same_rows_in_the_same_order(city):
    walked, filled, missing = set(), set(), set()
    for who in PEOPLE:
        desk = city.desk(getattr(city, who))
        for address, page in lists_of(desk).items():
            name, html = resolve(address.split("?")[0]).url_name, page.content.decode()
            if name in NO_LISTS:
                continue
            links = re.findall(r'href="([^"]+\.xlsx[^"]*)"', html)
            if not links:
                missing.add(name)
                continue
            walked.add(name)
            stand = tables(html)
            if not stand:
                assert [sheet(desk, link) for link in links] == [[]], f"{who} {address}"
                continue
            shown = [link for link in links if sheet(desk, link)]
            assert len(shown) == len(stand), f"{who} {address}"
            for link, rows in zip(shown, stand, strict=True):
                kept = sheet(desk, link)
                assert len(kept) == len(rows), f"{who} {address}"
                if "/lists/" not in link and not said_in_order(rows, kept):
                    kept.reverse()  # a book is printed from its first number on
                assert said_in_order(rows, kept), f"{who} {address}"
            filled.add(name)
    assert missing <= NOT_OF_PAPERS
    assert filled >= FILLED
    assert walked >= FILLED | {"to_file", "register_book", "originals_asked", "problems", "print_ledger", "left_lying"}


def test_each_list_asks_for_the_right_of_its_page_and_strangers_find_nothing(city):
    pages = {"returns_done": "returns", "to_be_sent": "outbox"}
    for name, book in BOOKS.items():
        if name != "to_be_numbered":  # a part of the page that registrars alone have
            assert book.rights == DOORS[f"circulars:{pages.get(name, name)}"], name
    for who, name in (("head", "inbox"), ("clerk", "outbox"), ("sender", "to_register"), ("leader", "to_file")):
        path = reverse("reports:list_workbook", args=[name])
        assert city.desk(getattr(city, who)).get(path).status_code == 404, name
    assert city.desk(city.clerk).get(reverse("reports:list_workbook", args=["nothing"])).status_code == 404
