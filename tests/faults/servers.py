"""A database server of a scene's own, which may be crashed while nobody else is on it: the city of the scene is carried there."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cluster import Cluster, programs
from tests.databases import engine
from tests.faults.pressing import connected_to

# Commits wait as on a site in earnest. The disk itself need not be waited for: what a process handed to the system outlives the process.
DURABLE = {"synchronous_commit": "on", "shared_buffers": "32MB", "max_connections": "40"}
NAME = "carried"

needs_servers = pytest.mark.skipif(
    engine() == "sqlite" or programs() is None,
    reason="Servers that crash, stand by or fill up: made with initdb and pg_dump, in the run on PostgreSQL.",
)


@contextmanager
def own_server(**settings: str) -> Iterator[Cluster]:
    """A server with these settings that holds what the scene's database holds; connections lead there."""
    cluster = Cluster(**DURABLE | settings)
    cluster.start()
    try:
        carry_to(cluster)
        with connected_to(HOST=str(cluster.home), PORT="", NAME=NAME, USER="postgres"):
            yield cluster
    finally:
        cluster.stop()


def carry_to(cluster: Cluster) -> None:
    """What the scene's database holds is on the server too."""
    bin_, target = programs(), f"{cluster.url}/{NAME}"
    assert bin_
    dump = Path(cluster.home.parent) / f"{cluster.home.name}.sql"
    try:
        subprocess.run([str(bin_ / "pg_dump"), "--dbname", os.environ["DATABASE_URL"], "--file", str(dump)], check=True)
        load = [str(bin_ / "psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        subprocess.run(
            [*load, "--dbname", f"{cluster.url}/postgres", "--command", f"CREATE DATABASE {NAME}"], check=True
        )
        subprocess.run([*load, "--single-transaction", "--dbname", target, "--file", str(dump)], check=True)
    finally:
        dump.unlink(missing_ok=True)
