"""A demo's oversight, by the verbs that people use: a spot check with what was found and is put right, a case of delay, a month's bulletin.

All of it is the city's. Two of its secretariat act, so that whoever signs in as the one finds something that the other has left to do.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Max
from django.utils import timezone

from accounts.holders import people_with
from accounts.people import User
from accounts.roles import Right
from circulars.deliveries import Delivery
from circulars.demo import last_open
from cms.areas import Area
from cms.offices import office_of
from reports.accountability.acts import open_case
from reports.accountability.answering import make_statement
from reports.accountability.judging import answerable
from reports.approving import approve
from reports.asking import ask_units, usual_end
from reports.bulletins import open_bulletin
from reports.explanations import AskedReceipt
from reports.months import Month, months_back
from reports.receipts import Issuers, receipts_of
from reports.rectifications import demand, may_be_judged
from reports.speaking import people_speaking
from reports.spotchecks.acts import plan
from reports.spotchecks.findings import Found, enter_finding
from reports.spotchecks.record import SpotFinding, SpotUnit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DRAWN, EXPLAINED = 6, 3
_KEY = UUID("4b8b4a4e-3c0f-4f5e-9f0b-6f5d1b8a2c11")
_EXPLANATIONS = ("收发员外出开会，未安排人代收。", "当日机关停电，无法登录系统。", "值班人员交接时遗漏。")


def oversee(now: datetime, *, shown: str) -> list[str]:
    """The secretariat has checked, opened a case and published a month; returns what it did. ``shown`` is the unit whose delay is taken first.

    Raises ``CalendarMissing`` where no calendar can say when that was.
    """
    done = [_check(now), _open_case(now, shown), _tell_of_a_month(now)]
    return [each for each in done if each]


def _secretary() -> User:
    return User.objects.get(username="ya-zfb-secretariat")


def _second() -> User:
    return User.objects.get(username="ya-zfb-dutyofficer")


def _check(now: datetime) -> str:
    """Six units were drawn some days ago; two did not answer the telephone: one has said what it did, one still owes that."""
    area, by = Area.objects.home(), _secretary()
    at = last_open(office_of(area), now - 3 * DAY) - HOUR
    check = plan(DRAWN, area=area, purpose="节假日前值班和公文接收抽查", key=uuid5(_KEY, "check"), by=by, at=at)
    drawn = list(check.draw.units.select_related("unit", "draw__check_drawn").order_by("ordinal"))
    missed = [each for each in drawn if may_be_judged(each, by) and people_speaking([each.unit_id])][:2]
    for place, each in enumerate(drawn):
        _telephone(each, place, is_good=each not in missed, at=at + timedelta(minutes=6 * place + 5))
    for place, each in enumerate(missed):
        asked = at + HOUR
        due_on = timezone.localdate(now) + (2 + place) * DAY
        made = demand(each, "安排专人值守值班电话，并报送值班表。", due_on=due_on, by=by, at=asked)
        if not place:
            text = "已明确专人值守，值班表已经调整，节假日由带班领导每日抽查。"
            made.answer(text, by=_speaker(each.unit_id), at=min(now, asked + DAY))
    return f"抽查了 {len(drawn)} 家单位，要求 {len(missed)} 家整改"


def _telephone(each: SpotUnit, place: int, *, is_good: bool, at: datetime) -> None:
    """The officer on duty rang up, and asked for the diary where somebody answered."""
    kinds, who, by = SpotFinding.Kind, "值班员" if is_good else "", _second()
    phone = Found(kinds.PHONE, is_good=is_good, who=who, found_at=at, remark="" if is_good else "响铃三次，无人接听")
    enter_finding(each, phone, by=by, at=at)
    if is_good:
        is_whole = place % 3 != 2
        remark = "" if is_whole else "缺上周五的自查记录"
        enter_finding(each, Found(kinds.DIARY, is_good=is_whole, who=who, found_at=at, remark=remark), by=by, at=at)


def _open_case(now: datetime, shown: str) -> str:
    """One unit that signed too late was asked why and has stated its side; who opened the case does not decide it."""
    area = Area.objects.home()
    at = last_open(office_of(area), now - 4 * DAY)
    delivery = next(_late_ones(area, at, shown), None)
    if delivery is None:
        return ""
    text = "公文送达以后没有在时限内签收，影响了工作落实。"
    case = open_case(delivery, text, state_until=timezone.localdate(at) + 10 * DAY, by=_second(), at=at)
    leader = User.objects.get(pk=min(people_with(Right.MANAGE_STAFF, delivery.unit_id)))
    said = "收发员当日参加培训，未落实代收，造成逾期。已明确备岗人员，今后不再发生。"
    make_statement(case, said, by=leader, at=min(now, at + DAY))
    return "立案问责 1 件"


def _late_ones(area: Area, at: datetime, shown: str) -> Iterator[Delivery]:
    """Signed for, but late, of the last months; those of the ``shown`` unit first."""
    for month in months_back(Month.of(at), 6):
        late = answerable(month, area=area, as_of=at).filter(signed_at__lte=at)
        yield from late.filter(unit__code=shown)
        yield from (each for each in late if people_with(Right.MANAGE_STAFF, each.unit_id))


def _tell_of_a_month(now: datetime) -> str:
    """The last month that is over was told of: asked in the first days after it, explained by some, approved by another where the time is over."""
    area, by = Area.objects.home(), _secretary()
    before = Month.of(now).starts_at
    scope: dict[str, Any] = {"issuers": Issuers.GOVERNMENT, "area": area}
    months = (
        month for month in months_back(Month.of(before - DAY), 12) if receipts_of(month, as_of=before, **scope).exists()
    )
    month = next(months, None)
    if month is None:
        return ""
    last = receipts_of(month, as_of=before, **scope).aggregate(due=Max("due_at"))["due"] or month.ends_at
    office = office_of(area)
    at = office.after_minutes(office.next_opening(max(month.ends_at, last)), 60)
    if at + HOUR > now:
        return ""
    bulletin = open_bulletin(month, by=by, at=at, **scope)
    until = usual_end(area, at)
    ask_units(bulletin, until=until, by=by, at=at + HOUR / 2)
    bulletin.refresh_from_db()
    _explain(bulletin.pk, by, at + HOUR)
    approved_at = office.after_minutes(office.next_opening(until), 30)
    if approved_at < now:
        approve(bulletin, by=_second(), at=approved_at)
        return f"审定了{month.label}的签收情况通报"
    return f"正在办理{month.label}的签收情况通报"


def _explain(bulletin: int, by: User, at: datetime) -> None:
    """Three units have said why; the first two were decided on."""
    units: set[int] = set()
    for asked in AskedReceipt.objects.filter(bulletin=bulletin).select_related(
        "bulletin", "delivery__circular", "unit"
    ):
        if len(units) == EXPLAINED:
            return
        if asked.unit_id in units or not people_speaking([asked.unit_id]):
            continue
        place = len(units)
        units.add(asked.unit_id)
        given = asked.explain(text=_EXPLANATIONS[place], by=_speaker(asked.unit_id), at=at + place * HOUR / 6)
        if given.may_be_ruled_by(by):
            is_accepted = place == 1
            reason = "停电情况属实。" if is_accepted else "应当安排人员代收。"
            given.rule(is_accepted=is_accepted, reason=reason, by=by, at=at + HOUR + place * HOUR / 6)


def _speaker(unit: int) -> User:
    return User.objects.get(pk=min(people_speaking([unit])))
