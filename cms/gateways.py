"""Ways out for a text message: an HTTP gateway, or a folder that is carried across an air gap (Articles 11 and 21).

A gateway answers with one of five words and never raises. What is not known for certain is said to be unknown: the difference between
"surely not sent" and "perhaps sent" decides whether a message may be tried again.
"""

import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError, NewConnectionError

# The HTTP gateway has this long for its whole answer; the answer may be this long, a list of reports longer.
PATIENCE_SECONDS = 5.0
ANSWER_BYTES = 4096
REPORTS_BYTES = 64 * 1024
# What reading nonsense as JSON may raise; brackets within brackets run out of depth.
NONSENSE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
# What a lying answer may raise beneath the client, beside its own errors.
BENEATH = (HTTPError, OSError, ValueError)


class Word(StrEnum):
    """What a gateway said of one message."""

    ACCEPTED = "accepted"  # taken over; whether it arrives will be reported, or never known
    DELIVERED = "delivered"  # it lies on the telephone
    REFUSED = "refused"  # it will never be sent, so trying again is of no use
    BUSY = "busy"  # surely not sent: may be tried again
    UNKNOWN = "unknown"  # perhaps sent: never tried again by a machine


@dataclass(frozen=True)
class Answer:
    word: Word
    said: str = ""


@dataclass(frozen=True)
class Outgoing:
    """One text as a gateway is given it; ``key`` is the same however often it is given."""

    key: str
    number: str
    text: str


class Gateway(Protocol):
    """Takes texts over and may later report what became of them."""

    def take(self, outgoing: Outgoing) -> Answer:
        """The gateway was asked once, and this is what is known."""

    def reports(self) -> Iterator[tuple[str, Answer]]:
        """Keys of texts taken earlier, with what became of them; a report may come twice."""


class HttpGateway:
    """POST of ``{"id", "to", "text"}`` as JSON to one address; the answer is ``{"status": word, "detail": …}``.

    Where a second address is given, a GET of it brings reports: a list of ``{"id", "status", "detail"}``.
    """

    def __init__(self, address: str, token: str = "", reports: str = "") -> None:
        self.address, self.reports_address = address, reports
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy of the environment sees a telephone number
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def take(self, outgoing: Outgoing) -> Answer:
        body = {"id": outgoing.key, "to": outgoing.number, "text": outgoing.text}
        try:
            return _understood(*self._ask("POST", self.address, body))
        except requests.ConnectTimeout:
            return Answer(Word.BUSY, "网关连接超时")
        except requests.ConnectionError as error:
            never = isinstance(getattr(error.args[0], "reason", None), NewConnectionError)
            return Answer(Word.BUSY, "没有连上网关") if never else Answer(Word.UNKNOWN, "网关中断了连接")
        except (requests.RequestException, *BENEATH) as error:
            return Answer(Word.UNKNOWN, f"网关没有答复（{type(error).__name__}）")

    def reports(self) -> Iterator[tuple[str, Answer]]:
        """What the second address lists; nothing while it does not answer or cannot be understood."""
        if not self.reports_address:
            return
        try:
            listed = json.loads(self._ask("GET", self.reports_address, most=REPORTS_BYTES)[1])
        except (requests.RequestException, *BENEATH, *NONSENSE):
            return
        for said in listed if isinstance(listed, list) else ():
            if report := _report(said):
                yield report

    def _ask(self, method: str, address: str, body: Any = None, most: int = ANSWER_BYTES) -> tuple[int, bytes]:
        """Status and body, as far as it is wanted and as long as there is patience; a gateway that drips, be it in its head, keeps nobody."""
        heard: list[tuple[int, bytes] | Exception] = []

        def ask() -> None:
            try:
                heard.append(self._hear(method, address, body, most))
            except Exception as error:
                heard.append(error)

        # The client's own patience begins anew with every byte of a head; only another thread can leave it talking to itself.
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(PATIENCE_SECONDS)
        if not heard:
            raise requests.ReadTimeout
        if isinstance(heard[0], Exception):
            raise heard[0]
        return heard[0]

    def _hear(self, method: str, address: str, body: Any, most: int) -> tuple[int, bytes]:
        ends_at, read = time.monotonic() + PATIENCE_SECONDS, b""
        with self.session.request(
            method, address, json=body, timeout=PATIENCE_SECONDS, allow_redirects=False, stream=True
        ) as answer:
            for piece in answer.iter_content(1):
                read += piece
                if len(read) > most or time.monotonic() > ends_at:
                    raise requests.ReadTimeout
            return answer.status_code, read


def _understood(status: int, body: bytes) -> Answer:
    """What an HTTP answer says; anything that is not plainly a yes or a no is unknown."""
    if status in {429, 503}:
        return Answer(Word.BUSY, f"网关忙（{status}）")
    if 400 <= status < 500:
        return Answer(Word.REFUSED, f"网关拒绝（{status}）")
    try:
        said: Any = json.loads(body)
        word = Word(said["status"])
    except NONSENSE:
        return Answer(Word.UNKNOWN, f"网关的答复看不懂（{status}）")
    return Answer(word, _plain(said)) if status == 200 else Answer(Word.UNKNOWN, f"网关答复 {status}")


class FileDrop:
    """Texts lie as files in ``out/`` for a gateway behind the gap; its reports come back as files in ``in/`` (Article 11)."""

    def __init__(self, folder: str) -> None:
        self.out, self.back, self.read = (Path(folder) / name for name in ("out", "in", "in/read"))

    def take(self, outgoing: Outgoing) -> Answer:
        """The file is there whole under a name made of the key, so that a second putting down changes nothing."""
        body = {"id": outgoing.key, "to": outgoing.number, "text": outgoing.text}
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            descriptor, fresh = tempfile.mkstemp(dir=self.out, prefix=".", suffix=".part")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(body, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            Path(fresh).replace(self.out / f"{outgoing.key}.json")
        except OSError as error:
            return Answer(Word.BUSY, f"摆渡目录写不进去（{error.strerror}）")
        return Answer(Word.ACCEPTED, "已放入摆渡目录")

    def reports(self) -> Iterator[tuple[str, Answer]]:
        """Each report file of ``in/`` once; it moves to ``in/read/`` when the caller has gone on to the next."""
        if not self.back.is_dir():
            return
        self.read.mkdir(exist_ok=True)
        for path in sorted(self.back.glob("*.json")):
            if path.is_symlink() or not path.is_file():  # no report of anybody's: it stays where it lies
                continue
            report = None
            with suppress(OSError, *NONSENSE), path.open("rb") as file:
                report = _report(json.loads(file.read(ANSWER_BYTES)))
            if report:
                yield report
            with suppress(OSError):
                path.replace(self.read / path.name)


def _report(said: Any) -> tuple[str, Answer] | None:
    """A report as it came; one that cannot be understood says nothing."""
    try:
        key = str(said["id"])
        return (key, Answer(Word(said["status"]), _plain(said))) if key.isprintable() else None
    except NONSENSE:
        return None


def _plain(said: Any) -> str:
    """The detail of an answer without signs that no row can keep and nobody sees."""
    return "".join(sign for sign in str(said.get("detail", ""))[:100] if sign.isprintable())


def gateway() -> Gateway | None:
    """The way out that this installation was set up with (``settings.SMS``); None when it has none."""
    return _of(settings.SMS)


def _of(ways: Mapping[str, str]) -> Gateway | None:
    if ways.get("url"):
        return HttpGateway(ways["url"], ways.get("token", ""), ways.get("reports", ""))
    return FileDrop(ways["folder"]) if ways.get("folder") else None
