"""The other acts of the desk as posts that work: on drafts, on secrecy, on stops and faults, on the calendar and on people."""

from datetime import timedelta
from uuid import uuid4

from accounts.assignments import assign
from accounts.faults import Fault, report_fault
from accounts.outages import announce_outage
from accounts.people import Post, User, take_post
from accounts.repairs import Repair
from accounts.roles import Role
from accounts.standins import arrange
from circulars.deliveries import Delivery
from circulars.numbering import Series
from circulars.pages import CircularPage
from circulars.papercopies import PaperCopy
from circulars.purging import block, confirm
from circulars.recipientlists import RecipientList
from circulars.secrecygate import Found, report
from circulars.secrecyhits import SecrecyHit
from circulars.turns import Turn
from circulars.versions import approval_of
from cms.secrecypatterns import Kind
from tests.accounts.providers import providers_of
from tests.cast import MONDAY, City
from tests.hostile import oversightacts, staffacts, unitacts  # noqa: F401  their acts are kept with these
from tests.hostile.deskacts import REASON, Act, act, url
from tests.signins import give_code

HOUR = timedelta(hours=1)
TODAY = MONDAY.date()
CALENDAR_2027 = "日期,类型,名称\n2027-01-01,放假,元旦\n2027-05-01,放假,劳动节\n2027-10-01,放假,国庆节\n"


# --- drafting, deciding, registering ---


@act("circulars:withdraw")
def _withdraw(city: City) -> Act:
    return Act("drafter", url("circulars:withdraw", city.submitted().pk))


@act("circulars:copy")
def _copy(city: City) -> Act:
    return Act("drafter", url("circulars:copy", city.draft().pk), {"key": str(uuid4())})


@act("circulars:new")
def _new(city: City) -> Act:
    return Act("drafter", url("circulars:new", city.office.code))


def _passable(city: City) -> Delivery:
    take_post(city.department_drafter, city.department, Role.CLERK, by=None, at=MONDAY)
    delivery = city.delivery(city.sent(primary_units=[city.department]), city.department)
    delivery.open(by=city.department_head, at=MONDAY)
    return city.sign(delivery, by=city.department_head)


@act("circulars:pass_on")
def _pass_on(city: City) -> Act:
    posted = {"key": str(uuid4()), "unit": city.department.pk, "manner": "forward"}
    return Act("department_drafter", url("circulars:pass_on", _passable(city).pk), posted)


@act("circulars:decide")
def _decide(city: City) -> Act:
    page = city.submitted()
    turn = Turn.objects.open().select_related("version").get(page=page)
    posted = {"action": "return", "opinion": "依据不足", "digest": turn.version.digest, "seat": turn.pk}
    return Act("reviewer", url("circulars:decide", page.pk), posted)


def _approved(city: City) -> tuple[int, str]:
    page = CircularPage.objects.get(pk=city.approved().pk)
    approval = approval_of(page)
    assert approval
    return page.pk, approval.digest


@act("circulars:register")
def _register(city: City) -> Act:
    page, digest = _approved(city)
    return Act("registrar", url("circulars:register", page), {"digest": digest, "originals": 1, "rechecked": "on"})


@act("circulars:correct")
def _correct(city: City) -> Act:
    page, digest = _approved(city)
    draft = CircularPage.objects.get(pk=page)
    posted = {
        "digest": digest,
        "title": draft.title,
        "body": draft.body.replace("及时", "即时"),
        "reason": "及时改为即时",
    }
    return Act("registrar", url("circulars:correct", page), posted)


@act("circulars:recheck_return")
def _recheck_return(city: City) -> Act:
    return Act("registrar", url("circulars:recheck_return", _approved(city)[0]), {"reason": REASON})


@act("circulars:void")
def _void(city: City) -> Act:
    return Act("registrar", url("circulars:void", city.registered().uuid), {"reason": REASON})


@act("circulars:void_missing")
def _void_missing(city: City) -> Act:
    series = Series.objects.get(prefix="延政办发")
    return Act(
        "registrar",
        url("circulars:void_missing"),
        {"series": series.pk, "number": "延政办发〔2026〕23号", "reason": REASON},
    )


@act("circulars:new_recipient_list")
def _new_list(city: City) -> Act:
    posted = {"name": "常用", "primary_units": [city.attentive.pk]}
    return Act("drafter", url("circulars:new_recipient_list", city.office.code), posted)


def _list(city: City) -> RecipientList:
    kept = RecipientList(unit=city.office)
    kept.hold(name="常用", groups="", primary=[city.late], excluded=[], cc=[], by=city.drafter, at=MONDAY)
    return kept


