"""A built structure is encoded once, however deep it is and whatever its lengths end in."""

from asn1crypto import core

import cms.signing  # noqa: F401  makes it so


class _Leaf(core.Sequence):
    _fields = [("text", core.OctetString)]


class _Branches(core.SetOf):
    _child_spec = _Leaf


class _Tree(core.Sequence):
    _fields = [("first", _Branches), ("second", core.SequenceOf, {"optional": True})]


def _times_encoded(monkeypatch, length):
    """How often the leaf of a tree was encoded until the tree was written out twice."""
    count = [0]
    encode = core.Sequence._set_contents

    def counted(self, force=False):
        count[0] += isinstance(self, _Leaf)
        encode(self, force=force)

    counted.encodes_once = True
    monkeypatch.setattr(core.Sequence, "_set_contents", counted)
    tree = _Tree({"first": [_Leaf({"text": b"x" * length})]})
    assert tree.dump() == tree.dump() == _Tree.load(tree.dump()).dump()
    return count[0]


def test_every_length_costs_the_same(monkeypatch):
    counts = {length: _times_encoded(monkeypatch, length) for length in (1, 0x78, 0x7C, 0x80, 0x7E, 0x17C, 0x180)}
    assert set(counts.values()) <= {1, 2}


def test_what_is_changed_afterwards_is_written_anew():
    tree = _Tree({"first": [_Leaf({"text": b"old"})]})
    before = tree.dump()
    tree["first"][0]["text"] = b"new!"
    assert tree.dump() != before
    assert _Tree.load(tree.dump())["first"][0]["text"].native == b"new!"
