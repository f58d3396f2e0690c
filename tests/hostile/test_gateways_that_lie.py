"""A text message gateway, or who sits in its place, that answers whatever it likes (Articles 11 and 21; attack 46).

Whatever comes back, a text is settled in the very run that handed it over, within the patience there is for one answer, and reports that
mean nothing keep no other report from being read.
"""

import json
import os
import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from cms import gateways
from cms.gateways import FileDrop, HttpGateway, Outgoing, Word
from cms.textmessages import TextMessage, hand_over, take_reports, write
from tests.offices import beijing

NINE = beijing("2026-11-18 09:00")
OUTGOING = Outgoing("a", "13800000001", "请签收。")
DEEP = b"[" * 4000
HELLO = b"\x16\x03\x03\x40\x00"  # a record of 16 KB of a TLS handshake begins
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


@contextmanager
def a_liar(*pieces, drip=None, for_ever=False):
    """Answers every request with these bytes, then with ``drip`` again and again, slowly unless ``for_ever``; yields address and record."""
    over, listener = threading.Event(), socket.create_server(("127.0.0.1", 0))
    heard = []

    def answer(line):
        with suppress(OSError), line:
            heard.append(line.recv(65536))
            line.sendall(b"".join(pieces))
            while drip and not over.wait(0 if for_ever else 0.05):
                line.sendall(drip)
            # Closed with words unheard, a line is broken, not ended: whether the answer arrives is then a matter of luck.
            line.shutdown(socket.SHUT_WR)
            while line.recv(65536):
                pass

    def listen():
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=[listener.accept()[0]], daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/texts", heard
    finally:
        over.set()
        listener.close()


def waiting(key="a"):
    write([(key, "13800000001", "请签收。")], at=NINE)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(gateways, "PATIENCE_SECONDS", 0.5)


