"""What somebody ticked on a page and posted: the papers that are there for the person, or a sentence why nothing is done with any of them (Article 6)."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest

from cms.lifecycles import OutOfOrder
from cms.rowkeys import keys_in

MOST_MARKED = 1_000

NOT_ALL = "勾选的公文有的已不在列表里，没有办理。请刷新页面，重新勾选。"


def ticked(rows: Any, keys: Collection[str], *, most: int) -> list[Any]:
    """The rows of these keys in the order of the rows; none where none of them is there.

    Raises ``OutOfOrder`` for more than ``most``, and where only some are there: nobody learns whether the others exist.
    """
    keys = set(keys)
    if len(keys) > most:
        raise OutOfOrder(f"一次最多勾选 {most} 件，现在勾选了 {len(keys)} 件，请分几次办理。")
    found = list(rows.filter(pk__in=keys_in(keys)))
    if found and len(found) != len(keys):
        raise OutOfOrder(NOT_ALL)
    return found


def marked(request: HttpRequest) -> set[int]:
    """The keys that were ticked, whatever became of them: so the page that comes again ticks them again."""
    return set(keys_in(request.POST.getlist("paper")[:MOST_MARKED]))
