"""A small text message gateway for scenes: it takes, refuses, hangs, drips, drops the line or talks nonsense, as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cms.gateways import HttpGateway


class TextGateway(ThreadingHTTPServer):
    """``mood`` decides about the next request; ``taken`` lists what was sent to a telephone, in order, repeats included."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.mood = "accept"
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self.reports: list[Any] = []
        self.woken = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/texts"

    def way(self) -> HttpGateway:
        return HttpGateway(self.address, "secret", f"{self.address}/reports")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that was dropped on purpose is no news."""


class _Desk(BaseHTTPRequestHandler):
    server: TextGateway

    def do_POST(self) -> None:
        self.server.asked += 1
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        match self.server.mood:
            case "accept" | "deliver":
                self.server.taken.append(text)
                word = "accepted" if self.server.mood == "accept" else "delivered"
                self._say(200, json.dumps({"status": word, "detail": "ok"}))
            case "refuse":
                self._say(400, "{}")
            case "busy":
                self._say(503, "{}")
            case "broken":
                self._say(500, "{}")
            case "nonsense":
                self.server.taken.append(text)
                self._say(200, "<html>成功</html>")
            case "take_and_drop":
                self.server.taken.append(text)
                self.connection.close()
            case "hang":
                self.server.taken.append(text)
                self.server.woken.wait(30)
            case "drip":
                self.server.taken.append(text)
                self.send_response(200)
                self.end_headers()
                while not self.server.woken.wait(0.05):
                    self.wfile.write(b" ")
                    self.wfile.flush()

    def do_GET(self) -> None:
        self._say(200, json.dumps(self.server.reports))

    def _say(self, status: int, body: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: Any) -> None:
        """Scenes print nothing."""


@contextmanager
def a_gateway() -> Iterator[TextGateway]:
    """A gateway that listens until the scene is over."""
    server = TextGateway()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.woken.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=2)


def closed_address() -> str:
    """Where nobody listens."""
    with a_gateway() as server:
        return server.address
