"""The records of a month to be reported on."""

import pytest

from tests.reports.november import Records


@pytest.fixture
def records(db: None) -> Records:
    return Records()


@pytest.fixture
def november(records: Records) -> Records:
    """The records of the worked example of November."""
    records.november()
    return records
