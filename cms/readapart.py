"""The text of a stored file, read by another process that may break or be stopped; whoever asked goes on either way (Article 5)."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cms.filereader import ANSWER

# By the clock on the wall, for a reader that waits instead of working.
PATIENCE = 45
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class ReadApart:
    """What could be read of a file; ``unread`` says what could not and why, empty when all was."""

    text: str
    unread: str = ""


def read_apart(path: Path, *, patience: float = PATIENCE) -> ReadApart:
    """The text of the file; never raises for what is in it, and never takes longer than ``patience`` seconds."""
    with tempfile.TemporaryFile() as answer:
        reader = subprocess.Popen(  # noqa: S603  our own program on a path of our own
            [sys.executable, "-m", "cms.filereader", str(path)],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            code = reader.wait(patience)
        except subprocess.TimeoutExpired:
            return ReadApart("", "读得太久，没有读完")
        finally:
            if reader.poll() is None:  # its number is still its own
                os.killpg(reader.pid, signal.SIGKILL)
                reader.wait()
        return _said(answer) if code == 0 else ReadApart("", "文件打不开，可能已损坏或者加了密码")


def _said(answer: IO[bytes]) -> ReadApart:
    answer.seek(0)
    try:
        said = json.loads(answer.read(ANSWER))
        return ReadApart(str(said["text"]), str(said["unread"])[:200])
    except (ValueError, KeyError, TypeError):
        return ReadApart("", "没有读出文字")
