"""Attack 15: one secretariat looking into the papers of another's area (Articles 6 and 29).

A county's secretariat asks every address with the keys of the city's records and of another county's, and the city's asks with the keys of a
county's: by page, workbook and search. Every record bears words that nobody could guess; none of them may be shown.
"""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.deeds import Deed
from accounts.equipment import DeviceKind, register_device
from accounts.faults import report_fault
from accounts.filings import Filing
from accounts.handovers import open_handover
from accounts.people import Post, User, take_post
from accounts.roles import Role
from accounts.roster import arrange
from accounts.units import Category, Unit
from circulars.deliveries import Delivery
from circulars.papercopies import PaperCopy
from circulars.problems import report_problem
from circulars.purging import block
from cms import ledger
from cms.accesslog import Access, Look, note
from cms.calendars import Standing, correct_day
from cms.rulesetting import set_rules
from cms.ruleversions import RuleVersion
from cms.sweep import sweep
from reports.accountability.acts import open_case
from reports.bulletins import open_bulletin
from reports.guidance import Visit, log_visit
from reports.listviews import BOOKS
from reports.months import Month
from reports.rectifications import demand
from reports.snapshots import publish
from reports.spotchecks.acts import plan, population
from reports.spotchecks.record import SpotUnit
from reports.walls import open_wall
from tests.addresses import OURS, fill
from tests.cast import MONDAY
from tests.counties import appointed, county, unit_below
from tests.hiddenwords import WORDS
from tests.hostile.test_crawl import ENDS_THE_CRAWL, crawl
from tests.offices import beijing
from tests.walking import desk, is_admitted

pytestmark = pytest.mark.usefixtures("still_rail")

PLACES = (
    "title", "body", "fault", "problem", "filing", "leaver", "device", "case", "rules", "holiday", "guard", "takes", "paper",
    "again", "purpose", "mend", "visit", "wall", "delay", "reason",
)  # fmt: skip
HIDDEN = re.compile(r"zq7[a-z]+k9x")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OCTOBER = beijing("2026-10-09 10:00")


def word(place: str) -> str:
    return f"zq7{place}k9x"


@pytest.fixture
def counties(city):
    """The first county has every kind of record, the second a secretariat that wants to see them."""
    unit = unit_below(city.government, "QX02", "安塞区", Category.COUNTY)
    Unit.objects.filter(pk=unit.pk).update(can_issue=True)
    baota = county(city, city.county, "baota", "宝塔区", "宝政办发")
    return baota, county(city, unit, "ansai", "安塞区", "安政办发")


@pytest.fixture
def records(city, counties, week):
    """Keys of the first county's records by the beginning of the address that asks for them."""
    baota, _ = counties
    town, clerk, at = baota.town, baota.town_clerk, {"at": MONDAY}
    far = unit_below(baota.seat, "QX01-Z9", "远镇", Category.TOWNSHIP)
    Unit.objects.filter(pk=far.pk).update(connected=False)
    sent = baota.sent(
        city, title=f"关于{word('title')}的通知", body=f"一、{word('body')}。", primary_units=[town, baota.bureau, far]
    )
    shut = baota.sent(city, title=f"关于{word('again')}的通知")
    case = block(shut.page, reason=word("case"), by=User.objects.get(pk=baota.secretary.pk), **at)
    delivery = Delivery.objects.get(circular=sent, unit=town)
    copy = PaperCopy.objects.get(delivery__unit=far)
    copy.deliver(delivered_at=MONDAY, taken_by=word("takes"), by=User.objects.get(pk=baota.second.pk), **at)
    fault = report_fault(town, "network", word("fault"), detected_at=MONDAY, by=clerk, **at)
    problem = report_problem(delivery, "damaged", word("problem"), by=clerk, **at)
    leaver = appointed("leaver", word("leaver"), town, Role.HANDLER)
    handover = open_handover(Post.objects.get(person=leaver), clerk, by=None, **at)
    device = register_device(
        town, DeviceKind.PRINTER, word("device"), "1", clerk, conforms=False, in_use_since=MONDAY.date(), by=clerk, **at
    )
    filing = Filing.objects.create(
        unit=town, kind="leaving", role="handler", leaver=leaver, why="retired", letter_number=word("filing"),
        letter_date=MONDAY.date(), filed_by=clerk, filed_at=MONDAY,
    )  # fmt: skip
    rules = RuleVersion.objects.in_force(baota.area, MONDAY).rule_set
    longer = replace(rules, working_days=2)
    set_rules(baota.area, longer, against=1, in_force_from=None, reason=word("rules"), by=baota.secretary, **at)
    day = beijing("2026-11-03 00:00").date()
    correct_day(baota.area, day, Standing.OFF, name=word("holiday"), reason="通知", by=baota.secretary, **at)
    guard = appointed("guard", word("guard"), baota.seat, Role.DUTY_OFFICER)
    arrange({MONDAY.date(): guard, OCTOBER.date(): guard}, by=User.objects.get(pk=baota.secretary.pk), **at)
    week.move_to(OCTOBER, tick=False)
    snapshot = publish(Month.parse("2026-09"), area=baota.area, by=User.objects.get(pk=baota.secretary.pk), at=OCTOBER)
    sweep(OCTOBER)
    return SimpleNamespace(
        oversight=overseen_there(baota, delivery),
        uuids=[sent.uuid, shut.uuid],
        codes=[town.code, far.code, baota.seat.code],
        snapshot=snapshot.pk,
        keys={
            "/received/": list(sent.deliveries.values_list("pk", flat=True)),
            "/paper/": list(sent.deliveries.values_list("pk", flat=True)),
            "/returns/": [delivery.pk],
            "/problems/": [problem.pk],
            "/faults/": [fault.pk],
            "/filings/": [filing.pk],
            "/handovers/": [handover.pk],
            "/kit/devices/": [device.pk],
            "/units/": [town.pk, far.pk],
            "/secrecy/cases/": [case.pk],
            "/": [sent.page_id, shut.page_id, fault.pk],
        },
    )


