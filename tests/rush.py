"""Many people at once: every one a thread with a connection of its own, all of them beginning together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

from django.db import connection, transaction

from cms.lifecycles import OutOfOrder

PATIENCE = 60  # seconds; a thread that cannot begin must not keep the others waiting for ever


def at_once(people: int, deed: Callable[[int], object]) -> list[object]:
    """What each of so many people got from the deed, or the refusal it met, when all began together."""
    gate = Barrier(people, timeout=PATIENCE)

    def attempt(n: int) -> object:
        try:
            connection.ensure_connection()
            gate.wait()
            return deed(n)
        except OutOfOrder as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as threads:
        return list(threads.map(attempt, range(people)))


def while_undecided(first: Callable[[], object], second: Callable[[], object]) -> object:
    """What the second deed came to, or the refusal it met, when it began after the first was done and before that was committed."""
    done = Event()

    def act(n: int) -> object:
        if n:
            done.wait(PATIENCE)
            return second()
        with transaction.atomic():
            first()
            done.set()
            sleep(1)  # the second has begun by now, and waits
        return None

    return at_once(2, act)[1]
