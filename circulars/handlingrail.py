"""待办, 待批 and 待阅 on the rail, each with what stands in its list (Article 19)."""

from typing import Any

from django.urls import reverse

from accounts.roles import Right, units_where
from circulars.handling.seen import to_do, to_instruct, to_read
from circulars.incoming import IncomingQuerySet

_LISTS = {
    "to_handle": ("待办", to_do, (Right.HANDLE_INCOMING, Right.DO_WORK)),
    "to_instruct": ("待批", to_instruct, (Right.INSTRUCT,)),
    "to_read": ("待阅", to_read, (Right.READ_CIRCULATED,)),
}


def handling_papers(user: Any) -> dict[str, IncomingQuerySet]:
    """What stands in the lists that the person has, for a question that counts them."""
    return {
        name: papers(user)
        for name, (_, papers, rights) in _LISTS.items()
        if any(units_where(user, right) for right in rights)
    }


def handling_lines(user: Any, found: dict[str, int]) -> list[tuple[str, str, int | None]]:
    """Label, address and count of these lists."""
    lines: list[tuple[str, str, int | None]] = [
        (label, reverse(f"circulars:{name}"), found[name]) for name, (label, _, _) in _LISTS.items() if name in found
    ]
    if any(units_where(user, right) for right in (Right.HANDLE_INCOMING, Right.INSTRUCT)):
        lines.append(("办文环节", reverse("circulars:all_handling_levels"), None))
    return lines
