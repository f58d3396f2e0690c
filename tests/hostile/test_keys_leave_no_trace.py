"""No private number is in a dump of the database, in what was logged, in a bundle of evidence or in a checkpoint (Articles 10 and 28)."""

import io
import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.sealpins import open_key
from accounts.seals import KeyKind
from circulars.dispatch import dispatch
from circulars.evidence import export
from circulars.registration import Circular
from circulars.sealing import seal
from cms.checkpoints import sweep_checkpoints
from cms.ledgertree import number_leaves
from tests.accounts.keys import PIN, in_force
from tests.accounts.test_key_secrets import everything_stored, traces_of
from tests.cast import MONDAY, attached

pytestmark = pytest.mark.django_db


def test_neither_seals_nor_clerks_nor_the_authorities_own_keys_are_anywhere_to_be_read(
    city, settings, tmp_path, caplog, authority
):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"
    caplog.set_level(logging.DEBUG)
    stamp, clerk = in_force(city), in_force(city, KeyKind.CLERK)
    circular = city.registered(attachments=attached())
    opened = open_key(stamp, PIN, by=city.keeper, at=MONDAY)
    seal(circular, stamp, opened, by=city.keeper, at=MONDAY)
    circular.refresh_from_db()
    dispatch(circular, by=city.sender, at=MONDAY)
    city.sign(city.opened(circular))
    number_leaves(MONDAY)
    sweep_checkpoints(MONDAY)
    bundle, dump = io.BytesIO(), io.StringIO()
    export(Circular.objects.get(pk=circular.pk), bundle, at=MONDAY)
    call_command("dumpdata", "accounts", "circulars", "cms", stdout=dump)

    places = {
        "the database": everything_stored(),
        "a dump": dump.getvalue().encode(),
        "the logs": caplog.text.encode(),
        "a bundle": bundle.getvalue(),
        "the checkpoints": b"\n".join(path.read_bytes() for path in (tmp_path / "checkpoints").rglob("*.json")),
        "the authority's folder": _files_of(settings.CA_FOLDER),
    }
    assert stamp.serial.encode() in places["a dump"], "the search would find what is there"
    assert circular.number.encode() in places["a bundle"]
    assert all(places[name] for name in ("the checkpoints", "the authority's folder"))
    privates = [opened.private, open_key(clerk, PIN, by=clerk.keeper, at=MONDAY).private]
    privates += [part.private for part in (authority.issuing, authority.stamping, authority.checkpoints)]
    found = [
        (name, trace[:8])
        for name, content in places.items()
        for private in privates
        for trace in traces_of(private)
        if trace in content
    ]
    assert not found


def _files_of(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_the_key_around_the_keys_is_not_beside_them(authority):
    assert settings.KEY_ENCRYPTION_KEY.encode() not in everything_stored() + _files_of(settings.CA_FOLDER)
