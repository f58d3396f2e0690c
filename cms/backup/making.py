"""The making of a back-up: the database first, then the files, so that every row has its file; whole or absent (Article 17)."""

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cms.attachments import Attachment, place_of
from cms.backup import copies, engines, manifest, tables
from cms.backup.failures import BackupFailed
from cms.backup.manifest import Manifest
from cms.backup.marker import UNFINISHED, is_marked
from cms.backup.stores import stores
from cms.checkpoints import Written, written

# A file may be thrown away by right between the dump and its copying; then the dump is of yesterday and is made anew.
ATTEMPTS = 3


class Overtaken(Exception):
    """What the dump speaks of was thrown away by right before it was copied."""


def make(folder: Path, *, at: datetime) -> Manifest:
    """``folder`` is a back-up of this installation as it was at one moment after ``at``.

    Raises ``BackupFailed``; then there is no such folder.
    """
    if is_marked():
        raise BackupFailed(UNFINISHED)
    folder = folder.absolute()
    for store in stores().values():
        if folder.is_relative_to(store.root.absolute()):
            raise BackupFailed(f"备份不能放在“{store.root}”里，请换一个目录，最好在另一块磁盘上。")
    for _ in range(ATTEMPTS):
        try:
            with copies.making(folder) as making:
                return _filled(making, at)
        except Overtaken:
            continue
    raise BackupFailed("备份期间不断有文件被清除，请稍后再做。")


def _filled(folder: Path, at: datetime) -> Manifest:
    dump = folder / manifest.DATABASE[connection.vendor]
    with engines.dumped(dump) as cursor:
        counted = tables.counted(cursor, connection.vendor)
        head = tables.head(cursor)
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
        cursor.execute("SELECT digest FROM cms_attachment")
        digests = sorted(digest for (digest,) in cursor.fetchall())
        cursor.execute("SELECT size FROM cms_checkpoint")
        signed = {size for (size,) in cursor.fetchall()}
    migrations = manifest.migrations_of_the_code()
    if behind := sorted(app for app, name in migrations.items() if (app, name) not in applied):
        raise BackupFailed(f"数据库还没有迁移到本程序的版本（{'、'.join(behind)}），请先执行 manage.py migrate。")
    files = {dump.name: (copies.digest_of(dump), dump.stat().st_size)}
    _settled(dump)
    for path, source in _files(digests, signed, at):
        files[path] = _kept(source, folder / path)
    made = Manifest(
        settings.VERSION,
        connection.vendor,
        manifest.server_version(),
        migrations,
        manifest.settings_now(),
        at,
        timezone.now(),
        head,
        counted,
        files,
    )
    digest = hashlib.sha256(made.text).hexdigest()
    _written(folder / manifest.NAME, made.text)
    _written(folder / manifest.DIGEST, f"{digest}  {manifest.NAME}\n".encode())
    return manifest.read(folder)


def _files(digests: list[str], signed: set[int], at: datetime) -> Iterator[tuple[str, Path]]:
    """Every file that belongs to the dump: its path in the back-up and where it lies."""
    for digest in digests:
        yield f"{manifest.FILES}/attachments/{digest[:2]}/{digest}", place_of(digest)
    # A checkpoint that was signed since is of a ledger that the dump does not hold.
    later = {
        one.path for one in written() if isinstance(one, Written) and one.size not in signed and _is_since(one, at)
    }
    for name, store in stores().items():
        if name == "attachments":
            continue
        for path in store.files():
            if (source := store.root / path) not in later:
                yield f"{manifest.FILES}/{name}/{path}", source


def _is_since(checkpoint: Written, at: datetime) -> bool:
    try:
        return datetime.fromisoformat(checkpoint.made_at) >= at
    except (ValueError, TypeError):
        return False


def _kept(source: Path, target: Path) -> tuple[str, int]:
    is_attachment = target.parents[1].name == "attachments"
    try:
        digest, size = copies.copy(source, target)
    except FileNotFoundError:
        digest, size = "", 0
    if is_attachment and digest != target.name:
        if not Attachment.objects.filter(digest=target.name).exists():
            raise Overtaken
        raise BackupFailed(f"附件 {target.name} 缺失，或者内容与存入时不一致，请先从以前的备份中复原这个文件。")
    if not digest:
        raise BackupFailed(f"“{source}”在备份期间消失，请重新备份。")
    if target.suffix == ".pem" and b"PRIVATE KEY" in target.read_bytes():
        raise BackupFailed(f"“{source}”里有私钥，不能进入备份，请把它移到离线介质上。")
    return digest, size


def _settled(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o440)
    _settled(path)
