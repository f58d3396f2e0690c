"""The cast: a small city in the week of the National Day holiday, and what its people do there.

Monday 28 September 2026 has summer hours. From 1 to 7 October the offices are closed, from the 8th they keep winter hours, and Saturday
the 10th is worked. Everybody acts by the verbs of the product; the clock stands still until a scene moves it.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker
from time_machine import TimeMachineFixture, travel

from accounts.holders import people_with
from accounts.people import User, take_post
from accounts.roles import Right, Role
from accounts.seals import KeyKind
from accounts.unitlist import load_units
from accounts.units import Unit
from circulars import moderation
from circulars.deliveries import Delivery
from circulars.dispatch import Sent, dispatch
from circulars.incoming import Incoming, enter
from circulars.layouts import Layout
from circulars.numbering import Numbering, Series
from circulars.pages import CircularPage, DraftAttachment
from circulars.registration import Circular, register
from circulars.sealing import seal
from circulars.sections import open_section
from circulars.snapshots import digest_of, snapshot_of
from circulars.steps import warnings_of
from circulars.turns import Step, Turn
from cms.attachments import keep
from tests.databases import Copy
from tests.offices import beijing
from tests.sealkeys import seal_key

DATA = Path(__file__).with_name("data")

MONDAY = beijing("2026-09-28 09:00")
LUNCH = beijing("2026-09-29 12:30")
ONE_MINUTE_TO_SIX = beijing("2026-09-29 17:59")
EVE_OF_THE_HOLIDAY = beijing("2026-09-30 17:00")
MIDNIGHT = beijing("2026-10-03 00:00")
BACK_AT_WORK = beijing("2026-10-08 09:00")
MAKE_UP_SATURDAY = beijing("2026-10-10 15:00")
NEW_YEARS_EVE = beijing("2026-12-31 10:00")

# What a unit is in our scenes → its code in the register.
UNITS = {
    "government": "YA-ZF",  # has no people of its own: its office acts for it
    "office": "YA-ZFB",
    "network_office": "YA-WXB",
    "county": "QX01",
    "attentive": "BM05",
    "late": "BM12",
    "department": "BM20",  # issues circulars, upward ones among them
    "paper": "QY16",  # not connected
    "elsewhere": "QY01",  # never addressed: the stranger's
}

_EVERY_STEP = (Role.DRAFTER, Role.REVIEWER, Role.APPROVER, Role.PRINCIPAL, Role.REGISTRAR, Role.SENDER)

# Who a person is in our scenes → name, unit and posts.
PEOPLE: dict[str, tuple[str, str, tuple[Role, ...]]] = {
    "drafter": ("王文静", "office", (Role.DRAFTER,)),
    "reviewer": ("李正明", "office", (Role.REVIEWER,)),
    "approver": ("张志远", "office", (Role.APPROVER,)),
    "principal": ("秦卫东", "office", (Role.PRINCIPAL,)),
    "registrar": ("刘晓燕", "office", (Role.REGISTRAR,)),
    "sender": ("陈立新", "office", (Role.SENDER,)),
    "keeper": ("印守信", "office", (Role.SEAL_KEEPER,)),
    "office_clerk": ("赵春梅", "office", (Role.CLERK,)),
    "secretary": ("周慧", "office", (Role.SECRETARIAT,)),
    "engineer": ("吴宏伟", "network_office", (Role.NETWORK_OFFICE,)),
    "county_clerk": ("马延生", "county", (Role.CLERK,)),
    "clerk": ("孙早", "attentive", (Role.CLERK,)),
    "second_clerk": ("孙晚", "attentive", (Role.CLERK,)),
    "leader": ("高建国", "attentive", (Role.LEADER,)),
    "late_clerk": ("何迟", "late", (Role.CLERK,)),
    "department_drafter": ("郑子谦", "department", (Role.DRAFTER,)),
    "department_reviewer": ("冯玉洁", "department", (Role.REVIEWER, Role.REGISTRAR, Role.SENDER)),
    "department_head": ("谢明远", "department", (Role.APPROVER, Role.PRINCIPAL, Role.CLERK)),
    "stranger": ("外人", "elsewhere", (*_EVERY_STEP, Role.CLERK)),  # may do everything, but not here
}

SERIES = {
    ("office", "延政办发"): (Layout.GENERAL, Numbering.YEARLY, 23),
    ("office", "延政办函"): (Layout.LETTER, Numbering.YEARLY, 118),
    ("government", "延政发"): (Layout.GENERAL, Numbering.YEARLY, 12),
    ("government", "令"): (Layout.ORDER, Numbering.RUNNING, 18),
    ("department", "延应急字"): (Layout.GENERAL, Numbering.YEARLY, 66),
    ("elsewhere", "延城投字"): (Layout.GENERAL, Numbering.YEARLY, 1),
}

_MARK_ENDS: dict[str, str] = {Layout.LETTER: "", Layout.ORDER: "令", Layout.MINUTES: "纪要"}


def attached(content: bytes = "姓名,电话\n".encode(), name: str = "值班表.csv") -> list[DraftAttachment]:
    """One attachment for a draft, its bytes kept as an upload's are."""
    title = name.rpartition(".")[0]
    return [DraftAttachment(title=title, file=keep(name, SimpleUploadedFile(name, content)), file_name=name)]


