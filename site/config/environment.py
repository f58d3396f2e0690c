"""How the installation is told what it is: environment variables, read once, with safe answers when silent."""

import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, *, default: bool = False) -> bool:
    """True when the variable says 1, true, yes or on."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """The whole number from 1 that the variable says."""
    value = os.environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and int(value)):
        raise ImproperlyConfigured(f"{name} 应为正整数，现在是“{value}”。")
    return int(value)


def choice(name: str, default: str, *others: str) -> str:
    """The one of these words that the variable says; the first when it is silent."""
    value = os.environ.get(name, "").strip() or default
    if value not in (default, *others):
        raise ImproperlyConfigured(f"{name} 应为 {'、'.join((default, *others))} 之一，现在是“{value}”。")
    return value


def words(name: str, default: str = "") -> list[str]:
    """The comma-separated words of a variable, without blanks."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def grades(name: str, default: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """From which month on which word is given from how many per cent on, as the variable says in JSON; ``reports.grading`` checks the order."""
    value = os.environ.get(name)
    try:
        found = json.loads(value) if value else default
        return {str(month): {str(word): int(least) for word, least in scale.items()} for month, scale in found.items()}
    except (ValueError, TypeError, AttributeError) as unreadable:
        raise ImproperlyConfigured(
            f'{name} 应写成 {{"2027-01": {{"优秀": 100, "待改进": 0}}}} 的样子。'
        ) from unreadable


def secret_key(var: Path) -> str:
    """SECRET_KEY of the environment; without one, a random key made once in ``var/secret_key`` (mode 0600)."""
    return os.environ.get("SECRET_KEY") or _made_once(var, "secret_key")


def key_encryption_key(var: Path, *, is_trial: bool) -> str:
    """KEY_ENCRYPTION_KEY of the environment; only a trial may do with one made once in ``var/``, others have none."""
    return os.environ.get("KEY_ENCRYPTION_KEY") or (_made_once(var, "key_encryption_key") if is_trial else "")


def _made_once(var: Path, name: str) -> str:
    kept = var / name
    if not kept.exists():
        descriptor, fresh = tempfile.mkstemp(dir=var, prefix=f"{name}-")  # made with mode 0600
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        # Linked whole or not at all: of two processes starting together both read the same key.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, kept)
        Path(fresh).unlink()
    return kept.read_text()


def database(var: Path) -> dict:
    """The one database: ``DATABASE_URL`` (postgresql://…) or an embedded SQLite file in ``var/``.

    SQLite runs in WAL mode and opens every transaction IMMEDIATE: with Django's defaults concurrent
    writers fail with "database is locked" instead of waiting their turn.
    """
    if url := os.environ.get("DATABASE_URL"):
        parts = urlsplit(url)
        if parts.scheme not in {"postgres", "postgresql"}:
            raise ImproperlyConfigured("DATABASE_URL 只支持 postgresql:// 开头的地址。")
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
            "PORT": str(parts.port or query.pop("port", "")),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": query,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SQLITE_FILE", str(var / "gongwen.sqlite3")),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
