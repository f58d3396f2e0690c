"""A bundle that somebody unpacked and packed again: no longer the file that was handed out, yet its files may be the same (Article 28)."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from circulars.verifier.bundle import BROKEN, INDEX, NAME, Bundle, Foreign, is_for_room, write

# What a circular's files give when they are packed: texts to a tenth, a PDF hardly at all. What claims to be more was made to fill a disk.
MOST_TIMES = 32
# What the packing programs of every computer write; others fail in ways of their own and ask for memory without bound.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FOLDER = re.compile(r"|[^./\\\\][^/\\\\]*/")  # none, or one


@contextmanager
def opened(path: Path) -> Iterator[tuple[Bundle, bool]]:
    """The bundle, and whether it had to be written anew from the files of an archive that another program packed.

    Raises ``Unreadable``.
    """
    try:
        bundle, foreign = Bundle(path), None
    except Foreign as problem:
        bundle, foreign = None, problem
    with tempfile.TemporaryDirectory() as folder:
        if foreign is not None:
            bundle = Bundle(_written_anew(path, Path(folder), foreign))
        assert bundle is not None
        with bundle:
            yield bundle, foreign is not None


def _written_anew(path: Path, folder: Path, foreign: Foreign) -> Path:
    """The archive that would have been handed out with these files; raises ``foreign`` where they are none of a bundle, ``OSError`` without room."""
    try:
        with zipfile.ZipFile(path) as archive:
            heads = _heads(archive, MOST_TIMES * path.stat().st_size)
            if heads is None:
                raise foreign
            contents: dict[str, bytes | Path] = {}
            for number, (name, head) in enumerate(heads.items()):
                contents[name] = file = folder / f"{number}"
                with archive.open(head) as stored, file.open("wb") as unpacked:
                    shutil.copyfileobj(stored, unpacked)
        anew = folder / "bundle.zip"
        with anew.open("wb") as target:
            write(target, contents)
    except BROKEN as problem:
        if is_for_room(problem):
            raise
        raise foreign from None
    return anew


def _heads(archive: zipfile.ZipFile, most: int) -> dict[str, zipfile.ZipInfo] | None:
    """The files by their names, without the folder that they may have been packed in; None where they cannot be a bundle's."""
    files = [head for head in archive.infolist() if not head.filename.endswith("/")]  # some have no name at all
    places = [head.filename for head in files if head.filename.rpartition("/")[2] == INDEX]
    if len(places) != 1 or sum(head.file_size for head in files) > most:
        return None
    if any(head.compress_type not in PACKINGS for head in files):
        return None
    above = places[0].removesuffix(INDEX)
    if not _FOLDER.fullmatch(above):
        return None
    heads = {head.filename.removeprefix(above): head for head in files if head.filename.startswith(above)}
    return heads if len(heads) == len(files) and all(map(NAME.fullmatch, heads)) else None
