"""Structures of asn1crypto are encoded once, whatever their depth (the library is pinned; ``docs/decisions`` says why we touch it).

The library takes what was built, not read, for changed for ever, and encodes every part of it anew at every level around it: two to the
power of the depth, and three where a length happens to end in 80h, which made one signature in a dozen take seconds. What has just been
encoded is unchanged; this module says so.
"""

from collections.abc import Callable
from typing import Any

from asn1crypto import core


def encode_once() -> None:
    """From now on a structure that was encoded counts as unchanged until it is changed again; a second call changes nothing."""
    for kind in (core.Sequence, core.SequenceOf, core.Set, core.SetOf):
        encode = kind.__dict__.get("_set_contents")
        if encode is not None and not hasattr(encode, "encodes_once"):
            kind._set_contents = _settling(encode)


def _settling(encode: Callable[..., None]) -> Callable[..., None]:
    def _set_contents(self: Any, force: bool = False) -> None:
        encode(self, force=force)
        self._mutated = False

    _set_contents.encodes_once = True  # type: ignore[attr-defined]
    return _set_contents
