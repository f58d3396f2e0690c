"""Files made to break their reader break a process of its own, within its bounds, and whoever asked goes on."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from cms.bigrams import passages
from cms.bounds import MEMORY, SECONDS
from cms.readapart import read_apart

ROOT = Path(__file__).resolve().parents[2]
_BOMB = '<!DOCTYPE x [<!ENTITY a "字字字字字字字字字字">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def package(parts, how=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def document(body):
    return package(
        {"word/document.xml": f"<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>"}, zipfile.ZIP_STORED
    )


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def pdf(objects, trailer="<< /Root 1 0 R /Size 9 >>", start=None):
    """A PDF of these objects, with the table that says where each begins."""
    content, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = len(content)
    lines = "".join(f"{place:010} 00000 n \n" for place in places)
    content += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{lines}trailer\n{trailer}\nstartxref\n".encode()
    return content + str(table if start is None else start(table)).encode() + b"\n%%EOF"


_CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"
NESTED = package({"里.zip": package({"里.zip": package({"里.zip": package({"底.txt": "底"})})})})
HOSTILE = {
    "a bomb": package({"word/document.xml": b"<w:p>" + b" " * 200_000_000}),
    "nested too deep": NESTED,
    "names that lead out": package({"../../../etc/passwd.txt": "外", "/etc/shadow.txt": "外", "C:\\a.txt": "外"}),
    "a hundred thousand parts": package({f"{n}.txt": "" for n in range(100_000)}, zipfile.ZIP_STORED),
    "entities that multiply": package({"word/document.xml": f"{_BOMB}]><w:p>&i;</w:p>"}),
    "entities in a workbook": package(
        {"xl/workbook.xml": f"{_BOMB}]><workbook>&i;</workbook>", "[Content_Types].xml": f"{_BOMB}]><Types>&i;</Types>"}
    ),
    "a million runs": document("<w:p>" + "<r><t>字</t></r>" * 1_000_000 + "</w:p>"),
    "elements within elements": document("<a>" * 400_000),
    "a page tree that bites its tail": pdf([_CATALOGUE, "<< /Type /Pages /Count 2 /Kids [2 0 R 2 0 R] >>"]),
    "a page tree without end": pdf(
        [_CATALOGUE, "<< /Type /Pages /Count 2000000000 /Kids [3 0 R] >>", "<< /Type /Page /Parent 2 0 R >>"]
    ),
    "a table that leads back to itself": pdf(
        [_CATALOGUE, "<< /Type /Pages /Count 0 /Kids [] >>"],
        "<< /Root 1 0 R /Size 9 /Prev 9 >>",
        start=lambda table: table,
    ),
    "arrays within arrays": b"%PDF-1.4\n1 0 obj\n" + b"[" * 2_000_000,
    "half a file": workbook([["值班"]])[:900],
    "signs in disorder upon one letter": ("值班e" + "\u0301\u0323" * 400_000).encode(),
}


ASKING = """
import json, resource, sys
from pathlib import Path
from cms.readapart import read_apart
read = read_apart(Path(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss, len(read.text), read.unread]))
"""


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_made_to_break_its_reader_stays_within_its_bounds(what, tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(HOSTILE[what])
    # Asked for by a process that has no other child, so that what its children used is what the reader used.
    asking = subprocess.run([sys.executable, "-c", ASKING, str(path)], cwd=ROOT, capture_output=True, check=True)
    seconds, kilobytes, length, unread = json.loads(asking.stdout)
    assert seconds <= SECONDS + 1
    assert kilobytes * 1024 <= MEMORY
    assert length <= 2_000_000
    assert unread or what in ("a million runs", "names that lead out")


def test_a_reader_is_bound_before_it_opens_the_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen([sys.executable, "-m", "cms.filereader", str(pipe)], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        writing = _when_it_reads(pipe)
        limits = Path(f"/proc/{reader.pid}/limits").read_text()
        os.close(writing)
    finally:
        reader.kill()
        reader.wait()
    bounds = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
    assert bounds["Max cpu time"] == [str(SECONDS)] * 2
    assert bounds["Max address space"] == [str(MEMORY)] * 2
    assert bounds["Max core file size"] == ["0", "0"]
    assert bounds["Max file size"][0] != "unlimited"


def _when_it_reads(pipe):
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet
            time.sleep(0.05)


def test_what_was_read_is_taken_in_without_more_work(tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(("值班e" + "\u0301\u0323" * 20_000).encode())
    read = read_apart(path)
    begun = time.process_time()
    assert list(passages(read.text.split("\n")))
    assert time.process_time() - begun < 0.5
    assert read.text.startswith("值班")


def test_a_reader_that_never_ends_is_stopped(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert read_apart(pipe, patience=1).unread == "读得太久，没有读完"
    with pytest.raises(OSError, match="No such device"):  # and nobody reads there any more
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("值班电话".encode(), "值班电话"),
        ("值班电话".encode("gb18030"), "值班电话"),
        ("值班电话".encode("utf-16"), "值班电话"),
        (
            workbook([["单位", "份数"], ["市财政局", 8216], ["市教育局", 96.8]]),
            "单位\n份数\n市财政局\n8216\n市教育局\n96.8",
        ),
        (document("<w:p><w:r><w:t>值班</w:t></w:r><w:r><w:t>电话</w:t></w:r></w:p>"), "值班电话"),
        (
            package(
                {
                    "OFD.xml": "<OFD/>",
                    "Doc_0/Pages/Page_0/Content.xml": "<Page><TextObject><TextCode>值班</TextCode></TextObject>"
                    "<TextObject><TextCode>电话</TextCode></TextObject></Page>",
                }
            ),
            "值班 电话",
        ),
    ],
)
def test_good_files_are_read(content, words, tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(content)
    read = read_apart(path)
    assert (read.text, read.unread) == (words, "")


def test_what_is_no_text_or_is_gone_is_unread(tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    assert read_apart(path).unread
    assert read_apart(tmp_path / "nowhere").unread
