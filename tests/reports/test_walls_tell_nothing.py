"""A wall names no person, no telephone and no paper: everything that the cast has of them, sought in the whole page."""

import re
from datetime import date

from django.test import Client
from django.urls import reverse

from accounts.faults import Fault
from accounts.people import User
from accounts.units import Unit
from circulars.registration import Circular
from cms.areas import Area
from reports.walls import open_wall
from tests.cast import MONDAY


def test_a_wall_names_no_person_no_number_and_no_paper(city):
    User.objects.update(mobile="13812345678", office_phone="0911-1234567")
    Unit.objects.update(duty_phone="0911-7654321")
    for urgency in ("urgent", "normal"):
        city.sent(urgency=urgency, title=f"关于{urgency}事项的通知", primary_units=[city.attentive, city.late])
    city.sign(city.opened(city.sent(primary_units=[city.attentive])))
    facts = {"detected_at": MONDAY, "reported_at": MONDAY, "reported_by": city.clerk}
    Fault.objects.create(unit=city.attentive, kind=Fault.Kind.NETWORK, text="网线被挖断", **facts)
    _, token = open_wall("值班室", date(2026, 12, 31), area=Area.objects.home(), by=city.secretary, at=MONDAY)
    secret = {
        *User.objects.values_list("name", flat=True),
        *User.objects.values_list("username", flat=True),
        *User.objects.values_list("mobile", flat=True),
        *User.objects.values_list("office_phone", flat=True),
        *Unit.objects.values_list("duty_phone", flat=True),
        *Circular.objects.values_list("title", flat=True),
        *Circular.objects.values_list("number", flat=True),
        *map(str, Circular.objects.values_list("uuid", flat=True)),
        "网线被挖断",
    } - {""}
    assert len(secret) > 20
    for client in (Client(), city.desk(city.secretary)):
        for headers in ({}, {"X-Fragment": "wall"}):
            shown = client.get(reverse("reports:wall", args=[token]), headers=headers)
            page = shown.content.decode()
            assert shown.status_code == 200
            assert city.attentive.short_name in page
            assert not [word for word in secret if word in page]
            assert not re.search(r"1[3-9]\d{9}|0\d{2,3}-\d{7}", page)
            assert not re.search(r'href="(?!/static/)|<form|<a ', page)
