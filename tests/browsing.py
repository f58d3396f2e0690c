"""A clerk's browser: Chromium in Chinese, at Yan'an's time, 1366 × 768, with somebody looking on."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

_QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # no name is ever asked for outside
]
_CLERK = {
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "viewport": {"width": 1366, "height": 768},
}
# Chromium repeats the status of every answer from 400 up; the server that gave it judges it.
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of \d+")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium; skips, visibly, where the machine has none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)")
    arguments = [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else _QUIET
    # Playwright keeps an event loop running in this thread, and beside a running loop Django refuses every
    # query. The scenes' queries and that loop never meet, so as long as it runs the refusal is lifted.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


class Watched:
    """A browser's session with the desk; remembers what went wrong in it."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.origin = origin
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(base_url=origin, **_CLERK)  # type: ignore[arg-type]
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda e: self.complaints.append(f"script error: {e.error}"))
        self.context.on("request", self._follow)

    def open(self) -> Page:
        return self.context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _STATUS.match(message.text):
            self.complaints.append(f"console: {message.text}")

    def _follow(self, request: Request) -> None:
        scheme, host, *_ = urlsplit(request.url)
        if scheme not in {"data", "blob", "about"} and f"{scheme}://{host}" != self.origin:
            self.complaints.append(f"left the desk for {request.url}")
