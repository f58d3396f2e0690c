"""Our small city's records of November 2026 as the reports meet them: five units, and receipts as the worked example of the handbook has them.

Rows are laid down as they would lie after the acts; who does the acts themselves looks into tests/circulars.
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.units import Category, Unit
from circulars.chasing import Means, Urge
from circulars.deadlines import Urgency, receipt_due, taken_minutes, warn_at
from circulars.deliveries import Channel, Delivery, DeliveryRound, Relief, ReturnCode
from circulars.deliveries.rounds import KEPT
from circulars.ladder import Kind, Level
from circulars.layouts import Direction, DocumentType, Layout, Openness, Retention
from circulars.liability import notification_required
from circulars.numbering import Series
from circulars.pages import CircularPage
from circulars.papercopies import PaperCopy
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.sections import open_section
from cms.areas import Area
from cms.ruleversions import RuleVersion
from reports.months import Month
from tests.offices import OFFICE, beijing

NOVEMBER = Month(2026, 11)
FIRST_OF_DECEMBER = beijing("2026-12-01 09:00")

UNITS = [
    ("YA-ZF", "市政府", Category.MUNICIPAL_GOVERNMENT, 10),
    ("YA-ZFB", "市政府办", Category.SECRETARIAT, 20),
    ("QX01", "宝塔区", Category.COUNTY, 40),
    ("BM08", "市财政局", Category.DEPARTMENT, 280),
    ("ZX05", "市气象局", Category.CENTRAL_PROVINCIAL, 820),
]


class Records:
    """The city's rows, and short ways to add more of them."""

    def __init__(self) -> None:
        self.area = Area.objects.home()
        self.rules = RuleVersion.objects.get(area=self.area)
        self.units = {
            code: Unit.add_root(
                code=code, name=name, short_name=name, category=category, area=self.area, sort_order=order
            )
            for code, name, category, order in UNITS
        }
        self.clerk = User.objects.create_user(username="wang", password="x", name="王收发")
        self._numbers = count(1)

    def issue(
        self,
        sent_at: str,
        urgency: str = Urgency.NORMAL,
        *,
        issuer: str = "YA-ZFB",
        title: str = "关于做好秋冬季防火工作的通知",
    ) -> Circular:
        """A circular that has been sent."""
        unit, at, number = self.units[issuer], beijing(sent_at), next(self._numbers)
        series, _ = Series.objects.get_or_create(unit=unit, prefix="延政办发", defaults={"layout": Layout.GENERAL})
        page = CircularPage(title="文稿", series=series, owner=self.clerk, live=False)
        open_section(unit, 2026).add_child(instance=page)
        return Circular.objects.create(
            page=page,
            state=Circular.State.SENT,
            series=series,
            year=2026,
            sequence=number,
            number=f"延政办发〔2026〕{number}号",
            title=title,
            document_type=DocumentType.NOTICE,
            layout=Layout.GENERAL,
            urgency=urgency,
            direction=Direction.DOWNWARD,
            issuer=unit,
            issuer_name=unit.short_name,
            openness=Openness.INTERNAL,
            retention=Retention.TEN_YEARS,
            written_date=at.date(),
            attachment_count=0,
            digest="0" * 64,
            drafter=self.clerk,
            approver=self.clerk,
            approved_at=at,
            registrar=self.clerk,
            registered_at=at,
            sender=self.clerk,
            sent_at=at,
        )

    def deliver(self, circular: Circular, to: str, *, signed: str = "", returned: str = "", **facts: Any) -> Delivery:
        """The circular on its way to one unit: signed for, returned, or still open."""
        sent_at = circular.sent_at
        assert sent_at is not None
        due = receipt_due(circular.urgency, sent_at, OFFICE)
        signed_at, returned_at = (beijing(text) if text else None for text in (signed, returned))
        unit = self.units[to]
        row = {
            "circular": circular,
            "unit": unit,
            "unit_name": unit.short_name,
            "issuer": circular.issuer,
            "role": Addressed.PRIMARY,
            "channel": Channel.ELECTRONIC,
            "urgency": circular.urgency,
            "sent_at": sent_at,
            "due_at": due.at,
            "warn_at": warn_at(circular.urgency, sent_at, due.at, OFFICE),
            "window_minutes": due.window_minutes,
            "due_pending": False,
            "must_notify": notification_required(circular.urgency, after_hours=due.rule == "after_hours"),
            "rules": self.rules,
            "round": 1,
            "urges": 0,
            "relief": Relief.NONE,
            "return_code": ReturnCode.NOT_OURS if returned else "",
            "return_reason": "",
            "state": Delivery.State.SENT,
        }
        if signed_at:
            row |= {
                "state": Delivery.State.SIGNED_FOR,
                "signed_at": signed_at,
                "signed_by": self.clerk,
                "signing_key": uuid4(),
                "taken_minutes": taken_minutes(circular.urgency, sent_at, signed_at, OFFICE),
            }
        if returned_at:
            row |= {"state": Delivery.State.RETURNED, "returned_at": returned_at, "returned_by": self.clerk}
        (delivery,) = Delivery.objects.bulk_create([Delivery(**(row | facts))])
        Urge.objects.bulk_create(self.press(delivery, sent_at + timedelta(minutes=n)) for n in range(delivery.urges))
        return delivery

    def press(self, delivery: Delivery, at: datetime) -> Urge:
        """That the sender urged the unit at that time, as a row to be laid down."""
        press = {"kind": Kind.MANUAL, "level": Level.CLERK, "means": Means.DESK, "text": "请签收"}
        return Urge(delivery=delivery, round=delivery.round, by=self.clerk, at=at, **press)

    def close_round(self, delivery: Delivery, at: datetime) -> DeliveryRound:
        """The round of a delivery that came back, as its sender's insisting would keep it."""
        columns = {DeliveryRound._meta.get_field(name).attname for name in KEPT}  # type: ignore[union-attr]
        values = {column: getattr(delivery, column) for column in columns} | {"acknowledged_by_id": self.clerk.pk}
        insisted = {"insisted_at": at, "insisted_by": self.clerk, "insisted_why": "仍须办理"}
        return DeliveryRound.objects.create(delivery=delivery, **values, **insisted)

    def owe_paper(self, circular: Circular, to: str) -> PaperCopy:
        """A unit that has no connection is owed the circular on paper."""
        delivery = self.deliver(circular, to, channel=Channel.PAPER)
        return PaperCopy.objects.create(delivery=delivery, owed_from=delivery.sent_at)

    def november(self) -> None:
        """The worked example: five circulars to three units, as they stood on the morning of 1 December."""
        d1 = self.issue("2026-11-03 09:00")
        d2 = self.issue("2026-11-06 17:50")
        d3 = self.issue("2026-11-10 10:00", Urgency.URGENT)
        d4 = self.issue("2026-11-14 21:00", Urgency.URGENT)
        d5 = self.issue("2026-11-30 16:00")
        self.deliver(d1, "QX01", signed="2026-11-03 09:40")
        self.deliver(d2, "QX01", signed="2026-11-09 18:00")
        self.deliver(d3, "QX01", signed="2026-11-10 10:30")
        self.deliver(d4, "QX01", signed="2026-11-14 22:15")
        self.deliver(d5, "QX01")
        self.deliver(d1, "ZX05", signed="2026-11-04 17:59")
        self.deliver(d2, "ZX05", relief=Relief.FAULT)
        self.deliver(d3, "ZX05", signed="2026-11-10 10:05")
        self.deliver(d4, "ZX05", signed="2026-11-14 23:00")
        self.deliver(d5, "ZX05")
        self.deliver(d1, "BM08", signed="2026-11-05 08:30")
        self.deliver(d2, "BM08", signed="2026-11-09 09:00")
        self.deliver(d3, "BM08", signed="2026-11-10 10:31", urges=1)
        self.deliver(d4, "BM08", urges=2)
        self.deliver(d5, "BM08", signed="2026-11-30 16:20")

    def person(self, username: str, role: Role, *, at: datetime, unit: str = "YA-ZFB") -> User:
        """Somebody who holds one post from that day on."""
        person = User.objects.create_user(username=username, password="x", name=username)
        take_post(person, self.units[unit], role, by=None, at=at)
        return person
