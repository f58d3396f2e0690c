"""第二十七条: circulars are filed by the archive rules.

电子公文的归档按照档案管理有关规定执行。
"""

import io
from datetime import date

import pytest

from circulars.archive.births import bear
from circulars.archive.filing import file
from circulars.archive.filingreminders import reminders_of
from circulars.archive.holdings import Holding, Part
from circulars.archive.packaging import make
from circulars.archive.tombstones import Tombstone, standing_of
from circulars.verifier.bundle import Bundle
from circulars.verifier.checking import findings
from circulars.verifier.findings import Fault
from cms.revocations import trust
from tests.archives import LONG_AFTER, anew, destroyed, filed, handled, holding, received, staffed
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_elsewhere(settings, tmp_path):
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"


def test_the_issuer_keeps_the_original_and_who_got_it_keeps_its_copy_until_june_of_the_next_year_at_the_latest(
    city, circular
):
    staffed(city)
    handled(city, circular)
    bear(MONDAY)
    parts = dict(Holding.objects.filter(circular=circular).values_list("unit", "part"))
    assert parts == {city.office.pk: Part.ORIGINAL, city.attentive.pk: Part.RECEIVED}
    assert set(Holding.objects.values_list("file_by", flat=True)) == {date(2027, 6, 30)}
    assert reminders_of(date(2027, 6, 30)) == (date(2027, 4, 1), date(2027, 6, 1))


def test_what_is_filed_bears_fonds_year_term_office_and_item_and_can_be_checked_by_anybody(city, circular, tmp_path):
    staffed(city)
    kept = filed(city, holding(circular, city.office), "Y")
    assert kept.code == "0012-WS·2026-Y·BGS-0001"
    path, package = tmp_path / "package.zip", io.BytesIO()
    make(kept, package, at=MONDAY)
    path.write_bytes(package.getvalue())
    with Bundle(path) as bundle:
        assert not [found for found in findings(bundle, trust().roots[0]) if isinstance(found, Fault)]


def test_nothing_is_destroyed_but_after_its_time_by_two_who_approve_and_two_who_stand_by(city, circular, week):
    staffed(city)
    kept = received(city, circular)
    file(kept, "D10", "BGS", by=city.filer, at=MONDAY)
    week.move_to(LONG_AFTER)
    destroyed(city, anew(kept))
    stone = Tombstone.objects.get(holding=kept)
    assert standing_of(stone).stands
    assert len({one["name"] for one in (*stone.facts["approvals"], stone.facts["list"])}) == 3
    assert len({one["name"] for one in stone.facts["witnesses"]}) == 2
