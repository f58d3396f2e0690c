"""第十五条: a unit that is renamed or dissolved hands its key back to the network office."""

from datetime import timedelta

import pytest

from accounts.sealends import take_back
from accounts.sealpins import open_key
from accounts.seals import SealKey
from circulars.sealing import seal as seal_it
from circulars.sealing.verdicts import verdict_of
from cms.revocations import trust
from cms.signing.detached import sign_detached, verify_detached
from cms.signing.keys import KeyRefused
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY
from tests.sealkeys import OPENED

AN_HOUR = timedelta(hours=1)


def test_a_returned_key_seals_no_more_and_an_old_seal_is_still_checked(city):
    seal = in_force(city)
    old = sign_detached(b"text", open_key(seal, PIN, by=city.keeper, at=MONDAY), MONDAY)
    take_back(seal, "单位撤销", by=city.engineer, at=MONDAY + AN_HOUR)
    with pytest.raises(KeyRefused, match="已交回"):
        open_key(seal, PIN, by=city.keeper, at=MONDAY + AN_HOUR)
    assert verify_detached(b"text", old, trust(), at=MONDAY, code=city.office.code).stands
    assert not SealKey.objects.in_force(MONDAY + AN_HOUR).filter(unit=city.office)
    assert seal.custody.last().holder is None


def test_a_circular_that_the_returned_key_sealed_still_stands_and_is_signed_for(city):
    circular = city.sent()
    key = circular.manifest.key
    take_back(key, "单位更名", by=city.engineer, at=MONDAY + AN_HOUR)
    verdict = verdict_of(circular, MONDAY + AN_HOUR)
    assert (verdict.stands, verdict.seals[0].was_in_force, verdict.seals[0].key_now) == (True, True, "已停用")
    city.sign(city.opened(circular), at=MONDAY + AN_HOUR)
    with pytest.raises(KeyRefused, match="已交回"):
        seal_it(city.registered(), key, OPENED[key.serial], by=key.keeper, at=MONDAY + AN_HOUR)
