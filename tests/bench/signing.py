"""Clerks signing, each on a connection of their own: the verb against the bare conditional UPDATE and INSERT."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles
from threading import Barrier
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from accounts.people import User
from circulars.deeds import Deed
from circulars.deliveries import Check, Delivery
from cms.ledger import Entry, subject_of
from tests.bench.register import Register
from tests.bench.stopwatch import Figure, compared, queries

EACH, ROUNDS = 25, 7
EVERY_CHECK = {check.value for check in Check}


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


@dataclass(frozen=True)
class Rush:
    """What one round of all clerks came to in milliseconds: for each receipt, and what 95 of 100 presses did not exceed."""

    each: float
    slow: float


def measure(register: Register) -> Found:
    """One clerk alone, then all of them; every receipt stands in the table and in the ledger, each once."""
    found = Found([], [])
    for clerks in (register.clerks[:1], register.clerks):
        bare, ours = _rounds(clerks)
        another = _in_hand(1)[0]
        asked = queries(lambda delivery=another: _ours(delivery, register.clerks[0]))  # type: ignore[misc]
        scene = f"signing, {'one clerk' if len(clerks) == 1 else f'{len(clerks)} clerks at once'}"
        found.figures.extend(
            [
                compared(
                    scene, "ms a receipt", [rush.each for rush in bare], [rush.each for rush in ours], queries=asked
                ),
                compared(scene, "ms, 95th of 100", [rush.slow for rush in bare], [rush.slow for rush in ours]),
            ]
        )
        plain, full = (1000 / median(rush.each for rush in rushes) for rushes in (bare, ours))
        found.remarks.append(f"{scene}: {full:.0f} receipts a second, bare {plain:.0f}; none lost, none twice")
    return found


def _rounds(clerks: tuple[User, ...]) -> tuple[list[Rush], list[Rush]]:
    """Rounds of the bare way and of ours by turns; the first of each does not count."""
    size = EACH * len(clerks)
    waiting = _in_hand(2 * (1 + ROUNDS) * size)
    rushes: tuple[list[Rush], list[Rush]] = ([], [])
    for turn in range(1 + ROUNDS):
        for sign, kept in zip((_bare, _ours), rushes, strict=True):
            batch, waiting = waiting[:size], waiting[size:]
            rush = _rush(sign, batch, clerks)
            _compare(batch)
            if turn:
                kept.append(rush)
    return rushes


def _in_hand(count: int) -> list[Delivery]:
    """Opened deliveries as the signing page fetches them."""
    found = Delivery.objects.filter(state=Delivery.State.OPENED).select_related(
        "circular", "issuer__area", "signed_by"
    )[:count]
    return list(found)


def _rush(sign: Callable[[Delivery, User], None], batch: list[Delivery], clerks: tuple[User, ...]) -> Rush:
    """All clerks begin together, each with a pile of their own."""
    together = Barrier(len(clerks))

    def work(place: int) -> tuple[float, float, list[float]]:
        connection.ensure_connection()
        try:
            together.wait()
            began, presses = time.perf_counter(), []
            for delivery in batch[place :: len(clerks)]:
                pressed = time.perf_counter()
                sign(delivery, clerks[place])
                presses.append((time.perf_counter() - pressed) * 1000)
            return began, time.perf_counter(), presses
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clerks)) as desk:
        done = list(desk.map(work, range(len(clerks))))
    took = max(end for _, end, _ in done) - min(begin for begin, _, _ in done)
    return Rush(took * 1000 / len(batch), quantiles([ms for *_, presses in done for ms in presses], n=20)[-1])


def _ours(delivery: Delivery, clerk: User) -> None:
    delivery.sign_for(checked=EVERY_CHECK, key=uuid4(), by=clerk, at=timezone.now())


def _bare(delivery: Delivery, clerk: User) -> None:
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE circulars_delivery SET state = 'signed_for', signed_at = %s, signed_by_id = %s, taken_minutes = 100 "
            "WHERE id = %s AND state = 'opened'",
            [at, clerk.pk, delivery.pk],
        )
        if cursor.rowcount:
            cursor.execute(
                "INSERT INTO cms_entry (happened_at, recorded_at, deed, subject, unit, person_id, address, payload, hash) "
                "VALUES (%s, %s, %s, %s, %s, %s, '', '{}', '')",
                [at, at, Deed.DELIVERY_SIGNED_FOR.value, subject_of(delivery), delivery.unit_id, clerk.pk],
            )


def _compare(batch: list[Delivery]) -> None:
    signed = Delivery.objects.signed().filter(pk__in=[delivery.pk for delivery in batch]).count()
    entered = Entry.objects.filter(
        deed=Deed.DELIVERY_SIGNED_FOR, subject__in=[subject_of(delivery) for delivery in batch]
    ).count()
    if (signed, entered) != (len(batch), len(batch)):
        raise AssertionError(f"Of {len(batch)} receipts {signed} are in the table and {entered} in the ledger.")
