"""A line between site and database that is cut at the COMMIT: before it arrives, or when only the answer to it is missing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

# A simple query as PostgreSQL's protocol writes it.
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


class Cutter:
    """Passes on what both sides say; of the COMMITs every third is cut off, on the side that ``having_arrived`` says."""

    def __init__(self, server: Path, *, having_arrived: bool, every: int = 3) -> None:
        self.cuts = 0
        self._server, self._having_arrived, self._every = str(server / ".s.PGSQL.5432"), having_arrived, every
        self._commits = count(1)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._pass_on, args=[self._listener.accept()[0]], daemon=True).start()

    def _pass_on(self, site: socket.socket) -> None:
        database = socket.socket(socket.AF_UNIX)
        with suppress(OSError), site, database:
            database.connect(self._server)
            silent = threading.Event()
            threading.Thread(target=self._answer, args=[database, site, silent], daemon=True).start()
            try:
                self._carry(site, database, silent)
            finally:  # told in so many words: closing alone wakes nobody who listens, and the server would keep its locks
                for end in (site, database):
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR if end is site else socket.SHUT_WR)

    def _carry(self, site: socket.socket, database: socket.socket, silent: threading.Event) -> None:
        while said := site.recv(65536):
            if said == COMMIT and next(self._commits) % self._every == 0:
                self._cut(database, said, silent)
                return
            database.sendall(said)

    def _cut(self, database: socket.socket, said: bytes, silent: threading.Event) -> None:
        self.cuts += 1
        silent.set()
        if self._having_arrived:
            database.sendall(said)

    def _answer(self, database: socket.socket, site: socket.socket, silent: threading.Event) -> None:
        with suppress(OSError):
            while said := database.recv(65536):
                if silent.is_set():
                    return
                site.sendall(said)


@contextmanager
def cut_line(server: Path, *, having_arrived: bool) -> Iterator[Cutter]:
    cutter = Cutter(server, having_arrived=having_arrived)
    try:
        yield cutter
    finally:
        cutter.close()
