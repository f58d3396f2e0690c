"""恢复演练 on record and on the desk: which back-ups were restored for a test, and whether that is long ago (Article 17)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.drillchecks import check_drills
from accounts.drills import EVERY, Drill, record_drill, warn_of_drills
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.upkeepblocks import last_drill
from cms.messages import Message
from tests.cast import MONDAY
from tests.dbowner import as_its_owner

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def held(at=MONDAY, *, is_good=True, verdict="恢复成功。"):
    return record_drill(
        "2026-09-28",
        manifest="ab" * 32,
        made_at=at - DAY,
        size=5_000_000,
        started_at=at - timedelta(seconds=42),
        finished_at=at,
        is_good=is_good,
        verdict=verdict,
    )


@pytest.fixture
def guard(city):
    person = User.objects.create(username="guard", name="安全员")
    take_post(person, city.network_office, Role.SECURITY_ADMIN, by=None, at=MONDAY)
    return User.objects.get(pk=person.pk)


def test_it_is_entered_and_never_changed(city):
    drill = held()
    for act in (lambda: Drill.objects.update(is_good=False), drill.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_verify_names_a_drill_that_was_changed_or_taken_out(city):
    good, bad = held(), held(is_good=False)
    assert list(check_drills(None, MONDAY)) == []
    as_its_owner(f"UPDATE accounts_drill SET is_good = (1 = 1) WHERE id = {bad.pk}")
    assert [str(fault) for fault in check_drills(None, MONDAY)] == [f"恢复演练 {bad.pk}：与台账的记录不符。"]
    as_its_owner(f"DELETE FROM accounts_drill WHERE id IN ({good.pk}, {bad.pk})")
    assert [fault.what for fault in check_drills(None, MONDAY)] == ["已被删除。"] * 2


def test_the_page_complains_until_a_good_one_of_the_last_month(city, guard, week):
    for person in (city.engineer, guard):
        assert "还没有一次演练通过" in city.desk(person).get(reverse("accounts:drills")).content.decode()
    held(is_good=False, verdict="数据表 cms_entry 的校验和不符")
    page = city.desk(guard).get(reverse("accounts:drills")).content.decode()
    assert "还没有一次演练通过" in page
    assert "数据表 cms_entry 的校验和不符" in page
    held()
    page = city.desk(guard).get(reverse("accounts:drills")).content.decode()
    assert "注意" not in page
    assert "42 秒" in page
    week.move_to(MONDAY + EVERY, tick=False)
    assert "已超过一个月" in city.desk(guard).get(reverse("accounts:drills")).content.decode()
    for person in (city.clerk, city.drafter, city.superuser):
        assert city.desk(person).get(reverse("accounts:drills")).status_code != 200


def test_homes_and_the_page_of_back_ups_show_the_last_one(city, guard):
    assert last_drill(MONDAY).tone == "late"
    held(is_good=False)
    assert "没有通过" in last_drill(MONDAY).text
    held()
    line = last_drill(MONDAY)
    assert (line.text, line.tone) == ("今日 09:00 演练，可以使用", "signed")
    assert last_drill(MONDAY + EVERY).tone == "late"
    for person, page in ((city.engineer, "/"), (guard, "/"), (city.engineer, reverse("accounts:backups"))):
        assert line.text in city.desk(person).get(page).content.decode()


def test_who_sees_to_it_is_told_once_when_the_last_good_one_is_a_month_old(city, guard):
    warn_of_drills(MONDAY)
    held()
    warn_of_drills(MONDAY + EVERY - DAY)
    assert not Message.objects.filter(key__startswith="drill").exists()
    for _ in range(2):
        warn_of_drills(MONDAY + EVERY)
    told = Message.objects.filter(key__startswith="drill-due:").values_list("person__username", flat=True)
    assert sorted(told) == ["engineer", "guard"]
