"""A unit that is made to have signed, or to have signed later or never: ``verify`` names the row (Articles 20 and 28)."""

import hashlib
import json
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from circulars.receipts import Receipt
from circulars.receipts.signing import sign_outstanding
from cms.canonical import canonical
from tests.cast import MONDAY
from tests.dbowner import as_its_owner
from tests.sealkeys import clerk_key

pytestmark = pytest.mark.django_db

TOMORROW = "2026-09-29 09:00:00+08:00"


def told():
    """What ``manage.py verify`` finds, line by line."""
    out = StringIO()
    with suppress(CommandError):
        call_command("verify", stdout=out)
    return [line.removeprefix("✗ ") for line in out.getvalue().splitlines() if line.startswith("✗")]


@pytest.fixture
def certificate(city):
    return clerk_key(city.attentive, city.clerk, at=MONDAY)


@pytest.fixture
def opened(city, circular):
    return city.opened(circular)


def as_if_signed(delivery, city, *, at=MONDAY):
    """The row of the delivery says that the clerk signed for it."""
    as_its_owner(
        f"UPDATE circulars_delivery SET state = 'signed_for', signed_at = '{at:%Y-%m-%d %H:%M:%S}+00:00', signed_by_id = {city.clerk.pk}, "
        f"taken_minutes = 0 WHERE id = {delivery.pk}"
    )


def test_what_was_done_by_the_verbs_is_no_fault(city, opened, certificate):
    city.sign(opened)
    sign_outstanding(certificate, by=city.clerk, at=MONDAY + timedelta(hours=1))
    assert told() == []


def test_a_delivery_that_says_it_was_signed_for_though_nobody_did(city, opened):
    as_if_signed(opened, city)
    assert any(line.startswith("收文") and "没有签收回执" in line for line in told())


def test_a_receipt_that_was_put_beside_such_a_delivery(city, opened):
    """Text, digest, place and row are all as they should be; the ledger knows nothing of it."""
    as_if_signed(opened, city)
    manifest = opened.circular.manifest
    content = canonical(
        {
            "format": "gongwen-receipt/1",
            "document": str(opened.circular.uuid),
            "number": opened.circular.number,
            "pdf_sha256": manifest.pdf_digest,
            "manifest_sha256": manifest.digest,
            "unit": {"code": city.attentive.code, "name": opened.unit_name},
            "person": {"username": city.clerk.username, "name": city.clerk.name},
            "round": 1,
            "signed_at": "2026-09-28T01:00:00.000000+08:00",
            "due_at": None,
            "stand_in": None,
            "previous": None,
        }
    )
    content = canonical(json.loads(content) | {"signed_at": "2026-09-28T09:00:00.000000+08:00"})
    as_its_owner(
        "INSERT INTO circulars_receipt (delivery_id, round, unit_id, place, content, digest, previous, signed_at, signed_by_id, "
        f"is_signed_at_once) VALUES ({opened.pk}, 1, {city.attentive.pk}, 1, '{content}', "
        f"'{hashlib.sha256(content.encode()).hexdigest()}', '', '{MONDAY:%Y-%m-%d %H:%M:%S}', {city.clerk.pk}, false)"
    )
    assert any(line.startswith("签收回执") and "台账没有登记" in line for line in told())


def test_a_signature_that_was_added_later_and_taken_away_again(city, opened, certificate):
    city.sign(opened)
    sign_outstanding(certificate, by=city.clerk, at=MONDAY + timedelta(hours=1))
    as_its_owner("DELETE FROM circulars_receiptsignature")
    assert any(line.startswith("签收回执") and "签名" in line for line in told())


def test_a_receipt_whose_delivery_says_it_never_was(city, opened):
    city.sign(opened)
    as_its_owner(
        f"UPDATE circulars_delivery SET state = 'opened', signed_at = NULL, signed_by_id = NULL, taken_minutes = NULL "
        f"WHERE id = {opened.pk}"
    )
    assert any(line.startswith("签收回执") for line in told())


def test_the_whole_line_of_a_unit_made_anew(city, circular, opened):
    """Each receipt names the one before it; none is the one that the ledger named."""
    city.sign(opened)
    city.sign(city.opened(city.sent(title="关于别的事情的通知")))
    previous = ""
    for receipt in Receipt.objects.order_by("place"):
        content = canonical(receipt.facts | {"due_at": None, "previous": previous or None})
        digest = hashlib.sha256(content.encode()).hexdigest()
        as_its_owner(
            f"UPDATE circulars_receipt SET content = '{content}', digest = '{digest}', previous = '{previous}' WHERE id = {receipt.pk}"
        )
        previous = digest
    assert sum("台账登记过" in line for line in told()) == 2


def test_the_last_one_of_the_line_and_its_delivery_taken_back(city, opened):
    city.sign(opened)
    as_its_owner(
        "DELETE FROM circulars_receipt",
        f"UPDATE circulars_delivery SET state = 'opened', signed_at = NULL, signed_by_id = NULL, taken_minutes = NULL "
        f"WHERE id = {opened.pk}",
    )
    assert any("台账登记过" in line for line in told())
