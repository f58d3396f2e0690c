"""The databases of a test run: a template migrated once, and for every test process a copy of its own.

The ledger refuses UPDATE, DELETE and TRUNCATE, so a test that really commits cannot be cleaned up by emptying
tables. It works on the process's copy instead, and afterwards the copy is made anew from the template.

``TEST_DATABASE`` chooses: ``sqlite`` (a file, because threads cannot share memory) or ``postgresql``, which
is a throw-away server, or the one that ``DATABASE_URL`` names. This module is a pytest plugin
(``-p tests.databases``): it speaks before Django reads its settings, and the settings then find the copy by
the same variables as always.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cluster import Cluster, ClusterFailed, programs

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "var" / "testdb"
TEMPLATES_KEPT_FOR = timedelta(days=3)  # unused; another run may be copying from an older one
NO_SERVER = (
    "The whole run on PostgreSQL was left out: initdb is not installed (Debian: apt-get install postgresql) "
    "and DATABASE_URL is not set."
)


def engine() -> str:
    """The engine of this run: sqlite or postgresql."""
    chosen = os.environ.get("TEST_DATABASE") or ("postgresql" if os.environ.get("DATABASE_URL") else "sqlite")
    if chosen not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"TEST_DATABASE is sqlite or postgresql, not {chosen}.")
    return chosen


class Copy(ABC):
    """The database of this test process."""

    def __init__(self) -> None:
        self.name = f"test_{os.environ['TEST_RUN']}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

    def prepare(self) -> None:
        """The template of the present migrations exists, and this process has its copy of it."""
        from django.core.management import call_command
        from django.db import connections

        fingerprint = _fingerprint()
        with _one_process_at_a_time():
            if not self.find_template(fingerprint):
                self.make_empty()
                call_command("migrate", verbosity=0, interactive=False)
                connections.close_all()
                self.keep_as_template(fingerprint)
        self.renew()

    def renew(self) -> None:
        """The copy is again what the template is; every connection of this thread is closed."""
        from django.db import connections

        connections.close_all()
        self.copy_template()

    @abstractmethod
    def find_template(self, fingerprint: str) -> bool: ...
    @abstractmethod
    def make_empty(self) -> None: ...
    @abstractmethod
    def keep_as_template(self, fingerprint: str) -> None: ...
    @abstractmethod
    def copy_template(self) -> None: ...
    @abstractmethod
    def drop(self) -> None: ...


class SQLiteCopy(Copy):
    """A file in the folder of the run."""

    def __init__(self) -> None:
        super().__init__()
        self.file = run_folder() / f"{self.name}.sqlite3"
        os.environ.pop("DATABASE_URL", None)
        os.environ["SQLITE_FILE"] = str(self.file)

    def find_template(self, fingerprint: str) -> bool:
        self.template = KEPT / f"template-{fingerprint}.sqlite3"
        return _is_kept(self.template)

    def make_empty(self) -> None:
        self.drop()

    def keep_as_template(self, fingerprint: str) -> None:
        _keep(self.template, lambda unfinished: shutil.copyfile(self.file, unfinished))

    def copy_template(self) -> None:
        self.drop()
        shutil.copyfile(self.template, self.file)

    def drop(self) -> None:
        for end in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)


class PostgreSQLCopy(Copy):
    """A database on the run's server. The template is one there too, and between runs a dump in ``var/``."""

    def __init__(self) -> None:
        super().__init__()
        self.server = os.environ["TEST_SERVER"]
        os.environ["DATABASE_URL"] = self.url(self.name)

    def url(self, name: str) -> str:
        return urlsplit(self.server)._replace(path=f"/{name}").geturl()

    def find_template(self, fingerprint: str) -> bool:
        self.template = f"test_template_{fingerprint}"
        with self._server() as server:
            server.execute("SELECT FROM pg_database WHERE datname = %s", [self.template])
            return server.rowcount > 0 or self._restore_template(fingerprint)

    def make_empty(self) -> None:
        self._server_does(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)', f'CREATE DATABASE "{self.name}"')

    def keep_as_template(self, fingerprint: str) -> None:
        self._server_does(f'ALTER DATABASE "{self.name}" RENAME TO "{self.template}"')
        if folder := self._client_programs():
            dump = [str(folder / "pg_dump"), "--dbname", self.url(self.template), "--file"]
            _keep(_dump(fingerprint), lambda unfinished: subprocess.run([*dump, str(unfinished)], check=True))

    def copy_template(self) -> None:
        self.drop()
        self._server_does(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def drop(self) -> None:
        self._server_does(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _restore_template(self, fingerprint: str) -> bool:
        folder = self._client_programs()
        if not folder or not _is_kept(_dump(fingerprint)):
            return False
        self.make_empty()
        load = [str(folder / "psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        subprocess.run([*load, "--dbname", self.url(self.name), "--file", str(_dump(fingerprint))], check=True)
        self._server_does(f'ALTER DATABASE "{self.name}" RENAME TO "{self.template}"')
        return True

    def _client_programs(self) -> Path | None:
        """Where pg_dump and psql lie, for the throw-away server only: another keeps its template itself."""
        return programs() if os.environ.get("TEST_SERVER_IS_OURS") else None

    def _server_does(self, *sentences: str) -> None:
        with self._server() as server:
            for sentence in sentences:
                server.execute(sentence)

    @contextmanager
    def _server(self) -> Iterator:
        import psycopg2

        with closing(psycopg2.connect(self.url("postgres"))) as connection:
            connection.autocommit = True  # databases are made and dropped outside of transactions
            with connection.cursor() as cursor:
                yield cursor


def run_folder() -> Path:
    """Where this run keeps its files; removed when it ends."""
    return KEPT / f"run-{os.environ['TEST_RUN']}"


def _dump(fingerprint: str) -> Path:
    return KEPT / f"template-{fingerprint}.sql"


def _is_kept(template: Path) -> bool:
    """Whether it is there; if so, it is in use as of now."""
    if template.exists():
        template.touch()
        return True
    return False


def _keep(template: Path, write: Callable[[Path], object]) -> None:
    """The template is there, whole; those that nobody has used lately are gone."""
    unfinished = template.with_suffix(".unfinished")
    write(unfinished)
    unfinished.replace(template)
    for old in KEPT.glob("template-*"):
        if old.stat().st_mtime < time.time() - TEMPLATES_KEPT_FOR.total_seconds():
            old.unlink()


def _fingerprint() -> str:
    """Changes with every migration of ours, with the libraries and with what is installed."""
    from django.conf import settings

    seen = hashlib.sha256(repr((settings.INSTALLED_APPS, settings.LANGUAGE_CODE)).encode())
    for path in [ROOT / "requirements.txt", *sorted(ROOT.glob("*/migrations/**/*.*"))]:
        if path.suffix != ".pyc":
            seen.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return seen.hexdigest()[:16]


@contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep_up() -> None:
    """Folders of runs whose process was killed are gone."""
    for folder in KEPT.glob("run-*"):
        try:
            os.kill(int(folder.name.removeprefix("run-")), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            continue  # somebody else's, and alive


# --- what pytest calls ---

_COPY = pytest.StashKey[Copy]()
_CLUSTER = pytest.StashKey[Cluster]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """The environment names this process's database; workers inherit the rest from whoever started them."""
    chosen = engine()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ |= {"TEST_DATABASE": chosen, "TEST_RUN": str(os.getpid())}
        given = os.environ.get("DATABASE_URL")
        if chosen == "postgresql" and not given:
            early_config.stash[_CLUSTER] = cluster = Cluster()
            os.environ |= {"TEST_SERVER": cluster.url, "TEST_SERVER_IS_OURS": "1"}
        elif given:
            os.environ["TEST_SERVER"] = given
    # Plain http and no demo, whatever the person at the keyboard has set.
    os.environ |= {"HTTPS": "0", "DEBUG": "0", "DEMO": "0"}
    early_config.stash[_COPY] = SQLiteCopy() if chosen == "sqlite" else PostgreSQLCopy()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """The folder of the run is there, and the server of its own, if it has one, runs."""
    if "PYTEST_XDIST_WORKER" in os.environ or session.config.option.collectonly:
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    _sweep_up()
    run_folder().mkdir()
    if cluster := session.config.stash.get(_CLUSTER, None):
        if programs() is None:
            (KEPT / "skipped-postgresql.txt").write_text(NO_SERVER + "\n")
            pytest.exit(NO_SERVER, returncode=0)
        try:
            cluster.start()
        except ClusterFailed as failure:
            pytest.exit(f"PostgreSQL did not start: {failure}", returncode=1)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing of the run is left, after a failure or Ctrl-C as well."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if cluster := config.stash.get(_CLUSTER, None):
        cluster.stop()
    if "TEST_RUN" in os.environ:
        shutil.rmtree(run_folder(), ignore_errors=True)


def copy_of(config: pytest.Config) -> Copy:
    """The database of this process, as chosen when pytest began."""
    return config.stash[_COPY]
