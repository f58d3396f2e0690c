"""A bundle that is made while units sign for the circular is whole, of the moment at which the ledger was read (Articles 3, 20 and 28)."""

import io
import zipfile

import pytest

from circulars.evidence import bundle, hand_out
from circulars.registration import Circular
from circulars.verifier.ledger import ENTRIES
from tests.cast import MONDAY
from tests.dbowner import as_its_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


def names_in(made):
    with zipfile.ZipFile(io.BytesIO(made.read())) as archive:
        return [name for name in archive.namelist() if name.startswith("receipts/")], archive.read(ENTRIES).decode()


def test_a_unit_that_signs_after_the_ledger_was_read_is_in_the_next_one(city, circular, monkeypatch):
    city.sign(city.opened(circular))
    late = city.delivery(circular, city.late)
    late.open(by=city.late_clerk, at=MONDAY)
    ledger_of = bundle.ledger_of

    def read_and_then_somebody_signs(*arguments):
        told = ledger_of(*arguments)
        city.sign(late, by=city.late_clerk)
        return told

    monkeypatch.setattr(bundle, "ledger_of", read_and_then_somebody_signs)
    receipts, _ = names_in(hand_out(circular, by=city.sender, at=MONDAY))
    assert receipts == [f"receipts/{city.attentive.code}-1.json"]
    monkeypatch.undo()
    receipts, entries = names_in(hand_out(circular, by=city.sender, at=MONDAY))
    assert receipts == [f"receipts/{unit.code}-1.json" for unit in (city.attentive, city.late)]
    assert entries.count("delivery.signed_for") == 2


def test_a_receipt_that_the_ledger_never_named_is_not_left_out_in_silence(city, circular):
    city.sign(city.opened(circular))
    as_its_owner("UPDATE circulars_receipt SET content = content || ' '")
    with pytest.raises(bundle.EvidenceBroken):
        hand_out(Circular.objects.get(pk=circular.pk), by=city.sender, at=MONDAY)
