"""Names as a paper prints them: of bodies, of persons, of telegrams."""

import re

from accounts.units import Unit
from circulars.elements.problem import Snapshot

_POSTS = "(?:同志|市长|县长|区长|省长|州长|乡长|镇长|书记|主任|局长|厅长|部长|处长|科长|秘书长|主席|院长|校长|行长|董事长|总经理|领导)"
_PERSON_ADDRESSED = re.compile(rf"{_POSTS}(?:（[^）]*）)?$")
_PERSON_SIGNING = re.compile(rf"{_POSTS}[\s：:]*[\u4e00-\u9fff·]{{2,4}}$|{_POSTS}$")
_PARTED = re.compile(r"[\s、，]")
_TELEGRAM = re.compile(r"明传电报|传真电报|明电|发电|电报")


def bears_name(text: str, unit: Unit) -> bool:
    """The text is the unit's full name, with or without what stands above it, or its short name."""
    said = text.strip()
    if _PARTED.search(said):
        return False
    without_city = said.startswith(("市", "县", "区")) and unit.name.endswith(said)
    return said == unit.short_name or said.endswith(unit.name) or without_city


def is_person_addressed(name: str) -> bool:
    """张某某同志, 市长: somebody and no body."""
    return bool(_PERSON_ADDRESSED.search(name.strip()))


def is_signed_by_person(line: str) -> bool:
    """局长 张某某: a paper in a leader's own name."""
    return bool(_PERSON_SIGNING.search(line.strip()))


def is_telegram(draft: Snapshot) -> bool:
    """An open telegram (明传电报), told by its series or its mark."""
    return bool(_TELEGRAM.search(draft["series"]) or _TELEGRAM.search(draft["issuer_mark"]))
