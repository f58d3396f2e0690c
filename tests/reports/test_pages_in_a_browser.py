"""The secretariat's screens as a browser shows them on an office PC: nothing in the way, nothing beyond the edge."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from accounts.roles import Role
from circulars.deadlines import Urgency
from tests.offices import beijing
from tests.reports.november import Records


@pytest.fixture
def screen(real_database, desk_server, browser_page):
    """A page of somebody in the secretariat, with a November behind the city."""
    records = Records()
    records.november()
    urgent = records.issue("2026-11-20 22:00", Urgency.EXTRA_URGENT)
    records.deliver(urgent, "QX01")
    records.owe_paper(urgent, "BM08")
    client = Client()
    client.force_login(records.person("secretary", Role.SECRETARIAT, at=beijing("2026-11-02 09:00")))
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": desk_server.url}])
    return browser_page


@pytest.mark.parametrize(
    "address",
    ["/overview/", "/reports/month/?month=2026-11", "/reports/month/?month=2026-13", "/reports/month/?month=2026-03"],
)
def test_a_screen_bars_nobody_and_fits_the_office_pc(screen, address):
    screen.goto(address)
    barriers = Axe().run(screen).response["violations"]
    assert not barriers, [(barrier["id"], barrier["nodes"][0]["html"]) for barrier in barriers]
    for width in (1366, 320):
        screen.set_viewport_size({"width": width, "height": 768})
        assert screen.evaluate("document.documentElement.scrollWidth") <= width


def test_the_wide_table_is_scrolled_with_the_keyboard_and_keeps_its_units_in_sight(screen):
    screen.set_viewport_size({"width": 900, "height": 500})
    screen.goto("/reports/month/?month=2026-11")
    table = screen.get_by_role("region", name="各单位签收情况，可以滚动")
    table.focus()
    screen.keyboard.press("ArrowRight")
    # Asked from outside: the page's own policy forbids a script that waits by eval.
    for _ in range(100):
        if screen.evaluate("document.querySelector('.scroll').scrollLeft") > 0:
            break
        screen.wait_for_timeout(50)
    assert screen.evaluate("document.querySelector('.scroll').scrollLeft") > 0
    assert table.get_by_role("rowheader", name="宝塔区").bounding_box()["x"] >= table.bounding_box()["x"]
