"""``python -m tests.faults.victim signing 17``: does an act again and again, and each time is killed a little later.

For every number that it reads, a child is forked which does the act and kills itself, as ``kill -9`` does, immediately before that event:
a statement other than SELECT, the COMMIT, or (when all is done) the answer. What the event was, the child says last; the parent says when
it is gone.
"""

import os
import signal
import sys
from itertools import count
from typing import Any

import django


def main(name: str, key: int) -> None:
    django.setup()
    from tests.faults.acts import ACTS

    for line in sys.stdin:
        child = os.fork()
        if not child:
            _die(ACTS[name].do, key, at=int(line))
        _, status = os.waitpid(child, 0)
        _say("gone" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else "alive")


def _die(do: Any, key: int, *, at: int) -> None:
    """The act is begun, and this process ends at the event of that number, or at the answer if there are not so many."""
    from django.db import connections

    connection, events = connections["default"], count(1)

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("SELECT"):
            happens(sql)
        return execute(sql, params, many, context)

    def happens(event: str) -> None:
        if next(events) == at:
            _say(event)
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(really: Any = connection.commit) -> None:
        happens("COMMIT")
        really()

    connection.commit = commit  # type: ignore[method-assign]
    with connection.execute_wrapper(watch):
        do(key)
    _say("the answer")
    os.kill(os.getpid(), signal.SIGKILL)


def _say(line: str) -> None:
    sys.stdout.write(" ".join(line.split()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
