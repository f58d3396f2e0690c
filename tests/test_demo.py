"""The demo's parts live on the same invented people: none takes from another whom it needs."""

from django.core.management import call_command
from django.utils import timezone

from accounts.demo import fill_vacancies
from accounts.demofaults import live_through_faults, make_providers
from accounts.demohandovers import hand_over_some
from accounts.demokit import make_demo_kit
from accounts.demolines import make_demo_lines
from accounts.demounits import change_units
from accounts.overseeing import area_overseen
from accounts.people import User
from accounts.staffdemo import staff_the_demo
from accounts.units import Unit
from circulars.democounty import COUNTY, county_rows
from reports.management.commands.demo import DATA, SHOWN_CLERK
from tests.cast import MONDAY


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
