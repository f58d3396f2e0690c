"""The city with its people at real screens: served, signed in with their own passwords, on a Monday morning whose clock runs."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page
from time_machine import TimeMachineFixture

from accounts.people import User
from tests.browser.person import PASSWORD, Person
from tests.cast import MONDAY, City


@pytest.fixture
def clock(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    """The server's clock runs on from Monday nine o'clock; ``clock.move_to`` sets it anew."""
    time_machine.move_to(MONDAY)
    return time_machine


@pytest.fixture
def town(clock: TimeMachineFixture, real_city: City) -> City:
    """The city in a database where commits are real; everybody signs in with one password."""
    User.objects.update(password=make_password(PASSWORD))
    return real_city


@pytest.fixture
def sit_down(town: City, open_desk: Callable[[], Page]) -> Callable[[User], Person]:
    """The person has signed in at a browser of their own and sees their first screen."""

    def sit_down(user: User) -> Person:
        person = Person(open_desk(), user)
        person.sign_in()
        return person

    return sit_down
