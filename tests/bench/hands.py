"""What every unit did with what it signed for, as rows: registered, handled or circulated, and kept.

The newest registered papers are in the hands of somebody, at every step; the others were handled, and those of years past are filed. Four of
five are worked on by a division, the fifth is read by three people. All rows are copied from the deliveries, some statements for a million.
"""

from dataclasses import dataclass

from django.db import connection, models, transaction
from django.utils import timezone

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.units import Category, Unit
from circulars.archive.holdings import Holding
from circulars.circulation.record import Circulation, Reader, ReaderEnd
from circulars.deliveries import Delivery
from circulars.handling.record import Assignment, Handling
from circulars.incoming import Incoming
from circulars.registration import Circular
from tests.bench.register import SINCE, Register
from tests.bench.stock import RECEIVING

READ_ONLY = 5  # one paper in so many is circulated, not worked on


_CALLED = {"leader": "分管领导", "head": "科长", "handler": "承办人"}


@dataclass(frozen=True)
class Hands:
    """The people of the first unit who have papers in hand beside its clerk, and by unit whoever leads, heads and handles there."""

    leader: User
    head: User
    handler: User
    archivist: User
    division: Unit
    crews: dict[int, tuple[User, ...]]


@transaction.atomic
def join(register: Register) -> Hands:
    """The first unit has a leader, an archivist and a division of two; in the others such people are names on papers."""
    unit = register.units[0]
    division: Unit = unit.add_child(
        code=f"{unit.code}-1",
        name="综合科",
        short_name="综合科",
        category=Category.DEPARTMENT,
        area=unit.area,
        is_division=True,
    )
    crews = {
        each.pk: tuple(
            User.objects.create(username=f"{name}-{each.code}", name=called) for name, called in _CALLED.items()
        )
        for each in register.units[:RECEIVING]
    }
    leader, head, handler = crews[unit.pk]
    archivist = User.objects.create(username=f"archivist-{unit.code}", name="档案员")
    for person, where, role in (
        (leader, unit, Role.LEADER),
        (head, division, Role.DIVISION_HEAD),
        (handler, division, Role.HANDLER),
        (archivist, unit, Role.ARCHIVIST),
    ):
        take_post(person, where, role, by=None, at=SINCE)
    return Hands(leader, head, handler, archivist, division, crews)


@transaction.atomic
def take_up(register: Register, hands: Hands) -> int:
    """Every delivery that a unit has registered has its entry, its handling or circulation and its holding; how many rows that are."""
    _trust_copies()
    rows = [
        _entries(register),
        _handlings(register),
        _assignments(hands),
        _circulations(register),
        _readers(hands),
        _readings(),
        _holdings(),
    ]
    return sum(rows)


_ENTRY, _DELIVERY, _CIRCULAR = (model._meta.db_table for model in (Incoming, Delivery, Circular))
_PAPERS = f"{_ENTRY} e JOIN {_CIRCULAR} c ON c.id = e.circular_id"


def _entries(register: Register) -> int:
    """The register of each unit, numbered by year; the newest papers are in hand, at the step that their number picks."""
    year, last_year = _year("d.signed_at"), timezone.localdate().year - 1
    in_hand = f"CASE WHEN c.sequence % {READ_ONLY} = 0 THEN 'circulating' ELSE 'in_handling' END"
    done = f"CASE WHEN {year} <= {last_year} THEN 'filed' ELSE 'handled' END"
    return _copied(
        Incoming,
        f"{_DELIVERY} d JOIN {_CIRCULAR} c ON c.id = d.circular_id WHERE d.registered_at IS NOT NULL",
        unit_id="d.unit_id",
        year=year,
        sequence=f"row_number() OVER (PARTITION BY d.unit_id, {year} ORDER BY d.signed_at, d.id)",
        source="'electronic'",
        delivery_id="d.id",
        circular_id="d.circular_id",
        outside_sender="''",
        outside_number="''",
        outside_title="''",
        urgency="d.urgency",
        received_at="d.sent_at",
        due_at="d.due_at",
        copies="1",
        kind=f"CASE WHEN c.sequence % {READ_ONLY} = 0 THEN 'information' ELSE 'action' END",
        review="'passed'",
        note="''",
        state=f"CASE WHEN d.handled_at IS NULL THEN {in_hand} ELSE {done} END",
        registered_by_id=str(register.clerks[0].pk),
        registered_at="d.registered_at",
        handled_at="d.handled_at",
        sent_back_why="''",
    )


def _handlings(register: Register) -> int:
    """What is worked on: of those in hand as many wait for the leader as for the division and for the clerk."""
    clerk = str(register.clerks[0].pk)
    steps = "CASE c.sequence % 4 WHEN 0 THEN 'to_instruct' WHEN 1 THEN 'to_assign' WHEN 2 THEN 'in_work' ELSE 'to_close' END"
    yes = "true" if connection.vendor == "postgresql" else "1"
    return _copied(
        Handling,
        f"{_PAPERS} WHERE e.kind = 'action'",
        incoming_id="e.id",
        state=f"CASE WHEN e.handled_at IS NULL THEN {steps} ELSE 'finished' END",
        uses_proposal=yes,
        uses_instruction=yes,
        uses_work=yes,
        opened_by_id=clerk,
        opened_at="e.registered_at",
        result="'已按要求办理。'",
        finished_by_id=f"CASE WHEN e.handled_at IS NOT NULL THEN {clerk} END",
        finished_at="e.handled_at",
    )


