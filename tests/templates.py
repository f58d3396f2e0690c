"""``python -m tests.templates``: PostgreSQL's template is kept as a dump, so that the run of its scenes finds it and need not migrate.

``make test`` does this on the core that is idle while the other one migrates SQLite. Without initdb there is nothing to do.
"""

import os
import shutil
import sys

import django

from tests.bench.__main__ import SETTINGS
from tests.cluster import Cluster, programs
from tests.databases import ROOT, PostgreSQLCopy, run_folder


def main() -> int:
    if os.environ.get("DATABASE_URL") or not programs():
        return 0
    sys.path.append(str(ROOT / "site"))
    cluster = Cluster()
    os.environ |= SETTINGS | {"TEST_DATABASE": "postgresql", "TEST_RUN": str(os.getpid())}
    os.environ |= {"TEST_SERVER": cluster.url, "TEST_SERVER_IS_OURS": "1"}
    run_folder().mkdir(parents=True, exist_ok=True)
    try:
        cluster.start()
        copy = PostgreSQLCopy()
        django.setup()  # only now does it know its database
        copy.prepare()
    finally:
        cluster.stop()
        shutil.rmtree(run_folder(), ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
