"""Whose telephone numbers one sees: of the own unit, of units that must still be told, else none; the two offices all (Articles 18, 21, 23 and 24).

Everybody has a number of their own, and whatever a person's desk answers is searched for all of them: pages, messages, data for scripts, files.
"""

import re
import zipfile
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.faults import report_fault
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.standins import arrange
from accounts.units import Unit
from circulars.calling import log_call
from circulars.chasing import urge
from circulars.problems import report_problem
from cms.ledger import Entry
from cms.messages import Message
from cms.sweep import sweep
from tests.addresses import addresses_of
from tests.cast import MONDAY
from tests.circulars.notices import FIVE_PAST, TEN_PAST
from tests.hostile.deskacts import url
from tests.walking import is_admitted

pytestmark = pytest.mark.usefixtures("still_rail")

EVERYBODY = (
    "drafter", "reviewer", "approver", "principal", "registrar", "sender", "keeper", "office_clerk", "secretary", "engineer",
    "county_clerk", "clerk", "second_clerk", "leader", "late_clerk", "department_drafter", "department_reviewer", "department_head",
    "stranger",
)  # fmt: skip
BYSTANDERS = {
    "auditor": Role.AUDIT_ADMIN, "system_admin": Role.SYSTEM_ADMIN, "security_admin": Role.SECURITY_ADMIN, "duty_officer": Role.DUTY_OFFICER,
}  # fmt: skip

# Whose desks are searched: one of each kind that sees other pages than the rest.
WATCHED = (
    "drafter", "sender", "office_clerk", "secretary", "engineer", "clerk", "leader", "late_clerk", "department_reviewer", "stranger",
    *BYSTANDERS,
)  # fmt: skip


@pytest.fixture
def town(city, week):
    """Everybody has a number; one unit was told of an urgent circular by telephone, another was not, and much else went on."""
    for name, role in BYSTANDERS.items():
        person = User.objects.create(username=name.replace("_", "-"), name="旁人")
        take_post(person, city.office, role, by=None, at=MONDAY)
        setattr(city, name, person)
    city.numbers = {}
    for place, who in enumerate((*EVERYBODY, *BYSTANDERS)):
        city.numbers[who] = (f"139{place:08d}", f"0911-77{place:05d}")
        mobile, office = city.numbers[who]
        User.objects.filter(pk=getattr(city, who).pk).update(mobile=mobile, office_phone=office)
    urgent = city.sent(urgency="extra_urgent", primary_units=[city.attentive, city.late, city.county])
    theirs = city.sent(
        urgency="extra_urgent", by=city.department_drafter, issuer=city.department, primary_units=[city.attentive]
    )
    plain = city.sent()
    told = city.delivery(urgent, city.attentive)
    week.move_to(TEN_PAST, tick=False)
    call = {
        "result": "reached",
        "name": "孙早",
        "person": city.clerk.pk,
        "number": city.numbers["clerk"][0],
        "happened_at": FIVE_PAST,
    }
    log_call(told, **call, of_round=told.round, key="6f2c1d3e-1111-4111-8111-111111111111", by=city.sender, at=TEN_PAST)
    problem = report_problem(city.opened(plain), "unreadable", "打不开", by=city.clerk, at=TEN_PAST)
    fault = report_fault(city.late, "network", "断网", detected_at=MONDAY, by=city.late_clerk, at=TEN_PAST)
    urge(plain, text="请尽快签收。", by=city.sender, at=TEN_PAST)
    arrange(
        city.approver,
        city.sender,
        city.office,
        Role.APPROVER,
        first=MONDAY.date(),
        last=MONDAY.date(),
        reason="出差",
        by=city.approver,
        at=TEN_PAST,
    )
    sweep(TEN_PAST)
    circulars = {"urgent": urgent, "theirs": theirs, "plain": plain}
    city.urgent, city.theirs, city.fault = urgent, theirs, fault
    city.papers = SimpleNamespace(
        pages={name: circular.page_id for name, circular in circulars.items()},
        uuids={name: circular.uuid for name, circular in circulars.items()},
        deliveries={
            (name, row.pk): row.pk for name, circular in circulars.items() for row in circular.deliveries.all()
        },
        problems={"plain": problem.pk},
    )
    return city


def text_of(answer) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(body)) as parts:
            body = b" ".join(parts.read(name) for name in parts.namelist())
    return re.sub(r"(?<=\d)[\s-](?=\d)", "", body.decode(errors="replace"))


def seen_by(town, who) -> dict[str, set[str]]:
    """Whose whole number stands on which pages of this person."""
    person = User.objects.get(pk=getattr(town, who).pk)
    client = town.desk(person)
    found: dict[str, set[str]] = {}
    paths = [path for name, path in addresses_of(town.papers) if not name.endswith("_pages")]  # pictures of the paper
    paths += [url("accounts:person", getattr(town, each).pk) for each in EVERYBODY] + [
        url("accounts:fault", town.fault.pk)
    ]
    paths += [f"{url('accounts:people')}?q={name}" for name in ("孙", "王", "clerk", "139")]
    for unit in ("BM05", "BM12", "QX01", "YA-ZFB"):
        paths.append(url("accounts:contact_card", unit))
    paths += [
        url("accounts:check_contact", "BM05", town.clerk.pk),
        url("accounts:change_contact", "BM05", town.clerk.pk),
    ]
    for circular in (town.urgent, town.theirs):
        paths += [url("circulars:call", circular.uuid, row.pk) for row in circular.deliveries.all()]
    paths += [
        f"{url('reports:month')}?issuers=all",
        "/cms/",
        "/cms/pages/",
        f"/cms/pages/{town.papers.pages['urgent']}/history/",
    ]
    for path in dict.fromkeys(paths):
        if not is_admitted(person, path):
            continue  # the door is shut, no view runs
        text = text_of(client.get(path, follow=True))
        for each, numbers in town.numbers.items():
            if any(number.replace("-", "") in text for number in numbers):
                found.setdefault(each, set()).add(path)
    return found


def test_a_number_is_seen_only_by_whom_it_concerns(town):
    unsigned = {
        "sender": {"late_clerk", "county_clerk", "clerk", "second_clerk", "leader"},
        "department_reviewer": {"clerk", "second_clerk", "leader"},
    }
    units = {who: set(getattr(town, who).posts.values_list("unit", flat=True)) for who in town.numbers}
    wrong = {}
    for who in WATCHED:
        found = seen_by(town, who)
        own = {each for each in town.numbers if units[each] & units[who]}
        oversees = who in ("engineer", "secretary", "duty_officer")
        allowed = set(town.numbers) if oversees else own | unsigned.get(who, set())
        wrong |= {(who, each): paths for each, paths in found.items() if each not in allowed}
        assert unsigned.get(who, set()) <= set(found), who
    assert not wrong


def test_no_number_of_a_person_stands_in_a_message_or_in_the_ledger(town):
    said = [*Message.objects.values_list("text", flat=True), *map(str, Entry.objects.values_list("payload", flat=True))]
    said = re.sub(r"[\s-]", "", " ".join(said))
    assert not [
        each for each, numbers in town.numbers.items() if any(number.replace("-", "") in said for number in numbers)
    ]


def test_the_desk_telephone_of_a_unit_is_no_number_of_a_person(town):
    Unit.objects.filter(pk=town.late.pk).update(duty_phone="0911-2160000")
    page = town.desk(town.sender).get(reverse("circulars:notices", args=[town.urgent.uuid]))
    assert "0911-2160000" in page.content.decode()
