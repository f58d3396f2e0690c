"""第十五条: a unit that is renamed or dissolved hands its key back to the network office."""

from datetime import timedelta

import pytest

from accounts.sealends import take_back
from accounts.sealpins import open_key
from accounts.seals import SealKey
from cms.revocations import trust
from cms.signing.detached import sign_detached, verify_detached
from cms.signing.keys import KeyRefused
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY

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
