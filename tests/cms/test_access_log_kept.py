"""Who looked is kept for half a year by the database itself; what a clean-up must empty it may empty (Articles 5 and 18; attack 20)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cms.accesslog import Access, Look, note


@pytest.fixture
def looks(db):
    """One of today and one of long ago, by the database's own clock."""
    now = timezone.now()
    for days in (0, 182, 184):
        note(Look.OPENED, at=now - timedelta(days=days), subject=f"{days} days ago")
    return now


@pytest.mark.parametrize("days, goes", [(0, False), (182, False), (184, True)])
def test_a_look_goes_after_half_a_year_and_not_before(looks, days, goes):
    one = Access.objects.filter(subject=f"{days} days ago")
    if goes:
        assert one.delete()[0] == 1
        return
    with pytest.raises(DatabaseError), transaction.atomic():
        one.delete()
    assert one.exists()


@pytest.mark.parametrize(
    "change", [{"look": Look.REFUSED}, {"at": timezone.now()}, {"address": "6.6.6.6"}, {"person": None}]
)
def test_what_was_written_of_a_look_stays(looks, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        Access.objects.update(**change)
    assert not Access.objects.filter(look=Look.REFUSED).exists()


def test_the_name_of_what_was_looked_at_may_be_emptied(looks):
    assert Access.objects.update(subject="") == 3
