"""The records of a month to be reported on."""

import pytest

from tests.reports.bulletins import Desk, desk_of
from tests.reports.november import Records


@pytest.fixture
def records(db: None) -> Records:
    return Records()


@pytest.fixture
def november(records: Records) -> Records:
    """The records of the worked example of November."""
    records.november()
    return records


@pytest.fixture
def desk(november: Records) -> Desk:
    """November and the people of its bulletin."""
    return desk_of(november)
