"""Each kind of file looked at by the module that knows it, with what is too hard to read safely left to a process of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cms.filekinds import Bounds, Refused, locked, ole, packages, pictures
from cms.readapart import NotRead, answer_of

_PACKED = {"docx", "xlsx", "pptx", "ofd", "wps", "et"}
_OLD = {"doc", "xls", "wps", "et"}
_PICTURES = {"png", "jpg", "jpeg", "tif", "tiff"}


def judge(stored: IO[bytes], extension: str, bounds: Bounds) -> None:
    """The file, whose first bytes fit to its name, may be taken in by what is in it; raises ``Refused``."""
    stored.seek(0)
    is_old = stored.read(len(ole.MARK)) == ole.MARK
    if is_old and extension in _OLD:
        ole.look(stored, bounds, extension=extension)
    elif extension in _PACKED:
        packages.look(stored, bounds, extension=extension)
    elif extension in _PICTURES:
        pictures.look(stored, bounds, extension=extension)
    elif extension == "pdf":
        _look_into_pdf(stored)


def refuse_locked(stored: IO[bytes]) -> None:
    """Raises ``Refused`` for an office file behind a password, which has another beginning than its name lets expect."""
    if ole.is_locked(stored):
        raise locked()


def _look_into_pdf(stored: IO[bytes]) -> None:
    with _path_of(stored) as path:
        try:
            said = answer_of("cms.filekinds.pdf", str(path))
        except NotRead:
            raise Refused("检查不了，可能已损坏或者太复杂，请重新导出或者打印成 PDF 后再上传。", "damaged") from None
    if said["why"]:
        raise Refused(str(said["why"]), str(said["code"]))


@contextmanager
def _path_of(stored: Any) -> Iterator[Path]:
    """Where the file lies on the disk; one that is held in memory lies there for so long."""
    stored.seek(0)
    if hasattr(stored, "temporary_file_path"):
        yield Path(stored.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="looked-at-") as copy:
        shutil.copyfileobj(stored, copy)
        copy.flush()
        yield Path(copy.name)