def overseen_there(baota, delivery):
    """What the county's secretariat has checked, opened, asked and put up, by the beginning of the address that asks for it."""
    by = {"by": User.objects.get(pk=baota.secretary.pk), "at": OCTOBER}
    there = population(baota.area).count()
    check = plan(there, area=baota.area, purpose=word("purpose"), key=uuid4(), **by)
    drawn = SpotUnit.objects.get(draw__check_drawn=check, unit=baota.town)
    mended = demand(drawn, word("mend"), due_on=OCTOBER.date(), **by)
    log_visit(Visit(baota.town, OCTOBER.date(), "二人", word("visit")), key=uuid4(), **by)
    wall, _ = open_wall(word("wall"), OCTOBER.date(), area=baota.area, **by)
    case = open_case(delivery, word("delay"), state_until=OCTOBER.date(), **by)
    bulletin = open_bulletin(Month.parse("2026-09"), area=baota.area, reason=word("reason"), **by)
    return {
        "/oversight/checks/": [check.pk],
        "/oversight/checks/units/": [drawn.pk],
        "/oversight/checks/rectifications/": [mended.pk],
        "/oversight/cases/": [case.pk],
        "/oversight/cases/open/": [delivery.pk],
        "/oversight/people/": [baota.secretary.pk, baota.town_clerk.pk],
        "/overview/walls/": [wall.pk],
        "/reports/bulletins/": [bulletin.pk],
    }


def addresses(records: SimpleNamespace) -> list[str]:
    """Every address of ours with each of these keys, and the searches and exports that take words."""
    found = []
    for route in OURS.values():
        values: list[dict[str, object]] = [{}]
        if "uuid" in route:
            values = [{"uuid": uuid} for uuid in records.uuids]
        elif "code" in route:
            values = [{"code": code} for code in records.codes]
        elif "<slug:name>" in route:
            values = [{"name": name} for name in BOOKS]
        elif "<int:pk>" in route:
            keys = records.keys | records.oversight
            begins = max((each for each in keys if route.startswith(each)), key=len)
            values = [{"pk": key} for key in keys[begins]]
        found += [fill(route, **({"year": 2026} | value), number=number) for value in values for number in (1, 2)]
    asked = word("title").removesuffix("x")  # what a page repeats of the question is not the whole word
    searched = [f"/search/?q={asked}", f"/search/results.xlsx?q={asked}"]
    months = [f"{path}?month=2026-09&issuers=all" for path in found if path.startswith("/reports/") or "month" in path]
    return list(dict.fromkeys([*found, *searched, *months]))


def said(answer) -> str:
    """What stands in an answer, a workbook or a bundle taken apart."""
    body = b"".join(answer) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist())
    return f"{answer.headers} {body.decode(errors='replace')}"


def seen(person: User, paths: list[str]) -> tuple[set[str], list[str]]:
    """The hidden words that the person finds at these addresses, each with where it stands, and what failed."""
    client, found, wrong = desk(person.pk), set(), []
    for path in paths:
        if path in ENDS_THE_CRAWL or not is_admitted(person, path):
            continue
        answer = client.get(path)
        words = {each.removesuffix("k9x").removeprefix("zq7") for each in HIDDEN.findall(said(answer))}
        found |= words
        if words or answer.status_code >= 500:
            wrong.append(f"{path} was answered {answer.status_code} and showed {sorted(words)}")
    return found, wrong


def test_13_a_secretariat_finds_no_word_of_another_area(city, counties, records):
    """Neither the city's secretariat with its duty officer, nor another county's, by any address or key."""
    _, ansai = counties
    officer = appointed("officer", "市值班", city.office, Role.DUTY_OFFICER)
    paths = addresses(records)
    for person in (ansai.secretary, city.secretary, officer):
        _, wrong = seen(User.objects.get(pk=person.pk), paths)
        assert not wrong, "\n".join([str(person), *wrong])


