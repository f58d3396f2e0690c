"""Several certificates revoked at once: every list has its own number, and the last one names them all."""

import pytest

from cms.revocations import Reason, RevocationList, revoke_certificate
from tests.cast import MONDAY
from tests.rush import at_once


@pytest.mark.usefixtures("real_database")
def test_no_list_misses_a_revocation(authority):
    at_once(6, lambda n: revoke_certificate(1000 + n, Reason.SUPERSEDED, at=MONDAY))
    lists = RevocationList.objects.order_by("number")
    assert [each.number for each in lists] == [1, 2, 3, 4, 5, 6]
    assert {line.serial_number for line in lists.last().parsed} == {1000, 1001, 1002, 1003, 1004, 1005}
