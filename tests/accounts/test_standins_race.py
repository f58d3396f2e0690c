"""Taking a stand-in back while the sweep derives: what was taken back is not granted again; with real commits and real threads."""

from threading import Thread

import pytest
from django.db import connection

from accounts import grants
from accounts.people import User
from accounts.roles import Right, Role, may
from accounts.standins import arrange
from tests.cast import MONDAY, City

TODAY = MONDAY.date()


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_what_was_taken_back_while_the_sweep_read_is_not_granted_again(city, monkeypatch):
    stand_in = arrange(
        city.approver,
        city.sender,
        city.office,
        Role.APPROVER,
        first=TODAY,
        last=TODAY,
        reason="外出开会",
        by=city.approver,
        at=MONDAY,
    )

    def take_back():
        try:
            stand_in.take_back(by=city.approver, at=MONDAY)
        finally:
            connection.close()

    other, read = Thread(target=take_back), grants.due_grants

    def slowly(*asked):
        monkeypatch.setattr(grants, "due_grants", read)
        due = read(*asked)
        other.start()
        other.join(timeout=1)
        return due

    monkeypatch.setattr(grants, "due_grants", slowly)
    grants.sweep_grants(MONDAY)
    other.join()
    stand_in.refresh_from_db()
    assert stand_in.ended_at == MONDAY
    assert not may(User.objects.get(pk=city.sender.pk), Right.APPROVE, city.office.pk)
