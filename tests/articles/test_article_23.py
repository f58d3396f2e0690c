"""第二十三条: a unit has one leader and one or two clerks for this work.

使用单位确定一名分管领导负责此项工作,确定1-2名工作人员承担设备管理和电子公文收发工作。
"""

from datetime import timedelta

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.standins import arrange
from circulars.deliveries import Delivery
from cms.ledger import Entry
from tests.cast import MONDAY


def test_either_of_two_clerks_signs_for_the_unit_and_is_named(city, circular):
    delivery = city.sign(city.opened(circular), by=city.second_clerk)
    kept = Delivery.objects.get(pk=delivery.pk)
    assert (kept.signed_by, kept.by_proxy) == (city.second_clerk, False)


def test_while_the_clerks_are_away_whom_the_leader_named_signs_in_their_place(city, circular):
    proxy = User.objects.create(username="proxy", name="钱助理")
    take_post(proxy, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    today = MONDAY.date()
    arrange(
        city.clerk, proxy, city.attentive, Role.CLERK,
        first=today, last=today + timedelta(days=1), reason="两名收发员都在外培训", by=city.leader, at=MONDAY,
    )  # fmt: skip
    delivery = city.sign(city.opened(circular), by=User.objects.get(pk=proxy.pk))
    assert Delivery.objects.get(pk=delivery.pk).by_proxy
    assert Entry.objects.get(deed="delivery.signed_for").facts["in_place_of"] == city.clerk.pk
