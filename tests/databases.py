"""The databases of a test run: a template migrated once, and for every test process a copy of its own.

The ledger refuses UPDATE, DELETE and TRUNCATE, so a test that really commits cannot be cleaned up by emptying
tables. It works on a database of its own instead, made from the template or from stock, and gone afterwards.

Stock is what many scenes begin with: raised once for each process and kept as a database; scenes that roll back stand on it directly.

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
    """The databases of this test process: its copy of the template, in which scenes roll back, and its stock."""

    def __init__(self) -> None:
        self.name = f"test_{os.environ['TEST_RUN']}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        self.template = ""  # named when the migrations have been read
        self.stock: set[str] = set()

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
        self.duplicate(self.template, self.name)

    def keep(self, stock: str) -> None:
        """What was committed to the copy is kept under this name, and the copy is again what the template is."""
        from django.db import connections

        connections.close_all()
        self.duplicate(self.name, self._name_of(stock))
        self.stock.add(stock)
        self.renew()

    @contextmanager
    def standing_on(self, stock: str) -> Iterator[None]:
        """Connections lead to this stock; whoever asks for it rolls back what they do there."""
        with self._connected_to(self._name_of(stock)):
            yield

    @contextmanager
    def committing(self, stock: str = "") -> Iterator[None]:
        """Connections, and programs that are started, find a database like this stock, or like the template; it is gone afterwards."""
        name = self._name_of("real")
        self.duplicate(self._name_of(stock) if stock else self.template, name)
        with self._connected_to(name):
            yield
        self.drop(name)

    @contextmanager
    def emptied(self) -> Iterator[None]:
        """Connections, and programs that are started, find a database without a table; afterwards the copy is again what the template is."""
        with self._connected_to(self.name):
            self.make_empty()
            try:
                yield
            finally:
                self.renew()

    def drop_all(self) -> None:
        """Nothing of this process is left."""
        for name in (self.name, *map(self._name_of, self.stock)):
            self.drop(name)

    def _name_of(self, stock: str) -> str:
        return f"{self.name}_{stock}"

    @contextmanager
    def _connected_to(self, name: str) -> Iterator[None]:
        from django.db import connections

        connections.close_all()
        connections.settings["default"]["NAME"] = self.point_to(name)
        try:
            yield
        finally:
            connections.close_all()
            connections.settings["default"]["NAME"] = self.point_to(self.name)

    @abstractmethod
    def find_template(self, fingerprint: str) -> bool: ...
    @abstractmethod
    def make_empty(self) -> None: ...
    @abstractmethod
    def keep_as_template(self, fingerprint: str) -> None: ...
    @abstractmethod
    def duplicate(self, source: str, name: str) -> None: ...
    @abstractmethod
    def drop(self, name: str) -> None: ...
    @abstractmethod
    def point_to(self, name: str) -> str: ...


class SQLiteCopy(Copy):
    """Files in the folder of the run."""

    def __init__(self) -> None:
        super().__init__()
        os.environ.pop("DATABASE_URL", None)
        self.point_to(self.name)

    def point_to(self, name: str) -> str:
        os.environ["SQLITE_FILE"] = str(self._file(name))
        return os.environ["SQLITE_FILE"]

    def find_template(self, fingerprint: str) -> bool:
        self.template = f"template-{fingerprint}"
        return _is_kept(self._file(self.template))

    def make_empty(self) -> None:
        self.drop(self.name)

    def keep_as_template(self, fingerprint: str) -> None:
        _keep(self._file(self.template), lambda unfinished: shutil.copyfile(self._file(self.name), unfinished))

    def duplicate(self, source: str, name: str) -> None:
        self.drop(name)
        shutil.copyfile(self._file(source), self._file(name))

    def drop(self, name: str) -> None:
        file = self._file(name)
        for end in ("", "-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return (KEPT if name == self.template else run_folder()) / f"{name}.sqlite3"


class PostgreSQLCopy(Copy):
    """A database on the run's server. The template is one there too, and between runs a dump in ``var/``."""

    def __init__(self) -> None:
        super().__init__()
        self.server = os.environ["TEST_SERVER"]
        self.point_to(self.name)

    def point_to(self, name: str) -> str:
        os.environ["DATABASE_URL"] = self.url(name)
        return name

    def url(self, name: str) -> str:
        return urlsplit(self.server)._replace(path=f"/{name}").geturl()

    def find_template(self, fingerprint: str) -> bool:
        self.template = f"test_template_{fingerprint}"
        with self._server() as server:
            server.execute("SELECT FROM pg_database WHERE datname = %s", [self.template])
            return server.rowcount > 0 or self._restore_template(fingerprint)

    def make_empty(self) -> None:
        self._server_does(_dropped(self.name), f'CREATE DATABASE "{self.name}"')

    def keep_as_template(self, fingerprint: str) -> None:
        self._server_does(f'ALTER DATABASE "{self.name}" RENAME TO "{self.template}"')
        if folder := self._client_programs():
            dump = [str(folder / "pg_dump"), "--dbname", self.url(self.template), "--file"]
            _keep(_dump(fingerprint), lambda unfinished: subprocess.run([*dump, str(unfinished)], check=True))

    def duplicate(self, source: str, name: str) -> None:
        self._server_does(_dropped(name), f'CREATE DATABASE "{name}" TEMPLATE "{source}"')

    def drop(self, name: str) -> None:
        self._server_does(_dropped(name))

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


def _dropped(name: str) -> str:
    return f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'


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
    with (KEPT / f"lock-{engine()}").open("w") as lock:
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
    # Plain http, plain lines and no demo, whatever the person at the keyboard has set.
    # People of scenes sign in by their password alone where the scene is not about the second factor.
    os.environ |= {"HTTPS": "0", "DEBUG": "0", "DEMO": "0", "LOG_JSON": "0", "SECOND_FACTOR_ROLES": ""}
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
