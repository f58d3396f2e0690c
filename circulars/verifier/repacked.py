"""A bundle that somebody unpacked and packed again: no longer the file that was handed out, yet its files may be the same (Article 28)."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from circulars.verifier.bundle import BROKEN, NAME, Bundle, Foreign, is_for_room, write
from circulars.verifier.kinds import EVIDENCE, PACKAGE

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
            found = _heads(archive, MOST_TIMES * path.stat().st_size)
            if found is None:
                raise foreign
            kept, heads = found
            contents: dict[str, bytes | Path] = {}
            for number, (name, head) in enumerate(heads.items()):
                contents[name] = file = folder / f"{number}"
                with archive.open(head) as stored, file.open("wb") as unpacked:
                    shutil.copyfileobj(stored, unpacked)
        anew = folder / "bundle.zip"
        with anew.open("wb") as target:
            write(target, contents, folder=kept)
    except BROKEN as problem:
        if is_for_room(problem):
            raise
        raise foreign from None
    return anew


def _heads(archive: zipfile.ZipFile, most: int) -> tuple[str, dict[str, zipfile.ZipInfo]] | None:
    """The folder that is the package's own, and the files by their names in it; None where they cannot be a bundle's.

    A bundle of evidence has no folder of its own: one that it was packed in counts for nothing.
    """
    files = [head for head in archive.infolist() if not head.filename.endswith("/")]  # some have no name at all
    indices = {EVIDENCE.index, PACKAGE.index}
    places = [head.filename for head in files if head.filename.rpartition("/")[2] in indices]
    if len(places) != 1 or sum(head.file_size for head in files) > most:
        return None
    if any(head.compress_type not in PACKINGS for head in files):
        return None
    above, _, index = places[0].rpartition("/")
    above = f"{above}/" if above else ""
    if not _FOLDER.fullmatch(above):
        return None
    heads = {head.filename.removeprefix(above): head for head in files if head.filename.startswith(above)}
    if len(heads) != len(files) or not all(map(NAME.fullmatch, heads)):
        return None
    return above if index == PACKAGE.index else "", heads
