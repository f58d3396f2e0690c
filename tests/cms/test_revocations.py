"""Lists of revoked certificates: signed, numbered, renewed, and kept for good."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from cms.checks import keys_are_kept_in_earnest
from cms.revocations import (
    DemoKeyRefused,
    Reason,
    RevocationList,
    RevokedCertificate,
    current_list,
    revoke_certificate,
    sweep_lists,
    the_authority,
    trust,
)
from cms.signing.authority import AuthorityMissing, make_authority
from cms.signing.detached import sign_detached, verify_detached
from tests.cast import MONDAY
from tests.certificates import MADE, PASSPHRASE

pytestmark = pytest.mark.django_db


def test_a_revoked_certificate_is_on_the_next_list_and_stays_as_it_was(authority, certified):
    key = certified()
    serial = key.certificate.serial_number
    assert current_list(MONDAY).parsed.get_revoked_certificate_by_serial_number(serial) is None
    revoke_certificate(serial, Reason.KEY_COMPROMISE, at=MONDAY)
    revoke_certificate(serial, Reason.CESSATION, at=MONDAY + timedelta(days=3))
    newest = RevocationList.objects.latest("number")
    line = newest.parsed.get_revoked_certificate_by_serial_number(serial)
    assert line.revocation_date_utc == MONDAY
    assert newest.parsed.is_signature_valid(authority.issuing.certificate.public_key())
    verdict = verify_detached(b"x", sign_detached(b"x", key, MONDAY + timedelta(hours=1)), trust())
    assert verdict.revoked
    assert verdict.trusted


def test_a_list_is_renewed_before_it_runs_out(authority):
    current_list(MONDAY)
    sweep_lists(MONDAY + timedelta(days=6))
    assert RevocationList.objects.count() == 1
    sweep_lists(MONDAY + timedelta(days=7))
    assert RevocationList.objects.count() == 2


def test_what_was_revoked_cannot_be_taken_back(authority, certified):
    revoke_certificate(certified().certificate.serial_number, Reason.SUPERSEDED, at=MONDAY)
    for rows in (RevokedCertificate.objects.all(), RevocationList.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        RevokedCertificate.objects.update(revoked_at=MADE)


def test_an_authority_of_a_demo_works_in_a_demo_only(settings, tmp_path):
    settings.CA_FOLDER = tmp_path / "ca"
    key = settings.KEY_ENCRYPTION_KEY
    make_authority(settings.CA_FOLDER, "延安市", passphrase=PASSPHRASE, key_encryption_key=key, at=MADE, demo=True)
    with pytest.raises(DemoKeyRefused, match="演示专用"):
        the_authority()
    settings.DEMO = True
    assert the_authority().is_demo


def test_make_ca_makes_one_authority_and_overwrites_none(settings, tmp_path, monkeypatch):
    settings.CA_FOLDER = tmp_path / "ca"
    with pytest.raises(AuthorityMissing, match="make_ca"):
        the_authority()
    monkeypatch.setenv("ROOT_PASSPHRASE", "short")
    with pytest.raises(CommandError, match="口令至少"):
        call_command("make_ca")
    assert not settings.CA_FOLDER.exists()
    monkeypatch.setenv("ROOT_PASSPHRASE", PASSPHRASE)
    said = StringIO()
    call_command("make_ca", stdout=said)
    assert "离线" in said.getvalue()
    assert not the_authority().is_demo
    with pytest.raises(CommandError, match="已存在"):
        call_command("make_ca")
    settings.KEY_ENCRYPTION_KEY = ""
    with pytest.raises(CommandError, match="KEY_ENCRYPTION_KEY"):
        call_command("make_ca")


def test_the_check_before_going_live_names_a_demos_authority_and_a_missing_key(settings, tmp_path):
    settings.CA_FOLDER = tmp_path / "ca"
    key = settings.KEY_ENCRYPTION_KEY
    assert keys_are_kept_in_earnest(None) == []
    make_authority(settings.CA_FOLDER, "延安市", passphrase=PASSPHRASE, key_encryption_key=key, at=MADE, demo=True)
    settings.KEY_ENCRYPTION_KEY = "short"
    assert [found.id for found in keys_are_kept_in_earnest(None)] == ["cms.E001", "cms.E002"]
    settings.DEMO = True
    assert keys_are_kept_in_earnest(None) == []
