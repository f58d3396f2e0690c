"""What is in a PDF, read in a process of its own: is it whole and open, and does anything in it act by itself or bring another file?

``python -m cms.filekinds.pdf FILE`` writes one JSON line ``{"why": …, "code": …}``, empty for a file that may be taken in; it knows no Django.

Every object of the last state of the file counts, those packed into streams of objects too. What an earlier state held and the last one does
not hold any more, no reader runs.
"""

import json
import logging
import sys
import zipfile
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, Any

from cms.bounds import bind
from cms.filekinds import Refused, damaged, locked
from cms.filekinds.pdfsuspects import suspects_in

_ACTS = {
    "/JavaScript": ("里面有脚本（JavaScript），请打印成新的 PDF 后再上传。", "script"),
    "/Launch": ("打开时会启动别的程序，请打印成新的 PDF 后再上传。", "launch"),
    "/RichMedia": ("里面有音视频或者动画，请去掉后重新导出 PDF 再上传。", "media"),
    "/EmbeddedFile": ("里面夹带了别的文件，请取出来分别上传，并重新导出 PDF。", "embedded"),
    "/XFA": ("是动态表单（XFA），收文单位未必打得开，请打印成新的 PDF 后再上传。", "form"),
}
# Keys under which an action, a file or a form stands, whatever the dictionary calls itself.
_KEYS = {"/JS": "/JavaScript", "/JavaScript": "/JavaScript", "/XFA": "/XFA", "/EF": "/EmbeddedFile"}
_NAMES = {
    **dict.fromkeys(("/JavaScript", "/Launch", "/RichMedia", "/EmbeddedFile"), ""),
    "/RichMediaExecute": "/RichMedia",
    "/FileAttachment": "/EmbeddedFile",
}


def look(path: Path) -> None:
    """The file opens, and nothing in it acts by itself or brings another file; raises ``Refused``."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    with path.open("rb") as stored:
        try:
            reader = PdfFileReader(stored, strict=False)
            if reader.encrypted:
                raise locked()
            if "/Kids" not in reader.root["/Pages"]:
                raise damaged()
            _look_into(reader, stored)
        except (PdfError, ValueError, LookupError, TypeError, AttributeError, OSError, RuntimeError):
            raise damaged() from None
        if zipfile.is_zipfile(stored):
            raise Refused("后面接着一个压缩包，请重新导出 PDF 后再上传。", "nested")
    _open(path)


def _look_into(reader: Any, stored: IO[bytes]) -> None:
    with mmap(stored.fileno(), 0, access=ACCESS_READ) as content:
        found = suspects_in(reader, content)
    for name in sorted(found.loose & _NAMES.keys()):
        raise Refused(*_ACTS[_NAMES[name] or name])
    for value in [reader.trailer_view, *map(reader.get_object, found.objects)]:
        _look_within(value)


def _look_within(value: Any) -> None:
    """Everything of the object itself; what it points to is an object of its own, and looked at where it names anything."""
    from pyhanko.pdf_utils import generic

    if isinstance(value, generic.NameObject) and value in _NAMES:  # what another object says of itself
        raise Refused(*_ACTS[_NAMES[value] or value])
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, generic.DictionaryObject):
            _look_at(value)
            waiting += value.values()
        elif isinstance(value, generic.ArrayObject):
            waiting += value


def _look_at(found: Any) -> None:
    for key in ("/S", "/Type", "/Subtype"):
        name = found.get(key)  # the object that it points to, where it does
        if isinstance(name, str) and name in _NAMES:
            raise Refused(*_ACTS[_NAMES[name] or name])
    for key, act in _KEYS.items():
        if key in found and (key != "/JS" or "/S" in found):
            raise Refused(*_ACTS[act])


def _open(path: Path) -> None:
    """The reader that shows pages finds one; raises ``Refused``."""
    import pypdfium2

    try:
        shown = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        raise damaged() from None
    try:
        if not len(shown):
            raise damaged()
    finally:
        shown.close()


if __name__ == "__main__":
    bind()
    logging.disable()
    why, code = "", ""
    try:
        look(Path(sys.argv[1]))
    except Refused as refused:
        why, code = str(refused), refused.code.removeprefix("attachment-")
    sys.stdout.write(json.dumps({"why": why, "code": code}, ensure_ascii=False))
