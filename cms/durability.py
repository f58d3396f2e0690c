"""Whether the database keeps what it said it kept, and tells the time that this machine tells: without both a receipt proves nothing."""

from django.core import checks
from django.core.checks import Error
from django.db import DatabaseError, connection

from cms.vitals import CLOCKS_APART, clock_ahead

# PostgreSQL: setting → values with which an answered COMMIT may be lost or a page be torn by a crash.
_UNSAFE = {"fsync": {"off"}, "full_page_writes": {"off"}, "synchronous_commit": {"off"}}
_FULL = 2  # SQLite's PRAGMA synchronous: NORMAL (1) may lose the last commits of a WAL to a power cut
NO_CHECKSUMS = (
    "数据库没有开启数据页校验（data_checksums），磁盘上的坏页不会被发现。建库时请用 initdb --data-checksums。"
)


def unsafe_settings() -> list[str]:
    """A sentence for each setting of the database with which a commit that was answered may be lost; none when it cannot be asked."""
    try:
        with connection.cursor() as cursor:
            return _of_sqlite(cursor) if connection.vendor == "sqlite" else _of_postgresql(cursor)
    except DatabaseError:
        return []


def durability_faults() -> list[checks.CheckMessage]:
    """What must be mended before the site may start, and a warning where bad pages would go unseen."""
    found: list[checks.CheckMessage] = [Error(sentence, id="cms.E004") for sentence in unsafe_settings()]
    try:
        apart = clock_ahead()
        if abs(apart) > CLOCKS_APART:
            said = f"本机时钟与数据库时钟相差 {abs(apart).total_seconds():.0f} 秒，请先校时（差距不得超过 {CLOCKS_APART.seconds} 秒）。"
            found.append(Error(said, id="cms.E005"))
        if not _pages_are_checked():
            found.append(checks.Warning(NO_CHECKSUMS, id="cms.W003"))
    except DatabaseError:
        pass
    return found


def _of_sqlite(cursor) -> list[str]:
    cursor.execute("PRAGMA synchronous")
    (level,) = cursor.fetchone()
    return [] if level >= _FULL else ["SQLite 的 synchronous 低于 FULL，断电会丢失已答复的办理。"]


def _of_postgresql(cursor) -> list[str]:
    found = []
    for name, unsafe in _UNSAFE.items():
        cursor.execute("SELECT current_setting(%s)", [name])
        (value,) = cursor.fetchone()
        if value in unsafe:
            found.append(f"数据库的 {name} 设为 {value}，断电会丢失已答复的办理，请改为 on。")
    return found


def _pages_are_checked() -> bool:
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('data_checksums')")
        return bool(cursor.fetchone()[0] == "on")
