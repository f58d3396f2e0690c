"""Files copied so that they are on the disk, whole or not at all, with their digest; folders that appear at once (Article 17)."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cms.backup.failures import BackupFailed

CHUNK = 1024 * 1024
UNFINISHED = ".copying-"


def copy(source: Path, target: Path, *, mode: int = 0o440) -> tuple[str, int]:
    """The bytes of ``source`` lie at ``target``, on the disk; returns their SHA-256 and their number."""
    sha256, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=UNFINISHED, delete=False) as copying:
        try:
            with source.open("rb") as reading:
                while chunk := reading.read(CHUNK):
                    sha256.update(chunk)
                    size += len(chunk)
                    copying.write(chunk)
            copying.flush()
            os.fsync(copying.fileno())
            Path(copying.name).chmod(mode)
            Path(copying.name).replace(target)
        except BaseException:
            Path(copying.name).unlink(missing_ok=True)
            raise
    return sha256.hexdigest(), size


def digest_of(path: Path) -> str:
    with path.open("rb") as reading:
        return hashlib.file_digest(reading, "sha256").hexdigest()


def settle(folder: Path) -> None:
    """The names in this folder are on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle_all(folder: Path) -> None:
    for path, _, _ in os.walk(folder):
        settle(Path(path))


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A folder to fill, which is ``folder`` afterwards; after any failure there is none.

    What a killed run left behind is cleared away first. Raises ``BackupFailed`` where something of that name is there.
    """
    refuse_taken(folder)
    with scratch(folder) as unfinished:
        yield unfinished
        settle_all(unfinished)
        refuse_taken(folder)
        unfinished.rename(folder)
        settle(folder.parent)


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A private folder beside this one; what is left in it at the end is gone, and so is what killed runs left."""
    prefix = f".{beside.name}.unfinished-"
    for left in beside.parent.glob(f"{prefix}*"):
        with _locked(left) as is_mine:
            if is_mine:
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=beside.parent, prefix=prefix))  # made with mode 0700
    with _locked(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def refuse_taken(folder: Path) -> None:
    if folder.exists() or folder.is_symlink():
        raise BackupFailed(f"“{folder}”已存在，没有改动。备份从不覆盖，请换一个目录。")
    if not folder.parent.is_dir():
        raise BackupFailed(f"上级目录“{folder.parent}”不存在。")


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whoever works in a folder holds its lock; a killed run holds none any more."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
