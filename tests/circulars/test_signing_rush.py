"""Sixty-four clerks over a thousand deliveries: each is signed for once, by one person, and everybody is told the truth."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.unitlist import load_units
from accounts.units import Unit
from circulars.deliveries import AlreadySigned, Check, Delivery, record
from circulars.receipts import Drawn, Receipt
from cms import ledger
from cms.ledger import Entry
from tests.cast import DATA, MONDAY, City
from tests.databases import engine
from tests.rush import at_once

EVERY_GROUP = "county,zone,enterprise,department,institution,central_provincial"
EVERY_CHECK = {check.value for check in Check}
RIVALS = 4  # how many clerks have the same delivery before them, each with the button not yet pressed

only_on_postgresql = pytest.mark.skipif(
    engine() == "sqlite",
    reason="Sixty-four clerks over a thousand deliveries: SQLite has one writer, its rush is smaller.",
)


@dataclass(frozen=True)
class Press:
    """One press of the button and what the clerk was told: nothing said against it means signed for."""

    delivery: int
    clerk: User
    key: UUID
    refusal: AlreadySigned | None


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed, with every unit of the register."""
    load_units(DATA / "units.csv", at=MONDAY)
    return real_city


def opened(city, count):
    """So many deliveries that their units have opened, out of as many circulars as it takes."""
    while Delivery.objects.count() < count:
        city.sent(primary_groups=EVERY_GROUP, primary_units=[])
    Delivery.objects.update(state=Delivery.State.OPENED, opened_at=MONDAY, opened_by=city.clerk, delivered_at=MONDAY)
    return list(Delivery.objects.order_by("pk").values_list("pk", flat=True)[:count])


def engaged(count):
    return User.objects.bulk_create([User(username=f"clerk-{n}", name=f"收文员{n}") for n in range(count)])


def rush(clerks, keys):
    """Every clerk presses through a quarter of the piles, which three others press through as well; all presses, by delivery."""
    groups = len(clerks) // RIVALS
    piles = [keys[n % groups :: groups] for n in range(len(clerks))]

    def work(n):
        clerk, pile = (
            clerks[n],
            list(Delivery.objects.select_related("circular", "issuer__area").in_bulk(piles[n]).values()),
        )
        Random(n).shuffle(pile)
        return [press(delivery, clerk) for delivery in pile]

    pressed = defaultdict(list)
    for presses in at_once(len(clerks), work):
        for one in presses:
            pressed[one.delivery].append(one)
    return pressed


def press(delivery, clerk):
    key, refusal = uuid4(), None
    try:
        delivery.sign_for(checked=EVERY_CHECK, key=key, by=clerk, at=MONDAY)
    except AlreadySigned as told:
        refusal = told
    return Press(delivery.pk, clerk, key, refusal)


def assert_each_signed_once_and_everybody_was_told_the_truth(pressed, keys):
    rows = Delivery.objects.select_related("signed_by").in_bulk(keys)
    assert sorted(pressed) == keys
    for key, presses in pressed.items():
        row = rows[key]
        assert len(presses) == RIVALS
        (winner,) = [one for one in presses if one.refusal is None]
        assert (row.state, row.signed_by, row.signing_key) == ("signed_for", winner.clerk, winner.key)
        assert {str(one.refusal) for one in presses if one is not winner} == {str(AlreadySigned(row))}
    entries = dict(Entry.objects.filter(deed="delivery.signed_for").values_list("subject", "person"))
    assert Entry.objects.filter(deed="delivery.signed_for").count() == len(keys)
    assert entries == {ledger.subject_of(row): row.signed_by_id for row in rows.values()}
    assert len({row.slip_number for row in rows.values()}) == len(keys)


@only_on_postgresql
def test_sixty_four_clerks_over_a_thousand_deliveries(city):
    keys = opened(city, 1000)
    pressed = rush(engaged(64), keys)
    assert_each_signed_once_and_everybody_was_told_the_truth(pressed, keys)
    assert len({presses.clerk for on_one in pressed.values() for presses in on_one if not presses.refusal}) > RIVALS


def test_sixteen_clerks_over_a_hundred_deliveries(city):
    keys = opened(city, 100)
    assert_each_signed_once_and_everybody_was_told_the_truth(rush(engaged(16), keys), keys)


@pytest.mark.skipif(
    engine() == "sqlite",
    reason="A careless signing, caught: on SQLite the one writer has the database from before it looks, so looking first is safe.",
)
def test_clerks_who_looked_first_and_wrote_afterwards_would_be_caught(city, monkeypatch):
    """The scenes above see what they are there to see: without the condition in the UPDATE one delivery is signed for twice."""

    def look_then_write(thing, to, deed, *, by, at, circular=None, unit=None, facts=None, **changes):
        if type(thing).objects.get(pk=thing.pk).state == to:
            raise record.OutOfOrder("签过了。")
        with transaction.atomic():
            type(thing).objects.filter(pk=thing.pk).update(state=to, **changes)
            ledger.enter(deed, subject=ledger.subject_of(thing), by=by, at=at)

    # The receipt's place in its unit's line would catch it as well: it is not drawn up here.
    monkeypatch.setattr(record, "draw_up", lambda delivery, **_: Drawn(Receipt(), ""))
    monkeypatch.setattr(record, "issue", lambda *_, **__: None)
    monkeypatch.setattr(record, "move", look_then_write)
    keys = opened(city, 100)
    with pytest.raises((AssertionError, ValueError)):
        assert_each_signed_once_and_everybody_was_told_the_truth(rush(engaged(16), keys), keys)


def test_sixty_four_presses_at_the_desk_are_answered_as_it_happened(city):
    """The pages say what the rows say: one clerk of each delivery is shown the slip, the others read who was first."""
    keys = opened(city, 16)
    places = list(Delivery.objects.filter(pk__in=keys).values_list("pk", "unit"))
    clerks = engaged(64)
    desks = [at_the_desk_of(city, clerk, *places[n % 16]) for n, clerk in enumerate(clerks)]
    pages = at_once(64, lambda n: desks[n]())
    for row in Delivery.objects.select_related("signed_by", "circular").filter(pk__in=keys):
        answers = {clerk: page for clerk, page in zip(clerks, pages, strict=True) if f"/received/{row.pk}/" in page}
        told_ok = [
            clerk
            for clerk, page in answers.items()
            if f"已签收 {row.circular.number}，凭证号 {row.slip_number}。" in page
        ]
        told_who = [clerk for clerk, page in answers.items() if str(AlreadySigned(row)) in page]
        assert told_ok == [row.signed_by]
        assert len(told_who) == RIVALS - 1
    assert Entry.objects.filter(deed="delivery.signed_for").count() == len(keys)


def at_the_desk_of(city, clerk, delivery, unit):
    """The clerk sits there signed in; when called, the button is pressed and the page that came is read."""
    take_post(clerk, Unit.objects.get(pk=unit), Role.CLERK, by=None, at=MONDAY)
    desk, form = city.desk(clerk), {"key": uuid4(), "checked": ["all"]}
    return lambda: desk.post(f"/received/{delivery}/sign/", form, follow=True).content.decode()
