"""How long a back-up of the full table takes, and its restoring into an empty database, part by part; the last scene, since it empties the database."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from cms.backup import engines, tables
from cms.backup.looking import look, refuse_elsewhere
from cms.backup.making import make
from cms.backup.restoring import put_files, read_in
from cms.verifying import faults
from tests.backups import folders
from tests.databases import Copy


def measure(copy: Copy) -> list[str]:
    """Seconds of each part, as remarks: there is nothing bare to run by turns with."""
    taken: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "copy"
        with _timed(taken, "back-up"):
            told = make(place, at=timezone.now())
        with copy.emptied(), override_settings(**folders(Path(folder) / "elsewhere")):
            with _timed(taken, "looked at"):
                look(place)
                refuse_elsewhere(told)
            with _timed(taken, "database read in"):
                read_in(place, told, at=timezone.now())
            with _timed(taken, "files"):
                put_files(place, told)
            with _timed(taken, "rows, sums and ledger's head"), engines.restored() as cursor:
                is_same = (tables.counted(cursor, connection.vendor), tables.head(cursor)) == (told.tables, told.head)
            with _timed(taken, "verify"):
                found = sum(1 for _ in faults(None, told.started_at))
    rows = sum(table.rows for table in told.tables.values())
    parts = ", ".join(f"{what} {seconds:.1f} s" for what, seconds in taken.items())
    said = f"{'equal' if is_same else 'NOT equal'}; verify names {found} rows that stock has without a ledger"
    return [f"back-up and restore: {rows:,} rows, {told.size / 1024**2:.0f} MB: {parts}; {said}"]


@contextmanager
def _timed(taken: dict[str, float], what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    taken[what] = time.perf_counter() - begun
