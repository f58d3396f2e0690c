"""The site as an operator runs it: gunicorn in a process of its own, on a port that outlives it as under systemd's socket, or does not."""

import os
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from django.conf import settings
from django.test import Client

from accounts.people import User
from tests.databases import ROOT, run_folder

# The first request to a fresh process waits until it has loaded everything.
PATIENCE = 60
CSRF = "a" * 32
STARTED = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&%d'


class Web:
    """A site that can be stopped and started while people work with it."""

    def __init__(self, log: Path, *, holds_port: bool = True, serves: str = "", **environment: str) -> None:
        self._log, self._holds_port, self._serves = log, holds_port, serves
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._socket.getsockname()[1]
        if not holds_port:
            self._socket.close()
        self._environment = {
            **os.environ,
            "VAR": str(run_folder()),
            "SECRET_KEY": settings.SECRET_KEY,
            "KEY_ENCRYPTION_KEY": settings.KEY_ENCRYPTION_KEY,
            "DEMO": "1",  # a throw-away server of scenes waits for no disk, which would refuse the start in earnest
            "HTTPS": "0",
            "BIND": f"127.0.0.1:{self.port}",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """A process of the site is on its way; on a held port whoever asks waits for it."""
        command = [sys.executable, "-m", "gunicorn", "-c", str(settings.SITE / "gunicorn.conf.py")]
        command += [self._serves] if self._serves else []
        inherited: dict[str, Any] = {}
        if self._holds_port:
            number = self._socket.fileno()
            command = ["bash", "-c", STARTED % number, "bash", *command]
            inherited = {"pass_fds": [number]}
        with self._log.open("ab") as log:  # a file, never a pipe: nobody need read it
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stderr=log, stdout=log, **inherited
            )

    def stop(self) -> None:
        """What was begun is finished, and the process has ended."""
        assert self._process
        self._process.terminate()
        self._process.wait(PATIENCE)

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._socket.close()

    def wait_until_it_answers(self) -> None:
        """The site has answered somebody."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as one:
                    one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    if one.recv(100).startswith(b"HTTP/1.1 "):
                        return
            except OSError:
                pass
            time.sleep(0.1)
        raise TimeoutError(self._log.read_text()[-2000:])


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


class Visitor:
    """Somebody signed in who asks the site over the network, each time by a new connection."""

    def __init__(self, person: User, address: str) -> None:
        client = Client()
        client.force_login(person, backend="accounts.signin.NamedPersonBackend")
        self._cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE  # the certificate is the scene's own
        self._address, self._opener = address, build_opener(_NoRedirect, HTTPSHandler(context=trusting))

    def get(self, path: str, **headers: str) -> tuple[int, bytes, Any]:
        return self._ask(Request(self._address + path, headers={"Cookie": self._cookies, **headers}))  # noqa: S310

    def post(self, path: str, form: dict[str, Any]) -> tuple[int, bytes, Any]:
        headers = {"Cookie": self._cookies, "X-CSRFToken": CSRF}
        return self._ask(Request(self._address + path, urlencode(form, doseq=True).encode(), headers))  # noqa: S310

    def _ask(self, request: Request) -> tuple[int, bytes, Any]:
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read(), answer.headers
        except HTTPError as refused:
            return refused.code, refused.read(), refused.headers
