"""The parts of a .docx file, read within bounds: nothing outside the file is ever fetched and nothing in it is ever run."""

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from cms.zippackage import TooManyParts, opened

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LARGEST_UNPACKED = 30 * MEGABYTE
LARGEST_PART = 12 * MEGABYTE
MOST_ENTRIES = 2000
DEEPEST = 120
_TOO_LARGE = f"文稿展开后超过 {LARGEST_UNPACKED // MEGABYTE} MB，不能导入。请去掉图片和嵌入的文件再导入，它们另作附件。"

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class NotImportable(Exception):
    """The file cannot be read as a draft; the text says what to do."""


@dataclass(frozen=True)
class Package:
    """The parts that a draft is read from; a part that is not there is None."""

    document: Element
    numbering: Element | None
    styles: Element | None


def unpack(name: str, upload: IO[bytes], size: int) -> Package:
    """The parts of the file; raises ``NotImportable`` for anything but a sound, plain .docx of ordinary size."""
    _check_name(name)
    if size > LARGEST_FILE:
        raise NotImportable(
            f"文稿有 {size / MEGABYTE:.1f} MB，不能超过 {LARGEST_FILE // MEGABYTE} MB。请去掉图片再导入，图片另作附件。"
        )
    upload.seek(0)
    content = upload.read(LARGEST_FILE + 1)
    if not content:
        raise NotImportable("文稿是空文件，请重新选择。")
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise NotImportable("文稿加了打开密码，请在 WPS 或 Word 中取消密码、保存后再导入。")
        raise NotImportable("这是旧格式的文稿，请在 WPS 或 Word 中另存为 .docx 再导入。")
    try:
        with opened(BytesIO(content), most=MOST_ENTRIES) as archive:
            return _parts(archive)
    except TooManyParts as endless:
        raise NotImportable(_TOO_LARGE) from endless
    except DefusedXmlException as harmful:
        raise NotImportable(
            "文稿里有不允许的外部引用，没有导入。请在 WPS 或 Word 中另存为新的 .docx 再试。"
        ) from harmful
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, ParseError, zlib.error) as broken:
        raise NotImportable("文稿已损坏，不能读取。请在 WPS 或 Word 中打开后另存为 .docx 再导入。") from broken


def _check_name(name: str) -> None:
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if ending in {".doc", ".wps", ".wpt", ".dot", ".rtf", ".odt", ".uot"}:
        raise NotImportable(f"“{ending}”文稿请先在 WPS 或 Word 中另存为 .docx，再导入。")
    if ending in {".docm", ".dotm"}:
        raise NotImportable("带宏的文稿不能导入，请在 WPS 或 Word 中另存为不带宏的 .docx。")
    if ending != ".docx":
        raise NotImportable("只能导入 .docx 文稿。其他文件请作为附件上传。")


def _parts(archive: zipfile.ZipFile) -> Package:
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise NotImportable(_TOO_LARGE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise NotImportable("文稿加了密码，请取消密码、保存后再导入。")
    names = {entry.filename for entry in entries}
    kinds = _bytes(archive, "[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if b"macroEnabled" in kinds or any(PurePosixPath(name).name.lower() == "vbaproject.bin" for name in names):
        raise NotImportable("带宏的文稿不能导入，请在 WPS 或 Word 中另存为不带宏的 .docx。")
    main = _main_part(archive, names)
    if main not in names:
        raise NotImportable("这个文件不是 Word 文稿。请在 WPS 或 Word 中另存为 .docx 再导入。")
    room = PurePosixPath(main).parent
    root = _xml(archive, main)
    if root.tag != f"{W}document":
        raise NotImportable("这个文件不是 Word 文稿。请在 WPS 或 Word 中另存为 .docx 再导入。")
    numbering, styles = (
        _xml(archive, part) if (part := str(room / file)) in names else None for file in ("numbering.xml", "styles.xml")
    )
    return Package(root, numbering, styles)


def _main_part(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "_rels/.rels" not in names:
        return "word/document.xml"
    for relation in _xml(archive, "_rels/.rels").iter(f"{_RELATIONSHIPS}Relationship"):
        if relation.get("Type", "").endswith("/officeDocument") and relation.get("TargetMode") != "External":
            return relation.get("Target", "").lstrip("/")
    return "word/document.xml"


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    """The part, whatever size its entry claims."""
    with archive.open(name) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise NotImportable("文稿太长，不能导入。请分成几份，或作为附件上传。")
    return content


def _xml(archive: zipfile.ZipFile, name: str) -> Element:
    content = _bytes(archive, name).replace(_STRICT, W[1:-1].encode())
    depth, root = 0, None
    for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
        root = element if root is None else root
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise NotImportable("文稿的结构层层嵌套，不能导入。请在 WPS 或 Word 中另存为新的 .docx 再试。")
    return cast(Element, root)
