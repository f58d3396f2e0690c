"""The smallest files of each kind that are what they say they are."""

import io
import struct
import zipfile
import zlib

from pyhanko.pdf_utils import generic, writer

_CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument."
WORDS = "值班表"
_PARTS = {
    "docx": (
        "word/document.xml",
        f"{_TYPES}wordprocessingml.document.main+xml",
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>',
    ),
    "xlsx": (
        "xl/workbook.xml",
        f"{_TYPES}spreadsheetml.sheet.main+xml",
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/><!-- {} --></workbook>',
    ),
    "pptx": (
        "ppt/presentation.xml",
        f"{_TYPES}presentationml.presentation.main+xml",
        '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><!-- {} --></p:presentation>',
    ),
}


def package(parts: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A packed file of these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return packed.getvalue()


def office_parts(kind: str, words: str = WORDS, *, main_type: str = "", types: str = "") -> dict[str, str | bytes]:
    """The parts of an office file; ``types`` are further lines of its list of types."""
    main, told, text = _PARTS[kind]
    return {
        "[Content_Types].xml": f'<Types xmlns="{_CONTENT}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{main_type or told}"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="{main}"/></Relationships>',
        main: text.format(words),
    }


def docx(words: str = WORDS) -> bytes:
    return package(office_parts("docx", words))


def xlsx(words: str = WORDS) -> bytes:
    return package(office_parts("xlsx", words))


def pptx(words: str = WORDS) -> bytes:
    return package(office_parts("pptx", words))


def ofd_parts(words: str = WORDS) -> dict[str, str | bytes]:
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return {
        "OFD.xml": f"<ofd:OFD {name}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {name}><!-- {words} --></ofd:Document>",
    }


def ofd(words: str = WORDS) -> bytes:
    return package(ofd_parts(words))


def pdf(words: str = "", *, catalog: str = "", page: str = "", more: tuple[str, ...] = (), trailer: str = "") -> bytes:
    """One empty page; further entries of the catalog, the page and the trailer, and further objects from number 4 on, as they are written."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {page} >>",
        *more,
    ]
    content, places = f"%PDF-1.7\n% {words}\n".encode(), []
    for number, told in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{told}\nendobj\n".encode()
    at, count = len(content), len(objects) + 1
    content += f"xref\n0 {count}\n0000000000 65535 f \n".encode()
    content += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return content + f"trailer\n<< /Size {count} /Root 1 0 R {trailer} >>\nstartxref\n{at}\n%%EOF\n".encode()


def png(width: int = 2, height: int = 2) -> bytes:
    """White; the points are those of a picture of two by two, whatever it says of its size."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _piece(kind, content)
        for kind, content in (
            (b"IHDR", struct.pack(">2L5B", width, height, 8, 0, 0, 0, 0)),
            (b"IDAT", zlib.compress(b"\0\xff\xff" * 2)),
            (b"IEND", b""),
        )
    )


def _piece(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def jpeg(width: int = 2, height: int = 2, *, before: bytes = b"") -> bytes:
    """Enough of one to be told its size; ``before`` are further segments."""
    frame = struct.pack(">2sHB2HB3B", b"\xff\xc0", 11, 8, height, width, 1, 1, 0x11, 0)
    scan = struct.pack(">2sHB2B3B", b"\xff\xda", 8, 1, 1, 0, 0, 63, 0)
    return b"\xff\xd8" + before + frame + scan + b"\x2a" * 8 + b"\xff\xd9"


def tiff(width: int = 2, height: int = 2, *, order: str = "<", pages: int = 1) -> bytes:
    """Pages of which only the size is told."""
    content, at = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}L", 8), 8
    for number in range(pages):
        tags = [struct.pack(f"{order}2H2L", tag, 4, 1, value) for tag, value in ((256, width), (257, height))]
        at += 2 + 24 + 4
        following = at if number < pages - 1 else 0
        content += struct.pack(f"{order}H", 2) + b"".join(tags) + struct.pack(f"{order}L", following)
    return content


