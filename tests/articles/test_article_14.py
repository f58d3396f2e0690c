"""第十四条: a damaged key is reported with a letter of introduction; it is out of use, and a new one is due in five working days."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.keyservice import overdue, reissues
from accounts.sealends import accept_damage
from accounts.sealissue import activate, issue
from accounts.sealpins import open_key
from accounts.seals import SealKey
from accounts.upkeepwarnings import warn_of_upkeep
from circulars.sealing import seal
from cms.limits import limit_due
from cms.messages import Message
from cms.offices import office_of
from cms.signing.keys import KeyRefused
from tests.accounts.keys import PIN, in_force
from tests.accounts.vendors import rows_of
from tests.cast import EVE_OF_THE_HOLIDAY, MONDAY
from tests.offices import beijing
from tests.sealkeys import seal_key

AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        (MONDAY + AN_HOUR, beijing("2026-10-10 18:00")),  # Tuesday, Wednesday, the 8th, the 9th, the worked Saturday
        (EVE_OF_THE_HOLIDAY, beijing("2026-10-13 18:00")),
    ],
)
def test_the_new_key_is_due_on_the_fifth_working_day(city, accepted, due):
    assert accept_damage(in_force(city), "介〔2026〕3号", by=city.engineer, at=accepted).due_at == due


def test_the_old_key_seals_no_more_from_the_moment_of_acceptance(city):
    registered, old = city.registered(), in_force(city)
    opened = open_key(old, PIN, by=city.keeper, at=MONDAY)
    new = accept_damage(old, "介〔2026〕3号", by=city.engineer, at=MONDAY + AN_HOUR)
    with pytest.raises(KeyRefused):
        open_key(old, PIN, by=city.keeper, at=MONDAY + AN_HOUR)
    with pytest.raises(KeyRefused):
        seal(registered, old, opened, by=city.keeper, at=MONDAY + AN_HOUR)
    issue(new, by=city.engineer, at=MONDAY + AN_HOUR)
    activate(new, "973164", by=city.keeper, at=MONDAY + AN_HOUR)
    opened = open_key(new, "973164", by=city.keeper, at=MONDAY + AN_HOUR)
    assert seal(registered, new, opened, by=city.keeper, at=MONDAY + AN_HOUR)


def test_the_network_office_is_late_from_the_first_second_after_the_fifth_day(city):
    new = accept_damage(in_force(city), "介〔2026〕3号", by=city.engineer, at=MONDAY)
    assert new.letters.count() == 0
    assert new.replaces.letters.get().number == "介〔2026〕3号"
    assert (
        "应在2026年10月10日18:00前制发" in Message.objects.get(person=city.keeper, key__startswith="key-damaged:").text
    )
    due = beijing("2026-10-10 18:00")
    assert [overdue(at).exists() for at in (due, due + timedelta(seconds=1))] == [False, True]
    issue(new, by=city.engineer, at=due)
    assert not overdue(due + AN_HOUR).exists()
    assert [(row.letter, row.days_late) for row in reissues(2026, as_of=due + AN_HOUR)] == [("介〔2026〕3号", 0)]


def test_once_it_is_late_the_network_office_hears_of_it_once(city):
    accept_damage(in_force(city), "介〔2026〕3号", by=city.engineer, at=MONDAY)
    for hour in (18, 19):
        warn_of_upkeep(beijing(f"2026-10-10 {hour}:01"))
    said = Message.objects.filter(person=city.engineer, text__contains="重新制发，现已逾期")
    assert said.count() == 1


def test_the_deadlines_as_worked_out_by_hand_stand_on_the_screens_too(city, week):
    """Every row of deadlines.csv about a new key."""
    for row in rows_of("key_reissue"):
        began, due = datetime.fromisoformat(row["start_at"]), datetime.fromisoformat(row["due_at"])
        assert limit_due("key_reissue", began, office_of(city.office.area)).at == due
        week.move_to(began, tick=False)
        key, desk = seal_key(city.office, city.keeper, at=began)[0], city.desk(city.engineer)
        desk.post(reverse("accounts:accept_damage", args=[key.pk]), {"letter": "介〔2026〕3号"})
        new = SealKey.objects.get(replaces=key)
        assert new.due_at == due
        shown = desk.get(reverse("accounts:key", args=[new.pk])).content.decode()
        assert f"{timezone.localtime(due):%Y-%m-%d %H:%M} 前" in shown
        assert "等待市网信办制发，应在" in city.desk(city.keeper).get(reverse("accounts:own_keys")).content.decode()
