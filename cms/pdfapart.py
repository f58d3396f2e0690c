"""A PDF looked into by a process of its own, which breaks in the desk's stead."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 60  # seconds


class NotOpened(Exception):
    """The file cannot be read: it is damaged or locked, or asks for more time or room than there is."""


def told_of_pdf(path: Path, pages: int) -> dict[str, Any]:
    """How many ``pages`` the file has, and of the first so many how many are ``pictures`` and their ``text``; raises ``NotOpened``."""
    try:
        done = subprocess.run(  # noqa: S603  our own program on a path of our own
            [sys.executable, "-m", "cms.pdftext", str(path), str(pages)],
            cwd=_ROOT,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as broken:
        raise NotOpened from broken
    return told