def test_13_the_county_itself_finds_its_records_there(counties, records):
    """Otherwise the scene above would find nothing anywhere; its secretariat reads no text and no opened paper."""
    baota, _ = counties
    found, _ = seen(User.objects.get(pk=baota.secretary.pk), addresses(records))
    assert found == set(PLACES) - {"body", "paper", "again"}


@pytest.fixture
def moved(city, counties, week):
    """Somebody who was clerk of a town of the first county, then of the second, and serves the city now; signed in and acted at each."""
    baota, ansai = counties
    person, sent = User.objects.create(username="moved", name="迁三处"), baota.sent(city)
    stays = (
        (baota.town, Role.CLERK, "10.1.0.9"),
        (ansai.town, Role.CLERK, "10.2.0.9"),
        (city.office, Role.SENDER, "10.3.0.9"),
    )
    for number, (unit, role, address) in enumerate(stays):
        at = MONDAY + number * DAY
        week.move_to(at, tick=False)
        for post in person.posts.filter(held_to=None):
            Access.objects.create(at=at - HOUR, look=Look.SIGNED_IN, person=person, address=stays[number - 1][2])
            post.leave(by=None, at=at)
        take_post(person, unit, role, by=None, at=at)
        by = {"by": User.objects.get(pk=person.pk), "at": at + HOUR}
        Access.objects.create(at=at + HOUR, look=Look.SIGNED_IN, person=person, address=address)
        ledger.enter(Deed.FAULT_REPORTED, subject=f"accounts.unit:{unit.pk}", unit=unit.pk, **by)
        ledger.enter(Deed.FAULT_REPORTED, subject=f"accounts.post:9{number}", **by)
    note(
        Look.OPENED, at=MONDAY + 3 * DAY, person=person, circular=sent.uuid
    )  # of the first county, read when serving the city
    return person


def test_13_of_who_moved_each_area_sees_its_own_time_alone(city, counties, moved):
    """From one county to another and to the city: by page, workbook and key, the day of the move by its moment."""
    baota, ansai = counties
    auditor = appointed("auditor", "审计", city.office, Role.AUDIT_ADMIN)
    asked = f"first={MONDAY:%Y-%m-%d}&last={MONDAY + 5 * DAY:%Y-%m-%d}"
    trail = f"/oversight/people/{moved.pk}/"
    every = {("10.1.0.9", baota.town), ("10.2.0.9", ansai.town), ("10.3.0.9", city.office)}
    for looker, place in ((baota.secretary, 0), (ansai.secretary, 1), (city.secretary, 2), (auditor, None)):
        client = desk(looker.pk)
        pages = [said(client.get(f"{trail}?{asked}&tab={tab}")) for tab in ("looks", "deeds")]
        book = said(client.get(reverse("reports:trail_workbook", args=[moved.pk]) + f"?{asked}"))
        shown = {number for number in range(3) if f"任职 9{number}" in pages[1]}
        assert shown == ({0, 1, 2} if place is None else {place}), looker
        for number, (address, unit) in enumerate(sorted(every, key=lambda each: each[0])):
            is_shown = place in (None, number)
            assert ((address in pages[0]), (unit.short_name in pages[1])) == (is_shown, is_shown), (looker, unit)
            assert (address in book) == is_shown, (looker, unit)
        times = pages[0].count(">登录<")
        assert times == (5 if place is None else 1 if place == 2 else 2), looker
        assert (">查看</th>" in pages[0]) == (place is None)


def test_13_the_people_of_a_seat_are_of_the_area_that_it_runs(city, counties):
    baota, ansai = counties
    for looker, status in ((baota.secretary, 200), (ansai.secretary, 404), (city.secretary, 404)):
        client = desk(looker.pk)
        for name in ("person_trail", "trail_workbook"):
            assert client.get(reverse(f"reports:{name}", args=[baota.head.pk])).status_code == status, (looker, name)
        found = client.get(reverse("reports:people_to_review"), {"q": "宝塔区"}).content.decode()
        assert (str(baota.head) in found) == (status == 200), looker


def test_13_a_countys_secretariat_finds_no_word_of_the_citys_papers(city, counties, papers):
    """What the city's seat of government has drafted, sent and received, by the crawl of strangers."""
    from tests.addresses import addresses_of, admin_addresses

    _, ansai = counties
    paths = [path for _, path in addresses_of(papers)] + admin_addresses(papers, "submitted")
    wrong, asked = crawl(User.objects.get(pk=ansai.secretary.pk), list(dict.fromkeys(paths)), set())
    assert WORDS
    assert not wrong, "\n".join(wrong)
    assert asked > 50
