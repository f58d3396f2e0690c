"""What a back-up says of itself: every file with its digest, every table with its rows, the ledger's head, what it was made of (Article 17)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cms.backup.failures import BackupFailed
from cms.backup.stores import KEPT_APART
from cms.backup.tables import Counted, Head
from cms.canonical import canonical

FORMAT = "gongwen-backup/1"
NAME, DIGEST = "manifest.json", "manifest.sha256"
DATABASE = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
FILES = "files"

# What a restored installation must be told again by its environment; none of it is a secret.
_SETTINGS = (
    "AREA",
    "TIME_ZONE",
    "LANGUAGE_CODE",
    "INSTALLED_APPS",
    "PASSWORD_HASHERS",
    "ATTACHMENT_LIMIT",
    "ATTACHMENT_PARTS",
    "ATTACHMENT_UNPACKED_MB",
    "ATTACHMENT_PART_MB",
    "ATTACHMENT_RATIO",
    "ATTACHMENT_MEGAPIXELS",
    "ATTACHMENT_MACROS",
    "CLAMD",
    "DESK_IDLE_MINUTES",
    "RECEIPT_GRADES",
    "SERVICE_CENTRE",
    "ISOLATION_PROBES",
    "HTTPS",
    "DEMO",
)


@dataclass(frozen=True)
class Manifest:
    """Read from a back-up, or about to be written into one."""

    version: str
    engine: str
    server: int
    migrations: dict[str, str]
    settings: dict[str, Any]
    started_at: datetime
    finished_at: datetime
    head: Head
    tables: dict[str, Counted]
    files: dict[str, tuple[str, int]]  # path in the back-up → digest and size
    digest: str = ""  # of the manifest itself, when it was read or written

    @property
    def text(self) -> bytes:
        """The manifest as it is written."""
        return (
            canonical(
                {
                    "format": FORMAT,
                    "app_version": self.version,
                    "engine": self.engine,
                    "server": self.server,
                    "migrations": self.migrations,
                    "settings": self.settings,
                    "settings_fingerprint": fingerprint(self.settings),
                    "started_at": self.started_at.isoformat(),
                    "finished_at": self.finished_at.isoformat(),
                    "ledger": {"size": self.head.size, "root": self.head.root},
                    "tables": {name: {"rows": t.rows, "checksum": t.checksum} for name, t in self.tables.items()},
                    "files": {path: {"sha256": digest, "size": size} for path, (digest, size) in self.files.items()},
                    "kept_apart": list(KEPT_APART),
                }
            )
            + "\n"
        ).encode()

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(size for _, size in self.files.values())


def read(folder: Path) -> Manifest:
    """The manifest of a back-up; raises ``BackupFailed`` where it is missing, changed or not one of ours."""
    try:
        text = (folder / NAME).read_bytes()
        noted = (folder / DIGEST).read_text("ascii", errors="replace").split()
    except OSError:
        raise BackupFailed(f"“{folder}”不是完整的备份：缺少 {NAME} 或 {DIGEST}。") from None
    digest = hashlib.sha256(text).hexdigest()
    if noted[:1] != [digest]:
        raise BackupFailed(f"{NAME} 与 {DIGEST} 不符，备份被改动过，没有恢复任何内容。")
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise BackupFailed(f"不认识的备份格式“{said['format']}”。")
        return Manifest(
            said["app_version"],
            said["engine"],
            int(said["server"]),
            dict(said["migrations"]),
            dict(said["settings"]),
            datetime.fromisoformat(said["started_at"]),
            datetime.fromisoformat(said["finished_at"]),
            Head(int(said["ledger"]["size"]), said["ledger"]["root"]),
            {name: Counted(int(t["rows"]), t["checksum"]) for name, t in said["tables"].items()},
            {path: (file["sha256"], int(file["size"])) for path, file in said["files"].items()},
            digest,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupFailed(f"{NAME} 无法读出，备份已损坏。") from None


def migrations_of_the_code() -> dict[str, str]:
    """The last migration of each app that this program brings."""
    return dict(sorted(MigrationLoader(None).graph.leaf_nodes()))


def server_version() -> int:
    """The major version of the database's server; 0 where there is none."""
    return connection.pg_version // 10_000 if connection.vendor == "postgresql" else 0  # type: ignore[attr-defined]


def settings_now() -> dict[str, Any]:
    """The settings that are no secret and that change what the data mean or how it is used."""
    return json.loads(json.dumps({name: getattr(settings, name) for name in _SETTINGS}, default=str))


def fingerprint(told: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(told).encode()).hexdigest()
