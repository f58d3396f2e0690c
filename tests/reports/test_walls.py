"""A wall shows numbers to whoever has its address and nothing to anybody else: never a person, a telephone number or a title."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from circulars.deadlines import Urgency
from cms.accesslog import Access, Look
from cms.areas import Area
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.verifying import faults
from reports import oversight
from reports.deeds import Deed
from reports.walls import WallScreen, open_wall
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER as NOW

WALLS = reverse("reports:walls")
NEW_YEAR = date(2026, 12, 31)
FRAGMENT = {"X-Fragment": "wall"}


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def secretary(november):
    return november.person("secretary", Role.SECRETARIAT, at=beijing("2026-10-01 09:00"))


@pytest.fixture
def desk(secretary, client):
    client.force_login(secretary)
    return client


@pytest.fixture
def opened(november, secretary):
    return open_wall("值班室", NEW_YEAR, area=november.area, by=secretary, at=NOW)


def at(token):
    return reverse("reports:wall", args=[token])


def test_a_wall_is_opened_once_and_its_address_is_told_once(desk, november):
    said = desk.post(WALLS, {"name": " 值班室 ", "last_day": "2026-12-31"}).content.decode()
    (path,) = re.findall(r"http://testserver(/wall/[\w-]{43}/)", said)
    wall = WallScreen.objects.get()
    assert (wall.name, wall.valid_until) == ("值班室", beijing("2027-01-01 00:00"))
    token = path.split("/")[2]
    assert token not in "".join(str(value) for value in WallScreen.objects.values().get().values())
    assert Client().get(path).status_code == 200
    assert token not in desk.get(WALLS).content.decode()
    (entry,) = Entry.objects.filter(deed=Deed.WALL_OPENED)
    assert (entry.said["digest"], token in entry.facts) == (wall.digest, False)
    assert "正在使用" in desk.post(WALLS, {"name": "值班室", "last_day": "2026-12-31"}).content.decode()
    for wrong in ("2026-11-30", "2027-12-03", "0001-01-01", "明年", ""):
        assert desk.post(WALLS, {"name": "大厅", "last_day": wrong}).status_code == 200, wrong
    assert desk.post(WALLS, {"name": " \x00", "last_day": "2026-12-31"}).status_code == 200
    assert WallScreen.objects.count() == 1


def test_what_a_wall_shows_is_what_the_lists_of_the_desk_count(opened, november, desk):
    circular = november.issue("2026-12-01 08:50", Urgency.EXTRA_URGENT)
    november.deliver(circular, "QX01")
    november.deliver(circular, "BM08", signed="2026-12-01 08:55")
    november.deliver(november.issue("2026-11-24 09:00"), "QX01")
    shown = Client().get(at(opened[1]))
    figures = shown.context["shown"]
    assert (figures.sent, figures.receipts, figures.signed) == (1, 2, 1)
    assert figures.urgent == oversight.urgent_unsigned(Area.objects.home()).count() == 2
    standings = oversight.standings(Area.objects.home(), NOW)
    assert (figures.overdue_count, figures.overdue_units) == (standings["overdue"], standings["overdue_units"])
    assert sum(one.count for one in figures.overdue) == standings["overdue"]
    delays = desk.get(reverse("reports:delays")).context
    assert [pace.figures.name for pace in figures.slow_urgent] == [pace.figures.name for pace in delays["slow_urgent"]]
    headers = {name: shown[name] for name in ("Referrer-Policy", "Cache-Control")}
    assert headers == {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    page = shown.content.decode()
    assert '<meta http-equiv="refresh"' in page
    part = Client().get(at(opened[1]), headers=FRAGMENT).content.decode()
    assert "<html" not in part
    assert part.strip() in page


def test_a_token_that_is_forged_ended_or_over_its_day_is_not_found_and_not_written_down(
    opened, secretary, time_machine
):
    wall, token = opened
    stranger = Client()
    for wrong in (token[:-1], token.swapcase(), wall.digest, "1", "a" * 3000, "%F0%9F%98%80", "值班室"):
        for headers in ({}, FRAGMENT):
            answer = stranger.get(at(wrong), headers=headers)
            assert (answer.status_code, "值班室" in answer.content.decode()) == (404, False), wrong
    assert stranger.get(at(token)).status_code == 200
    assert stranger.post(at(token)).status_code == 405
    written = "".join(Access.objects.values_list("subject", flat=True))
    assert token[:20] not in written
    assert Access.objects.filter(look=Look.OPENED, subject=f"大屏“值班室”（{wall.pk}）").count() == 1
    time_machine.move_to(beijing("2026-12-31 23:59:59"), tick=False)
    assert stranger.get(at(token)).status_code == 200
    time_machine.move_to(beijing("2027-01-01 00:00"), tick=False)
    assert stranger.get(at(token)).status_code == 404
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    wall.revoke(by=secretary, at=NOW + timedelta(hours=1))
    assert stranger.get(at(token)).status_code == 404


def test_guessing_is_answered_shortly_and_a_wall_beside_goes_on(opened):
    guesser = Client()
    answers = [guesser.get(at(f"{n:043}")).status_code for n in range(32)]
    assert answers == [404] * 30 + [429] * 2
    assert Access.objects.filter(look=Look.REFUSED).count() == 30
    assert guesser.get(at(opened[1])).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        guesser.get(at("x"))
    assert not [query for query in asked if query["sql"].startswith("INSERT")]


def test_a_wall_is_ended_by_the_secretariat_once_and_by_nobody_else(opened, desk, november, secretary, client):
    wall, _ = opened
    path = reverse("reports:revoke_wall", args=[wall.pk])
    people = {
        "duty": Role.DUTY_OFFICER,
        "sender": Role.SENDER,
        "clerk": Role.CLERK,
    }
    for name, role in people.items():
        other = Client()
        person = november.person(name, role, at=beijing("2026-11-01 09:00"))
        other.force_login(person)
        for answer in (other.get(WALLS), other.post(WALLS, {"name": "厅", "last_day": "2026-12-31"}), other.post(path)):
            assert answer.status_code == 404, name
        with pytest.raises(PermissionDenied):
            wall.revoke(by=person, at=NOW)
        with pytest.raises(PermissionDenied):
            open_wall("厅", NEW_YEAR, area=november.area, by=person, at=NOW)
    assert Client().post(path)["Location"].startswith("/login/")
    assert desk.get(path).status_code == 405
    assert "已停用" in desk.post(path, follow=True).content.decode()
    assert "已经停用" in desk.post(path, follow=True).content.decode()
    assert Entry.objects.filter(deed=Deed.WALL_ENDED).count() == 1
    with pytest.raises(OutOfOrder):
        wall.revoke(by=secretary, at=NOW)
    county = Area.objects.create(code="baota", name="宝塔区")
    with pytest.raises(PermissionDenied):
        open_wall("厅", NEW_YEAR, area=county, by=secretary, at=NOW)
    theirs = WallScreen.objects.create(
        area=county, name="区", digest="0" * 64, valid_until=NOW + timedelta(days=9), made_at=NOW, made_by=secretary
    )
    assert desk.post(reverse("reports:revoke_wall", args=[theirs.pk])).status_code == 404
    assert "区</th>" not in desk.get(WALLS).content.decode()


def test_a_wall_takes_nothing_but_its_end_and_the_look_says_what_was_changed(opened, secretary):
    def said():
        return [str(fault) for fault in faults(None, NOW) if "大屏" in fault.where]

    wall, _ = opened
    assert not said()
    for change in ({"name": "别处"}, {"valid_until": NOW + timedelta(days=900)}, {"digest": "1" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            WallScreen.objects.filter(pk=wall.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        WallScreen.objects.filter(pk=wall.pk).delete()
    WallScreen.objects.create(
        area=wall.area,
        name="后门",
        digest="2" * 64,
        valid_until=NOW + timedelta(days=9),
        made_at=NOW,
        made_by=secretary,
    )
    WallScreen.objects.filter(pk=wall.pk).update(revoked_at=NOW, revoked_by=secretary)
    assert len(said()) == 2
    assert "后门" in "".join(said())


def test_a_wall_asks_the_same_few_questions_however_much_there_is(opened, november):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            Client().get(at(opened[1]))
        return len(asked)

    november.deliver(november.issue("2026-12-01 08:00"), "QX01", signed="2026-12-01 08:30")
    questions()
    few = questions()
    for sent_at in ("2026-11-19 09:00", "2026-12-01 08:10", "2026-12-01 08:40"):
        another = november.issue(sent_at, Urgency.URGENT)
        for to in ("QX01", "BM08", "ZX05"):
            november.deliver(another, to)
    assert questions() == few < 25


def test_one_more_day_is_a_year_at_most(november, secretary):
    with pytest.raises(ValidationError):
        open_wall("厅", date(2027, 12, 3), area=november.area, by=secretary, at=NOW)
    assert open_wall("厅", date(2027, 12, 2), area=november.area, by=secretary, at=NOW)
