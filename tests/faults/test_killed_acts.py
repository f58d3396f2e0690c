"""The process is killed in the middle of an act, before any statement that writes and before the COMMIT: nothing has happened.

Killed after the COMMIT and before the answer, the act has been done; who asks again learns so, and it stays done once.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

import pytest
from django.conf import settings

from cms.lifecycles import OutOfOrder
from tests.cast import City
from tests.databases import ROOT, run_folder
from tests.faults.acts import ACTS, everything

SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}


class Victim:
    """Another process that does the act and is killed at it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def killed_at(self, event: int) -> str:
        """It was killed at the event of this number, or at the answer; the text is what was about to happen."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{event}\n")
        self._process.stdin.flush()
        about_to, end = self._process.stdout.readline(), self._process.stdout.readline()
        assert end == "gone\n", about_to
        return about_to.strip()


def _place() -> dict[str, str]:
    """Where this run keeps its files and its authority: what is signed for must be found sealed there as well."""
    return {
        "VAR": str(run_folder()),
        "KEY_ENCRYPTION_KEY": settings.KEY_ENCRYPTION_KEY,
        "SECRET_KEY": settings.SECRET_KEY,  # what it queued is read here
    }


@contextmanager
def victim(name: str, key: int) -> Iterator[Victim]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.victim", name, str(key)],
        cwd=ROOT,
        env=os.environ | SETTINGS | _place(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Victim(process)


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


@pytest.mark.parametrize("name", ACTS)
def test_killed_before_the_commit_it_has_not_happened_and_after_it_it_has_happened_once(city, name):
    act = ACTS[name]
    key = act.begin(city)
    before, events = everything(), []
    with victim(name, key) as other:
        for number in count(1):
            events.append(other.killed_at(number))
            if events[-1] == "the answer":
                break
            if "COMMIT" not in events[:-1]:
                assert everything() == before, events[-1]
    assert events.count("COMMIT") == 1
    assert act.is_done(key)
    with suppress(OutOfOrder):
        act.do(key)
    assert act.is_done(key)
