"""第六条: the secretariat inspects and guides the sending and handling of electronic documents.

市政府办公室秘书科负责对电子公文传输和办理工作的检查指导。
"""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse

from accounts.lookins import LookIn
from cms.messages import Message
from reports.drawing import drawn
from reports.guidance import GuidanceVisit
from reports.rectifications import Rectification
from reports.spotchecks.acts import population, sweep_spot_checks
from reports.spotchecks.record import Presence, SpotCheck
from tests.cast import MONDAY

ELEVEN = MONDAY + timedelta(hours=2, minutes=30)


def test_the_secretariat_sees_every_receipt_and_signs_for_nobody(city):
    circular = city.sent()
    delivery = city.delivery(circular)
    desk = city.desk(city.secretary)
    assert desk.get(reverse("circulars:board", args=[circular.uuid])).status_code == 200
    assert desk.post(reverse("circulars:sign", args=[delivery.pk]), {"key": str(uuid4())}).status_code == 404
    delivery.refresh_from_db()
    assert delivery.signed_at is None


def test_a_check_planned_for_a_moment_is_drawn_then_looked_at_and_followed_up(city, week):
    """检查: from the plan to the answer of a unit that was not in order."""
    desk = city.desk(city.secretary)
    everybody = population(city.attentive.area).count()
    posted = {"category": "", "n": everybody, "purpose": "节前值守检查", "planned_for": f"{ELEVEN:%Y-%m-%d %H:%M}"}
    desk.post(reverse("reports:new_spot_check"), posted | {"key": str(uuid4())})
    LookIn.objects.create(at=ELEVEN - timedelta(minutes=5), unit=city.attentive, person=city.clerk)
    week.move_to(ELEVEN)
    sweep_spot_checks(ELEVEN)
    check = SpotCheck.objects.get()
    seen = {unit.unit: unit for unit in check.draw.units.select_related("unit")}
    assert (seen[city.attentive].presence, seen[city.late].presence) == (Presence.PRESENT, Presence.SILENT)
    desk = city.desk(city.secretary)
    demanded = {"text": "安排专人登录", "due_on": f"{ELEVEN:%Y-%m-%d}"}
    for unit in (city.attentive, city.late):
        desk.post(reverse("reports:demand_rectification", args=[seen[unit].pk]), demanded)
    asked = Rectification.objects.get()
    assert (asked.unit, Message.objects.filter(person=city.late_clerk, link=asked.link).count()) == (city.late, 1)
    unit_desk = city.desk(city.late_clerk)
    unit_desk.post(reverse("reports:answer_rectification", args=[asked.pk]), {"text": "由何迟值守"})
    desk.post(reverse("reports:close_rectification", args=[asked.pk]), {"text": ""})
    asked.refresh_from_db()
    assert asked.state == Rectification.State.CLOSED


def test_anybody_draws_the_units_again_from_what_the_page_says(city):
    """检查: chance decides who is looked at, not the one who looks."""
    desk = city.desk(city.secretary)
    posted = {"category": "", "n": 2, "purpose": "随机检查", "planned_for": "", "key": str(uuid4())}
    shown = desk.post(reverse("reports:new_spot_check"), posted, follow=True).content.decode()
    draw = SpotCheck.objects.get().draw
    assert draw.seed in shown
    assert all(code in shown for code in draw.population)
    assert drawn(draw.seed, draw.population, 2) == [unit.code for unit in draw.units.all()]


def test_visits_of_guidance_are_on_record(city):
    """指导: where, when, who, what was seen and agreed."""
    desk = city.desk(city.secretary)
    said = {"persons": "周慧", "seen": "看了收文登记和设备自查", "agreed": "每周自查一次", "key": str(uuid4())}
    posted = said | {"unit": city.attentive.pk, "visited_on": f"{MONDAY:%Y-%m-%d}"}
    for _ in range(2):
        desk.post(reverse("reports:new_guidance"), posted)
    assert GuidanceVisit.objects.get().agreed == "每周自查一次"
    assert "每周自查一次" in city.desk(city.leader).get(reverse("reports:guidance")).content.decode()
