"""A PostgreSQL server for one test run: made from nothing, reached through a socket, gone afterwards."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Nobody needs these files after a crash, so the server need not wait for the disk. Commits stay synchronous:
# the product refuses a server that answers before it has written.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "160",
    "jit": "off",
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
}

# The keeper holds the server while its input stays open. When the run ends, however it ends, the pipe closes
# and the keeper clears everything away; a killed run leaves nothing behind either.
_KEEPER = r"""
trap 'pg_ctl stop --silent --mode=immediate --pgdata="$1/data"; rm -rf "$1"' EXIT
initdb --pgdata="$1/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    >"$1/log" 2>&1 &&
pg_ctl start --silent --wait --pgdata="$1/data" --log="$1/log" --options="-k '$1' $2" >>"$1/log" 2>&1 &&
echo ready || cat "$1/log"
exec >&-
read -r _
"""


class ClusterFailed(Exception):
    """The server could not be started; the text is what it said."""


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: on PATH, else the newest where Debian puts them, else none."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = (p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return max(versions, key=lambda bin_: int(bin_.parent.name), default=None)


class Cluster:
    """One throw-away server; its address is known before it runs, so that settings can be read first."""

    def __init__(self, **settings: str) -> None:
        self._settings = _SETTINGS | settings
        # A socket's path may have no more than 107 characters, so a long TMPDIR is no place for it.
        place = Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())  # noqa: S108
        self.home = place / f"testpg-{secrets.token_hex(6)}"
        self.url = f"postgresql://postgres@{quote(str(self.home), safe='')}"
        self._keeper: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """The server answers at ``url``, and will end with this process at the latest."""
        self.home.mkdir(mode=0o700)
        if user := _server_user():
            os.chown(self.home, user.pw_uid, user.pw_gid)
        self._keeper = subprocess.Popen(
            ["sh", "-c", _KEEPER, "keeper", self.home, " ".join(f"-c {k}={v}" for k, v in self._settings.items())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests; the server goes after them
            **self._as_its_user(),
        )
        assert self._keeper.stdout
        said = self._keeper.stdout.read()
        if said.strip() != "ready":
            self.stop()
            raise ClusterFailed(said)

    def crash(self) -> None:
        """Every process of the server ended at once, nothing was written that was not; it has mended itself and answers again."""
        self.run(
            "pg_ctl",
            "restart",
            "--silent",
            "--wait",
            "--mode=immediate",
            f"--log={self.home}/log",
            f"--pgdata={self.data}",
        )

    @property
    def data(self) -> Path:
        return self.home / "data"

    def run(self, program: str, *arguments: str) -> None:
        """A program of PostgreSQL, run by the server's own user, did what it was asked; raises ``ClusterFailed`` with what it said."""
        with tempfile.TemporaryFile("w+") as said:  # a file, never a pipe: the server keeps it open
            done = subprocess.run(
                [f"{programs()}/{program}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
                **self._as_its_user(),
            )
            if done.returncode:
                said.seek(0)
                raise ClusterFailed(said.read())

    def _as_its_user(self) -> dict[str, Any]:
        user = _server_user()
        return {
            "cwd": self.home,
            "env": {**os.environ, "PATH": f"{programs()}:{os.environ['PATH']}"},
            "user": user and user.pw_uid,
            "group": user and user.pw_gid,
            "extra_groups": user and [],
        }

    def stop(self) -> None:
        """The server and its files are gone."""
        if self._keeper:
            self._keeper.communicate()
            self._keeper = None
        shutil.rmtree(self.home, ignore_errors=True)


def _server_user() -> pwd.struct_passwd | None:
    """Who runs the server: PostgreSQL refuses root, so root borrows another user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ClusterFailed("No user named postgres or nobody to run the server as.")