@act("circulars:recipient_list")
def _edit_list(city: City) -> Act:
    posted = {"name": "改名", "primary_units": [city.attentive.pk]}
    return Act("drafter", url("circulars:recipient_list", _list(city).pk), posted)


@act("circulars:delete_recipient_list")
def _delete_list(city: City) -> Act:
    return Act("drafter", url("circulars:delete_recipient_list", _list(city).pk))


@act("circulars:issuing_template")
def _issuing(city: City) -> Act:
    posted = {
        "start_on": f"{TODAY}",
        "mark": "市政府办文件",
        "printing_office": "市政府办",
        "seal_diameter": 42,
        "enter": "1",
    }
    return Act("registrar", url("circulars:issuing_template", city.office.code), posted)


# --- secrecy ---


def _hit(city: City) -> SecrecyHit:
    found = Found("title", next(iter(Kind)), "f" * 64)
    return report([found], unit=city.office, by=city.drafter, at=MONDAY)[0]


@act("circulars:secrecy_lift")
def _lift(city: City) -> Act:
    return Act("reviewer", url("circulars:secrecy_lift", _hit(city).pk), {"reason": "书名", "seen": "on"})


@act("circulars:secrecy_uphold")
def _uphold(city: City) -> Act:
    return Act("reviewer", url("circulars:secrecy_uphold", _hit(city).pk))


BLOCKERS = ("engineer", "security_admin")


@act("circulars:secrecy_block")
def _block(city: City) -> Act:
    posted = {"paper": city.sent().number, "reason": "来函"}
    return Act("secretary", url("circulars:secrecy_block"), posted, also=BLOCKERS)


@act("circulars:secrecy_confirm")
def _confirm(city: City) -> Act:
    case = block(city.sent().page, reason="来函", by=city.secretary, at=MONDAY)
    confirm(case, by=city.secretary, at=MONDAY)
    return Act("engineer", url("circulars:secrecy_confirm", case.pk), {"agreed": "on"}, also=("secretary",))


@act("circulars:secrecy_release")
def _release(city: City) -> Act:
    case = block(city.sent().page, reason="来函", by=city.secretary, at=MONDAY)
    posted = {"reason": "经鉴定不属秘密"}
    return Act("engineer", url("circulars:secrecy_release", case.pk), posted, also=("secretary",))


@act("accounts:withdraw_factors")
def _withdraw_factors(city: City) -> Act:
    city.guard = User.objects.create(username="guard", name="安守")
    take_post(city.guard, city.network_office, Role.SECURITY_ADMIN, by=None, at=MONDAY)
    give_code(city.clerk)
    posted = {"reason": "手机丢失，本人持工作证提出"}
    return Act("guard", url("accounts:withdraw_factors", city.clerk.pk), posted, also=("security_admin",))


# --- stops of the platform and faults ---


@act("accounts:outages")
def _announce(city: City) -> Act:
    posted = {"kind": "maintenance", "text": "更换存储", "starts_at": "2026-09-28 11:00", "ends_at": "2026-09-28 13:00"}
    return Act("engineer", url("accounts:outages"), posted)


@act("accounts:outage", "ended")
def _end(city: City) -> Act:
    stop = announce_outage(city.office.area, "outage", "停电", starts_at=MONDAY - HOUR, by=city.engineer, at=MONDAY)
    return Act("engineer", url("accounts:outage", stop.pk), {"ends_at": "2026-09-28 09:00"})


@act("accounts:outage", "prolonged")
def _prolong(city: City) -> Act:
    stop = announce_outage(city.office.area, "outage", "停电", starts_at=MONDAY - HOUR, by=city.engineer, at=MONDAY)
    return Act("engineer", url("accounts:outage", stop.pk), {"ends_at": "2026-09-28 11:00"})


@act("accounts:call_off_outage")
def _call_off(city: City) -> Act:
    stop = announce_outage(
        city.office.area, "maintenance", "换盘", starts_at=MONDAY + HOUR, ends_at=MONDAY + 2 * HOUR, by=city.engineer, at=MONDAY
    )  # fmt: skip
    return Act("engineer", url("accounts:call_off_outage", stop.pk))


def _fault(city: City) -> Fault:
    return report_fault(city.attentive, "network", "断网", detected_at=MONDAY, by=city.clerk, at=MONDAY)


