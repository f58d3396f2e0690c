"""The application as a server builds it, with and without a demo."""

import os
import subprocess
import sys

from accounts.checks import second_factors_are_asked_of_roles
from accounts.demo import PASSWORD
from accounts.people import User
from tests.databases import ROOT


def test_outside_a_demo_the_application_is_not_built_while_invented_people_could_sign_in(real_database, week):
    person = User.objects.create(username="invented", name="虚构", is_demo=True)
    person.set_password(PASSWORD)
    person.save()

    def built(**environment):
        command = [sys.executable, "-c", "import sys; sys.path[:0] = ['.', 'site']; import config.wsgi"]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )

    refused = built(DEMO="0", DEBUG="0")
    assert refused.returncode != 0
    assert "演示账户" in refused.stderr
    assert built(DEMO="1").returncode == 0


def test_who_shows_a_second_factor_where_the_environment_is_silent():
    ask = "import sys; sys.path[:0] = ['.', 'site']; from config import settings; print(*settings.SECOND_FACTOR_ROLES)"

    def asked(**environment):
        silent = {name: value for name, value in os.environ.items() if name != "SECOND_FACTOR_ROLES"}
        command = [sys.executable, "-c", ask]
        return subprocess.run(
            command, cwd=ROOT, env={**silent, **environment}, capture_output=True, text=True, check=True
        ).stdout.split()

    assert asked(DEMO="0", DEBUG="0") == ["system_admin", "security_admin", "audit_admin", "network_office"]
    assert asked(DEMO="1", DEBUG="0") == asked(DEMO="0", DEBUG="1") == asked(SECOND_FACTOR_ROLES="") == []


def test_a_role_that_nobody_knows_is_named_at_the_start(settings):
    settings.SECOND_FACTOR_ROLES = ["network_office", "netword_office"]
    assert [error.msg for error in second_factors_are_asked_of_roles(None)] == [
        "SECOND_FACTOR_ROLES 里的“netword_office”不是一种职责。"
    ]