LIES = {
    "nested": HEAD + DEEP,
    "no answer at all": b"",
    "no HTTP": b"+OK POP3 server ready\r\n",
    "a thousand heads": b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 1000 + b"\r\n",
    "one long head": b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 200_000 + b"\r\n\r\n",
    "odd length": b'HTTP/1.1 200 OK\r\nContent-Length: -7, 9\r\n\r\n{"status": "delivered"',
    "odd chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "not gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\nxxxx",
    "elsewhere": b"HTTP/1.1 302 Found\r\nLocation: http://[::1/\r\nConnection: close\r\n\r\n",
    "elsewhere in no words": b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("lie", LIES)
def test_what_cannot_be_understood_is_unknown_and_raises_nothing(impatient, lie):
    with a_liar(LIES[lie]) as (address, _):
        assert HttpGateway(address).take(OUTGOING).word == Word.UNKNOWN
        assert list(HttpGateway(address, reports=address).reports()) == []


@pytest.mark.parametrize(
    "begins",
    [b"", b"HTTP/1.1 200 OK\r\nX-A: ", HEAD, b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"],
    ids=["before a word", "in a head", "in the body", "in the body of a way elsewhere"],
)
@pytest.mark.parametrize("for_ever", [False, True], ids=["by one byte", "without end"])
def test_no_answer_takes_longer_than_there_is_patience_nor_more_than_is_wanted(impatient, begins, for_ever):
    piece = b"a" * 65536 if for_ever else b"a"
    with a_liar(begins, drip=piece, for_ever=for_ever) as (address, _):
        began = time.monotonic()
        assert HttpGateway(address).take(OUTGOING).word == Word.UNKNOWN
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "begins",
    [b"", HELLO, HELLO + b"\x02\x00\x3f\xfc\x03\x03"],
    ids=["before a word", "in a record", "in the hello of the server"],
)
def test_nobody_waits_longer_for_a_gateway_that_drips_its_tls_handshake(impatient, begins):
    """Each byte begins the client's own patience anew, and no request has been heard yet."""
    with a_liar(begins, drip=b"\x00") as (address, heard):
        address = address.replace("http:", "https:")
        began = time.monotonic()
        assert HttpGateway(address, "secret", address).take(OUTGOING).word == Word.UNKNOWN
        assert list(HttpGateway(address, "secret", address).reports()) == []
        assert time.monotonic() - began < 3
        assert not [said for said in heard if OUTGOING.number.encode() in said or b"secret" in said]


@pytest.mark.django_db
def test_a_run_of_the_outbox_ends_when_the_handshake_drips_and_the_other_texts_wait(impatient):
    waiting("a")
    waiting("b")
    with a_liar(HELLO, drip=b"\x00") as (address, _):
        began = time.monotonic()
        assert hand_over(NINE, HttpGateway(address.replace("http:", "https:"))) == 1
        assert time.monotonic() - began < 3
    assert dict(TextMessage.objects.values_list("key", "state")) == {"a": "unknown", "b": "waiting"}


def test_nobody_is_sent_elsewhere_with_a_number_or_the_token(impatient):
    with a_liar(HEAD + b'{"status": "delivered"}') as (elsewhere, heard):
        for status in (b"301", b"302", b"307", b"308"):
            away = b"HTTP/1.1 %s Away\r\nLocation: %s\r\nConnection: close\r\n\r\n" % (status, elsewhere.encode())
            with a_liar(away) as (address, _):
                gateway = HttpGateway(address, "secret", address)
                assert gateway.take(OUTGOING).word == Word.UNKNOWN
                assert list(gateway.reports()) == []
        assert heard == []


@pytest.mark.django_db
@pytest.mark.parametrize("detail", ["\\u0000x", "\\ud800", "\\u202e<script>", "x" * 3000], ids=ascii)
def test_odd_words_of_a_gateway_are_kept_as_plain_ones(impatient, detail):
    waiting()
    body = b'{"status": "accepted", "detail": "%s"}' % detail.encode()
    with a_liar(HEAD + body) as (address, _):
        assert hand_over(NINE, HttpGateway(address)) == 1
    kept = TextMessage.objects.get()
    assert (kept.state, len(kept.said) <= 120, kept.said.isprintable()) == ("accepted", True, True)


@pytest.mark.django_db
def test_reports_with_impossible_keys_hide_no_other_report(impatient):
    waiting()
    TextMessage.objects.update(state="accepted")
    keys = ['"\\u0000"', '"\\ud800"', "[[]]", '"a"']
    said = ", ".join(f'{{"id": {key}, "status": "delivered"}}' for key in keys)
    with a_liar(HEAD + f"[{said}]".encode()) as (address, _):
        take_reports(NINE, HttpGateway(address, reports=address))
    assert TextMessage.objects.get().state == "delivered"


# --- the folder that is carried across the gap ---


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["nested", "folder", "pipe", "device", "away", "huge", "read already"])
def test_an_odd_thing_among_the_report_files_keeps_none_from_being_read(folder, what):
    """It lies first in the folder and is met again at every run."""
    waiting()
    TextMessage.objects.update(state="accepted")
    odd = folder / "in" / "0.json"
    match what:
        case "nested":
            odd.write_bytes(DEEP)
        case "folder":
            (odd / "inner").mkdir(parents=True)
            (folder / "in" / "read" / "0.json" / "inner").mkdir(parents=True)
        case "pipe":
            os.mkfifo(odd)
        case "device":
            odd.symlink_to("/dev/zero")
        case "away":
            (folder / "secret").write_text('{"id": "a", "status": "refused"}')
            odd.symlink_to(folder / "secret")
        case "huge":
            with odd.open("wb") as file:
                file.truncate(8 * 1024**3)
        case "read already":
            odd.write_text("{}")
            (folder / "in" / "read" / "0.json").mkdir(parents=True)
    (folder / "in" / "1.json").write_text(json.dumps({"id": "a", "status": "delivered"}))
    done = threading.Event()

    def run():
        found.extend(FileDrop(str(folder)).reports())
        done.set()

    found = []
    threading.Thread(target=run, daemon=True).start()
    assert done.wait(5)
    assert [(key, answer.word) for key, answer in found] == [("a", Word.DELIVERED)]
    assert not (folder / "in" / "1.json").exists()


@pytest.mark.django_db
def test_what_an_odd_report_file_could_not_do_is_done_by_the_sound_ones(folder):
    waiting()
    TextMessage.objects.update(state="accepted")
    (folder / "in" / "0.json").write_text('{"id": "\\u0000", "status": "delivered"}')
    (folder / "in" / "1.json").write_text('{"id": "a", "status": "delivered", "detail": "\\u0000"}')
    for minute in (0, 1):
        take_reports(NINE + timedelta(minutes=minute), FileDrop(str(folder)))
    assert (TextMessage.objects.get().state, TextMessage.objects.get().answered_at) == ("delivered", NINE)
