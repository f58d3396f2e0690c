"""A PIN typed on the page that seals is in no log, no session, no table and no report of an error (Article 10)."""

import logging

import pytest
from django.contrib.sessions.models import Session
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from circulars.sealing import Seal
from cms.signing import filekeys
from tests.accounts.keys import PIN, in_force
from tests.accounts.test_key_secrets import everything_stored, traces_of

pytestmark = pytest.mark.django_db

WRONG = "working-9071"


@pytest.fixture
def page(city):
    circular = city.registered()
    in_force(city)
    return f"/sealing/{circular.uuid}/"


def test_a_right_pin_and_a_wrong_one(city, page, caplog):
    caplog.set_level(logging.DEBUG)
    desk = city.desk(city.keeper)
    shown = desk.post(page, {"pin": WRONG}).content.decode()
    answer = desk.post(page, {"pin": PIN}, follow=True)
    assert Seal.objects.count() == 1
    stored = everything_stored()
    for pin in (PIN, WRONG):
        assert pin not in shown + answer.content.decode()
        assert pin.encode() not in stored
        assert pin not in caplog.text
        assert all(pin not in str(session.get_decoded()) for session in Session.objects.all())


@pytest.mark.parametrize("where", ["circulars.sealing.acts.set_circular", "circulars.sealing.acts.sign_detached"])
def test_a_report_of_something_that_broke_while_it_was_sealed(city, page, monkeypatch, caplog, where):
    """Before the type is set and after the seal is on it: with the key open in some frame, neither PIN nor key is shown."""
    caplog.set_level(logging.DEBUG)
    unlock, kept = filekeys.unlock, []

    def unlocked(*arguments, **named):
        kept.append(unlock(*arguments, **named))
        return kept[-1]

    def broken(*_, **__):
        raise RuntimeError("a disk is full")

    monkeypatch.setattr(where, broken)
    monkeypatch.setattr(filekeys, "unlock", unlocked)
    desk = city.desk(city.keeper)
    desk.raise_request_exception = False
    answer = desk.post(page, {"pin": PIN})
    assert answer.status_code == 500
    assert not Seal.objects.exists()
    reporter = ExceptionReporter(answer.wsgi_request, *answer.exc_info)
    reporter.filter = SafeExceptionReporterFilter()
    shown = reporter.get_traceback_html() + reporter.get_traceback_text()
    assert "seal_one" in shown
    (private,) = kept
    for text in (shown, caplog.text, answer.content.decode()):
        assert PIN not in text
        assert not [trace for trace in traces_of(private) if trace in text.encode()]
