"""A stored file, read by another process that may break or be stopped; whoever asked goes on either way (Article 5)."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cms.bounds import ANSWER

# By the clock on the wall, for a reader that waits instead of working.
PATIENCE = 45
_ROOT = Path(__file__).resolve().parents[1]


class NotRead(Exception):
    """The reader broke, was stopped or said nothing; the text says which."""


@dataclass(frozen=True)
class ReadApart:
    """What could be read of a file; ``unread`` says what could not and why, empty when all was."""

    text: str
    unread: str = ""


def read_apart(path: Path, *, patience: float = PATIENCE) -> ReadApart:
    """The text of the file; never raises for what is in it, and never takes longer than ``patience`` seconds."""
    try:
        said = answer_of("cms.filereader", str(path), patience=patience)
        return ReadApart(str(said["text"]), str(said["unread"])[:200])
    except NotRead as why:
        return ReadApart("", str(why))
    except (KeyError, TypeError):
        return ReadApart("", "没有读出文字")


def answer_of(program: str, *said: str, patience: float = PATIENCE) -> Any:
    """What one of our readers, which binds itself to ``cms.bounds``, answers in JSON; raises ``NotRead`` where there is no answer to be had."""
    with tempfile.TemporaryFile() as answer:
        reader = subprocess.Popen(  # noqa: S603  our own program on a path of our own
            [sys.executable, "-m", program, *said],
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
            raise NotRead("读得太久，没有读完") from None
        finally:
            if reader.poll() is None:  # its number is still its own
                os.killpg(reader.pid, signal.SIGKILL)
                reader.wait()
        if code:
            raise NotRead("文件打不开，可能已损坏或者加了密码")
        answer.seek(0)
        try:
            return json.loads(answer.read(min(ANSWER, os.fstat(answer.fileno()).st_size)))
        except ValueError:
            raise NotRead("没有读出文字") from None
