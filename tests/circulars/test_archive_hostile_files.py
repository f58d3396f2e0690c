"""Files made to break whoever opens them are looked at for the archive by a process of its own, within its bounds (Article 5)."""

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from circulars.archive.fileforms import look
from cms.bounds import MEMORY, SECONDS
from tests.cms.test_readapart import HOSTILE, NESTED, package

ROOT = Path(__file__).resolve().parents[2]
ZEROES = b"\0" * (1 << 20)
WITH_MACRO = package({"word/vbaProject.bin": b"x"})


def vast():
    """Half a gigabyte and more in a few hundred kilobytes, of which the package says the truth."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made, made.open("word/document.xml", "w") as part:
        for _ in range(520):
            part.write(ZEROES)
    return stream.getvalue()


def lying():
    """A package whose part says that it is small."""
    content = bytearray(package({"word/document.xml": ZEROES * 40}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(mark) + place
        content[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(content)


def packed(objects):
    """A PDF whose objects of this text lie in a compressed stream, where no eye that reads the bytes sees them."""
    inner = f"3 0 {objects}".encode()
    squeezed = zlib.compress(inner)
    content = b"%PDF-1.5\n"
    places = [0]
    for text in (
        b"<< /Type /Catalog /Pages 2 0 R /Open 3 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [6 0 R] /MediaBox [0 0 9 9] >>",
        None,
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(squeezed), squeezed),
        None,
        b"<< /Type /Page /Parent 2 0 R >>",
    ):
        places.append(len(content))
        if text is not None:
            content += b"%d 0 obj\n%s\nendobj\n" % (len(places) - 1, text)
    rows = [(0, 0, 255), (1, places[1], 0), (1, places[2], 0), (2, 4, 0), (1, places[4], 0)]
    rows += [(1, len(content), 0), (1, places[6], 0)]
    table = b"".join(bytes([kind]) + where.to_bytes(4, "big") + bytes([last]) for kind, where, last in rows)
    head = b"<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >>" % len(table)
    start = len(content)
    return content + b"5 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % (head, table, start)


FILES = {
    **{f"{name}.docx": content for name, content in HOSTILE.items() if content.startswith(b"PK")},
    **{f"{name}.pdf": content for name, content in HOSTILE.items() if content.startswith(b"%PDF")},
    "vast.docx": vast(),
    "vast.ofd": vast(),
    "lying.ofd": lying(),
    "a bomb within.docx": package({"word/embeddings/a.xlsx": vast()}, zipfile.ZIP_STORED),
}
# What opens and holds nothing that acts: small packages of small parts, and what only a reader of the text would fall for.
HARMLESS = {
    "entities that multiply.docx",
    "entities in a workbook.docx",
    "a million runs.docx",
    "elements within elements.docx",
    "names that lead out.docx",
    "a bomb.docx",
    "a page tree without end.pdf",
}

ASKING = """
import json, resource, sys
from cms.readapart import NotRead, answer_of
try:
    closed = answer_of("circulars.archive.formreader", sys.argv[1], sys.argv[2])["closed"]
except NotRead as why:
    closed = str(why)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss, closed]))
"""


@pytest.mark.parametrize("name", FILES)
def test_a_file_made_to_break_whoever_opens_it_stays_within_the_bounds(name, tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(FILES[name])
    said = [sys.executable, "-c", ASKING, str(path), name.rpartition(".")[2]]
    asking = subprocess.run(said, cwd=ROOT, capture_output=True, check=True)
    seconds, kilobytes, closed = json.loads(asking.stdout)
    assert seconds <= SECONDS + 1
    assert kilobytes * 1024 <= MEMORY
    assert bool(closed) == (name not in HARMLESS), closed


def test_the_looker_is_bound_before_it_opens_the_file_and_stopped_when_it_waits(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert look(pipe, "docx", patience=1).closed == "打不开，读取时超出了时间、内存或者嵌套的限度"
    with pytest.raises(OSError, match="No such device"):  # nobody reads there any more
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    # What takes more room than there is breaks the looker, and is told.
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as made:
        made.write(b"%PDF-1.7 ")
        made.truncate(2 * MEMORY)
    assert look(sparse, "pdf").closed


@pytest.mark.parametrize(
    ("content", "ending", "dangers", "closed"),
    [
        (package({"word/embeddings/a.docx": WITH_MACRO}), "docx", {"宏"}, ""),
        (package({"a/_rels/b.rels": b"<Relationship TargetMode = 'External'/>"}), "docx", {"外部链接"}, ""),
        (package({"word/document.xml": b"x", "里.zip": NESTED}), "docx", set(), "压缩包套得太深，没有逐层核对"),
        (packed("<< /S /JavaScript >>"), "pdf", {"活动内容"}, ""),
        (packed("<< /S /J#61vaScript /U#52I (x) >>"), "pdf", {"活动内容", "外部链接"}, ""),
        (packed("<< /S /None >>"), "pdf", set(), ""),
        (WITH_MACRO, "wps", {"宏"}, ""),
    ],
)
def test_what_lies_deeper_is_found(content, ending, dangers, closed, tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(content)
    seen = look(path, ending)
    assert (set(seen.dangers), seen.closed) == (dangers, closed)
