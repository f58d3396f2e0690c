"""Several sealers of the ledger at once."""

from cms.ledger import Entry, Leaf
from cms.ledgertree import Tile, number_leaves, size_now
from tests.cast import MONDAY
from tests.cms.entries import entries
from tests.rush import at_once


def test_four_sealers_at_once_number_each_entry_once(real_database):
    entries(600)
    at_once(4, lambda n: number_leaves(MONDAY))
    number_leaves(MONDAY)
    count = Entry.objects.count()
    assert size_now() == count == Leaf.objects.count()
    assert Tile.objects.count() == count // 256
