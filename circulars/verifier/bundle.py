"""The archive in which evidence travels: one form of writing, so that no byte of it is free.

A ZIP of stored members in the order of their names, without dates or comments, and without extra fields but for the sizes and places
beyond 2 GiB, which the plain form cannot name (ZIP64). Who reads it writes it anew and
compares: an archive that differs anywhere, even where no unpacking program looks, is not the one that was handed out.
"""

import errno
import hashlib
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from circulars.verifier.kinds import EVIDENCE, PACKAGE
from cms.canonical import canonical
from cms.diskwords import disk_words

INDEX, INDEX_SIGNATURE = EVIDENCE.index, EVIDENCE.signature
FORMAT = "gongwen-evidence/1"

# The end of an archive without a comment; before it, where the plain form is too small, stand a second end and the way to that one.
_END, _END_MARK = 22, b"PK\x05\x06"
_LARGE_END, _LARGE_END_MARK, _LARGE_WAY, _LARGE_WAY_MARK = 56, b"PK\x06\x06", 20, b"PK\x06\x07"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_CHUNK = 1 << 20
# What reading a damaged archive may raise: a flipped bit can ask for a password, another packing, or more bytes than there are.
BROKEN = (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}
# Texts and signatures are read whole; an attachment is only ever hashed. What is beyond these bounds was never handed out.
LARGEST_TEXT = 32 << 20
LARGEST_SIGNATURE = 64 << 10
MOST_VALUES = 1_000_000  # in one text
MOST_MEMBERS = 20_000
_LARGEST_DIRECTORY = MOST_MEMBERS * 256


class Unreadable(Exception):
    """The file is no archive of evidence, or this part of it cannot be read; the text says what is wrong."""


class Foreign(Unreadable):
    """Another program packed this archive."""


class TooMuch(Unreadable):
    """Somebody built the file to exhaust whoever reads it, or this computer has no room for it: nothing more of it is read."""


@dataclass(frozen=True)
class Member:
    """One file of the bundle: where it lies and its name, with the digest and size that its bytes have."""

    name: str
    sha256: str
    size: int


def canonical_json(facts: Any) -> bytes:
    """One text for one set of facts: sorted keys, no blanks, Chinese as it is."""
    return canonical(facts).encode()


def index_of(members: Iterable[Member]) -> bytes:
    """The list of everything in the bundle but itself and its signature."""
    files = [{"name": member.name, "sha256": member.sha256, "size": member.size} for member in members]
    return canonical_json({"format": FORMAT, "files": sorted(files, key=lambda file: file["name"])})


def member_of(name: str, content: bytes | Path) -> Member:
    """A file as the index names it."""
    if isinstance(content, bytes):
        return Member(name, hashlib.sha256(content).hexdigest(), len(content))
    with content.open("rb") as stored:
        return Member(name, hashlib.file_digest(stored, "sha256").hexdigest(), content.stat().st_size)