def _assignments(hands: Hands) -> int:
    """The division, or one of its two people, has worked on it or does so now."""
    handling = Handling._meta.db_table
    return _copied(
        Assignment,
        f"{_PAPERS} JOIN {handling} h ON h.incoming_id = e.id JOIN ({_crews(hands)}) w ON w.unit = e.unit_id AND w.place = 1 + c.sequence % 3 "
        "WHERE h.state IN ('in_work', 'finished')",
        handling_id="e.id",
        part="'lead'",
        unit_id="w.division",
        person_id="CASE WHEN w.place > 1 THEN w.person END",
        state="CASE h.state WHEN 'in_work' THEN 'open' ELSE 'done' END",
        given_by_id="e.registered_by_id",
        given_at="e.registered_at",
        due_at="e.due_at",
        warn_at="e.due_at",
        ended_by_id="CASE h.state WHEN 'finished' THEN w.person END",
        ended_at="e.handled_at",
        note="''",
    )


def _circulations(register: Register) -> int:
    """What is only to be read goes round."""
    return _copied(
        Circulation,
        f"{_ENTRY} e WHERE e.kind = 'information'",
        incoming_id="e.id",
        in_order="true" if connection.vendor == "postgresql" else "1",
        purpose="''",
        begun_by_id=str(register.clerks[0].pk),
        begun_at="e.registered_at",
        ended_at="e.handled_at",
    )


def _readers(hands: Hands) -> int:
    """Leader, head and handler, in this order; of a paper on its way the leader has read, the head is reading."""
    return _copied(
        Reader,
        f"{Circulation._meta.db_table} r JOIN {_ENTRY} e ON e.id = r.incoming_id JOIN ({_crews(hands)}) w ON w.unit = e.unit_id",
        circulation_id="r.id",
        place="w.place",
        person_id="w.person",
        unit_id="CASE w.place WHEN 1 THEN w.unit ELSE w.division END",
        added_by_id="r.begun_by_id",
        added_at="r.begun_at",
        reached_at="CASE WHEN r.ended_at IS NOT NULL OR w.place < 3 THEN r.begun_at END",
    )


def _readings() -> int:
    circulation, reader = Circulation._meta.db_table, Reader._meta.db_table
    return _copied(
        ReaderEnd,
        f"{reader} w JOIN {circulation} r ON r.id = w.circulation_id WHERE r.ended_at IS NOT NULL OR w.place = 1",
        reader_id="w.id",
        kind="'read'",
        text="''",
        by_id="w.person_id",
        at="r.begun_at",
    )


def _holdings() -> int:
    """Of this year's nothing is filed yet; of the others nine in ten are, under codes, and the rest was left out."""
    last_year = timezone.localdate().year - 1
    is_old, is_left = f"e.year <= {last_year}", "c.sequence % 10 = 0"
    is_filed = f"{is_old} AND NOT {is_left}"
    term = "CASE c.sequence % 3 WHEN 0 THEN 'Y' WHEN 1 THEN 'D30' ELSE 'D10' END"

    def where_filed(value: str) -> str:
        return f"CASE WHEN {is_filed} THEN {value} END"

    return _copied(
        Holding,
        f"{_PAPERS} WHERE e.kind IS NOT NULL",
        unit_id="e.unit_id",
        circular_id="e.circular_id",
        delivery_id="e.delivery_id",
        part="'received'",
        state=f"CASE WHEN {is_filed} THEN 'filed' WHEN {is_old} THEN 'left' ELSE 'held' END",
        year="e.year",
        since="e.registered_at",
        file_by=_day("e.year + 1", "06-30"),
        term=f"CASE WHEN {is_filed} THEN {term} ELSE '' END",
        office=f"CASE WHEN {is_filed} THEN 'BGS' ELSE '' END",
        item=where_filed("e.sequence"),
        code=where_filed(f"'W' || e.unit_id || '-WS·' || e.year || '-' || {term} || '-BGS-' || e.sequence"),
        filed_at=where_filed("e.handled_at"),
        filed_by_id=where_filed("e.registered_by_id"),
        kept_until=f"CASE WHEN {is_old} THEN {_day('e.year + 10', '12-31')} END",
    )


def _crews(hands: Hands) -> str:
    """Who has which place in which unit, and where they sit, as a table."""
    first = hands.division.get_parent().pk
    return " UNION ALL ".join(
        f"SELECT {unit} AS unit, {hands.division.pk if unit == first else unit} AS division, {place} AS place, {person.pk} AS person"
        for unit, crew in hands.crews.items()
        for place, person in enumerate(crew, 1)
    )


def _year(moment: str) -> str:
    """The year of a moment, by the clock of the database: a paper of New Year's Eve may count to the year before."""
    if connection.vendor == "postgresql":
        return f"extract(year FROM {moment})::int"
    return f"CAST(strftime('%Y', {moment}) AS INTEGER)"


def _day(year: str, day: str) -> str:
    said = f"({year}) || '-{day}'"
    return f"({said})::date" if connection.vendor == "postgresql" else said


def _copied(model: type[models.Model], rows: str, /, **columns: str) -> int:
    """Rows of the model made of these rows, a statement's FROM and WHERE."""
    quote = connection.ops.quote_name
    names, values = ", ".join(map(quote, columns)), ", ".join(columns.values())
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {values} FROM {rows}")
        return int(cursor.rowcount)


def _trust_copies() -> None:
    """As the stock does: copied rows point to rows that are there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('session_replication_role', 'replica', true) FROM pg_user WHERE usename = user AND usesuper"
            )
