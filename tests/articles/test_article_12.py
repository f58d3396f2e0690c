"""第十二条: the network office manages the change of keys; the city pays for its departments, the others pay themselves by way of the service centre.

市政府各工作部门、各直属机构等单位的密钥由市网信办统一更换管理,服务费用由市财政列支。各县区政府、部分中省驻延单位和市直有关企业自行联系市信息化综合服务中心,
并将服务费用支付相关保障企业。
"""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.fees import pay, sums
from accounts.renewals import Renewal
from accounts.reorganising import set_payer
from accounts.units import Category, Payer, Unit, usual_payer
from cms.messages import Message
from tests.accounts.vendors import ending_on, office_and_county, opened, renewal_of, vendor
from tests.cast import MONDAY
from tests.sealkeys import seal_key


@pytest.fixture
def round_(city):
    office_and_county(city)
    ending_on(seal_key(city.attentive, city.clerk, kind="clerk", at=MONDAY)[0], date(2026, 11, 10))
    ending_on(seal_key(city.elsewhere, city.stranger, kind="clerk", at=MONDAY)[0], date(2026, 11, 11))
    return opened(city, vendor(city).provider)


def told(person):
    return Message.objects.get(person=person.pk, key__startswith="renewal-round:").text


def test_who_pays_follows_from_what_the_unit_is(city, round_):
    payers = dict(round_.renewals.values_list("key__unit__short_name", "payer"))
    assert payers == {
        str(city.office): "municipal",
        str(city.attentive): "municipal",  # a department
        str(city.county): "self",
        str(city.elsewhere): "self",  # an enterprise
    }


def test_each_unit_is_told_its_own_way(city, round_):
    assert "由市网信办统一办理，费用由市财政列支" in told(city.clerk)
    assert "请自行联系市信息化综合服务中心（电话 0911-2167287）" in told(city.county_clerk)
    assert told(city.leader) == told(city.clerk)


def test_the_payer_of_a_round_stays_when_the_unit_changes(city, round_):
    Unit.objects.filter(pk=city.county.pk).update(key_fee_payer="municipal")
    assert round_.renewals.get(key__unit=city.county).payer == "self"


def test_what_was_paid_is_summed_by_payer(city, round_):
    self_paying = renewal_of(round_.renewals.get(key__unit=city.county).key)
    pay(self_paying, Decimal("90.00"), paid_on=MONDAY.date(), voucher="票001", by=city.engineer, at=MONDAY)
    said = {
        payer: (line["count"], line["fee"], line["paid"], line["owed"])
        for payer, line in sums(Renewal.objects.all()).items()
    }
    assert said == {
        "municipal": (2, Decimal("350.00"), Decimal("0.00"), Decimal("350.00")),
        "self": (2, Decimal("180.00"), Decimal("90.00"), Decimal("90.00")),
    }


@pytest.mark.parametrize(
    ("category", "payer"),
    [
        (Category.DEPARTMENT, Payer.MUNICIPAL),
        (Category.INSTITUTION, Payer.MUNICIPAL),
        (Category.COUNTY, Payer.SELF),
        (Category.CENTRAL_PROVINCIAL, Payer.SELF),
        (Category.ENTERPRISE, Payer.SELF),
    ],
)
def test_the_city_pays_for_its_departments_and_institutions_and_all_others_for_themselves(category, payer):
    assert usual_payer(category) == payer


def test_who_pays_is_changed_from_a_day_on_and_both_are_on_record(city):
    set_payer(
        city.county, Payer.MUNICIPAL, on_day=MONDAY.date(), ground="延财函〔2026〕5号", by=city.engineer, at=MONDAY
    )
    change = city.county.changes.get()
    assert (change.was, change.became, change.on_day, change.ground) == (
        "自付",
        "市财政",
        MONDAY.date(),
        "延财函〔2026〕5号",
    )
    typed = {"payer": "self", "on_day": "2026-09-28", "ground": "延财函〔2026〕6号"}
    desk = city.desk(city.engineer)
    desk.post(reverse("accounts:pay_unit", args=[city.county.pk]), typed)
    assert Unit.objects.get(pk=city.county.pk).key_fee_payer == Payer.SELF
    assert "延财函〔2026〕5号" in desk.get(reverse("accounts:unit", args=[city.county.pk])).content.decode()
