"""Entries take their places in the tree behind the acts: each once, none left out, and each provable however far the ledger grows."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from cms.ledger import Entry, Leaf
from cms.ledgertree import LeavesMissing, Tile, Tree, leaf_of, number_leaves, number_stragglers, size_now
from cms.merkle import is_consistent, is_included, root_of
from cms.sweep import Heartbeat
from tests.cast import MONDAY
from tests.cms.entries import entries

TUESDAY = MONDAY + timedelta(days=1)

pytestmark = pytest.mark.django_db


def test_every_entry_has_one_leaf_and_a_second_round_adds_none():
    entries(7)
    number_leaves(MONDAY)
    before = size_now()
    number_leaves(MONDAY)
    assert size_now() == before == Entry.objects.count()
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(before))
    assert all(leaf.hash == leaf_of(leaf.entry).hex() for leaf in Leaf.objects.select_related("entry"))


def test_an_entry_is_proved_by_every_later_tree_and_each_tree_continues_the_one_before():
    sizes = []
    for more in (1, 3, 300, 250, 100):
        entries(more)
        number_leaves(MONDAY)
        sizes.append(size_now())
    assert Tile.objects.count() == size_now() // 256
    first = Leaf.objects.get(index=0)
    last = Leaf.objects.get(index=sizes[-2] - 1)
    roots = {}
    for size in sizes:
        tree = Tree(size)
        roots[size] = tree.root
        assert tree.root == root_of(
            bytes.fromhex(text)
            for text in Leaf.objects.filter(index__lt=size).order_by("index").values_list("hash", flat=True)
        )
        assert is_included(bytes.fromhex(first.hash), 0, size, tree.inclusion(0), tree.root)
        for earlier in [known for known in sizes if known <= size]:
            assert is_consistent(earlier, size, tree.consistency(earlier), roots[earlier], tree.root)
    tree = Tree(sizes[-1])
    assert is_included(bytes.fromhex(last.hash), last.index, tree.size, tree.inclusion(last.index), tree.root)


def test_a_proof_reads_as_many_rows_of_hashes_in_a_large_ledger_as_in_a_small_one(django_assert_max_num_queries):
    entries(1_100)
    number_leaves(MONDAY)
    with django_assert_max_num_queries(4):
        Tree(size_now()).inclusion(3)


def test_an_entry_that_was_committed_late_gets_its_leaf_the_next_day(monkeypatch):
    entries(40)
    late = Entry.objects.order_by("pk")[4]
    with transaction.atomic():
        for index, entry in enumerate(Entry.objects.exclude(pk=late.pk).order_by("pk")):
            Leaf.objects.create(index=index, entry=entry, hash=leaf_of(entry).hex())
    monkeypatch.setattr("cms.ledgertree.LOOKED_BACK", 10)
    number_leaves(MONDAY)
    assert not Leaf.objects.filter(entry=late).exists()
    number_stragglers(TUESDAY)
    assert Leaf.objects.get(entry=late).index == size_now() - 1
    assert Heartbeat.objects.get(name="stragglers").at == TUESDAY


def test_a_tree_larger_than_the_ledger_says_what_is_missing():
    entries(3)
    number_leaves(MONDAY)
    with pytest.raises(LeavesMissing, match="verify"):
        Tree(size_now() + 1).inclusion(0)


@pytest.mark.parametrize("statement", ["UPDATE cms_tile SET hash = 'x'", "DELETE FROM cms_tile"])
def test_a_subtree_is_neither_changed_nor_deleted(statement):
    entries(260)
    number_leaves(MONDAY)
    with pytest.raises(DatabaseError, match="insert only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
