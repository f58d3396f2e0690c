"""The tree of RFC 6962: known roots, every proof of small trees, and no proof for what is not so."""

import hashlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    range_root,
    root_of,
)

# The eight leaves and their roots that implementations of RFC 6962 check each other by.
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes.fromhex("606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count):
    return [leaf_hash(str(number).encode()) for number in range(count)]


def full_of(hashes):
    @cache
    def full(height, number):
        if not height:
            return hashes[number]
        return node_hash(full(height - 1, 2 * number), full(height - 1, 2 * number + 1))

    return full


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_that_others_compute(size):
    assert root_of(map(leaf_hash, LEAVES[:size])).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing():
    assert root_of([]) == EMPTY == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", [*range(1, 34), 255, 256, 257])
def test_every_leaf_of_a_tree_is_proved_to_be_where_it_is_and_nowhere_else(size):
    hashes = leaves(size)
    root, full = root_of(hashes), full_of(hashes)
    assert range_root(0, size, full) == root
    for index in range(size):
        proof = inclusion_proof(index, size, full)
        assert is_included(hashes[index], index, size, proof, root)
        assert not is_included(hashes[index], (index + 1) % size, size, proof, root) or size == 1
        assert not is_included(hashes[index], index, size, [*proof, EMPTY], root)
        assert not is_included(hashes[index], index, size, proof[:-1], root) or not proof
        assert not is_included(leaf_hash(b"another"), index, size, proof, root)


@pytest.mark.parametrize("second", [*range(1, 20), 64, 65])
def test_every_earlier_tree_is_proved_to_be_the_beginning(second):
    hashes = leaves(second)
    roots, full = [root_of(hashes[:size]) for size in range(second + 1)], full_of(hashes)
    for first in range(1, second + 1):
        proof = consistency_proof(first, second, full)
        assert is_consistent(first, second, proof, roots[first], roots[second])
        assert not is_consistent(first, second, proof, EMPTY, roots[second])
        assert not is_consistent(first, second, proof, roots[first], EMPTY)
        assert not is_consistent(first, second, [*proof, EMPTY], roots[first], roots[second])


@given(st.integers(2, 300), st.data())
def test_no_changed_hash_passes(size, data):
    hashes = leaves(size)
    root, full = root_of(hashes), full_of(hashes)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, full)
    step = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = bytearray(proof[step])
    changed[bit // 8] ^= 1 << bit % 8
    assert not is_included(hashes[index], index, size, [*proof[:step], bytes(changed), *proof[step + 1 :]], root)


@given(st.integers(1, 200), st.integers(0, 200))
def test_a_rewritten_history_is_not_the_beginning_of_what_follows(first, more):
    second = first + more
    was, now = leaves(first), [leaf_hash(b"rewritten"), *leaves(second)[1:]]
    proof = consistency_proof(first, second, full_of(now))
    assert not is_consistent(first, second, proof, root_of(was), root_of(now))


def test_a_proof_of_nothing_is_refused():
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(3, 3, full_of(leaves(3)))
    with pytest.raises(ValueError, match="no proof"):
        consistency_proof(0, 3, full_of(leaves(3)))
    assert not is_included(EMPTY, 0, 0, [], EMPTY)
    assert not is_consistent(0, 3, [], EMPTY, root_of(leaves(3)))


def test_a_frontier_knows_its_root_at_every_size():
    tree = Frontier()
    for size, leaf in enumerate(leaves(70)):
        tree.append(leaf)
        assert (tree.size, tree.root) == (size + 1, root_of(leaves(size + 1)))
