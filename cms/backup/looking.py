"""Whether a back-up is whole, and whether this installation may take it; nothing is changed by looking (Article 17)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection

from cms.backup import copies, engines, manifest
from cms.backup.failures import BackupFailed
from cms.backup.manifest import FILES, Manifest
from cms.backup.marker import TABLE, UNFINISHED
from cms.backup.stores import is_public, stores

_MOST = 5
_PATH = re.compile(rf"{FILES}/[a-z]+/.+")


def look(folder: Path) -> Manifest:
    """The manifest of a back-up that is whole: every file is there with its digest, and none besides.

    Raises ``BackupFailed`` with the first things that are wrong.
    """
    told = manifest.read(folder)
    wrong = [*_strange_paths(told), *_names(folder, told)] or list(changed_files(folder, told))
    if wrong:
        more = f"等 {len(wrong)} 处" if len(wrong) > _MOST else ""
        raise BackupFailed(f"备份不完整：{'；'.join(wrong[:_MOST])}{more}。没有恢复任何内容。")
    return told


def changed_files(folder: Path, told: Manifest) -> Iterator[str]:
    """The files that hold other bytes than the manifest says."""
    for path, (digest, size) in sorted(told.files.items()):
        file = folder / path
        if file.stat().st_size != size or copies.digest_of(file) != digest:
            yield f"{path} 的内容与清单不符"


def refuse_elsewhere(told: Manifest) -> None:
    """Raises ``BackupFailed`` where this program, its engine or its migrations are others than those of the back-up, or something is there already."""
    if told.engine != connection.vendor:
        raise BackupFailed(f"备份来自 {told.engine}，这里的数据库是 {connection.vendor}，不能恢复。")
    if told.version != settings.VERSION:
        raise BackupFailed(
            f"备份由 {told.version} 版程序制作，这里是 {settings.VERSION} 版。请安装 {told.version} 版，恢复以后再升级。"
        )
    ours = manifest.migrations_of_the_code()
    if other := sorted(app for app in {*ours, *told.migrations} if ours.get(app) != told.migrations.get(app)):
        raise BackupFailed(
            f"备份与本程序的数据库结构不同（{'、'.join(other)}）。请安装制作备份的那个版本，恢复以后再升级。"
        )
    if told.server > manifest.server_version():
        raise BackupFailed(
            f"备份来自 PostgreSQL {told.server}，这里的服务器是 {manifest.server_version()} 版，请先升级。"
        )
    there = engines.tables_there_are()
    if TABLE in there:
        raise BackupFailed(UNFINISHED)
    if there:
        raise BackupFailed("数据库里已有数据表，没有改动。只能恢复到空数据库：请新建一个数据库，不要执行 migrate。")
    if foreign := list(_foreign(told)):
        raise BackupFailed(f"文件目录里已有备份中没有的文件（{foreign[0]} 等 {len(foreign)} 个），没有改动。请先移走。")


def other_settings(told: Manifest) -> list[str]:
    """The settings that are others here than where the back-up was made."""
    ours = manifest.settings_now()
    return sorted(name for name in {*ours, *told.settings} if ours.get(name) != told.settings.get(name))


def place_of(path: str) -> Path:
    """Where a file of the back-up lies when it is restored."""
    _, store, *rest = PurePosixPath(path).parts
    return stores()[store].root.joinpath(*rest)


def _names(folder: Path, told: Manifest) -> Iterator[str]:
    expected = {*told.files, manifest.NAME, manifest.DIGEST}
    found = set()
    for root, folders, files in os.walk(folder):
        here = Path(root)
        found |= {(here / name).relative_to(folder).as_posix() for name in files}
        yield from (f"{name} 是链接" for name in (*folders, *files) if (here / name).is_symlink())
    yield from (f"缺少 {path}" for path in sorted(expected - found))
    yield from (f"多出 {path}" for path in sorted(found - expected))


def _strange_paths(told: Manifest) -> Iterator[str]:
    """Paths that lead out of their folder, or to a folder that is none of ours."""
    known = stores()
    for path in told.files:
        parts = PurePosixPath(path).parts
        if path == manifest.DATABASE[told.engine] if told.engine in manifest.DATABASE else False:
            continue
        is_ours = _PATH.fullmatch(path) and ".." not in parts and "\\" not in path and "\0" not in path
        if not is_ours or parts[1] not in known or not known[parts[1]].takes(Path(*parts[2:])):
            yield f"清单里的路径 {path} 不对"


def _foreign(told: Manifest) -> Iterator[str]:
    """What lies in the folders already and is not the same file of the back-up; the authority's own keys may be there."""
    ours = {place_of(path): digest for path, (digest, _) in told.files.items() if path.startswith(f"{FILES}/")}
    for store in stores().values():
        if not store.root.is_dir():
            continue
        for path in sorted(store.root.rglob("*")):
            if path.is_dir() or path.name.startswith(copies.UNFINISHED):
                continue
            if store.name == "ca" and not is_public(path):
                continue
            if path not in ours or path.is_symlink() or copies.digest_of(path) != ours[path]:
                yield str(path)
