"""One delivery for every unit of a circular's distribution that has none yet, and paper for those not connected (Articles 2, 20 and 28)."""

from django.db import connection

from circulars.clocks import Clock
from circulars.deliveries import Channel, Delivery
from circulars.recipients import Addressed
from circulars.registration import Circular

# One statement for all units, written out because its wording never changes: the framework took longer to word it than thirty units take.
_DELIVERIES = """
INSERT INTO circulars_delivery (circular_id, unit_id, unit_name, issuer_id, role, channel, urgency, sent_at, due_at, due_pending,
    warn_at, window_minutes, rules_id, must_notify)
SELECT line.circular_id, line.unit_id, unit.short_name, %s, line.role, CASE WHEN unit.connected THEN %s ELSE %s END, %s, %s, %s, %s, %s, %s, %s,
    unit.connected AND %s
FROM circulars_distributionline line JOIN accounts_unit unit ON unit.id = line.unit_id
WHERE line.circular_id = %s AND NOT EXISTS (
    SELECT 1 FROM circulars_delivery sent WHERE sent.circular_id = line.circular_id AND sent.unit_id = line.unit_id)
AND NOT EXISTS (
    SELECT 1 FROM circulars_handedon gone JOIN circulars_delivery sent ON sent.id = gone.delivery_id
    WHERE sent.circular_id = line.circular_id AND gone.from_unit_id = line.unit_id)
ORDER BY unit.sort_order, unit.code
"""
_PAPER = """
INSERT INTO circulars_papercopy (delivery_id, owed_from)
SELECT id, sent_at FROM circulars_delivery sent WHERE circular_id = %s AND channel = %s AND NOT EXISTS (
    SELECT 1 FROM circulars_papercopy copy WHERE copy.delivery_id = sent.id)
"""


def fan_out(circular: Circular, clock: Clock) -> int:
    """One INSERT … SELECT from the fixed distribution: no work per unit in Python; returns how many deliveries it made."""
    due = clock.due
    sent_at, due_at, warn_from = map(connection.ops.adapt_datetimefield_value, (clock.at, due.at, due.warn_at))
    channels = (Channel.ELECTRONIC.value, Channel.PAPER.value)
    times = (sent_at, due_at, due.is_pending, warn_from, due.window_minutes)
    with connection.cursor() as cursor:
        cursor.execute(
            _DELIVERIES,
            [circular.issuer_id, *channels, circular.urgency, *times, clock.rules.pk, clock.must_notify, circular.pk],
        )
        made = cursor.rowcount
    if not clock.rules.rule_set.cc_signs:
        _exempt_copies(circular, clock)
    return made


def _exempt_copies(circular: Circular, clock: Clock) -> None:
    """Units that just got it as a copy (抄送) on the desk owe nothing by any time."""
    copies = Delivery.objects.electronic().filter(circular=circular, role=Addressed.CC, sent_at=clock.at)
    copies.update(**clock.for_role(Addressed.CC))


def owe_paper(circular: Circular) -> int:
    """Units that are not connected are owed the circular on paper; returns how many more."""
    with connection.cursor() as cursor:
        cursor.execute(_PAPER, [circular.pk, Channel.PAPER.value])
        return cursor.rowcount
