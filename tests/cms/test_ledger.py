"""The ledger takes what happened once, and neither a program nor the owner of the tables changes it afterwards."""

from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction

from accounts.people import User
from cms.ledger import Entry, Leaf, canonical, deed_label, enter, instant, register, subject_of
from tests.cast import MONDAY
from tests.databases import engine

pytestmark = pytest.mark.django_db

STATEMENTS = [
    "UPDATE cms_entry SET hash = 'x'",
    "UPDATE cms_leaf SET hash = 'x'",
    "DELETE FROM cms_entry",
    "DELETE FROM cms_leaf",
]
if engine() == "postgresql":  # SQLite knows no TRUNCATE
    STATEMENTS += ["TRUNCATE cms_leaf", "TRUNCATE cms_entry CASCADE"]


def entry(**changes):
    return enter("units.loaded", **{"subject": "accounts.unit", "at": MONDAY, "facts": {"units": 9}} | changes)


@pytest.fixture
def leaf():
    return Leaf.objects.create(index=0, entry=entry(), hash="0" * 64)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_row_of_the_ledger_is_neither_changed_nor_deleted(leaf, statement):
    connection.check_constraints()  # or PostgreSQL would refuse for want of it
    with pytest.raises(DatabaseError, match="insert only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (Entry.objects.count(), Leaf.objects.get().hash) == (1, "0" * 64)


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: Entry.objects.filter(pk=kept.pk).update(payload="{}"),
        lambda kept: Entry.objects.filter(pk=kept.pk).delete(),
        lambda kept: Entry.objects.bulk_update([kept], ["payload"]),
        lambda kept: kept.save(),
        lambda kept: kept.delete(),
    ],
    ids=["update", "delete", "bulk_update", "save", "delete one"],
)
def test_no_way_of_the_program_gets_around_it(change):
    kept = entry()
    with pytest.raises(DatabaseError, match="insert only"), transaction.atomic():
        change(kept)
    assert Entry.objects.get().facts == {"units": 9}


def test_the_hash_is_recomputed_from_what_the_database_gives_back():
    person = User.objects.create(username="clerk", name="收发员")
    entry()
    entry(
        by=person,
        at=MONDAY + timedelta(microseconds=1),
        circular=uuid4(),
        unit=7,
        facts={"when": MONDAY, "文": "汉字 \"'\\\n", "none": None, "list": [1, 2]},
    )
    for kept in Entry.objects.all():
        assert kept.hash == kept.computed_hash()


@pytest.mark.parametrize(
    "field, other",
    [
        ("happened_at", MONDAY + timedelta(microseconds=1)),
        ("recorded_at", MONDAY),
        ("deed", "post.taken"),
        ("subject", "accounts.unit:1"),
        ("circular", uuid4()),
        ("unit", 7),
        ("person_id", 7),
        ("address", "10.0.0.1"),
        ("payload", "{}"),
    ],
)
def test_the_hash_covers_everything_an_entry_says(field, other):
    kept = entry()
    setattr(kept, field, other)
    assert kept.computed_hash() != kept.hash


def test_an_entry_made_in_an_act_that_fails_is_not_there():
    with transaction.atomic():
        entry()
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


def test_a_deed_nobody_registered_is_refused():
    with pytest.raises(ValueError, match="not registered"):
        enter("units.burnt", subject="accounts.unit", at=MONDAY)


def test_a_deed_is_registered_once_and_has_a_name_in_chinese():
    assert deed_label("units.loaded") == "载入使用单位"
    with pytest.raises(ValueError, match="twice"):
        register(models.TextChoices("Deed", {"AGAIN": ("units.loaded", "再载入")}))


def test_one_set_of_facts_has_one_text():
    assert canonical({"b": 1, "a": "市"}) == canonical({"a": "市", "b": 1}) == '{"a":"市","b":1}'


def test_a_moment_is_written_in_local_time_whatever_zone_it_came_in():
    assert instant(MONDAY.astimezone(UTC)) == instant(MONDAY) == "2026-09-28T09:00:00.000000+08:00"


def test_entries_are_found_by_what_they_are_about():
    people = [User.objects.create(username=name, name=name) for name in ("one", "other")]
    for person in people:
        entry(subject=subject_of(person))
    assert [kept.subject for kept in Entry.objects.of(people[0])] == [f"accounts.user:{people[0].pk}"]
