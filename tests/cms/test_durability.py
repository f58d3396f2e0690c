"""A database that loses what it answered, a clock that is wrong, a secret that everybody knows: the site does not start."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts.safestart import refuse_unsafe
from cms.durability import durability_faults, unsafe_settings

SOUND = "a-secret-of-our-own-" * 4


@pytest.fixture
def earnest(settings, monkeypatch):
    """A site in earnest that has nothing to be blamed for."""
    settings.SECRET_KEY, settings.DEMO, settings.DEBUG = SOUND, False, False
    monkeypatch.setattr("cms.durability.unsafe_settings", list)
    monkeypatch.setattr("cms.durability.clock_ahead", timedelta)
    return settings


def test_a_sound_site_starts(city, earnest):
    refuse_unsafe()


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("SECRET_KEY", "short", "SECRET_KEY 不足 50 个字符"),
        ("SECRET_KEY", "django-insecure-" + "x" * 60, "是样例"),
        ("KEY_ENCRYPTION_KEY", "", "KEY_ENCRYPTION_KEY 没有设置"),
        ("DEBUG", True, "DEBUG=1"),
    ],
)
def test_each_reason_keeps_the_site_from_starting(city, earnest, name, value, said):
    setattr(earnest, name, value)
    with pytest.raises(ImproperlyConfigured, match=said):
        refuse_unsafe()


def test_all_reasons_are_said_at_once_and_a_demo_starts_with_them(city, earnest):
    earnest.SECRET_KEY, earnest.KEY_ENCRYPTION_KEY = "short", ""
    with pytest.raises(ImproperlyConfigured, match=r"(?s)SECRET_KEY.*KEY_ENCRYPTION_KEY"):
        refuse_unsafe()
    earnest.DEMO = True
    refuse_unsafe()


@pytest.mark.parametrize("apart, wrong", [(1.9, False), (2.1, True), (-2.1, True), (-1.9, False)])
def test_a_clock_that_differs_from_the_databases_by_over_two_seconds_keeps_it_from_starting(
    city, earnest, monkeypatch, apart, wrong
):
    monkeypatch.setattr("cms.durability.clock_ahead", lambda: timedelta(seconds=apart))
    assert bool([fault for fault in durability_faults() if fault.id == "cms.E005"]) is wrong
    if wrong:
        with pytest.raises(ImproperlyConfigured, match="本机时钟与数据库时钟相差 2 秒"):
            refuse_unsafe()


def test_a_setting_that_loses_what_was_answered_is_named(city, django_db_blocker):
    """The databases of the scenes wait for no disk, and are found out; set right, they are not."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            assert bool(unsafe_settings()) is (cursor.fetchone()[0] < 2)
        return
    said = " ".join(unsafe_settings())
    assert "fsync 设为 off" in said
    assert "synchronous_commit" not in said
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert "synchronous_commit 设为 off" in " ".join(unsafe_settings())
