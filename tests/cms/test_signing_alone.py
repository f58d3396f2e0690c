"""What checks signatures runs on any computer, and what keeps secrets out of error reports works without Django too."""

import subprocess
import sys
from pathlib import Path

from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from cms.signing.errorreports import sensitive_variables

ROOT = Path(__file__).resolve().parents[2]
ALONE = """
import importlib, pkgutil, sys
sys.modules["django"] = None
import circulars.verifier, cms.canonical, cms.merkle, cms.signing
for package in (circulars.verifier, cms.signing):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
assert not [name for name in sys.modules if name.startswith("django.")]
"""


def test_signing_and_the_verifier_need_no_django():
    said = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{ALONE}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def report_of(failing):
    try:
        failing()
    except ValueError:
        return ExceptionReporter(RequestFactory().get("/"), *sys.exc_info()).get_traceback_html()
    raise AssertionError("nothing failed")


def test_an_error_report_shows_no_secret(settings):
    settings.DEBUG = False

    def opening(pin, place):
        raise ValueError

    def shown(function):
        report = report_of(lambda: function(str(7**12), str(7**13)))  # the report shows these lines too
        return str(7**12) in report, str(7**13) in report

    assert shown(opening) == (True, True)
    assert shown(sensitive_variables("pin")(opening)) == (False, True)
    assert shown(sensitive_variables()(opening)) == (False, False)
