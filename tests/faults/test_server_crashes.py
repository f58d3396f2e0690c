"""The database server crashes and mends itself while units sign: what a clerk was told is kept, and stands once (F4; Article 7(2))."""

import pytest

from accounts.unitlist import load_units
from tests.cast import DATA, MONDAY
from tests.faults.pressing import Pressing, opened
from tests.faults.servers import needs_servers, own_server
from tests.faults.tally import note, note_twin, tally, times

PAPERS, CRASHES = times(120, 1500), times(2, 6)


@pytest.fixture
def deliveries(real_city, week):
    load_units(DATA / "units.csv", at=MONDAY)
    return opened(real_city, PAPERS)


def signed_through_crashes(server, person, deliveries, crashes=CRASHES):
    clerks = Pressing(person, deliveries)

    def crash(pressing):
        for n in range(1, crashes + 1):
            pressing.wait_for(len(deliveries) * n // (crashes + 1))
            server.crash()

    clerks.work(crash)
    return tally(clerks.told, repeated=clerks.repeated)


@pytest.mark.slow
@needs_servers
def test_what_was_told_is_kept_through_crashes_of_the_server(real_city, deliveries):
    with own_server() as server:
        found = signed_through_crashes(server, real_city.clerk, deliveries)
    assert found.is_clean, found
    assert found.repeated
    note("server crashes", found)


@pytest.mark.slow
@needs_servers
def test_a_server_that_answers_before_it_has_written_is_caught(real_city, deliveries):
    """The twin: the same crashes lose what was told where COMMIT does not wait."""
    with own_server(synchronous_commit="off", wal_writer_delay="10s") as server:
        found = signed_through_crashes(server, real_city.clerk, deliveries[:120], crashes=1)
    assert found.lost, found
    note_twin("server crashes", found)
