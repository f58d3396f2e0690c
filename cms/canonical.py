"""The one text of a set of facts, as it is hashed and signed; free of Django, so that a stranger's check writes the same (Articles 3 and 28)."""

import json
from collections.abc import Callable
from typing import Any


def canonical(facts: Any, *, plain: Callable[[Any], str] | None = None) -> str:
    """One text for one set of facts: JSON with sorted keys, no blanks, Chinese as it is.

    ``plain`` gives the text of what JSON has no form for; without it such a thing raises ``TypeError``.
    """
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain)
