"""All scenes on one engine, in the process that this module is the main one of; the figures go to standard output as JSON."""

import json
import sys
import time
from dataclasses import asdict
from typing import Any

import django

from tests.databases import Copy, PostgreSQLCopy, SQLiteCopy


def main(engine: str, rows: int) -> None:
    copy: Copy = SQLiteCopy() if engine == "sqlite" else PostgreSQLCopy()
    # Only now does Django know its database, and only then can anything be imported that has a model in it.
    django.setup()
    from django.db import connections

    copy.prepare()
    try:
        json.dump(_scenes(rows, copy), sys.stdout)
    finally:
        connections.close_all()
        copy.drop_all()


def _scenes(rows: int, copy: Copy) -> dict[str, Any]:
    """The figures, taken while the table grows to ``rows`` deliveries and after that on the full table."""
    from tests.bench import (
        backups,
        board,
        boards,
        desklist,
        fanout,
        growth,
        hands,
        longbook,
        month,
        oversight,
        presence,
        receipts,
        reminders,
        seals,
        searching,
        signing,
        typesetting,
    )
    from tests.bench.register import Register
    from tests.bench.stock import Stock

    began = time.perf_counter()
    register = Register.founded()
    stock = Stock(register)
    first = max(rows // 10, 10_000)

    stock.grow(first)
    _say(f"{stock.deliveries} deliveries after {time.perf_counter() - began:.0f} s")
    early, before = desklist.measure(register, stock.deliveries), growth.measure(register)
    stock.grow(rows)
    _say(f"{stock.deliveries} deliveries after {time.perf_counter() - began:.0f} s")
    late, after = desklist.measure(register, stock.deliveries), growth.measure(register)
    _say(f"lists and pages measured after {time.perf_counter() - began:.0f} s")
    counted = month.measure(stock, register)
    listed = longbook.measure()
    present = presence.measure(register)
    people = hands.join(register)
    taken_up = hands.take_up(register, people)
    stock.look_around()
    _say(f"{taken_up} rows of register, handling, circulation and archive after {time.perf_counter() - began:.0f} s")
    stood = boards.measure(register, people)
    followed = board.measure(register, stock)
    reminded = reminders.measure(register)
    _say(f"reminders measured after {time.perf_counter() - began:.0f} s")
    sent = fanout.measure(register, stock)
    _say(f"fan-out measured after {time.perf_counter() - began:.0f} s")
    signed = signing.measure(register)
    proved = receipts.measure(register)
    _say(f"all measured after {time.perf_counter() - began:.0f} s")
    found = searching.measure(register, stock, people)
    _say(f"searches measured after {time.perf_counter() - began:.0f} s")
    beside = oversight.measure(register, stock)
    _say(f"matrix measured after {time.perf_counter() - began:.0f} s")
    typed = typesetting.measure()
    sealed, said = seals.measure()
    database = stock.database()
    kept = backups.measure(copy)
    grown = growth.figures(
        early.times_bare | before.times_bare, late.times_bare | after.times_bare, early.deliveries, late.deliveries
    )
    figures = [
        *late.figures,
        *grown,
        *counted.figures,
        *listed.figures,
        *present.figures,
        *stood.figures,
        *followed,
        *sent.figures,
        *reminded.figures,
        *signed.figures,
        *proved.figures,
        *found.figures,
        *beside.figures,
        *typed,
        *sealed,
    ]
    return {
        "database": database,
        "seconds": round(time.perf_counter() - began),
        "figures": [asdict(figure) for figure in figures],
        "remarks": [
            *said,
            *late.remarks,
            *after.remarks,
            *counted.remarks,
            *listed.remarks,
            *present.remarks,
            f"boards: {taken_up:,} rows of register, handling, circulation and archive",
            *sent.remarks,
            *reminded.remarks,
            *signed.remarks,
            *proved.remarks,
            *found.remarks,
            *beside.remarks,
            *kept,
        ],
    }


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
