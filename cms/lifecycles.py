"""The only ways a record changes state: ``move`` for one, ``move_all`` for a set.

A model that lives says so with ``State`` (its choices) and ``MOVES`` (from which state to which). Both verbs refuse a
step that the table lacks, change the row only where it is still in the state that was seen, and enter the deed in the
ledger in the same transaction.
"""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from cms import ledger


class OutOfOrder(Exception):
    """The record is not (or no longer) in a state from which this step leads; the text is for the person who tried."""


def _refusal(thing: models.Model, to: str) -> OutOfOrder:
    states = type(thing).State  # type: ignore[attr-defined]
    return OutOfOrder(f"{thing} 现在是“{states(thing.state).label}”，不能变为“{states(to).label}”。")  # type: ignore[attr-defined]


def move(
    thing: Any,
    to: str,
    deed: str,
    *,
    by: Any,
    at: datetime,
    circular: Any = None,
    unit: int | None = None,
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """``thing`` is in state ``to`` with ``changes`` applied, and the ledger says who did it when.

    Raises ``OutOfOrder`` when the table of the model has no such step, or when somebody else moved the row first;
    then nothing has changed.
    """
    if to not in thing.MOVES.get(thing.state, ()):
        raise _refusal(thing, to)
    with transaction.atomic():
        moved = type(thing).objects.filter(pk=thing.pk, state=thing.state).update(state=to, **changes)
        if not moved:
            thing.refresh_from_db()
            raise _refusal(thing, to)
        ledger.enter(deed, subject=ledger.subject_of(thing), by=by, at=at, circular=circular, unit=unit, facts=facts)
    thing.state = to
    for field, value in changes.items():
        setattr(thing, field, value)


def move_all(
    things: models.QuerySet[Any],
    to: str,
    deed: str,
    *,
    by: Any,
    at: datetime,
    circular: Any = None,
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> int:
    """Every row of ``things`` that may step to ``to`` has done so in one UPDATE; returns how many.

    One ledger entry names the count and the digest of the sorted primary keys.
    """
    model = things.model
    sources = [state for state, targets in model.MOVES.items() if to in targets]
    with transaction.atomic():
        locked = things.filter(state__in=sources).select_for_update().order_by("pk")
        keys = list(locked.values_list("pk", flat=True))
        if not keys:
            return 0
        model.objects.filter(pk__in=keys).update(state=to, **changes)
        ledger.enter(
            deed,
            subject=model._meta.label_lower,
            by=by,
            at=at,
            circular=circular,
            facts={**(facts or {}), "count": len(keys), "list_digest": ledger.digest_of_keys(keys)},
        )
    return len(keys)
