"""Catching up after an outage: ten thousand unsigned deliveries, all overdue, against the bare INSERT … SELECT of the same reminders and messages.

Every unit has a clerk and a leader. Each turn runs in a transaction that is rolled back, so all turns find the same work.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from accounts.grants import derive
from accounts.people import Post, User
from accounts.roles import Role
from circulars.chasing import Urge
from circulars.deliveries import Delivery
from circulars.registration import Circular
from circulars.reminders import sweep_urges
from cms.messages import Message
from tests.bench.register import SINCE, Register
from tests.bench.stock import AFTER
from tests.bench.stopwatch import Figure, Lap, Race, queries, timed
from tests.offices import beijing

ROWS = 10_000
TURNS = 3
AT = beijing("2026-12-28 09:30")  # the Monday of a week whose calendar is loaded

URGES = """
INSERT INTO circulars_urge (delivery_id, round, kind, level, at, planned_at, means, text)
SELECT id, round, 'late', 'leader', %s, %s, 'desk', '请立即签收。' FROM circulars_delivery
WHERE signed_at IS NULL AND returned_at IS NULL AND recalled_at IS NULL AND channel = 'electronic' AND due_at < %s
"""
MESSAGES = """
INSERT INTO cms_message (person_id, key, text, link, about, instead, sent_at)
SELECT post.person_id, 'bare-' || delivery.id, '请立即签收。', '/received/' || delivery.id || '/', '', '', %s
FROM circulars_delivery delivery JOIN accounts_post post ON post.unit_id = delivery.unit_id AND post.role IN ('clerk', 'leader')
WHERE signed_at IS NULL AND returned_at IS NULL AND recalled_at IS NULL AND channel = 'electronic' AND due_at < %s
"""


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(register: Register) -> Found:
    """One sweep that gives everybody what is overdue, and one that finds nothing left to give."""
    with transaction.atomic():
        _staff(register)
        opened = _reopen()
        run = Race([], [])
        for _ in range(TURNS):
            run.bare.append(_rolled_back(lambda turn: _bare()))
            run.ours.append(_rolled_back(lambda turn: sweep_urges(AT)))
        sweep_urges(AT)
        quiet, asked = timed(lambda turn: sweep_urges(AT), 0), queries(lambda: sweep_urges(AT))
        given, told = Urge.objects.count(), Message.objects.filter(key__startswith="urge-").count()
        transaction.set_rollback(True)
    remark = f"{given:,} reminders and {told:,} messages given; the next sweep, which gives none, {quiet.wall:.0f} ms"
    if not given:
        raise AssertionError("The sweep has given nothing.")
    return Found([run.wall(f"catching up on {opened:,} unsigned deliveries"), *_quiet(quiet, asked)], [remark])


def _quiet(lap: Lap, asked: int) -> list[Figure]:
    return [Figure("a sweep that finds nothing to give", "wall ms", lap.wall, lap.wall, 1.0, None, asked)]


def _rolled_back(act: Callable[[int], object]) -> Lap:
    with transaction.atomic():
        lap = timed(act, 0)
        transaction.set_rollback(True)
    return lap


def _bare() -> None:
    moment = connection.ops.adapt_datetimefield_value(AT)
    with connection.cursor() as cursor:
        cursor.execute(URGES, [moment, moment, moment])
        cursor.execute(MESSAGES, [moment, moment])


def _reopen() -> int:
    """So many of the newest deliveries wait for a signature; returns how many."""
    newest = list(Delivery.objects.electronic().order_by("-sent_at").values_list("pk", flat=True)[:ROWS])
    for begin in range(0, len(newest), 900):
        Delivery.objects.filter(pk__in=newest[begin : begin + 900]).update(
            state=Delivery.State.SENT, signed_at=None, signed_by=None, signing_key=None, taken_minutes=None
        )
    for circular, sent_at in Circular.objects.gone_out().values_list("pk", "sent_at"):  # as the product writes times
        assert sent_at
        times = {name: sent_at + AFTER[name] for name in ("due_at", "warn_at")}
        Delivery.objects.filter(circular=circular).open().update(sent_at=sent_at, **times)
    return Delivery.objects.electronic().open().count()


def _staff(register: Register) -> None:
    """Every unit that receives has a clerk and a leader."""
    units = [unit for unit in register.units if unit.connected]
    wanted = [(unit, role) for unit in units for role in (Role.CLERK, Role.LEADER)]
    people = User.objects.bulk_create(
        [User(username=f"bench-{unit.code}-{role}", name=role.label) for unit, role in wanted]
    )
    Post.objects.bulk_create(
        [
            Post(person=person, unit=unit, role=role, held_from=SINCE.date())
            for person, (unit, role) in zip(people, wanted, strict=True)
        ]
    )
    derive(timezone.localdate())
