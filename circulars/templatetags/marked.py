"""A marked copy on the screen: its lines, and its tables as tables."""

from collections.abc import Iterable

from django import template

from circulars.comparison import Line
from circulars.markedtables import MarkedTable, laid_out

register = template.Library()


@register.filter
def blocks(lines: Iterable[Line]) -> list[Line | MarkedTable]:
    return laid_out(lines)
