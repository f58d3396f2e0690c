"""The demo's parts live on the same invented people: none takes from another whom it needs."""

from django.core.management import call_command
from django.utils import timezone

from accounts.demo import fill_vacancies
from accounts.demofaults import live_through_faults, make_providers
from accounts.demohandovers import hand_over_some
from accounts.demokit import make_demo_kit
from accounts.demolines import make_demo_lines
from accounts.demounits import change_units
from accounts.people import User
from accounts.staffdemo import staff_the_demo
from accounts.units import Unit
from reports.management.commands.demo import DATA, SHOWN_CLERK
from tests.cast import MONDAY


def test_units_people_lines_faults_and_kit_of_the_demo_follow_each_other(db, settings):
    settings.DEMO, now = True, MONDAY
    call_command("load_units", DATA / "units.csv", verbosity=0)
    fill_vacancies(Unit.objects.filter(code="YA-ZFB"), timezone.localdate(now))
    change_units(now, shown=SHOWN_CLERK)
    assert hand_over_some(now)
    staff_the_demo(now, shown=SHOWN_CLERK)
    assert make_demo_lines(now, shown=SHOWN_CLERK, by=User.objects.get(username="ya-wxb-networkoffice"))
    assert make_providers(now)
    assert live_through_faults(now)
    assert make_demo_kit(now, first=SHOWN_CLERK)
