"""Passwords as they are kept in production: argon2id, renewed at sign-in, and no slower for a name that nobody has."""

import time
from statistics import median

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts.people import User
from accounts.signin import OfficeArgon2Hasher

PASSWORD = "a-long-enough-word-26"


class LighterHasher(OfficeArgon2Hasher):
    """How somebody's password was kept before the parameters were raised."""

    time_cost = 1


@pytest.fixture
def clerk(city, settings):
    settings.PASSWORD_HASHERS = ["accounts.signin.OfficeArgon2Hasher"]
    city.clerk.password = make_password(PASSWORD)
    city.clerk.save()
    return city.clerk


def sign_in(username, password, address="10.61.5.7"):
    client = Client(REMOTE_ADDR=address)
    client.post(reverse("login"), {"username": username, "password": password, "next": ""})
    return client


def test_a_password_kept_with_older_parameters_is_kept_with_the_present_ones_after_a_sign_in(clerk):
    older = LighterHasher().encode(PASSWORD, "salt-for-this-scene")
    User.objects.filter(pk=clerk.pk).update(password=older)
    desk = sign_in("clerk", PASSWORD)
    assert desk.get(reverse("notices")).status_code == 200
    kept = User.objects.get(pk=clerk.pk).password
    assert older.startswith("argon2$argon2id$v=19$m=19456,t=1,p=1$")
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_name_that_nobody_has_takes_as_long_as_a_wrong_password(clerk, city):
    """In time of the processor, so that a busy machine does not matter; the difference stays below 20 ms."""
    User.objects.filter(pk=city.second_clerk.pk).update(password=make_password(None))

    def spent(username, nth):
        before = time.process_time()
        sign_in(username, "wrong", address=f"10.61.5.{nth}")
        return time.process_time() - before

    sign_in("clerk", "wrong", address="10.61.6.1")
    times = {name: median(spent(name, nth) for nth in range(9)) for name in ("clerk", "nobody-at-all", "second-clerk")}
    assert max(times.values()) - min(times.values()) < 0.02, times
