"""What is found wrong with a draft, and what a check is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.units import Unit

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong, where to mend it (a form field's name) and by which rule."""

    code: str
    field: str
    sentence: str
    is_error: bool = True


# The units that a draft names, by code.
Register = Mapping[str, Unit]
Check = Callable[[Snapshot, Register], Iterator[Problem]]
