"""``python -m tests.bench``: the product against the bare database and the bare framework, on each engine; docs/bench.md says how to read it.

Nothing here passes or fails. What counts is the ratio of two ways that ran by turns in one process: on a machine that others use as well a
number alone says nothing.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.tables import printed
from tests.cluster import Cluster, ClusterFailed, programs
from tests.databases import NO_SERVER, ROOT, run_folder

FEWEST = 20_000
RESULT = ROOT / "var" / "bench.json"
# Plain http and no demo, whatever the person at the keyboard has set.
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
    "HTTPS": "0",
    "DEBUG": "0",
    "DEMO": "0",
}


def main() -> int:
    """The table is on the terminal and the figures are in var/bench.json; 1 when an engine could not be measured."""
    asked = _options()
    engines = ["sqlite", "postgresql"] if asked.engine == "both" else [asked.engine]
    found: dict[str, Any] = {"machine": _machine(), "rows": asked.rows, "engines": {}}
    whole = True
    with _place():
        for engine in engines:
            _say(f"=== {engine} ===")
            if engine == "postgresql" and not (os.environ.get("DATABASE_URL") or programs()):
                _say(NO_SERVER)
                continue
            try:
                found["engines"][engine] = measured = _measure(engine, asked.rows)
            except (ClusterFailed, subprocess.CalledProcessError) as failure:
                whole = False
                _say(str(failure))
            else:
                _say(printed(measured))
    found["machine"]["load_after"] = os.getloadavg()
    if found["engines"]:
        RESULT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        _say(f"Written to {RESULT.relative_to(ROOT)}. Load before and after: {_loads(found['machine'])}.")
    return 0 if whole else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rows", type=int, default=1_000_000, help=f"deliveries in the table, {FEWEST} at least")
    asked = parser.parse_args()
    if asked.rows < FEWEST:
        parser.error(f"--rows is {FEWEST} or more: with fewer there is no full page and nothing left to sign for.")
    return asked


def _measure(engine: str, rows: int) -> dict[str, Any]:
    """What a process of its own found on this engine: settings are read once in a life."""
    with _server(engine) as address:
        child = subprocess.run(
            [sys.executable, "-m", "tests.bench.engine", engine, str(rows)],
            cwd=ROOT,
            env=os.environ | SETTINGS | address,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer


@contextmanager
def _server(engine: str) -> Iterator[dict[str, str]]:
    """How the copies of ``tests.databases`` are told their server: a throw-away one, or the one that DATABASE_URL names."""
    if engine == "sqlite":
        yield {}
    elif given := os.environ.get("DATABASE_URL"):
        yield {"TEST_SERVER": given}
    else:
        cluster = Cluster()
        try:
            cluster.start()
            yield {"TEST_SERVER": cluster.url, "TEST_SERVER_IS_OURS": "1"}
        finally:
            cluster.stop()


@contextmanager
def _place() -> Iterator[None]:
    """The folder of the run, gone afterwards."""
    os.environ["TEST_RUN"] = str(os.getpid())
    run_folder().mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        shutil.rmtree(run_folder(), ignore_errors=True)


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": os.getloadavg(),
    }


def _loads(machine: dict[str, Any]) -> str:
    return f"{machine['load_before'][0]:.1f}, {machine['load_after'][0]:.1f} on {machine['cores']} cores"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
