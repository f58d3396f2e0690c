"""``python -m tests.faults.dyingupload``: takes in a file, and is killed at the point that it reads, again and again.

The points are those between which the store does one thing after another; each is met by a child that is forked for it.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import django

POINTS = (
    "before it is on the disk",
    "after it is on the disk",
    "before it has its place",
    "after it has its place",
    "after the COMMIT",
)


def content_of(n: int) -> bytes:
    return f"第 {n} 份。".encode() * 100_000


def main() -> None:
    django.setup()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _take_in(int(line))
        os.waitpid(child, 0)
        sys.stdout.write("gone\n")
        sys.stdout.flush()


def _take_in(n: int) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from cms.attachments import keep

    point = POINTS[n % len(POINTS)]

    def dies(real: Any, before: str, after: str) -> Any:
        def replaced(*args: Any) -> Any:
            _die_if(point == before)
            done = real(*args)
            _die_if(point == after)
            return done

        return replaced

    os.fsync = dies(os.fsync, *POINTS[:2])
    Path.rename = dies(Path.rename, *POINTS[2:4])  # type: ignore[method-assign]
    keep(f"{n}.txt", SimpleUploadedFile(f"{n}.txt", content_of(n)))
    _die_if(True)


def _die_if(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
