"""第十二条: who pays for the keys of which unit, from which day on which ground.

市政府各工作部门、各直属机构等单位的……服务费用由市财政列支。各县区政府、部分中省驻延单位和市直有关企业的……自行联系市信息化综合服务中心，并将服务费用支付相关保障企业。
"""

import pytest
from django.urls import reverse

from accounts.reorganising import set_payer
from accounts.units import Category, Payer, Unit, usual_payer
from tests.cast import MONDAY


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
