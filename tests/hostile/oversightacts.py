"""The acts of oversight as posts that work: spot checks, what follows from them, visits."""

from datetime import timedelta
from uuid import uuid4

from cms.areas import Area
from reports.rectifications import Rectification, demand
from reports.spotchecks.acts import plan, population
from reports.spotchecks.findings import Found, enter_finding
from reports.spotchecks.record import SpotCheck, SpotFinding, SpotUnit
from tests.cast import MONDAY, City
from tests.hostile.deskacts import Act, act, url

NOON = f"{MONDAY:%Y-%m-%d %H:%M}"
TOMORROW = MONDAY + timedelta(days=1)
NOBODY_ANSWERED = Found(kind=SpotFinding.Kind.PHONE, is_good=False, who="", found_at=MONDAY)


def _check(city: City, **when: object) -> SpotCheck:
    area = Area.objects.home()
    every = population(area).count()
    said = {"area": area, "purpose": "节前检查", "key": uuid4(), "by": city.secretary, "at": MONDAY}
    return plan(every, **said, **when)  # type: ignore[arg-type]


def _drawn(city: City) -> SpotUnit:
    return _check(city).draw.units.select_related("draw").get(unit=city.attentive)


def _in_disorder(city: City) -> SpotUnit:
    of = _drawn(city)
    enter_finding(of, NOBODY_ANSWERED, by=city.secretary, at=MONDAY)
    return of


def _asked(city: City) -> Rectification:
    return demand(_in_disorder(city), "专人接听", due_on=TOMORROW.date(), by=city.secretary, at=MONDAY)


def _answered(city: City) -> Rectification:
    asked = _asked(city)
    asked.answer("已安排", by=city.clerk, at=MONDAY)
    return asked


@act("reports:new_spot_check")
def _new(city: City) -> Act:
    posted = {"category": "", "n": 3, "purpose": "节前检查", "planned_for": "", "key": str(uuid4())}
    return Act("secretary", url("reports:new_spot_check"), posted, also=("duty_officer",))


@act("reports:call_off_spot_check")
def _call_off(city: City) -> Act:
    check = _check(city, planned_for=TOMORROW)
    path = url("reports:call_off_spot_check", check.pk)
    return Act("secretary", path, {"reason": "改期"}, also=("duty_officer",))


@act("reports:spot_finding")
def _found(city: City) -> Act:
    posted = {"is_good": "yes", "who": "孙早", "found_at": NOON, "remark": ""}
    path = url("reports:spot_finding", _drawn(city).pk, "phone")
    return Act("secretary", path, posted, also=("duty_officer",))


@act("reports:demand_rectification")
def _demand(city: City) -> Act:
    posted = {"text": "专人接听", "due_on": f"{TOMORROW:%Y-%m-%d}"}
    path = url("reports:demand_rectification", _in_disorder(city).pk)
    return Act("secretary", path, posted, also=("duty_officer",))


@act("reports:answer_rectification")
def _answer(city: City) -> Act:
    path = url("reports:answer_rectification", _asked(city).pk)
    return Act("clerk", path, {"text": "已安排专人"}, also=("leader", "second_clerk"))


@act("reports:send_back_rectification")
def _send_back(city: City) -> Act:
    posted = {"text": "写明姓名", "due_on": f"{TOMORROW:%Y-%m-%d}"}
    path = url("reports:send_back_rectification", _answered(city).pk)
    return Act("secretary", path, posted, also=("duty_officer",))


@act("reports:close_rectification")
def _close(city: City) -> Act:
    path = url("reports:close_rectification", _answered(city).pk)
    return Act("secretary", path, {"text": ""}, also=("duty_officer",))


@act("reports:new_guidance")
def _visit(city: City) -> Act:
    posted = {
        "unit": city.attentive.pk,
        "visited_on": f"{MONDAY:%Y-%m-%d}",
        "persons": "周慧",
        "seen": "看了收文登记",
        "agreed": "",
        "key": str(uuid4()),
    }
    return Act("secretary", url("reports:new_guidance"), posted, also=("duty_officer",))
