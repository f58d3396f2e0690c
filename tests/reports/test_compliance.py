"""``manage.py compliance``: each item is looked at in the installation, and what is wrong is found and said."""

import json
import os
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.drills import Drill
from accounts.people import Post, User
from accounts.roles import Role
from cms.checkpoints import sweep_checkpoints
from cms.ledgertree import number_leaves
from reports.compliance import crypto, level3
from reports.compliance.findings import State
from tests.cast import MONDAY

ITEMS = {item.code: item for item in (*level3.ITEMS, *crypto.ITEMS)}


@pytest.fixture
def sound(city, circular, settings, monkeypatch, week):
    """An installation in which nothing is to be found fault with."""
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS, settings.LOG_JSON, settings.SECRET_KEY = (
        31_536_000,
        True,
        "our-own-secret-of-many-signs-" * 3,
    )
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.PASSKEY_ORIGIN, settings.PASSKEY_RP_ID = "https://gongwen.city.example", "gongwen.city.example"
    settings.SECOND_FACTOR_ROLES = ["system_admin", "security_admin", "audit_admin", "network_office"]
    monkeypatch.setattr("reports.compliance.level3.clock_ahead", timedelta)
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        if not Post.objects.filter(role=role, held_to=None).exists():
            person = User.objects.create(username=role.value, name=role.label, last_login=MONDAY)
            Post.objects.create(person=person, unit=city.network_office, role=role, held_from=MONDAY.date())
    User.objects.update(last_login=MONDAY, date_joined=MONDAY)
    Drill.objects.create(
        name="夜间备份",
        manifest="a" * 64,
        size=1,
        started_at=MONDAY,
        finished_at=MONDAY + timedelta(seconds=9),
        is_good=True,
    )
    number_leaves(MONDAY)
    sweep_checkpoints(MONDAY)
    return settings


def state_of(code):
    return ITEMS[code].look().state


def test_a_sound_installation_fails_in_nothing_and_says_what_is_the_operators(sound):
    found = {code: item.look() for code, item in ITEMS.items()}
    assert {code: finding.said for code, finding in found.items() if finding.state is State.NOT_MET} == {}
    assert {code for code, finding in found.items() if finding.state is State.OPERATORS} == {"D11", "K6"}
    assert all(finding.said for finding in found.values())


@pytest.mark.parametrize(
    "code, name, value",
    [
        ("D1", "PASSWORD_PROFILE", "asvs"),
        ("D2", "AXES_FAILURE_LIMIT", 6),
        ("D2", "DESK_IDLE_MINUTES", 31),
        ("D3", "HTTPS", False),
        ("D3", "SECURE_HSTS_SECONDS", 0),
        ("D4", "SECOND_FACTOR_ROLES", ["system_admin"]),
        ("D7", "MIDDLEWARE", []),
        ("D10", "LOG_JSON", False),
        ("D12", "HTTPS", False),
        ("K1", "PASSKEY_ORIGIN", ""),
        ("K3", "KEY_ENCRYPTION_KEY", "short"),
    ],
)
def test_a_setting_that_falls_short_is_found(sound, code, name, value):
    assert state_of(code) is State.MET
    setattr(sound, name, value)
    assert state_of(code) is State.NOT_MET


def test_what_stands_in_the_database_is_looked_at(sound, city, week):
    assert state_of("D5") is State.MET
    User.objects.filter(pk=city.clerk.pk).update(is_demo=True, password="md5$a$b")
    assert state_of("D5") is State.NOT_MET
    assert state_of("D6") is State.MET
    Post.objects.filter(role=Role.AUDIT_ADMIN).update(
        held_to=MONDAY.date() - timedelta(days=1), held_from=MONDAY.date() - timedelta(days=2)
    )
    assert "没有审计管理员" in ITEMS["D6"].look().said
    assert (state_of("D8"), state_of("D13")) == (State.MET, State.MET)
    week.move_to(MONDAY + timedelta(days=40), tick=False)
    assert (state_of("D8"), state_of("D13")) == (State.NOT_MET, State.NOT_MET)


def test_a_broken_upload_that_was_left_is_found(sound, tmp_path):
    sound.ATTACHMENTS_ROOT = tmp_path
    assert state_of("D14") is State.MET
    (tmp_path / "incoming-a").touch()
    sound_time = timezone.now() - timedelta(days=2)
    os.utime(tmp_path / "incoming-a", (sound_time.timestamp(),) * 2)
    assert state_of("D14") is State.NOT_MET


def test_the_command_says_every_item_and_fails_where_one_fails(sound, capsys):
    sound.LOG_JSON = False
    with pytest.raises(SystemExit):
        call_command("compliance")
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()[:-1]] == list(ITEMS)
    assert "D10 不符合" in said
    assert f"共 {len(ITEMS)} 项" in said
    with pytest.raises(SystemExit):
        call_command("compliance", "--json")
    told = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in told] == list(ITEMS)
    assert {each["state"] for each in told} == {"met", "not_met", "operators"}
