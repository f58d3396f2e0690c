"""Entries of the ledger by the hundred."""

from cms.ledger import Entry, enter
from tests.cast import MONDAY


def entries(count):
    """So many entries without a leaf."""
    kept = enter("units.loaded", subject="accounts.unit", at=MONDAY)
    rows = [
        Entry(
            happened_at=kept.happened_at,
            recorded_at=kept.recorded_at,
            deed=kept.deed,
            subject=f"accounts.unit:{number}",
            payload="{}",
        )
        for number in range(count - 1)
    ]
    for row in rows:
        row.hash = row.computed_hash()
    Entry.objects.bulk_create(rows, batch_size=500)
