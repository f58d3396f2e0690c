"""XML of a package: one way of writing, which every program reads and of which nothing is free (Article 27)."""

import pytest
from defusedxml.ElementTree import fromstring

from circulars.verifier.bundle import Member, Unreadable
from circulars.verifier.listing import identifier_in, list_of, listed_in
from circulars.verifier.plainxml import Element, read, written

ROOT = Element("metadata", "", {"format": "x/1", "identifier": 'a"<&>b'})
ODD = [
    Element("element", text, {"name": "title"})
    for text in ("", "关于“A&B”的通知", "一\n二\t三\r", "<b>&amp;</b>", "𠮷")
]


def test_what_was_written_is_read_by_us_and_by_any_parser():
    content = written(ROOT, ODD)
    assert read(content, "x") == (ROOT, ODD)
    parsed = fromstring(content)
    assert [one.text or "" for one in parsed] == [one.text for one in ODD]
    assert parsed.attrib == ROOT.attributes


def test_what_xml_cannot_hold_stands_as_a_sign_for_it():
    assert read(written(ROOT, [Element("element", "a\0b\x1f\ufffe")]), "x")[1][0].text == "a\ufffdb\ufffd\ufffd"


GIVEN = written(ROOT, ODD).decode()


@pytest.mark.parametrize(
    "other",
    [
        "",
        "\n",
        GIVEN[:-1],
        f"{GIVEN}\n",
        GIVEN.replace("UTF-8", "utf-8"),
        GIVEN.replace("<metadata", "<!DOCTYPE x [<!ENTITY a 'b'>]>\n<metadata"),
        GIVEN.replace("&amp;B", "&#38;B"),
        GIVEN.replace("</metadata>", "<!-- x -->\n</metadata>"),
        GIVEN.replace('name="title"', "name='title'"),
        GIVEN.replace("</element>\n", "</element>", 1),
        GIVEN.replace('<element name="title"></element>', '<element name="title"/>'),
        GIVEN.replace("</metadata>", "</metadatum>"),
    ],
    ids=range(12),
)
def test_what_was_written_otherwise_is_refused(other):
    with pytest.raises(Unreadable):
        read(other.encode(), "x")
    with pytest.raises(Unreadable):
        read(b"\xff" + GIVEN.encode(), "x")


def test_a_list_of_files_names_nothing_else():
    members = [Member("b", "1" * 64, 0), Member("a", "0" * 64, 12)]
    content = list_of("0012-WS.2026-Y.BGS-0001", members)
    assert [file["name"] for file in listed_in(content, "x")] == ["a", "b"]
    assert identifier_in(content, "x") == "0012-WS.2026-Y.BGS-0001"
    for other in (
        content.replace(b'size="12"', b'size="012"'),
        content.replace(b"<file ", b"<filing ").replace(b"</file>", b"</filing>"),
        content.replace(b"gongwen-archive/1", b"gongwen-archive/2"),
        content.replace(b' size="0"', b""),
    ):
        with pytest.raises(Unreadable):
            listed_in(other, "x")
