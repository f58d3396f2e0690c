"""The product served to a real browser: the same application as in production, watched while it answers."""

import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import get_path_info
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import got_request_exception
from django.core.wsgi import get_wsgi_application
from django.test.testcases import LiveServerThread


class Answer(NamedTuple):
    """One answered request."""

    method: str
    path: str
    status: int


class _Server(ThreadedWSGIServer):
    """Notices within a moment that it is to stop; the usual half second would be most of many a scene."""

    def serve_forever(self, poll_interval: float = 0.02) -> None:
        super().serve_forever(poll_interval)


class _Thread(LiveServerThread):
    server_class = _Server


class DeskServer:
    """A server on a free port of this machine; whatever it refused or broke is complained of at the end."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self._accidents: list[str] = []
        self._expected: list[tuple[int, str]] = []
        self._thread = _Thread("127.0.0.1", self._application)  # type: ignore[arg-type]  # any wrapper will do

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._thread.port}"

    def expect(self, status: int, path: str) -> None:
        """An answer of this status at this path (``*`` stands for anything) is what the test is about."""
        self._expected.append((status, path))

    def start(self) -> None:
        """It answers at ``url``."""
        got_request_exception.connect(self._note_exception)
        self._thread.daemon = True
        self._thread.start()
        self._thread.is_ready.wait()
        if self._thread.error:
            raise self._thread.error

    def stop(self) -> None:
        """It answers no more."""
        self._thread.terminate()
        got_request_exception.disconnect(self._note_exception)

    def complaints(self) -> list[str]:
        """What nobody expected: every answer from 400 up, and every exception behind an unexpected answer."""
        refused = [a for a in self.answers if a.status >= 400 and not self._is_expected(a)]
        return [f"{a.method} {a.path} was answered {a.status}" for a in refused] + self._accidents

    def _is_expected(self, answer: Answer) -> bool:
        return any(answer.status == status and fnmatchcase(answer.path, path) for status, path in self._expected)

    def _application(self, _media: object) -> Callable[..., Iterable[bytes]]:
        """Static files from where they lie, everything else from the product."""
        desk = StaticFilesHandler(get_wsgi_application())

        def watched(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
            path = get_path_info(environ)

            def note(status: str, headers: list, exc_info: Any = None) -> Any:
                self.answers.append(Answer(environ["REQUEST_METHOD"], path, int(status[:3])))
                return start_response(status, headers, exc_info)

            return self._body(path, desk(environ, note))

        return watched

    def _body(self, path: str, body: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from body
        except Exception:
            self._note_accident(path)
            raise
        finally:
            if close := getattr(body, "close", None):
                close()

    def _note_exception(self, *, request: Any, **_: Any) -> None:
        # A test client in the test's own thread raises to the test itself.
        if threading.current_thread() is not threading.main_thread():
            self._note_accident(request.path)

    def _note_accident(self, path: str) -> None:
        if not self._is_expected(Answer("", path, 500)):
            self._accidents.append(f"{path} broke:\n{traceback.format_exc()}")
