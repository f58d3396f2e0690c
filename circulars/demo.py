"""A demo's history: what the units did with the circulars they were sent, by the verbs that people use.

Which unit is quick, late, sends back or forgets follows from the delivery's place in the list, so every demo tells the same story.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from accounts.contacts import Contact, contacts_of
from accounts.holders import people_with
from accounts.people import User
from accounts.roles import Right
from accounts.units import Unit
from circulars.calling import log_call
from circulars.deadlines import Urgency
from circulars.deliveries import Check, Delivery, ReturnCode
from circulars.demoseals import certificate_of
from circulars.intake import Row
from circulars.issuing import IssuingTemplate, usual_diameter
from circulars.notices import Notice
from circulars.numbering import NumberBook, Series, parse
from circulars.papercopies import PaperCopy
from circulars.receipts import Signing
from circulars.registration import Circular
from circulars.voiding import declare_void
from cms.areas import Area
from cms.offices import office_of
from cms.workdays import Office

EVERY_CHECK = {check.value for check in Check}


def live_through(circulars: list[Circular], now: datetime, *, idle: str = "") -> int:
    """The deliveries of these circulars have been signed on time, late, returned or left lying up to ``now``.

    The unit with the code ``idle`` does nothing. Returns how many were closed.
    """
    office = office_of(Area.objects.home())
    clerks: dict[int, User] = {}
    certificates: dict[int, Signing | None] = {}
    closed = 0
    for circular in circulars:
        deliveries = circular.deliveries.electronic().exclude(unit__code=idle)
        deliveries = deliveries.select_related("circular", "rules__area").order_by("unit_id")
        ring_up(circular, now)
        for position, delivery in enumerate(deliveries):
            clerk = clerks.get(delivery.unit_id) or _clerk(delivery.unit_id)
            if clerk is None:
                continue
            if clerk.pk not in certificates:
                certificates[clerk.pk] = certificate_of(clerk, delivery.unit_id)
            clerks[delivery.unit_id] = clerk
            closed += _act(delivery, clerk, certificates[clerk.pk], position + circular.pk * 7, office, now)
        _hand_over_paper(circular, now)
    return closed


def _hand_over_paper(circular: Circular, now: datetime) -> None:
    """The courier has been to the units that are not connected a quarter of an hour before the due time, lately not to all of them."""
    copies = PaperCopy.objects.owed().filter(delivery__circular=circular).select_related("delivery__circular")
    for position, copy in enumerate(copies.order_by("pk")):
        due_at = copy.delivery.due_at
        at = due_at - timedelta(minutes=15) if due_at else now
        is_forgotten = position % 6 == 4 and at > now - timedelta(days=14)
        if not is_forgotten and copy.delivery.sent_at < at < now:
            copy.deliver(at, "门卫室", by=circular.sender, at=at)


def ring_up(circular: Circular, now: datetime) -> None:
    """The sender of an urgent circular has rung up the units one after the other, not always with success, lately not all of them."""
    is_recent = circular.sent_at is not None and circular.sent_at > now - timedelta(days=14)
    untold = list(circular.deliveries.unnotified().select_related("circular", "unit").order_by("pk"))
    people = contacts_of([delivery.unit_id for delivery in untold])
    for position, delivery in enumerate(untold):
        at = delivery.sent_at + timedelta(minutes=1 + position // 8)
        if at > now or (is_recent and position % 6 == 4):
            continue
        is_missed = position % 9 == 2
        _ring(delivery, people[delivery.unit_id], at, Notice.Result.NO_ANSWER if is_missed else Notice.Result.REACHED)
        if is_missed and not is_recent:
            _ring(delivery, people[delivery.unit_id], at + timedelta(minutes=3), Notice.Result.REACHED)


def _ring(delivery: Delivery, people: list[Contact], at: datetime, result: Notice.Result) -> None:
    name, number = (people[0].name, people[0].mobile) if people else ("值班人员", delivery.unit.duty_phone)
    if number:
        log_call(
            delivery,
            of_round=delivery.round,
            result=result,
            name=name,
            number=number,
            happened_at=at,
            key=uuid4(),
            by=delivery.circular.sender,
            at=at,
        )


def void_one(now: datetime) -> None:
    """The number after the last of one series was used on paper, so that the register of numbers shows a void one."""
    series = Series.objects.get(prefix="延政办发")
    registrar = User.objects.get(pk=min(people_with(Right.REGISTER, series.unit_id)))
    book = NumberBook.objects.filter(series=series).latest("year")
    declare_void(
        series,
        series.number(book.year, book.last + 1),
        reason="停电期间印在纸质文件上，文件没有发出",
        by=registrar,
        at=now,
    )


def enter_templates(now: datetime) -> int:
    """Every issuing unit with a registrar has the 发文样式 that is usual for it, since the beginning of the year; returns how many."""
    at = now.replace(month=1, day=1)
    entered = 0
    for unit in Unit.objects.issuing().in_order():
        if people := people_with(Right.REGISTER, unit.pk):
            usual = IssuingTemplate(
                unit=unit,
                start_on=timezone.localdate(at),
                mark=f"{unit.name}文件",
                printing_office=(unit.served_by or unit).name,
                seal_diameter=usual_diameter(unit),
            )
            usual.enter(by=User.objects.get(pk=min(people)), at=at)
            entered += 1
    return entered


def _clerk(unit: int) -> User | None:
    people = people_with(Right.RECEIVE, unit)
    return User.objects.get(pk=min(people)) if people else None


def _act(
    delivery: Delivery, clerk: User, certificate: Signing | None, place: int, office: Office, now: datetime
) -> bool:
    if not delivery.must_sign:
        _read(delivery, clerk, place, office, now)
        return False
    opens_at, closes_at = _moments(delivery, place, office)
    if opens_at > now:
        return False
    delivery.delivered_at = opens_at
    delivery.save(update_fields=["delivered_at"])
    if place % 19 == 3:
        return False
    delivery.open(by=clerk, at=opens_at)
    if place % 31 == 5:
        delivery.send_back(code=ReturnCode.CANNOT_OPEN, reason="附件打开报错，请核对文件。", by=clerk, at=opens_at)
        return True
    if closes_at > now:
        return False
    delivery.sign_for(checked=EVERY_CHECK, key=uuid4(), by=clerk, at=closes_at, signing=certificate)
    return True


def _read(delivery: Delivery, clerk: User, place: int, office: Office, now: datetime) -> None:
    """Two units of three look into a copy (抄送) that needs no signature."""
    opens_at = office.after_minutes(office.next_opening(delivery.sent_at), 5 + place * 13 % 170)
    if place % 3 and opens_at <= now:
        delivery.delivered_at = opens_at
        delivery.save(update_fields=["delivered_at"])
        delivery.open(by=clerk, at=opens_at)


def _moments(delivery: Delivery, place: int, office: Office) -> tuple[datetime, datetime]:
    """When this unit opens and when it signs: most within the window, one in eleven after it."""
    assert delivery.due_at is not None
    window = delivery.due_at - delivery.sent_at
    if delivery.urgency == Urgency.NORMAL:
        opens_at = office.after_minutes(office.next_opening(delivery.sent_at), 5 + place * 13 % 170)
        signs_at = office.after_minutes(opens_at, 3 + place % 9)
    else:
        opens_at = delivery.sent_at + window * (10 + place * 17 % 60) / 100
        signs_at = opens_at + timedelta(minutes=2 + place % 5)
    if place % 11 == 4:
        signs_at = delivery.due_at + timedelta(minutes=25 + place * 37 % 600)
    return opens_at, signs_at


def sent_lately(now: datetime) -> list[Row]:
    """Three circulars sent around ``now``, so that countdowns run: one extra urgent, one ordinary in its window, one overdue."""
    office = office_of(Area.objects.home())
    urgent_at = now - timedelta(minutes=8)
    ordinary_at = last_open(office, now)
    overdue_at = last_open(office, ordinary_at - timedelta(days=3))
    written = timezone.localdate(overdue_at) - timedelta(days=1)
    numbers = numbers_ahead("延政办函", 3)
    plans = [
        (overdue_at, Urgency.NORMAL, "关于报送办公用品统一采购需求的通知", "请各单位于本月底前报送下一季度办公用品采购需求。"),
        (ordinary_at, Urgency.NORMAL, "关于做好公文收发岗位轮训工作的通知", "请各单位选派收发员参加岗位轮训，名单于三日内报送。"),
        (urgent_at, Urgency.EXTRA_URGENT, "关于立即核实值班电话的通知", "请各单位立即核实值班电话，有变动的即时反馈市政府总值班室。"),
    ]  # fmt: skip
    reason = {at: "" if urgency is not Urgency.NORMAL or office.is_open(at) else "演示用" for at, urgency, *_ in plans}
    return [
        row_of(f"DEMO-{position}", number, matter, text, at)
        | {"urgency": urgency.value, "written_date": written.isoformat(), "off_hours_reason": reason[at]}
        for position, ((at, urgency, matter, text), number) in enumerate(zip(plans, numbers, strict=True), 1)
    ]


def row_of(identifier: str, number: str, matter: str, text: str, at: datetime) -> Row:
    """An ordinary notice of the office to the counties and departments, written the day before."""
    office_name = "延安市人民政府办公室"
    return {
        "identifier": identifier,
        "genre": "通知",
        "direction": "downward",
        "issuing_units": ["YA-ZFB"],
        "issuer_mark": office_name,
        "document_number": number,
        "series": "延政办函",
        "urgency": Urgency.NORMAL.value,
        "title": f"{office_name}{matter}",
        "primary_text": "各县（市、区）人民政府，市政府各工作部门：",
        "primary_groups": ["county", "department"],
        "body": f"{text}\n一、高度重视。各单位要明确专人负责，按时完成。\n二、及时反馈。有关情况请通过本系统报市政府办公室秘书科。",
        "signature": [office_name],
        "written_date": (timezone.localdate(at) - timedelta(days=1)).isoformat(),
        "sent_at": at.isoformat(),
        "off_hours_reason": "",
    }


def last_open(office: Office, before: datetime) -> datetime:
    """The latest moment, on the quarter hour, at which the office was open."""
    moment = before.replace(minute=before.minute // 15 * 15, second=0, microsecond=0)
    while not office.is_open(moment):
        moment -= timedelta(minutes=15)
    return moment


def numbers_ahead(prefix: str, count: int) -> Iterator[str]:
    series = Series.objects.get(prefix=prefix)
    latest = Circular.objects.filter(series=series).order_by("-year", "-sequence").first()
    assert latest is not None
    number = parse(latest.number)
    for step in range(1, count + 1):
        yield str(replace(number, sequence=number.sequence + step))
