"""A back-up restored into a scratch installation by a process of its own, which cannot touch the real one (Article 17)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.drills import Drill, record_drill
from cms.backup import copies, manifest
from cms.backup.failures import BackupFailed

# A drill that takes longer is a back-up that would take too long.
PATIENCE = 6 * 60 * 60
_ONE_AT_A_TIME = 20_261_128  # the number of the server's lock


def drill(folder: Path) -> Drill:
    """The back-up was restored beside it, proved and thrown away, and the result is on record.

    Raises ``BackupFailed`` where there is no place to try it; a back-up that is not good is a result.
    """
    folder = folder.absolute()
    if not folder.is_dir():
        raise BackupFailed(f"“{folder}”不是目录。")
    started = timezone.now()
    try:
        told = manifest.read(folder)
    except BackupFailed as unreadable:
        return _recorded(folder, None, started, str(unreadable))
    with copies.scratch(folder) as scratch, _scratch_database(scratch) as environment:
        said = _restored(folder, scratch, environment)
    return _recorded(folder, told, started, said)


def _restored(folder: Path, scratch: Path, environment: dict[str, str]) -> str:
    """What is wrong with it, or nothing."""
    command = [sys.executable, str(Path(settings.ROOT) / "manage.py"), "restore", str(folder), "--drill"]
    place = {
        "VAR": str(scratch),
        "CHECKPOINT_FOLDER": str(scratch / "checkpoints"),
        "CA_FOLDER": str(scratch / "ca"),
        "PYTHONIOENCODING": "utf-8",
    }
    with (scratch / "said").open("w+b") as said:
        try:
            done = subprocess.run(  # noqa: S603  our own command
                command,
                env={**os.environ, **place, **environment},
                stdout=said,
                stderr=said,
                check=False,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            return f"超过 {PATIENCE // 3600} 小时没有恢复完。"
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").strip().splitlines()
    return "" if done.returncode == 0 else (lines or ["没有说明原因"])[-1]


def _recorded(folder: Path, told: manifest.Manifest | None, started: Any, wrong: str) -> Drill:
    return record_drill(
        folder.name,
        manifest=told.digest if told else "",
        made_at=told.started_at if told else None,
        size=told.size if told else 0,
        started_at=started,
        finished_at=timezone.now(),
        is_good=not wrong,
        verdict=wrong or "恢复成功，行数、校验和、台账、文件和签名与备份一致。",
    )


@contextmanager
def _scratch_database(scratch: Path) -> Iterator[dict[str, str]]:
    """An empty database of the same engine, by the variables that name it; gone afterwards."""
    if connection.vendor != "postgresql":
        # A server's address would go before the file.
        yield {"SQLITE_FILE": str(scratch / "drill.sqlite3"), "DATABASE_URL": ""}
        return
    name = f"{connection.settings_dict['NAME'][:50]}_drill"
    drop = f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)"
    another: Any = connection.copy()  # it holds the lock until the end
    try:
        with another.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
            if not cursor.fetchone()[0]:
                raise BackupFailed("另一次恢复演练正在进行，请稍后再做。")
            try:
                cursor.execute(drop)
                cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE template0")
            except DatabaseError as refused:
                raise BackupFailed(
                    "不能新建演练用的数据库，请给数据库用户 CREATEDB 权限（ALTER ROLE … CREATEDB）。"
                ) from refused
            try:
                yield {"DATABASE_URL": _address(name)}
            finally:
                cursor.execute(drop)
    finally:
        another.close()


def _address(name: str) -> str:
    given = connection.settings_dict
    who = quote(given["USER"], safe="") + (f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else "")
    query = {"host": given["HOST"], "port": given["PORT"], **given["OPTIONS"]}
    told = urlencode({name: value for name, value in query.items() if isinstance(value, str) and value})
    return f"postgresql://{who}@/{quote(name, safe='')}?{told}"
