"""The application as a server builds it, with and without a demo."""

import os
import subprocess
import sys

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