class City(SimpleNamespace):
    """Units by the keys of ``UNITS``, people by those of ``PEOPLE``; ``nobody`` and ``superuser`` hold no post."""

    def draft(self, *, by: User | None = None, issuer: Unit | None = None, **elements: Any) -> CircularPage:
        """A draft of the office to the attentive, the late and the unconnected unit, as its drafter last saved it."""
        issuer, by = issuer or self.office, by or self.drafter
        primary = elements.pop("primary_units", [self.attentive, self.late, self.paper])
        cc, attachments = elements.pop("cc_units", []), elements.pop("attachments", [])
        references, co_issuers = elements.pop("references", []), elements.pop("co_issuers", [])
        series = elements.pop("series", None) or Series.objects.of(issuer).earliest("pk")
        page = CircularPage(
            **{
                "title": "关于做好国庆假期值班工作的通知",
                "series": series,
                "issuer_mark": f"{issuer.name}{_MARK_ENDS.get(series.layout, '文件')}",
                "body": "现将国庆假期值班工作有关事项通知如下：\n一、严格落实值班制度。\n二、及时报送信息。",
                "signatures": issuer.name,
                **elements,
            },
            owner=by,
            live=False,
        )
        page.primary_units, page.cc_units = primary, cc
        page.attachments, page.references, page.co_issuers = attachments, references, co_issuers
        open_section(issuer, MONDAY.year).add_child(instance=page)
        page.save_revision(user=by)
        return page

    def change(self, page: CircularPage, *, by: User | None = None, **elements: Any) -> CircularPage:
        """The drafter has put the draft away again with these elements, finished or not."""
        draft = page.get_latest_revision_as_object()
        for name, value in elements.items():
            setattr(draft, name, value)
        draft.save_revision(user=by or page.owner, clean=False)
        return CircularPage.objects.get(pk=page.pk)

    def submitted(self, *, at: datetime = MONDAY, **elements: Any) -> CircularPage:
        page = self.draft(**elements)
        moderation.submit(page, by=page.owner, at=at)
        return page

    def approved(self, *, at: datetime = MONDAY, **elements: Any) -> CircularPage:
        """A draft that one person has handed over, a second agreed to and a third signed off."""
        return self.put_through(self.draft(**elements), at=at)

    def put_through(self, page: CircularPage, *, at: datetime = MONDAY) -> CircularPage:
        """This draft has been handed over, agreed to and signed off."""
        moderation.submit(page, by=page.owner, at=at)
        self.reviewed(page, at=at)
        for turn in Turn.objects.open().filter(page=page.pk, step=Step.COUNTERSIGN).select_related("unit"):
            moderation.decide(page, "agree", by=self.holder(turn), at=at)
        for turn in Turn.objects.open().filter(page=page.pk, step=Step.APPROVE).select_related("unit"):
            moderation.decide(page, "agree", by=self.holder(turn), at=at, opinion="同意。")
        return page

    def reviewed(self, page: CircularPage, *, at: datetime = MONDAY) -> CircularPage:
        """The unit's reviewer has agreed, every warning answered."""
        keys = [problem.key for problem in warnings_of(page.versions.latest("number"))]
        moderation.decide(page, "agree", by=self._hands(page.issuer)[0], at=at, answered=keys)
        return page

    def holder(self, turn: Turn) -> User:
        """Who takes the seat there: the unit's approver or, where it must be, its principal leader."""
        if turn.right == Right.APPROVE:
            return self._hands(turn.unit)[1]
        if turn.right == Right.APPROVE_IMPORTANT and turn.unit in (self.office, self.government):
            return self.principal
        return User.objects.filter(pk__in=people_with(Right(turn.right), turn.unit_id)).earliest("pk")

    def register(self, page: CircularPage, *, by: User | None = None, at: datetime = MONDAY) -> Circular:
        """The text as it now stands is registered."""
        digest = digest_of(snapshot_of(page.get_latest_revision_as_object()))
        return register(page, digest=digest, by=by or self._hands(page.issuer)[2], at=at)

    def registered(self, *, at: datetime = MONDAY, **elements: Any) -> Circular:
        return self.register(self.approved(at=at, **elements), at=at)

    def sealed(self, *, at: datetime = MONDAY, **elements: Any) -> Circular:
        return self.seal(self.registered(at=at, **elements), at=at)

    def seal(self, circular: Circular, *, at: datetime = MONDAY) -> Circular:
        """Every issuing body's keeper has sealed it, the lead body's last."""
        for line in circular.issuers.select_related("unit", "approver").order_by("-place"):
            kind, keeper = KeyKind.UNIT_SEAL, self.keeper_of(line.unit)
            if circular.layout == Layout.ORDER:
                assert line.approver is not None
                kind, keeper = KeyKind.LEADERS_STAMP, line.approver
            key, opened = seal_key(line.unit, keeper, kind=kind, at=at)
            seal(circular, key, opened, by=keeper, at=at)
        circular.refresh_from_db()
        return circular

    def keeper_of(self, unit: Unit) -> User:
        """Who keeps the seal there; where nobody does, the office's keeper is given that post as well."""
        if keepers := people_with(Right.SEAL, unit.pk):
            return User.objects.get(pk=min(keepers))
        take_post(self.keeper, unit, Role.SEAL_KEEPER, by=None, at=MONDAY)
        return User.objects.get(pk=self.keeper.pk)

    def dispatch(self, circular: Circular, *, at: datetime = MONDAY, reason: str = "") -> Sent:
        """It is on its way, sealed before if it was not."""
        if circular.state == Circular.State.REGISTERED:
            self.seal(circular, at=at)
        return dispatch(circular, by=self._hands(circular.issuer)[3], at=at, off_hours_reason=reason)

    def sent(self, *, at: datetime = MONDAY, reason: str = "", **elements: Any) -> Circular:
        """A circular on its way to its units since ``at``."""
        circular = self.registered(**elements)
        self.dispatch(circular, at=at, reason=reason)
        return circular

    def delivery(self, circular: Circular, unit: Unit | None = None) -> Delivery:
        """What the unit, the attentive one unless another is named, has got of the circular."""
        return circular.deliveries.get(unit=unit or self.attentive)

    def opened(self, circular: Circular, *, at: datetime = MONDAY) -> Delivery:
        delivery = self.delivery(circular)
        delivery.open(by=self.clerk, at=at)
        return delivery

    def sign(
        self, delivery: Delivery, *, by: User | None = None, at: datetime = MONDAY, signing: Any = None
    ) -> Delivery:
        """Every point of the list was checked and the circular signed for, with the clerk's certificate where ``signing`` is one."""
        delivery.sign_for(checked=set(delivery.checks()), key=uuid4(), by=by or self.clerk, at=at, signing=signing)
        return delivery

    def entered(self, delivery: Delivery, *, by: User | None = None, at: datetime = MONDAY, **given: Any) -> Incoming:
        """It was opened, checked, signed for and registered (登记) by the attentive unit's clerk, unless another is named."""
        by = by or self.clerk
        delivery.open(by=by, at=at)
        if delivery.is_open:
            self.sign(delivery, by=by, at=at)
        return enter(delivery, by=by, at=at, **given)

    def desk(self, person: User) -> Client:
        """The person's browser, signed in now."""
        client = Client()
        client.force_login(User.objects.get(pk=person.pk), backend="accounts.signin.NamedPersonBackend")
        return client

    def _hands(self, issuer: Unit) -> tuple[User, User, User, User]:
        """Who reviews, approves, registers and sends there."""
        if issuer in (hands := getattr(self, "hands", {})):
            return hands[issuer]
        if issuer == self.department:
            second = self.department_reviewer
            return second, self.department_head, second, second
        return self.reviewer, self.approver, self.registrar, self.sender


