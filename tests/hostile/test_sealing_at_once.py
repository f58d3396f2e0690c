"""Keepers at once, one keeper twice at once, a hand that guesses PINs at many desks: one seal in each field, and no try for nothing (Article 10)."""

import hashlib
from itertools import pairwise

import pytest

from accounts.sealends import revoke
from accounts.sealpins import TRIES
from accounts.seals import SealKey
from accounts.sealuses import SealUse
from circulars.moderation import decide
from circulars.pages import CoIssuer
from circulars.purging import block
from circulars.registration import Circular
from circulars.sealing import Manifest, Seal, flaw_of, seal
from circulars.voiding import void
from cms.attachments import place_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.accounts.keys import in_force
from tests.cast import MONDAY, City
from tests.rush import at_once
from tests.sealedpapers import by_hand, office_seal
from tests.sealkeys import seal_key


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def joint(city):
    """A paper of three bodies that nobody has sealed."""
    department, attentive = city.department, city.elsewhere
    page = city.submitted(
        co_issuers=[CoIssuer(unit=unit, sort_order=place) for place, unit in enumerate((department, attentive))],
        signatures="\n".join(unit.name for unit in (city.office, department, attentive)),
        primary_units=[city.late, city.paper],
    )
    city.reviewed(page)
    for approver in (city.approver, city.department_head, city.stranger):
        decide(page, "agree", by=approver, at=MONDAY, opinion="同意。")
    return city.register(page)


def test_of_six_presses_of_one_keeper_one_seals(city):
    circular = city.registered()
    key, opened = office_seal(city)
    said = at_once(6, lambda n: seal(Circular.objects.get(pk=circular.pk), key, opened, by=city.keeper, at=MONDAY))
    assert [answer for answer in said if not isinstance(answer, OutOfOrder)] == [True]
    assert (Seal.objects.count(), Manifest.objects.count(), SealUse.objects.count()) == (1, 1, 1)
    assert Entry.objects.filter(deed__in=("circular.stamped", "circular.sealed")).count() == 2
    assert flaw_of(Circular.objects.get(pk=circular.pk)) == ""


def test_of_two_bodies_at_once_no_seal_is_lost(city):
    circular = joint(city)
    units = [city.department, city.elsewhere]
    for unit in units:
        seal_key(unit, city.keeper_of(unit), at=MONDAY)
    said = at_once(2, lambda n: by_hand(city, Circular.objects.get(pk=circular.pk), units[n]))
    for unit, answer in zip(units, said, strict=True):
        if isinstance(answer, OutOfOrder):  # told to look again
            assert by_hand(city, Circular.objects.get(pk=circular.pk), unit) is False
    assert by_hand(city, Circular.objects.get(pk=circular.pk), city.office) is True
    files = [place_of(row.digest).read_bytes() for row in Seal.objects.order_by("pk")]
    assert len(files) == 3
    assert all(later.startswith(earlier) for earlier, later in pairwise(files))
    closed = Manifest.objects.get()
    assert hashlib.sha256(files[-1]).hexdigest() == closed.pdf_digest
    assert flaw_of(Circular.objects.get(pk=circular.pk)) == ""


@pytest.mark.parametrize("ending", ["void", "block", "revoke"])
def test_what_ends_at_the_same_moment_either_comes_first_or_finds_it_sealed(city, ending):
    circular = city.registered()
    key, opened = office_seal(city)

    def act(n):
        if n:
            return seal(Circular.objects.get(pk=circular.pk), key, opened, by=city.keeper, at=MONDAY)
        if ending == "void":
            return void(Circular.objects.get(pk=circular.pk), reason="不再印发。", by=city.registrar, at=MONDAY)
        if ending == "block":
            return block(circular.page, reason="来函", by=city.secretary, at=MONDAY)
        return revoke(SealKey.objects.get(pk=key.pk), "密钥遗失。", by=city.engineer, at=MONDAY)

    def attempt(n):
        try:
            return act(n)
        except Exception as refusal:  # each has its own kind
            return refusal

    _, sealed = at_once(2, attempt)
    assert (sealed is True) == Manifest.objects.exists() == Seal.objects.exists() == SealUse.objects.exists()
    deeds = list(Entry.objects.order_by("pk").values_list("deed", flat=True))
    if sealed is True and ending == "revoke":
        assert deeds.index("circular.sealed") < deeds.index("key.revoked")


def test_of_twelve_wrong_pins_at_as_many_desks_five_are_tried(city):
    circular = city.registered()
    pk = in_force(city).pk
    desks = [city.desk(city.keeper) for _ in range(12)]
    said = at_once(12, lambda n: desks[n].post(f"/sealing/{circular.uuid}/", {"pin": f"90{n:04d}"}).content.decode())
    assert SealKey.objects.get(pk=pk).wrong_pins == TRIES
    assert all("PIN" in answer for answer in said)
    assert sum("还可以再试" in answer for answer in said) < TRIES
    assert Entry.objects.filter(deed="key.pin_locked").count() == 1
    assert not Seal.objects.exists()
