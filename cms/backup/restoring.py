"""A back-up read into an empty installation; until it is released nothing serves it (Article 17)."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import connection

from cms.backup import copies, engines, manifest, tables
from cms.backup.failures import BackupFailed
from cms.backup.looking import place_of
from cms.backup.manifest import FILES, Manifest
from cms.backup.marker import set_mark
from cms.backup.stores import stores
from cms.verifying import faults

# A file that was kept back on the machine as it was is not copied again.
_MODE = {"ca": 0o600}


def read_in(folder: Path, told: Manifest, *, at: datetime) -> None:
    """The database holds what the back-up's held, marked as not to be served; ask ``looking`` first."""
    set_mark(told.digest, at)
    engines.load(folder / manifest.DATABASE[told.engine])


def put_files(folder: Path, told: Manifest) -> None:
    """Every file lies where the installation looks for it; raises ``BackupFailed`` for one that changed while it was copied."""
    roots = set()
    for each in stores().values():
        for left in each.root.rglob(f"{copies.UNFINISHED}*"):
            left.unlink()  # of a restoring that was killed
    for path, (digest, _) in told.files.items():
        if not path.startswith(f"{FILES}/"):
            continue
        place, store = place_of(path), path.split("/")[1]
        roots.add(place.parent)
        if place.exists():
            continue  # it was looked at: the same bytes
        if copies.copy(folder / path, place, mode=_MODE.get(store, 0o440))[0] != digest:
            raise BackupFailed(f"{path} 在恢复时变了，备份所在的磁盘可能已经损坏。")
    for root in roots:
        copies.settle(root)


def differences(told: Manifest) -> Iterator[str]:
    """What of the restored installation is not what the back-up says it was, in tables, ledger, files and signatures."""
    with engines.restored() as cursor:
        found, head = tables.counted(cursor, connection.vendor), tables.head(cursor)
    for name in sorted({*found, *told.tables}):
        was, now = told.tables.get(name), found.get(name)
        if was is None or now is None:
            yield f"数据表 {name} {'多出' if was is None else '缺失'}"
        elif was.rows != now.rows:
            yield f"数据表 {name} 备份时 {was.rows} 行，现在 {now.rows} 行"
        elif was != now:
            yield f"数据表 {name} 的校验和不符"
    if head != told.head:
        yield f"台账备份时 {told.head.size} 条，现在 {head.size} 条，或者摘要不符"
    # As of the back-up: what was awaited then is not late for that it lay in a safe.
    for fault in faults(None, told.started_at):
        yield str(fault)
