"""附注: what it says of openness is what the draft says (2012 regulation art. 9(14))."""

import re
from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import Openness

_SAID = {
    Openness.NOT_PUBLIC: re.compile(r"不予公开|不公开"),
    Openness.ON_REQUEST: re.compile(r"依申请公开"),
    Openness.PUBLIC: re.compile(r"公开发布|主动公开|此件公开"),
}


def annotation_and_openness_agree(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """此件公开发布 is printed on what is public, and so on."""
    said = next((openness for openness, words in _SAID.items() if words.search(draft["annotation"])), None)
    if said and said != draft["openness"]:
        label = Openness(draft["openness"]).label
        yield Problem("E-ANNOTATION", "openness", f"附注写的是“{said.label}”，公开属性却是“{label}”，请改为一致。")
