"""第十四条: a damaged key is reported with a letter of introduction; it is out of use, and a new one is due in five working days."""

from datetime import timedelta

import pytest

from accounts.sealends import accept_damage
from accounts.sealissue import activate, issue
from accounts.sealpins import open_key
from circulars.sealing import seal
from cms.signing.keys import KeyRefused
from tests.accounts.keys import PIN, in_force
from tests.cast import EVE_OF_THE_HOLIDAY, MONDAY
from tests.offices import beijing

AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        (MONDAY + AN_HOUR, beijing("2026-10-10 18:00")),  # Tuesday, Wednesday, the 8th, the 9th, the worked Saturday
        (EVE_OF_THE_HOLIDAY, beijing("2026-10-13 18:00")),
    ],
)
def test_the_new_key_is_due_on_the_fifth_working_day(city, accepted, due):
    assert accept_damage(in_force(city), "介〔2026〕3号", by=city.engineer, at=accepted).due_at == due


def test_the_old_key_seals_no_more_from_the_moment_of_acceptance(city):
    registered, old = city.registered(), in_force(city)
    opened = open_key(old, PIN, by=city.keeper, at=MONDAY)
    new = accept_damage(old, "介〔2026〕3号", by=city.engineer, at=MONDAY + AN_HOUR)
    with pytest.raises(KeyRefused):
        open_key(old, PIN, by=city.keeper, at=MONDAY + AN_HOUR)
    with pytest.raises(KeyRefused):
        seal(registered, old, opened, by=city.keeper, at=MONDAY + AN_HOUR)
    issue(new, by=city.engineer, at=MONDAY + AN_HOUR)
    activate(new, "973164", by=city.keeper, at=MONDAY + AN_HOUR)
    opened = open_key(new, "973164", by=city.keeper, at=MONDAY + AN_HOUR)
    assert seal(registered, new, opened, by=city.keeper, at=MONDAY + AN_HOUR)
