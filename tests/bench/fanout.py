"""Sending to 30, 120 and 500 units: the whole legal act against the bare INSERT … SELECT of the same rows in a transaction."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.db import connection, transaction

from accounts.people import User
from circulars.deliveries import Delivery
from circulars.dispatch import dispatch
from circulars.registration import Circular
from tests.bench.register import GROUPS, Register
from tests.bench.stock import Stock
from tests.bench.stopwatch import Figure, compared, dearest, queries, race, statements
from tests.offices import beijing

AT = beijing("2026-11-18 10:00")
TURNS, WARM_UP, TAKEN_APART = 15, 2, 7
AIM = 3.0
FAN_OUT = "INSERT circulars_delivery"

# Written out by hand: what somebody would do who owes nobody a ledger.
BARE = """
INSERT INTO circulars_delivery (circular_id, unit_id, unit_name, issuer_id, role, channel, urgency, sent_at, due_at,
    warn_at, window_minutes, rules_id)
SELECT %s, id, short_name, %s, 'primary', CASE WHEN connected THEN 'electronic' ELSE 'paper' END, 'normal', %s, %s,
    %s, 540, (SELECT min(id) FROM cms_ruleversion)
FROM accounts_unit WHERE category IN ({}) AND NOT is_division AND id <> %s ORDER BY sort_order, code
"""


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(register: Register, stock: Stock) -> Found:
    """Each size by turns, every turn on a circular of its own; then a few turns taken apart statement by statement."""
    found = Found([], [])
    sender = User.objects.get(pk=register.sender.pk)
    turns = WARM_UP + TURNS + TAKEN_APART
    for size, groups in GROUPS.items():
        waiting = _in_hand(stock.registered(groups, 2 * turns + 1))
        ours, bare, counted = waiting[:turns], waiting[turns:-1], waiting[-1]
        send, insert = _sending(ours, sender), _inserting(bare, groups)
        run = race(TURNS, warm_up=WARM_UP, bare=insert, ours=send)
        apart = [(_taken_apart(insert, turn), _taken_apart(send, turn)) for turn in range(WARM_UP + TURNS, turns)]
        _compare(bare[0], ours[0], size)

        scene, asked = f"sending to {size} units", queries(lambda last=counted: dispatch(last, by=sender, at=AT))  # type: ignore[misc]
        plain, full = ([turn[side][FAN_OUT] for turn in apart] for side in (0, 1))
        found.figures.append(run.wall(scene, aim=AIM, queries=asked))
        found.figures.append(compared(f"its statement for {size} alone", "wall ms", plain, full, queries=1))
        spent = {what: median(turn[1][what] for turn in apart) for what in apart[0][1]}
        found.remarks.append(f"{scene} taken apart, {sum(spent.values()):.1f} ms: {dearest(spent, 7)}")
    return found


def _sending(circulars: list[Circular], sender: User) -> Callable[[int], object]:
    return lambda turn: dispatch(circulars[turn], by=sender, at=AT)


def _inserting(circulars: list[Circular], groups: tuple[str, ...]) -> Callable[[int], object]:
    return lambda turn: _insert(circulars[turn], groups)


def _in_hand(circulars: list[Circular]) -> list[Circular]:
    """As the sending page fetches them."""
    keys = [circular.pk for circular in circulars]
    return list(Circular.objects.select_related("issuer__area", "text").filter(pk__in=keys))


def _insert(circular: Circular, groups: tuple[str, ...]) -> None:
    moment = connection.ops.adapt_datetimefield_value(AT)
    places = ", ".join(["%s"] * len(groups))
    issuer = circular.issuer_id
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE.format(places), [circular.pk, issuer, moment, moment, moment, *groups, issuer])


def _taken_apart(act: Callable[[int], object], turn: int) -> dict[str, float]:
    """Milliseconds of every kind of statement, of Python between them, and of the commit."""
    with statements() as spent:
        with transaction.atomic():
            began = time.perf_counter()
            act(turn)
            done = time.perf_counter()
        committed = time.perf_counter()
    between = (done - began) * 1000 - sum(ms for what, ms in spent.items() if what != "BEGIN")
    return spent | {"Python": between, "COMMIT": (committed - done) * 1000}


def _compare(bare: Circular, ours: Circular, size: int) -> None:
    """Both ways have made the same rows."""
    made = [Delivery.objects.filter(circular=circular, state="sent").count() for circular in (bare, ours)]
    if made != [size, size]:
        raise AssertionError(f"{size} deliveries were to be made, not {made}.")
