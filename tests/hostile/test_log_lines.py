"""Attack 42: nobody writes a line of their own into the log, whatever is typed and however the log is written."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse

from cms.pages import HomePage
from config.logs import JSONLine, PlainLine

FORGED = "2026-09-28 09:00:00,000 WARNING accounts forged"
BREAKS = ("\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\x1b[2K", "\u202e")
PLAIN = "%(asctime)s %(levelname)s %(name)s %(message)s"


@pytest.fixture
def lines():
    """Every line that is written meanwhile, in both manners."""
    written: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.extend((JSONLine().format(record), PlainLine(PLAIN).format(record)))

    keeper, root = Keeper(), logging.getLogger()
    root.addHandler(keeper)
    yield written
    root.removeHandler(keeper)


@pytest.mark.parametrize("broken", BREAKS)
def test_42_what_is_typed_begins_no_line_of_the_log(city, lines, broken):
    """Attack 42: as a name at the sign-in, in the address, in headers, in a search and as a kind of block that the editor does not have."""
    typed = f"x{broken}{FORGED}"
    Client().post(reverse("login"), {"username": typed, "password": typed, "next": typed})
    desk = city.desk(city.secretary)
    desk.get(f"/nowhere/{typed}/")
    desk.get(reverse("circulars:search"), {"q": typed})
    desk.get("/", headers={"Host": typed, "User-Agent": typed, "X-Request-Id": typed, "Referer": typed})
    text = {
        "blocks": [{"key": "a", "text": "无", "type": typed, "depth": 0, "inlineStyleRanges": [], "entityRanges": []}]
    }
    desk.post(
        reverse("wagtailadmin_pages:add", args=["cms", "noticepage", HomePage.objects.get().pk]),
        {"title": "通知", "published_on": "2026-09-28", "text": json.dumps({**text, "entityMap": {}})},
    )
    assert any(FORGED in line for line in lines), "nothing of it was written down"
    assert [line for line in lines if f"{broken}{FORGED}" in line] == []
    assert [line for line in lines if line.startswith("{") and len(line.splitlines()) > 1] == []


@pytest.mark.parametrize("broken", BREAKS)
def test_42_a_line_reads_back_as_it_was_typed(broken):
    record = logging.getLogger("scene").makeRecord("scene", 30, "here", 1, "typed %s", (f"a{broken}b",), None)
    assert json.loads(JSONLine().format(record))["message"] == f"typed a{broken}b"


def test_42_the_way_to_an_error_keeps_its_lines_and_stands_further_in():
    try:
        raise ValueError(f"a\n{FORGED}")
    except ValueError as error:
        found = (type(error), error, error.__traceback__)
    record = logging.getLogger("scene").makeRecord("scene", 40, "here", 1, "wrong", (), found)
    first, *further = PlainLine(PLAIN).format(record).split("\n")
    assert first.endswith("ERROR scene wrong")
    assert len(further) >= 3
    assert all(line.startswith("  ") for line in further)
    assert "\n" not in JSONLine().format(record)