def raise_city() -> City:
    """The city stands on an empty installation, its people at their posts since Monday."""
    load_units(DATA / "city.csv", at=MONDAY)
    units = {unit.code: unit for unit in Unit.objects.all()}
    city = City(**{key: units[code] for key, code in UNITS.items()})
    city.nobody = User.objects.create(username="nobody", name="闲人")
    city.superuser = User.objects.create(username="superuser", name="超级用户", is_superuser=True)
    for key, (name, unit, roles) in PEOPLE.items():
        person = User.objects.create(username=key.replace("_", "-"), name=name)
        setattr(city, key, person)
        for role in roles:
            take_post(person, getattr(city, unit), role, by=None, at=MONDAY)
    Series.objects.bulk_create(
        Series(unit=getattr(city, unit), prefix=prefix, layout=layout, numbering=numbering, opening_number=first)
        for (unit, prefix), (layout, numbering, first) in SERIES.items()
    )
    return city


@pytest.fixture
def week(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    """The clock stands at Monday nine o'clock; ``week.move_to`` sets it anew."""
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture(scope="session")
def raised_city(django_db_setup: Copy, django_db_blocker: DjangoDbBlocker) -> City:
    """Raised once for all scenes of this process and kept in the stock of its database."""
    with django_db_blocker.unblock(), travel(MONDAY, tick=False):
        city = raise_city()
        django_db_setup.keep("city")
    return city


@pytest.fixture(scope="module")
def standing_city(raised_city: City, django_db_setup: Copy, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    """The city, for all scenes of a module, in a transaction around them."""
    with django_db_blocker.unblock(), django_db_setup.standing_on("city"), transaction.atomic():
        yield deepcopy(raised_city)
        transaction.set_rollback(True)


@pytest.fixture
def real_city(raised_city: City, real_database: Copy) -> City:
    """The city in a database that keeps what is committed; the scene sets the clock."""
    return deepcopy(raised_city)


@pytest.fixture
def city(standing_city: City, db: None, week: TimeMachineFixture) -> City:
    """The city on Monday morning; what a scene does to it is forgotten afterwards."""
    return deepcopy(standing_city)


@pytest.fixture(scope="module")
def beforehand(standing_city: City, django_db_blocker: DjangoDbBlocker) -> Callable[..., int]:
    """``beforehand("sent", urgency="urgent")``: a paper brought to this stage on Monday, once for all scenes of a module.

    Only a fixture of the module may ask for it; what a scene makes, it makes anew.
    """

    def bring(stage: str, **elements: Any) -> int:
        with django_db_blocker.unblock(), travel(MONDAY, tick=False):
            return getattr(deepcopy(standing_city), stage)(**elements).pk

    return bring


@pytest.fixture(scope="module")
def standing_circular(beforehand: Callable[..., int]) -> int:
    return beforehand("sent")


@pytest.fixture
def circular(standing_circular: int, city: City) -> Circular:
    """A normal circular of the office that went out on Monday at nine and that nobody has opened."""
    return Circular.objects.get(pk=standing_circular)
