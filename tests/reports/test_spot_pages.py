"""The pages of spot checks as secretariat, clerk, leader and strangers meet them (Articles 6 and 28)."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cms.accesslog import Access, Look
from cms.areas import Area
from reports.drawing import drawn, lot
from reports.guidance import GuidanceVisit
from reports.rectifications import Rectification
from reports.spotchecks.acts import population
from reports.spotchecks.record import SpotCheck, SpotFinding
from tests.cast import MONDAY
from tests.hostile.deskacts import ACTS
from tests.hostile.oversightacts import NOON, _answered, _asked, _in_disorder


def page(name, *keys):
    return reverse(f"reports:{name}", args=keys)


def test_a_check_is_drawn_looked_at_put_right_followed_up_and_taken_away(city, django_assert_max_num_queries):
    desk = city.desk(city.secretary)
    assert "还没有抽查过" in desk.get(page("spot_checks")).content.decode()
    posted = ACTS["reports:new_spot_check"](city).posted
    wrong = desk.post(page("new_spot_check"), posted | {"n": 999})
    assert "一次最多抽取" in wrong.content.decode()
    assert "节前检查" in wrong.content.decode(), "what was typed stays"
    desk.post(page("new_spot_check"), posted | {"n": population(Area.objects.home()).count()}, follow=True)
    check = SpotCheck.objects.get()
    unit = check.draw.units.get(unit=city.attentive)
    found = page("spot_finding", unit.pk, "phone")
    assert "值班电话" in desk.get(found).content.decode()
    desk.post(found, {"is_good": "no", "found_at": NOON})
    desk.post(found, {"is_good": "yes", "who": "孙早", "found_at": NOON, "reason": "拨错了号码"})
    assert [each.word for each in SpotFinding.objects.order_by("pk")] == ["无人接听", "有人接听"]
    shown = desk.get(check.link).content.decode()
    for said in (
        check.draw.seed,
        check.draw.digest,
        "重新抽取，结果一致",
        "更正以前",
        "拨错了号码",
        lot(check.draw.seed, "BM05"),
    ):
        assert said in shown
    with django_assert_max_num_queries(45):
        desk.get(check.link)
    answer = desk.get(page("spot_workbook", check.pk))
    book = load_workbook(BytesIO(answer.content))
    lots = [row for row in book["抽取依据"].iter_rows(min_row=6, values_only=True) if (row[3] or "").startswith("抽中")]
    assert [row[1] for row in lots] == drawn(check.draw.seed, check.draw.population, check.asked)
    assert Access.objects.filter(look=Look.EXPORTED, subject__contains=str(check)).exists()


def test_a_unit_answers_on_its_own_page_and_no_other_unit_finds_it(city):
    asked = _asked(city)
    clerk, secretary = city.desk(city.clerk), city.desk(city.secretary)
    assert "专人接听" in clerk.get(asked.link).content.decode()
    assert str(asked) in clerk.get(page("rectifications")).content.decode()
    for person in (city.late_clerk, city.stranger, city.office_clerk):
        assert city.desk(person).get(asked.link).status_code == 404
        assert city.desk(person).post(page("answer_rectification", asked.pk), {"text": "冒名"}).status_code == 404
    assert secretary.post(page("close_rectification", asked.pk), {"text": ""}).status_code == 200, "nothing to close"
    clerk.post(page("answer_rectification", asked.pk), {"text": "已安排专人"})
    secretary.post(page("close_rectification", asked.pk), {"text": "同意"})
    asked.refresh_from_db()
    assert asked.state == Rectification.State.CLOSED
    closed = clerk.get(page("rectifications"), {"show": "closed"}).content.decode()
    assert str(asked) in closed
    assert ">指导检查<" not in closed, "a clerk has no page of visits"


def test_a_visit_is_shown_to_the_office_and_to_the_leader_of_the_unit(city):
    act = ACTS["reports:new_guidance"](city)
    desk = city.desk(city.secretary)
    desk.post(act.path, act.posted, follow=True)
    visit = GuidanceVisit.objects.get()
    assert visit.seen in desk.get(page("guidance")).content.decode()
    assert visit.seen in city.desk(city.leader).get(page("guidance")).content.decode()
    sheet = load_workbook(BytesIO(desk.get(page("guidance_workbook")).content)).active
    assert sheet.cell(6, 5).value == visit.seen
    assert city.desk(city.clerk).get(page("guidance")).status_code == 404


@pytest.mark.parametrize("making", [_in_disorder, _answered])
def test_looking_changes_nothing(city, making):
    made = making(city)
    desk = city.desk(city.secretary)
    for name in ("spot_finding", "demand_rectification"):
        keys = (made.pk, "phone") if name == "spot_finding" else (made.pk,)
        desk.get(page(name, *keys))
    for name in ("send_back_rectification", "close_rectification", "new_spot_check", "new_guidance"):
        desk.get(page(name, *(() if name.startswith("new") else (1,))))
    assert SpotFinding.objects.count() == 1
    assert not GuidanceVisit.objects.exists()
    assert SpotCheck.objects.get().planned_at == MONDAY
