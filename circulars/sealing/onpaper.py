"""A circular that was sealed on paper, taken in from before there were electronic seals: nothing of it can be judged here (Article 4)."""

from datetime import datetime
from typing import Any

from circulars.deeds import Deed
from circulars.registration import Circular
from cms.lifecycles import move


def sealed_on_paper(circular: Circular, *, by: Any, at: datetime) -> None:
    """The circular may be sent, and says of itself that it predates seals; only a first filling does this, no screen."""
    facts = {"number": circular.number}
    move(
        circular,
        Circular.State.SEALED,
        Deed.SEALED_ON_PAPER,
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts=facts,
        predates_seals=True,
    )
