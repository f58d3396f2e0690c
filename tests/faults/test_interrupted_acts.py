"""The database gives out in the middle of an act, at any statement: nothing has happened, and the second attempt does it once."""

from contextlib import contextmanager, suppress
from itertools import count

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cms.lifecycles import OutOfOrder
from tests.faults.acts import ACTS, LONG_ACTS, everything
from tests.faults.mending import MENDING

EVERY_ACT = ACTS | LONG_ACTS | MENDING

MARKS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def giving_out(at, *, having_done_it):
    """The database fails at the statement of this number, before it was carried out or when only the answer was missing."""
    seen = count(1)

    def give_out(execute, sql, params, many, context):
        if sql.startswith(MARKS) or next(seen) != at:
            return execute(sql, params, many, context)
        if having_done_it:
            execute(sql, params, many, context)
        raise OperationalError("the server went away")

    with connection.execute_wrapper(give_out):
        yield


def statements_of(act, key):
    """What the act says to the database when all that is kept in memory is there; afterwards it is as if nobody had done it."""
    for _ in range(2):
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            act.do(key)
            transaction.set_rollback(True)
    return [query["sql"] for query in queries if not query["sql"].startswith(MARKS)]


@pytest.mark.parametrize("name", EVERY_ACT)
def test_wherever_the_database_gives_out_nothing_has_happened_and_a_repeat_does_it_once(city, name):
    act = EVERY_ACT[name]
    key = act.begin(city)
    statements = statements_of(act, key)
    before = everything()
    for at, sql in enumerate(statements, 1):
        for having_done_it in (False,) if sql.startswith("SELECT") else (False, True):
            with giving_out(at, having_done_it=having_done_it), pytest.raises(OperationalError):
                act.do(key)
            assert everything() == before, sql
    assert {sql.split()[0] for sql in statements} > {"SELECT"}
    act.do(key)
    assert act.is_done(key)


@pytest.mark.parametrize("name", EVERY_ACT)
def test_what_was_done_is_not_done_again(city, name):
    act = EVERY_ACT[name]
    key = act.begin(city)
    act.do(key)
    after = everything()
    for _ in range(2):
        with suppress(OutOfOrder):  # who asks again is told that it was done, or finds it done
            act.do(key)
    assert act.is_done(key)
    assert everything() == after
