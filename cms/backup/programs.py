"""The programs of PostgreSQL that read a database out and in; they are no part of this product and must fit the server."""

import re
import shutil
import subprocess
from pathlib import Path

from cms.backup.failures import BackupFailed

DEBIAN = Path("/usr/lib/postgresql")


def program(name: str, *, server: int) -> Path:
    """The newest of this name on PATH or where Debian puts them; raises ``BackupFailed`` where it is missing or older than the server."""
    found = [Path(on_path)] if (on_path := shutil.which(name)) else []
    found += DEBIAN.glob(f"*/bin/{name}")
    versions = {path: major for path in found if (major := _major(path))}
    if not versions:
        raise BackupFailed(f"没有找到 {name}，请安装 PostgreSQL {server} 的客户端程序（postgresql-client-{server}）。")
    newest = max(versions, key=lambda path: versions[path])
    if versions[newest] < server:
        raise BackupFailed(
            f"{name} 是 {versions[newest]} 版，比数据库服务器（{server} 版）旧，请安装 postgresql-client-{server}。"
        )
    return newest


def run(command: list[str], environment: dict[str, str]) -> None:
    """The program has done it; raises ``BackupFailed`` with the last line that it said."""
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603  ours, no shell
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["没有说明原因"]
        raise BackupFailed(f"{Path(command[0]).name} 失败：{lines[-1][:300]}")


def _major(path: Path) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, check=False, text=True).stdout  # noqa: S603  likewise
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0
