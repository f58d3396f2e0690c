"""A bulletin's screens at each of its steps, as a browser shows them on an office PC and on a narrow window: nothing in the way, nothing beyond the edge."""

from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from reports.approving import approve
from reports.bulletindrafts import begin_draft
from reports.explanations import Explanation
from tests.reports.bulletins import AFTER, OPENED, REASON, SINCE, desk_of
from tests.reports.november import Records


@pytest.fixture
def look(real_database, desk_server, browser_page, time_machine):
    """What a person sees there at this moment, examined for barriers and for what runs beyond the edge."""

    def look(person, name, *args, at=OPENED, show=""):
        time_machine.move_to(at, tick=False)
        client = Client()
        client.force_login(User.objects.get(pk=person.pk), backend="accounts.signin.NamedPersonBackend")
        session = client.cookies["sessionid"].value
        browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": desk_server.url}])
        browser_page.set_viewport_size({"width": 1366, "height": 768})
        browser_page.goto(f"{reverse(f'reports:{name}', args=args)}{show}")
        barriers = Axe().run(browser_page).response["violations"]
        assert not barriers, [(barrier["id"], barrier["nodes"][0]["html"]) for barrier in barriers]
        for width in (320, 1366):
            browser_page.set_viewport_size({"width": width, "height": 768})
            assert browser_page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        return browser_page

    return look


def test_a_bulletin_bars_nobody_and_fits_at_every_step(look):
    records = Records()
    records.november()
    desk = desk_of(records)
    office = records.units["YA-ZFB"]
    type(office).objects.filter(pk=office.pk).update(can_issue=True)
    office.refresh_from_db()
    take_post(desk.second, office, Role.DRAFTER, by=None, at=SINCE)

    look(desk.secretary, "new_bulletin")
    first = desk.open()
    look(desk.secretary, "bulletin", first.pk)
    look(desk.secretary, "drop_bulletin", first.pk)
    first.drop("数字有误", by=desk.secretary, at=OPENED)
    look(desk.secretary, "bulletin", first.pk)

    bulletin = desk.ask()
    look(desk.clerk, "explanations")
    asked = desk.asked(bulletin)
    look(desk.clerk, "explain", asked[0].pk)
    for one in asked[:2]:
        one.explain(text="网络中断", by=desk.clerk, at=OPENED)
    look(desk.clerk, "explanations", show="?show=given")
    look(desk.secretary, "lengthen_bulletin", bulletin.pk)
    bulletin.lengthen(AFTER, "正值年终值班", by=desk.secretary, at=OPENED)
    look(desk.secretary, "bulletin", bulletin.pk)
    given = Explanation.objects.order_by("pk").first()
    look(desk.secretary, "rule_explanation", given.pk)
    for one in Explanation.objects.all():
        one.rule(is_accepted=one == given, reason=REASON, by=desk.secretary, at=OPENED)
    look(desk.secretary, "bulletin", bulletin.pk, at=AFTER)
    look(desk.second, "bulletin", bulletin.pk, at=AFTER)
    approve(bulletin, by=desk.second, at=AFTER)
    look(desk.second, "bulletin", bulletin.pk, at=AFTER)
    look(desk.drafter, "bulletin", bulletin.pk, at=AFTER)
    begin_draft(bulletin, issuer=office, key=uuid4(), by=User.objects.get(pk=desk.second.pk), at=AFTER)
    look(desk.second, "bulletin", bulletin.pk, at=AFTER)
    look(desk.second, "bulletins", at=AFTER)
