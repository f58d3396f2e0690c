"""The demo's parts live on the same invented people: none takes from another whom it needs."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.demo import fill_vacancies
from accounts.demofaults import live_through_faults, make_providers
from accounts.demohandovers import hand_over_some
from accounts.demokit import make_demo_kit
from accounts.demolines import make_demo_lines
from accounts.demolookins import live_through_look_ins
from accounts.demounits import change_units
from accounts.overseeing import area_overseen
from accounts.people import User
from accounts.staffdemo import staff_the_demo
from accounts.units import Unit
from circulars.demo import live_through
from circulars.democounty import COUNTY, county_rows
from circulars.intake import load_circulars, read_circulars
from circulars.serieslist import load_series
from cms.ledger import Entry
from cms.verifying import faults
from reports.accountability.record import DelayCase
from reports.bulletins import Bulletin
from reports.demooversight import oversee
from reports.management.commands.demo import DATA, SHOWN_CLERK
from reports.months import Month
from reports.rectifications import Rectification
from reports.spotchecks.record import SpotCheck, SpotFinding, SpotUnit
from tests.cast import MONDAY
from tests.offices import beijing


def test_units_people_lines_faults_and_kit_of_the_demo_follow_each_other(db, settings):
    settings.DEMO, now = True, MONDAY
    call_command("load_units", DATA / "units.csv", verbosity=0)
    call_command("load_units", DATA / "county.csv", verbosity=0)
    call_command("establish_area", "baota", "宝塔区", COUNTY, verbosity=0)
    call_command("load_series", DATA / "county_series.csv", verbosity=0)
    fill_vacancies(Unit.objects.filter(code="YA-ZFB"), timezone.localdate(now))
    assert area_overseen(User.objects.get(username="qx01-secretariat")).code == "baota"
    assert {unit for row in county_rows(now) for unit in row["primary_units"]} == set(
        Unit.objects.filter(area__code="baota").values_list("code", flat=True)
    )
    change_units(now, shown=SHOWN_CLERK)
    assert hand_over_some(now)
    staff_the_demo(now, shown=SHOWN_CLERK)
    assert make_demo_lines(now, shown=SHOWN_CLERK, by=User.objects.get(username="ya-wxb-networkoffice"))
    assert make_providers(now)
    assert live_through_faults(now)
    assert make_demo_kit(now, first=SHOWN_CLERK)


@pytest.fixture
def autumn(db, time_machine):
    """Five circulars of the autumn and what the units did with them, told on a Friday morning."""
    now = beijing("2026-11-27 10:00")
    time_machine.move_to(now, tick=False)
    call_command("load_units", DATA / "units.csv", verbosity=0)
    load_series(DATA / "series.csv", at=now)
    rows = [row for row in read_circulars(DATA / "circulars.json") if row["issuing_units"] == ["YA-ZFB"]]
    fill_vacancies(Unit.objects.filter(code="YA-ZFB"), now.date())
    live_through(load_circulars(rows), now)
    live_through_look_ins(now)
    staff_the_demo(now, shown=SHOWN_CLERK)
    return now


def test_the_secretariat_of_the_demo_has_checked_opened_a_case_and_told_of_a_month(autumn, client, settings):
    """By verbs that leave nothing that verify would find, each at a moment that lies behind."""
    settings.DEMO = True
    assert len(oversee(autumn, shown=SHOWN_CLERK)) == 3
    assert SpotUnit.objects.count() == 6
    assert set(SpotFinding.objects.values_list("kind", "is_good")) >= {
        ("phone", True),
        ("phone", False),
        ("diary", True),
    }
    assert set(Rectification.objects.values_list("state", flat=True)) == {"answered", "demanded"}
    assert DelayCase.objects.get().state == DelayCase.State.STATED
    bulletin = Bulletin.objects.get()
    assert (bulletin.month_told, bulletin.state) == (Month(2026, 10), Bulletin.State.APPROVED)
    assert bulletin.asked.filter(explanation__isnull=False).exists()
    assert not Entry.objects.filter(happened_at__gt=autumn).exists()
    told = [str(fault) for fault in faults(since=None, now=autumn)]
    assert not [fault for fault in told if any(word in fault for word in ("抽查", "问责", "通报", "整改", "统计"))]
    assert set(SpotCheck.objects.values_list("area__code", flat=True)) == {settings.AREA}
    secretary = User.objects.get(username="ya-zfb-secretariat")
    client.force_login(secretary, backend="accounts.signin.NamedPersonBackend")
    case, check = DelayCase.objects.get(), SpotCheck.objects.get()
    for path in (
        case.link,
        check.link,
        reverse("reports:bulletin", args=[bulletin.pk]),
        reverse("reports:rectifications"),
    ):
        assert client.get(path).status_code == 200, path
    assert case.may_be_judged_by(secretary)
    assert case.opened_by != secretary, "who signs in as the secretariat finds a case to decide"


def test_where_nothing_was_sent_the_demos_secretariat_has_checked_alone(db, time_machine):
    now = beijing("2026-11-27 10:00")
    time_machine.move_to(now, tick=False)
    call_command("load_units", DATA / "units.csv", verbosity=0)
    fill_vacancies(Unit.objects.filter(code="YA-ZFB"), now.date())
    staff_the_demo(now, shown=SHOWN_CLERK)
    assert len(oversee(now, shown=SHOWN_CLERK)) == 1
