"""The text of an XML part of an office file: what stands on its pages line by line, and what it holds beside them, each for itself.

Words struck out or moved away, codes of fields, hidden runs, readings beside characters and what older programs are shown are parted from
the line they stand in: the line is what a reader sees, and neither hides nor mends the other.
"""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

# Elements that end a line, and those inside which a sheet's codes for its header stand beside the text.
_LINES = {"si", "is", "row", "TextObject", "comment", "br", "tab", "cr", "title", "subject", "keywords", "category"}
_SHEET_EDGES = {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}
_EDGE_CODES = re.compile(r'&"[^"]*"|&K[0-9A-F]{6}|&\d+|&[A-Za-z]')
# Text that stands in an attribute: a watermark, what is said of a picture.
_SPOKEN = {"string", "descr", "title", "alt"}
_APART = {"del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "rPh", "Fallback"}
_MARK_OF_PARAGRAPH = ["pPr", "rPr"]
_OFF = {"0", "false", "off"}


@dataclass
class XmlText:
    """The lines of the pages, and what stands beside them; ``is_whole`` is false where the part broke off."""

    lines: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    is_whole: bool = True


def read_xml(content: bytes) -> XmlText:
    """The text of an XML part; of one that is not well formed, what stands before the fault."""
    gathering = _Gathering()
    try:
        parser = XMLParser(target=gathering)
        parser.feed(content)
        parser.close()
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        gathering.close()
        gathering.found.is_whole = False
    return gathering.found


@dataclass
class _Frame:
    """A line being gathered until the element at this depth ends."""

    depth: int
    is_beside: bool = False
    runs_on: bool = False
    line: list[str] = field(default_factory=list)


class _Gathering:
    """What an XML parser tells, gathered into a line for each paragraph, however many pieces it was written in."""

    def __init__(self) -> None:
        self.found = XmlText()
        self._path: list[str] = []
        self._frames = [_Frame(0)]
        # The text of paragraphs whose end was struck out, waiting for the one that they run on into.
        self._running: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name, within = _local(tag), self._path[-2:]
        told = {_local(attribute): value for attribute, value in attributes.items()}
        if name in _SHEET_EDGES:
            self._end_line()
        self.found.beside += [value for attribute, value in told.items() if attribute in _SPOKEN and value]
        if name == "sheet" and "name" in told:
            self.found.beside.append(told["name"])
        elif name == "lvlText":
            self.found.beside.append(re.sub("%[1-9]", "1", told.get("val", "")))
        elif name == "vanish" and within == ["r", "rPr"] and told.get("val") not in _OFF:
            self._frames.append(_Frame(len(self._path) - 1, is_beside=True))
        elif name in {"del", "moveFrom"} and within == _MARK_OF_PARAGRAPH:
            self._frames[-1].runs_on = True
        elif name == "p" or (name in _APART and not (name == "delText" and self._frames[-1].is_beside)):
            self._frames.append(_Frame(len(self._path) + 1, self._frames[-1].is_beside or name != "p"))
        self._path.append(name)

    def data(self, text: str) -> None:
        self._frames[-1].line.append(text)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name in _SHEET_EDGES:
            self._frames[-1].line = [_EDGE_CODES.sub("\n", "".join(self._frames[-1].line))]
        if name in _LINES or name in _SHEET_EDGES:
            self._end_line()
        while self._frames[-1].depth == len(self._path):
            self._end_frame()
        self._path.pop()

    def close(self) -> XmlText:
        while len(self._frames) > 1:
            self._end_frame()
        self._end_line()
        return self.found

    def _end_frame(self) -> None:
        frame = self._frames[-1]
        if not frame.is_beside and (frame.runs_on or self._running):
            self._running += frame.line
            if not frame.runs_on:
                self.found.lines.append("".join(self._running))
                self._running.clear()
        self._end_line()
        self._frames.pop()

    def _end_line(self) -> None:
        frame = self._frames[-1]
        text = "".join(frame.line)
        frame.line.clear()
        if text.strip():
            (self.found.beside if frame.is_beside else self.found.lines).append(text)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
