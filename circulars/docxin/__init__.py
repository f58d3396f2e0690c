"""A .docx draft taken in: its text in the form of a body, the elements that can be told for certain, and a list of what was lost.

Word and WPS keep numbers, revisions and layout beside the text; ``package`` opens the file within bounds, ``numbers`` and ``styles`` work out
what is not written, ``reading`` makes lines of it, ``elements`` tells title, recipients, signature and
attachments apart.
"""

from typing import IO

from circulars.docxin.elements import Imported, tell_apart
from circulars.docxin.package import NotImportable, unpack
from circulars.docxin.reading import Reading

MOST_ATTACHMENTS = 50

__all__ = ["Imported", "NotImportable", "read"]


def read(name: str, upload: IO[bytes], size: int) -> Imported:
    """The draft that the file holds; raises ``NotImportable`` with a sentence that says what to do."""
    reading = Reading(unpack(name, upload, size))
    lost = [f"{what} {count} 处" for what, count in reading.lost.items() if count]
    imported = tell_apart(reading.items, name, [*lost, "字体、字号、颜色等样式"])
    if not imported.body and not imported.attachments:
        raise NotImportable("文稿里没有文字，没有导入。扫描的文稿请作为附件上传。")
    if len(imported.attachments) > MOST_ATTACHMENTS:
        raise NotImportable(f"文稿后面有超过 {MOST_ATTACHMENTS} 个附件，不能导入。请把附件另存为文件，在“附件”栏上传。")
    return imported