def _repair(city: City) -> Repair:
    serving = providers_of(city)
    city.carrier_person = serving.carrier_person
    return assign(_fault(city), serving.carrier, "请抢修", contacted_at=MONDAY, by=city.engineer, at=MONDAY)


@act("accounts:report_fault")
def _report_fault(city: City) -> Act:
    posted = {"unit": city.attentive.pk, "kind": "network", "detected_at": "2026-09-28 09:00", "text": "断网"}
    return Act("clerk", url("accounts:report_fault"), posted | {"key": str(uuid4())}, also=("leader",))


@act("accounts:acknowledge_fault")
def _acknowledge_fault(city: City) -> Act:
    return Act("secretary", url("accounts:acknowledge_fault", _fault(city).pk), also=("engineer", "duty_officer"))


@act("accounts:confirm_fault")
def _restored(city: City) -> Act:
    return Act("engineer", url("accounts:confirm_fault", _fault(city).pk), {"restored_at": "2026-09-28 09:00"})


@act("accounts:assign_repair")
def _assign(city: City) -> Act:
    posted = {"provider": providers_of(city).carrier.pk, "contacted_at": "2026-09-28 09:00", "request": "请抢修"}
    return Act("engineer", url("accounts:assign_repair", _fault(city).pk), posted)


@act("accounts:accept_repair")
def _accept(city: City) -> Act:
    return Act("carrier_person", url("accounts:accept_repair", _repair(city).pk))


@act("accounts:repair_done")
def _done(city: City) -> Act:
    posted = {"outcome": "repaired", "done_at": "2026-09-28 09:00", "work": "接通光缆"}
    return Act("carrier_person", url("accounts:repair_done", _repair(city).pk), posted)


@act("accounts:judge_repair")
def _judge(city: City) -> Act:
    repair = _repair(city)
    repair.report_done("repaired", "接通光缆", done_at=MONDAY, by=city.carrier_person, at=MONDAY)
    posted = {"is_good": "no", "reason": "仍然不通"}
    return Act("clerk", url("accounts:judge_repair", repair.pk), posted, also=("leader", "engineer"))


@act("accounts:call_off_repair")
def _call_off_repair(city: City) -> Act:
    return Act("engineer", url("accounts:call_off_repair", _repair(city).pk), {"reason": "线路自行恢复"})


@act("circulars:hand_over", "during a fault")
def _hand_over_during_fault(city: City) -> Act:
    city.sent()
    copy = PaperCopy.objects.get(fault=_fault(city))
    posted = {"delivered_at": "2026-09-28 09:00", "taken_by": "钱门卫"}
    return Act("secretary", url("circulars:hand_over", copy.pk), posted)


# --- the calendar, the rule, duty and absence ---


@act("accounts:load_calendar")
def _load(city: City) -> Act:
    posted = {"year": 2027, "source": "国办发明电〔2026〕9号", "table": CALENDAR_2027, "confirm": 1}
    return Act("secretary", url("accounts:load_calendar"), posted)


@act("accounts:correct_day")
def _correct_day(city: City) -> Act:
    posted = {"date": "2026-12-30", "standing": "off", "name": "临时放假", "reason": "省里通知"}
    return Act("secretary", url("accounts:correct_day", 2026), posted)


@act("accounts:roster")
def _roster(city: City) -> Act:
    day = f"{TODAY + timedelta(days=1)}"
    return Act("secretary", url("accounts:roster"), {f"day-{day}": city.secretary.pk, f"seen-{day}": ""})


@act("accounts:stand_ins")
def _stand_in(city: City) -> Act:
    post = Post.objects.get(person=city.approver, role=Role.APPROVER)
    posted = {"post": post.pk, "person": city.sender.pk, "first": f"{TODAY}", "last": "2026-09-30", "reason": "出差"}
    return Act("approver", url("accounts:stand_ins"), posted)


@act("accounts:take_back_stand_in")
def _take_back(city: City) -> Act:
    stand_in = arrange(
        city.approver, city.sender, city.office, Role.APPROVER,
        first=TODAY, last=TODAY + timedelta(days=2), reason="出差", by=city.approver, at=MONDAY,
    )  # fmt: skip
    return Act("approver", url("accounts:take_back_stand_in", stand_in.pk), also=("sender", "principal"))


# --- accounts ---


@act("accounts:person")
def _slip(city: City) -> Act:
    return Act("engineer", url("accounts:person", city.clerk.pk), {"reason": "本人持证提出"})


@act("accounts:close_account")
def _close_account(city: City) -> Act:
    return Act("engineer", url("accounts:close_account", city.second_clerk.pk), {"closing_reason": "调离"})
