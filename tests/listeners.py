"""What listens beside a scene: an address that must never be visited, and a scanner for viruses that is well, ill or mute."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any


@contextmanager
def listening() -> Iterator[tuple[int, list[Any]]]:
    """A port of this machine, and who came to it."""
    visits: list[Any] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        door.settimeout(0.05)
        is_over = threading.Event()

        def keep_watch() -> None:
            while not is_over.is_set():
                with suppress(TimeoutError):
                    line, who = door.accept()
                    visits.append(who)
                    line.close()

        watch = threading.Thread(target=keep_watch)
        watch.start()
        try:
            yield door.getsockname()[1], visits
        finally:
            is_over.set()
            watch.join()


class Clamd:
    """Speaks INSTREAM and knows one virus; ``taken`` is what it was sent, ``mood`` how it fails."""

    def __init__(self, mood: str = "well", *, path: Path | None = None):
        self.mood, self.taken = mood, list[bytes]()
        if path:
            self._door = socket.socket(socket.AF_UNIX)
            self._door.bind(str(path))
            self._door.listen()
            self.place = str(path)
        else:
            self._door = socket.create_server(("127.0.0.1", 0))
            self.place = f"127.0.0.1:{self._door.getsockname()[1]}"
        self._is_over = threading.Event()
        self._worker = threading.Thread(target=self._work)

    def __enter__(self) -> "Clamd":
        self._door.settimeout(0.05)
        self._worker.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        self._is_over.set()
        self._worker.join()
        self._door.close()

    def _work(self) -> None:
        while not self._is_over.is_set():
            with suppress(TimeoutError, ConnectionError):
                line, _ = self._door.accept()
                with closing(line):
                    line.settimeout(5)
                    self._answer(line)

    def _answer(self, line: socket.socket) -> None:
        if self.mood == "hangs up":
            return
        if self.mood == "too large":
            line.recv(1000)
            line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
        with line.makefile("rb") as sent:
            assert sent.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack(">L", sent.read(4))[0]:
                content += sent.read(length)
        self.taken.append(content)
        if self.mood == "silent":
            self._is_over.wait(3)
            return
        found = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in content
        line.sendall(
            {
                "well": b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0",
                "error": b"stream: Can't allocate memory ERROR\0",
                "nonsense": b"\xff\xfe OK\0",
            }[self.mood]
        )