def write(target: IO[bytes], contents: Mapping[str, bytes | Path], *, folder: str = "") -> None:
    """The archive of these files, all in the folder (``name/``) if one is named, is in ``target``; the same files give the same bytes.

    Raises ``ValueError`` for a name that not every system can unpack.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            content = contents[name]
            size = len(content) if isinstance(content, bytes) else content.stat().st_size
            with archive.open(_head(folder + name, size), "w") as member:
                if isinstance(content, bytes):
                    member.write(content)
                else:
                    with content.open("rb") as stored:
                        shutil.copyfileobj(stored, member, _CHUNK)


def _head(name: str, size: int) -> zipfile.ZipInfo:
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a file of a bundle")
    head = zipfile.ZipInfo(name)  # of the first day that a ZIP can name
    head.create_system, head.external_attr, head.file_size = 3, 0o100644 << 16, size
    return head


def _refuse_endless(path: Path) -> None:
    """Before the list of files is read: it says how long it is in the last bytes. Raises ``Unreadable`` for what was packed otherwise."""
    before = _LARGE_END + _LARGE_WAY
    with path.open("rb") as given:
        size = given.seek(0, 2)
        given.seek(max(0, size - _END - before))
        last = given.read()
    large, way, end = last[:-_END][:_LARGE_END], last[:-_END][-_LARGE_WAY:], last[-_END:]
    if len(end) != _END or not end.startswith(_END_MARK):
        raise Unreadable("不是本系统写成的证据包或者归档包，或者没有下载完整。")
    count, length = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if way.startswith(_LARGE_WAY_MARK):
        if len(last) != _END + before or not large.startswith(_LARGE_END_MARK):
            raise Unreadable("不是本系统写成的证据包，或者没有下载完整。")
        count, length = int.from_bytes(large[32:40], "little"), int.from_bytes(large[40:48], "little")
    if count > MOST_MEMBERS or length > _LARGEST_DIRECTORY:
        raise TooMuch("包内文件过多。")


def _folder_of(names: Mapping[str, Any]) -> str:
    """``name/`` where everything lies in one folder with the list of a package in it; empty for everything else."""
    tops = {name.partition("/")[0] for name in names}
    top = f"{tops.pop()}/" if len(tops) == 1 else ""
    return top if f"{top}{PACKAGE.index}" in names else ""


def is_for_room(problem: Exception) -> bool:
    """Whether it is this computer that has no room, and nothing is known of the file."""
    return isinstance(problem, OSError) and problem.errno in _NO_ROOM


def _unopened(path: Path, problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.filename:
        return f"打不开 {path}：{disk_words(problem)}。"
    return f"{path} 不是完好的 ZIP 文件。"


class Bundle:
    """An archive of evidence, opened for reading."""

    def __init__(self, path: Path) -> None:
        """Raises ``Unreadable`` when the file is no archive, or one that ``write`` cannot have made.

        ``heads`` are the files by their names inside the one folder, where all of them lie in it.
        """
        self.path = path
        try:
            _refuse_endless(path)
            self._archive = zipfile.ZipFile(path)
        except BROKEN as problem:
            raise Unreadable(_unopened(path, problem)) from problem
        named = {head.filename: head for head in self._archive.infolist()}
        self.folder = _folder_of(named)
        self.kind = PACKAGE if f"{self.folder}{PACKAGE.index}" in named else EVIDENCE
        self.heads = {name.removeprefix(self.folder): head for name, head in named.items()}
        try:
            self._refuse_foreign()
        except Unreadable:
            self._archive.close()
            raise

    def _refuse_foreign(self) -> None:
        if len(self.heads) != len(self._archive.infolist()):
            raise Unreadable("包内有重名文件。")
        for head in self.heads.values():
            if head.compress_type != zipfile.ZIP_STORED or not NAME.fullmatch(head.filename):
                raise Foreign(
                    f"这个 ZIP 不是本系统写成的{self.kind.label}（里面的 {head.filename!r}），请向提供者索取原来的文件。"
                )
        if sum(head.file_size for head in self.heads.values()) > self.path.stat().st_size:
            raise TooMuch("包内文件相互重叠，解开后比包还大。")

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def read(self, name: str, most: int = LARGEST_TEXT) -> bytes:
        """The bytes of a text, a signature or a document; raises ``Unreadable`` when there is none, or none that can be read."""
        head = self.heads.get(name)
        if head is None:
            raise Unreadable(f"缺少 {name}。")
        if head.file_size > most:
            raise TooMuch(f"{name} 过大。")
        try:
            return self._archive.read(head)
        except BROKEN as problem:
            raise Unreadable(f"{name} 无法读出，文件已损坏。") from problem

    def json(self, name: str) -> Any:
        """The facts of a canonical text; raises ``Unreadable`` when the text is not written in the one way."""
        text = self.read(name)
        if text.count(b",") + text.count(b"[") + text.count(b"{") > MOST_VALUES:
            raise TooMuch(f"{name} 的内容过多。")
        try:
            facts = json.loads(text)
            is_canonical = canonical_json(facts) == text
        except RecursionError:
            raise TooMuch(f"{name} 的层次过深。") from None
        except ValueError as problem:
            raise Unreadable(f"{name} 不是 JSON 文本，文件已损坏。") from problem
        if not is_canonical:
            raise Unreadable(f"{name} 的写法与约定不一致。")
        return facts

    @cached_property
    def members(self) -> dict[str, Member]:
        """Every file but the index and its signature, with the digest that its bytes have now; unreadable ones are left out."""
        found = {}
        for name in self.heads.keys() - {self.kind.index, self.kind.signature}:
            digest, size = hashlib.sha256(), 0
            try:
                with self._archive.open(self.heads[name]) as stored:
                    while chunk := stored.read(_CHUNK):
                        digest.update(chunk)
                        size += len(chunk)
            except BROKEN:
                continue
            found[name] = Member(name, digest.hexdigest(), size)
        return found

    def is_as_written(self) -> bool:
        """Whether writing its files anew gives this archive, byte for byte; raises ``TooMuch`` where there is no room to write."""
        try:
            with tempfile.TemporaryFile() as anew:
                return self._write_anew(anew) and self._is_equal(anew)
        except OSError as problem:
            why = f"临时目录写不下（{disk_words(problem)}），请腾出与证据包同样大的地方再核验。"
            raise TooMuch(why) from problem

    def _write_anew(self, target: IO[bytes]) -> bool:
        """Whether the files can be read to be written."""
        try:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
                for name in sorted(self.heads):
                    with (
                        self._archive.open(self.heads[name]) as stored,
                        archive.open(_head(self.folder + name, self.heads[name].file_size), "w") as member,
                    ):
                        shutil.copyfileobj(stored, member, _CHUNK)
        except BROKEN as problem:
            if is_for_room(problem):
                raise
            return False
        return True

    def _is_equal(self, anew: IO[bytes]) -> bool:
        anew.seek(0)
        with self.path.open("rb") as given:
            while True:
                ours, theirs = anew.read(_CHUNK), given.read(_CHUNK)
                if ours != theirs:
                    return False
                if not ours:
                    return True
