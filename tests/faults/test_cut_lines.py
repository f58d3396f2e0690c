"""The line between site and database is cut at the COMMIT: the clerk presses again and the paper is signed for once (F6; Article 7(2))."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.unitlist import load_units
from tests.cast import DATA, MONDAY
from tests.databases import engine
from tests.faults.careless import write_down_again
from tests.faults.cutting import cut_line
from tests.faults.pressing import Pressing, connected_to, opened, sign_for
from tests.faults.tally import note, note_twin, tally, times

PAPERS = times(60, 1000)


def socket_of_the_run():
    """Where the run's server listens; a server that is given by its address has none."""
    return Path(connection.settings_dict["HOST"])


needs_a_line = pytest.mark.skipif(engine() == "sqlite", reason="Lines to the database that are cut: SQLite has none.")


@pytest.fixture
def deliveries(real_city, week):
    if not socket_of_the_run().is_absolute():
        pytest.skip("Lines to the database that are cut: the server of the run is not our own.")
    load_units(DATA / "units.csv", at=MONDAY)
    return opened(real_city, PAPERS)


def signed_over_a_cut_line(clerks, *, having_arrived):
    with cut_line(socket_of_the_run(), having_arrived=having_arrived) as line:
        with connected_to(HOST="127.0.0.1", PORT=str(line.port)):
            clerks.work()
        assert line.cuts > len(clerks.told) // 4
    return tally(clerks.told, repeated=clerks.repeated)


@needs_a_line
@pytest.mark.parametrize("having_arrived", [False, True], ids=["before the COMMIT", "after the COMMIT"])
def test_whichever_side_the_line_is_cut_on_each_paper_is_signed_for_once(real_city, deliveries, having_arrived):
    found = signed_over_a_cut_line(Pressing(real_city.clerk, deliveries), having_arrived=having_arrived)
    assert found.is_clean, found
    assert found.repeated
    note(f"line cut {'after' if having_arrived else 'before'} COMMIT", found)


@needs_a_line
def test_a_clerk_who_is_answered_before_the_commit_is_caught(real_city, deliveries):
    """The twin: who says yes whatever became of the COMMIT loses what was cut off before it."""

    def answer_early(pk, key, by):
        try:
            with transaction.atomic():
                sign_for(pk, key, by)
                done.append(pk)
        except DatabaseError:
            connection.close()
            if pk not in done:
                raise

    done = []
    found = signed_over_a_cut_line(Pressing(real_city.clerk, deliveries[:60], answer_early), having_arrived=False)
    assert found.lost, found
    note_twin("line cut before COMMIT", found)


@needs_a_line
def test_a_signing_that_does_not_know_its_own_press_is_caught(real_city, deliveries):
    """The twin: written down without looking whether it was signed for already, what was cut off after the COMMIT stands twice."""
    found = signed_over_a_cut_line(Pressing(real_city.clerk, deliveries[:60], write_down_again), having_arrived=True)
    assert found.doubled, found
    note_twin("line cut after COMMIT", found)
