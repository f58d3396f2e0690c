"""A scanner for viruses, where the installation has one (``settings.CLAMD``): a file that it has not found clean is not taken in (Article 5)."""

import logging
import socket
import struct
import time
from typing import IO

from django.conf import settings

from cms.filekinds import Refused

PATIENCE = 45  # seconds for a whole file
_CHUNK = 256 * 1024
_LONGEST_ANSWER = 4096

logger = logging.getLogger(__name__)


def look_for_viruses(stored: IO[bytes]) -> None:
    """The scanner, if there is one, found the file clean; raises ``Refused`` when it found a virus, and when it could not be asked."""
    if not settings.CLAMD:
        return
    try:
        said = _asked(stored, settings.CLAMD)
    except (OSError, ValueError) as unreachable:
        logger.error("the scanner for viruses could not be asked: %r", unreachable)
        raise _not_asked() from None
    if said.endswith(" FOUND"):
        logger.warning("an upload was refused for a virus: %r", said)
        raise Refused("没有通过病毒查杀，不能上传，请先在本机查杀病毒，并告知网信办。", "virus")
    if said != "stream: OK":
        logger.error("the scanner for viruses did not look at an upload: %r", said)
        raise _not_asked()


def _not_asked() -> Refused:
    return Refused("没有上传：病毒查杀服务暂时用不了，请过几分钟再试；一直不行的，请联系网信办。", "scanner")


def _asked(stored: IO[bytes], place: str) -> str:
    """What the scanner answers; raises ``OSError`` when it is not there, hangs up or takes too long."""
    until = time.monotonic() + PATIENCE
    with _connected(place) as line:
        stored.seek(0)
        try:
            line.sendall(b"zINSTREAM\0")
            while chunk := stored.read(_CHUNK):
                line.settimeout(_left(until))
                line.sendall(struct.pack(">L", len(chunk)) + chunk)
            line.sendall(struct.pack(">L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it hangs up on what is too large for it, and has said so
        answer = b""
        while len(answer) < _LONGEST_ANSWER and not answer.endswith(b"\0"):
            line.settimeout(_left(until))
            more = line.recv(_LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _connected(place: str) -> socket.socket:
    if "/" in place:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(PATIENCE)
            line.connect(place.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=5)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the scanner takes too long")
    return left
