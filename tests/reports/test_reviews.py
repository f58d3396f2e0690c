"""What a person saw and did, and who held which roles on a past day: for who audits and for the secretariat (Articles 18, 23 and 28)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.closing import close_at_once
from accounts.dissolving import dissolve
from accounts.people import Post, User, take_post
from accounts.reorganising import have_served
from accounts.roles import Role
from accounts.standins import arrange
from accounts.units import Unit
from cms.accesslog import Access, Look, note
from reports.heldthen import unit_then
from reports.persontrail import HIDDEN, PAGE, Span, deeds, looks
from reports.reviewed import people_reviewed
from tests.cast import BACK_AT_WORK, MONDAY

DAY = timedelta(days=1)
TITLE = "关于zq7检查的通知"
WEEK = Span(MONDAY.date(), (MONDAY + 6 * DAY).date())


@pytest.fixture
def auditor(city):
    person = User.objects.create(username="auditor", name="审计员")
    take_post(person, city.office, Role.AUDIT_ADMIN, by=None, at=MONDAY)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def seen(city):
    """The clerk has opened a circular and signed for it, read an attachment of a draft, and was refused somewhere."""
    circular = city.sent(title=TITLE)
    city.sign(city.opened(circular))
    note(Look.OPENED, at=MONDAY, person=city.clerk, circular=circular.uuid)
    note(Look.DOWNLOADED, at=MONDAY + DAY, person=city.clerk, subject=f"文稿7 附件1 {TITLE}")
    note(Look.EXPORTED, at=MONDAY + DAY, person=city.clerk, subject=f"检索结果（{TITLE}）")
    note(Look.REFUSED, at=MONDAY + 9 * DAY, person=city.clerk, subject="/oversight/cases/")
    return circular


def test_a_paper_is_named_only_to_who_may_know_of_it_and_no_draft_to_anybody(
    city, seen, auditor, django_assert_num_queries
):
    for looker, head in ((city.secretary, f"{seen.number}《{TITLE}》"), (auditor, HIDDEN)):
        said = [line.about for line in looks(city.clerk, WEEK, looker)]
        assert said == ["检索结果", "一份文稿", head]
        done = {line.what: (line.about, line.unit) for line in deeds(city.clerk, WEEK, looker)}
        assert done["签收"] == (head, city.attentive.short_name)
    with django_assert_num_queries(2):
        looks(city.clerk, WEEK, auditor)
    with django_assert_num_queries(3):
        deeds(city.clerk, WEEK, auditor)


def test_long_lists_are_turned_by_the_keys_of_their_rows_and_leave_none_out(city):
    Access.objects.bulk_create(
        Access(at=MONDAY + timedelta(seconds=number // 3), look=Look.OPENED, person=city.clerk, subject=str(number))
        for number in range(2 * PAGE + 7)
    )
    told, after = [], ""
    for _ in range(3):
        lines = looks(city.clerk, WEEK, city.secretary, after=after)
        told += [line.about for line in lines[:PAGE]]
        after = lines[PAGE - 1].mark if len(lines) > PAGE else ""
    assert told == [str(number) for number in reversed(range(2 * PAGE + 7))]
    assert after == ""
    for nonsense in ("x", "9" * 40, "20269999000000000000-1", "-", "1-2"):
        assert looks(city.clerk, WEEK, city.secretary, after=nonsense)


def test_who_looks_at_it_stands_in_the_log_and_nobody_else_gets_in(city, seen, auditor):
    pages = [
        reverse("reports:person_trail", args=[city.clerk.pk]),
        reverse("reports:trail_workbook", args=[city.clerk.pk]),
    ]
    dates = {"first": f"{MONDAY:%Y-%m-%d}", "last": f"{MONDAY + 3 * DAY:%Y-%m-%d}"}
    for person in (city.clerk, city.leader, city.engineer, city.superuser, city.stranger):
        for path in (*pages, reverse("reports:people_to_review"), reverse("reports:roles_then")):
            assert city.desk(person).get(path).status_code == 404
    desk = city.desk(auditor)
    found = desk.get(reverse("reports:people_to_review"), {"q": "孙早"}).content.decode()
    assert pages[0] in found
    shown = desk.get(pages[0], dates).content.decode()
    assert HIDDEN in shown
    assert TITLE not in shown
    assert "签收" in desk.get(pages[0], dates | {"tab": "deeds"}).content.decode()
    book = load_workbook(BytesIO(desk.get(pages[1], dates).content))
    assert book.sheetnames == ["看了什么", "做了什么"]
    told = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert HIDDEN in told
    assert not [cell for cell in told if TITLE in str(cell)]
    noted = Access.objects.filter(person=auditor, subject__startswith="人员操作记录 clerk").values_list(
        "look", flat=True
    )
    assert sorted(noted) == ["exported", "opened", "opened"]
    assert "/oversight/cases/" not in shown
    for wrong in (
        {"first": "2026-13-01"},
        {"first": "0001-01-01"},
        {"first": "2026-12-31", "last": "2026-01-01"},
        {"last": "9999-12-31"},
    ):
        assert "notice--warning" in desk.get(pages[0], wrong).content.decode()


def test_the_secretariat_sees_the_people_of_its_area_who_auditors_see_all(city, auditor):
    assert city.nobody in people_reviewed(auditor)
    assert city.nobody not in people_reviewed(city.secretary)
    assert city.clerk in people_reviewed(city.secretary)
    assert not people_reviewed(city.engineer)


def held(unit, day):
    return {(each.name, each.role, each.how) for each in unit_then(unit, day).held}


def test_who_held_what_on_a_past_day_is_told_as_it_was_then(city, week):
    last = {"last": BACK_AT_WORK.date(), "reason": "出差", "by": city.leader, "at": MONDAY}
    colleague = User.objects.create(username="colleague", name="同事")
    take_post(colleague, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    arrange(city.clerk, colleague, city.attentive, Role.CLERK, first=MONDAY.date(), **last)
    for at in (MONDAY + DAY, MONDAY + 2 * DAY):
        week.move_to(at)
        if at == MONDAY + DAY:
            Post.objects.get(person=city.second_clerk).leave(by=None, at=at)
    monday = held(city.attentive, MONDAY.date())
    assert ("孙晚", "收发员", "任职") in monday
    assert ("同事", "收发员", "代孙早") in monday
    tuesday = held(city.attentive, (MONDAY + DAY).date())
    assert ("孙晚", "收发员", "任职") not in tuesday
    assert ("孙早", "收发员", "任职") in tuesday
    assert held(city.attentive, (MONDAY - DAY).date()) == set()


def test_a_unit_that_another_ran_and_one_that_was_dissolved_are_told_as_they_were(city, week):
    week.move_to(MONDAY + 2 * DAY)
    now = MONDAY + 2 * DAY
    have_served(city.attentive, city.late, on_day=now.date(), ground="文", by=city.engineer, at=now)
    close_at_once(city.late_clerk, reason="被冒用", by=city.engineer, at=now)
    unit = Unit.objects.get(pk=city.attentive.pk)
    assert unit_then(unit, MONDAY.date()).server is None
    after = held(unit, now.date())
    assert ("何迟", "收发员", f"由{city.late.short_name}代管，账户已停用") in after
    dissolve(city.county, on_day=now.date(), ground="文", by=city.engineer, at=now)
    county = Unit.objects.get(pk=city.county.pk)
    assert (unit_then(county, MONDAY.date()).state, unit_then(county, now.date()).state) == ("active", "dissolved")
    before, left = (unit_then(county, day).held[0].rights for day in (MONDAY.date(), now.date()))
    assert set(left) < set(before)


def test_the_page_of_roles_asks_for_a_unit_and_a_day_and_is_taken_away(city, auditor, django_assert_max_num_queries):
    desk = city.desk(auditor)
    path, book = reverse("reports:roles_then"), reverse("reports:roles_workbook")
    assert "先选择单位和日期" in desk.get(path).content.decode()
    asked = {"unit": "BM05", "day": f"{MONDAY:%Y-%m-%d}"}
    with django_assert_max_num_queries(40):
        shown = desk.get(path, asked).content.decode()
    assert "孙早" in shown
    assert "分管领导" in shown
    sheet = load_workbook(BytesIO(desk.get(book, asked).content)).active
    assert "孙早" in [row[1] for row in sheet.iter_rows(min_row=6, values_only=True)]
    for wrong in (
        {"unit": "nowhere"},
        {"unit": "BM05", "day": "x"},
        {"unit": "BM05", "day": "0001-01-01"},
        {"unit": "a\0b"},
    ):
        assert "notice--warning" in desk.get(path, wrong).content.decode()
    assert "先选择单位和日期" in desk.get(book).content.decode()
    assert Access.objects.filter(person=auditor, subject__startswith="职责查阅表 BM05").count() >= 2
