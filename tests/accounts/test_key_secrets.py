"""Private keys and PINs are in no table, log, ledger, file or error page (Article 10)."""

import logging
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.views.debug import ExceptionReporter

from accounts import unlockedkey
from accounts.sealpins import open_key
from accounts.seals import KeyKind
from cms.signing.keys import KeyRefused, WrongPin
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY


def everything_stored() -> bytes:
    """Every value of every table, as bytes and as they are printed."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\n".join(found)


def traces_of(private) -> list[bytes]:
    """The secret number as it would lie about: raw, hexadecimal, decimal, in base64 at any of its three places."""
    secret = private.private_numbers().private_value
    raw = secret.to_bytes(32, "big")
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    whole = [b64encode(bytes(shift) + raw)[4:-4] for shift in range(3)]
    return [raw, raw.hex().encode(), str(secret).encode(), b64encode(der)[40:80], *(each[:36] for each in whole)]


def test_no_private_key_and_no_pin_is_in_the_database_or_the_logs(city, caplog):
    caplog.set_level(logging.DEBUG)
    seal, certificate = in_force(city), in_force(city, KeyKind.CLERK)
    desk = city.desk(city.clerk)
    desk.post(reverse("accounts:unlock_key", args=[certificate.pk]), {"pin": PIN})
    privates = [open_key(key, PIN, by=key.keeper, at=MONDAY).private for key in (seal, certificate)]
    with pytest.raises(WrongPin):
        open_key(seal, "000000", by=city.keeper, at=MONDAY)
    stored, said = everything_stored(), caplog.text.encode()
    assert seal.serial.encode() in stored, "the search would find what is there"
    for private in privates:
        for trace in traces_of(private):
            assert trace not in stored
            assert trace not in said
    assert PIN.encode() not in said
    assert desk.cookies[unlockedkey.COOKIE].value.encode() not in stored


def test_without_the_key_encryption_key_the_pin_opens_no_row_of_a_dump(city, settings):
    seal = in_force(city)
    settings.KEY_ENCRYPTION_KEY = "somebody who took the dump has none of this"
    with pytest.raises(KeyRefused, match="已更换"):
        open_key(seal, PIN, by=city.keeper, at=MONDAY)
    assert settings.KEY_ENCRYPTION_KEY.encode() not in everything_stored()


def test_the_files_of_the_authority_hold_no_open_key(authority):
    for part in (authority.issuing, authority.stamping, authority.checkpoints):
        for path in Path(settings.CA_FOLDER).iterdir():
            assert not any(trace in path.read_bytes() for trace in traces_of(part.private))


def test_an_error_page_shows_neither_pin_nor_key(city, settings, tmp_path, rf):
    seal = in_force(city)
    settings.CA_FOLDER = tmp_path / "gone"
    try:
        open_key(seal, PIN, by=city.keeper, at=MONDAY)
    except KeyRefused:
        report = ExceptionReporter(rf.get("/"), *sys.exc_info())
        shown = report.get_traceback_html() + report.get_traceback_text()
    assert "open_key" in shown
    assert PIN not in shown
    assert settings.KEY_ENCRYPTION_KEY not in shown
