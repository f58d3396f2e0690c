"""Reads one file for the index of texts, in a process of its own with little time and room: what is made to break a reader breaks this one.

``python -m cms.filereader FILE`` writes one JSON line ``{"text": …, "unread": …}``; it knows no Django.
"""

import json
import sys
import zipfile
from pathlib import Path
from unicodedata import normalize

from cms.bounds import bind
from cms.filetext import PAGES, text_of
from cms.pdftext import read as read_pdf

MOST = 2_000_000  # characters of one file
MOST_CELLS = 200_000
# What is said of a package that nobody should open again.
_BOMBS = ("太大", "太多", "太深")


def read(path: Path) -> tuple[str, str]:
    """The text of the file as a reader sees it, and why something of it is missing, empty when nothing is."""
    with path.open("rb") as stored:
        if stored.read(5) == b"%PDF-":
            text, unread = _pages(path)
        else:
            found = text_of(stored)
            text, unread = found.text, found.unread
            parts = set() if any(word in unread for word in _BOMBS) else _names(path)
            if "xl/workbook.xml" in parts:
                text = _cells(path, text)
            elif "OFD.xml" in parts:
                text = _run_on(text)
    if len(text) > MOST:
        return text[:MOST], "文字太多，只收了前面一部分"
    return text, unread


def _pages(path: Path) -> tuple[str, str]:
    found = read_pdf(path, PAGES)
    unread = []
    if found["pictures"]:
        unread.append(f"有 {found['pictures']} 页是图片")
    if int(str(found["pages"])) > PAGES:
        unread.append(f"共 {found['pages']} 页，只收了前 {PAGES} 页")
    text = _run_on(str(found["text"]))
    return text, "，".join(unread) if text or unread else "没有读出文字，可能是扫描件"


def _run_on(text: str) -> str:
    """A text whose lines end where the page is full, and not where a paragraph does, as one line."""
    return " ".join(text.split())


def _names(path: Path) -> set[str]:
    """What the parts of a package are called; of any other file nothing."""
    try:
        with zipfile.ZipFile(path) as package:
            return set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()


def _cells(path: Path, parts: str) -> str:
    """The rows of a workbook cell by cell; of its parts what else is said in Chinese: remarks, text boxes, heads and feet.

    The parts alone know a cell by the number of its text, which is no word of the file.
    """
    import openpyxl

    lines: list[str] = []
    with path.open("rb") as stored:  # a stored file has no name by which its kind could be told
        book = openpyxl.load_workbook(stored, read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a file says of its size is no measure
            for row in sheet.iter_rows(values_only=True):
                lines += [str(value) for value in row if value is not None]
                if len(lines) > MOST_CELLS:
                    return "\n".join(lines)
    known = set(lines)
    beside = (line for line in parts.split("\n") if line.lstrip("0123456789.") not in known)
    lines += [line for line in beside if any("一" <= character <= "鿿" for character in line)]
    return "\n".join(lines)


if __name__ == "__main__":
    bind()
    text, unread = read(Path(sys.argv[1]))
    # Halves of characters are no text, and no answer can be written with them. A heap of signs upon one letter takes the square of its height
    # to be put in order: that is done here, and not where somebody waits.
    text = normalize("NFC", text.encode(errors="ignore").decode())
    sys.stdout.write(json.dumps({"text": text[:MOST], "unread": unread}, ensure_ascii=False))
