"""设备: the register of kit, its keepers and its end (Articles 9, 10 and 11)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.equipment import Device, DeviceCustody
from accounts.people import Post, User
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.accounts.kit import device
from tests.cast import MONDAY

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"model": " "}, "请填写品牌型号"),
        ({"serial": ""}, "请填写品牌型号和序列号"),
        ({"in_use_since": date(2026, 9, 29)}, "启用日期不能晚于今天"),
    ],
)
def test_a_device_without_sense_is_refused(city, changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        device(city, **changes)
    assert not Device.objects.exists()


@pytest.mark.parametrize("who", ["leader", "late_clerk", "secretary", "engineer", "superuser"])
def test_only_the_clerks_of_the_unit_register(city, who):
    with pytest.raises(PermissionDenied):
        device(city, by=getattr(city, who))


def test_a_device_in_use_is_entered_once_and_again_after_it_was_retired(city):
    first = device(city)
    with pytest.raises(ValidationError, match="已经登记"):
        device(city)
    device(city, kind="printer")
    device(city, unit=city.late, keeper=city.late_clerk, by=city.late_clerk)
    with pytest.raises(ValidationError, match="请写明停用原因"):
        first.retire(" ", by=city.clerk, at=MONDAY)
    first.retire("报废", by=city.second_clerk, at=MONDAY + HOUR)
    with pytest.raises(OutOfOrder):
        first.retire("报废", by=city.clerk, at=MONDAY + HOUR)
    for act in (
        lambda: first.hand_to(city.second_clerk, by=city.clerk, at=MONDAY + HOUR),
        lambda: first.state_conformity(False, by=city.clerk, at=MONDAY + HOUR),
    ):
        with pytest.raises(OutOfOrder, match="停用"):
            act()
    assert device(city).state == Device.State.IN_USE


def test_each_change_of_hands_is_kept_for_good(city):
    computer = device(city)
    computer.hand_to(city.leader, by=city.leader, at=MONDAY + HOUR)
    with pytest.raises(OutOfOrder):
        computer.hand_to(city.leader, by=city.clerk, at=MONDAY + HOUR)
    held = list(computer.custody.values_list("holder", "handed_by", "since"))
    assert held == [
        (city.clerk.pk, city.clerk.pk, MONDAY),
        (city.leader.pk, city.leader.pk, MONDAY + HOUR),
    ]
    assert list(Device.objects.kept_by(city.leader)) == [computer]
    for act in (computer.custody.all().delete, lambda: DeviceCustody.objects.update(since=MONDAY)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    deeds = ["device.registered", "device.handed"]
    assert list(Entry.objects.of(computer).order_by("pk").values_list("deed", flat=True)) == deeds


def test_devices_whose_keeper_left_or_whose_account_is_closed_are_found(city):
    mine, second = device(city), device(city, serial="SN-002", keeper=city.second_clerk)
    day = MONDAY.date() + timedelta(days=1)
    assert not Device.objects.without_keeper(day)
    Post.objects.get(person=city.second_clerk).leave(by=None, at=MONDAY + timedelta(days=1))
    assert list(Device.objects.without_keeper(day)) == [second]
    User.objects.filter(pk=city.clerk.pk).update(is_active=False)
    assert set(Device.objects.without_keeper(day)) == {mine, second}


def test_who_stated_last_whether_it_conforms_stands_beside_it(city):
    computer = device(city, conforms=False)
    computer.state_conformity(True, by=city.second_clerk, at=MONDAY + HOUR)
    computer.refresh_from_db()
    assert (computer.conforms, computer.stated_by, computer.stated_at) == (True, city.second_clerk, MONDAY + HOUR)
    with pytest.raises(PermissionDenied):
        computer.state_conformity(False, by=city.leader, at=MONDAY + HOUR)