def ole(streams: dict[str, bytes]) -> bytes:
    """A file of the older office formats with these streams by path; each has a sector of its own at least."""
    sector = 512
    paths = sorted({path.rsplit("/", up)[0] for path in streams for up in range(path.count("/") + 1)})
    entries = [("Root Entry", 5, b"")] + [
        (path.rpartition("/")[2], 2 if path in streams else 1, streams.get(path, b"")) for path in paths
    ]
    padded = [
        content.ljust(max(4096, -(-len(content) // sector) * sector), b"\0") if kind == 2 else b""
        for _, kind, content in entries
    ]
    directory_sectors = -(-len(entries) // 4)
    table, starts, data = [], [], b""
    at = directory_sectors
    for content in padded:
        count = len(content) // sector
        starts.append(at if count else 0xFFFFFFFE)
        table += [at + number + 1 for number in range(count - 1)] + ([0xFFFFFFFE] if count else [])
        at, data = at + count, data + content
    table = [*range(1, directory_sectors), 0xFFFFFFFE, *table]
    tables = -(-(len(table) + 1) // 127)
    listed = [at + number for number in range(tables)]
    table = [*table, *[0xFFFFFFFD] * tables]
    raw_table = struct.pack(f"<{tables * 128}L", *table, *[0xFFFFFFFF] * (tables * 128 - len(table)))
    inside = {"": [n for n, path in enumerate(paths, 1) if "/" not in path]}
    for path in paths:
        inside[path] = [n for n, other in enumerate(paths, 1) if other.rpartition("/")[0] == path]
    following = {n: row[i + 1] for row in inside.values() for i, n in enumerate(row[:-1])}
    raw = b""
    for number, (name, kind, _) in enumerate(entries):
        children = inside["" if number == 0 else paths[number - 1]] if kind != 2 else []
        written = name.encode("utf-16-le")
        raw += (written + b"\0\0").ljust(64, b"\0") + struct.pack("<H2B", len(written) + 2, kind, 1)
        raw += struct.pack(
            "<3L", 0xFFFFFFFF, following.get(number, 0xFFFFFFFF), children[0] if children else 0xFFFFFFFF
        )
        raw += bytes(36) + struct.pack("<2LL", starts[number], len(padded[number]) if kind == 2 else 0, 0)
    raw = raw.ljust(directory_sectors * sector, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9L", 0, tables, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return head + struct.pack("<109L", *listed, *[0xFFFFFFFF] * (109 - tables)) + raw + data + raw_table


def doc(flags: int = 0, *, streams: dict[str, bytes] | None = None) -> bytes:
    return ole({"WordDocument": struct.pack("<5HH", 0xA5EC, 0xC1, 0, 0x804, 0, flags)} | (streams or {}))


def xls(records: bytes = b"\x09\x08\x10\x00" + bytes(16), *, streams: dict[str, bytes] | None = None) -> bytes:
    return ole({"Workbook": records + b"\x0a\x00\x00\x00"} | (streams or {}))


def with_part(name, content, kind="docx"):
    return package(office_parts(kind) | {name: content})


def made_by_pyhanko(*, acts=False, password=None):
    made = writer.PdfFileWriter(stream_xrefs=password is None)
    made.insert_page(
        writer.PageObject(contents=made.add_object(generic.StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9))
    )
    if acts:
        action = generic.DictionaryObject({generic.pdf_name("/S"): generic.pdf_name("/JavaScript")})
        packed = made.prepare_object_stream()
        made.root["/OpenAction"] = made.add_object(action, obj_stream=packed)
    if password is not None:
        made.encrypt(owner_pass="owner", user_pass=password)
    written = io.BytesIO()
    made.write(written)
    return written.getvalue()


# One of each kind that may be taken in.
BY_KIND = {
    "pdf": pdf(), "ofd": ofd(), "docx": docx(), "xlsx": xlsx(), "pptx": pptx(), "doc": doc(), "xls": xls(), "wps": doc(), "et": xlsx(),
    "txt": WORDS.encode(), "csv": "姓名,电话".encode("gb18030"), "jpg": jpeg(), "jpeg": jpeg(), "png": png(), "tif": tiff(), "tiff": tiff(order=">"),
}  # fmt: skip
