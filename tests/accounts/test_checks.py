"""Outside a demo the product does not start while invented people could sign in."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from accounts.demo import PASSWORD, close_demo_accounts
from accounts.people import User
from accounts.safestart import refuse_unsafe
from cms.ledger import Entry
from tests.cast import MONDAY


@pytest.fixture(autouse=True)
def _database_for_earnest(monkeypatch):
    """The server of the scenes waits for no disk, which is none of what these scenes are about."""
    monkeypatch.setattr("cms.checks.durability_faults", list)


@pytest.fixture
def invented(city):
    city.clerk.is_demo = True
    city.clerk.set_password(PASSWORD)
    city.clerk.save()
    return city.clerk


def complaints():
    found = run_checks(include_deployment_checks=True, databases=["default"])
    return [str(message.msg) for message in found if message.id == "accounts.E001"]


def test_the_site_refuses_to_start_and_says_what_to_do(invented):
    with pytest.raises(ImproperlyConfigured, match=r"1 个演示账户.*close_demo_accounts"):
        refuse_unsafe()
    assert len(complaints()) == 1


@pytest.mark.parametrize("kinds", [["DEMO"], ["DEMO", "DEBUG"]])
def test_a_demo_starts_with_its_people(invented, settings, kinds):
    for kind in kinds:
        setattr(settings, kind, True)
    refuse_unsafe()
    assert not complaints()


def test_debug_pages_are_for_a_demo_alone(city, settings):
    settings.DEBUG = True
    with pytest.raises(ImproperlyConfigured, match="DEBUG=1"):
        refuse_unsafe()


@pytest.mark.parametrize("changes", [{"is_active": False}, {"password": "!"}, {"is_demo": False}])
def test_who_could_not_sign_in_is_in_nobodys_way(invented, changes):
    User.objects.filter(pk=invented.pk).update(**changes)
    refuse_unsafe()
    assert not complaints()


def test_the_command_closes_them_for_good_and_the_ledger_knows(invented, city, settings, capsys):
    settings.DEMO = True
    desk = city.desk(invented)
    call_command("close_demo_accounts")
    assert "已停用 1 个演示账户" in capsys.readouterr().out
    assert desk.get("/").url.startswith("/login/")
    settings.DEMO = False
    refuse_unsafe()
    User.objects.filter(pk=invented.pk).update(is_active=True)
    assert not User.objects.get(pk=invented.pk).check_password(PASSWORD)
    assert Entry.objects.get(deed="account.closed").subject == f"accounts.user:{invented.pk}"
    assert close_demo_accounts(at=MONDAY) == 1
    assert close_demo_accounts(at=MONDAY) == 0
