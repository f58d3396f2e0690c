"""第十条: an electronic seal has the force of the physical one, and its key is kept by a person named for it.

该系统使用的电子印章与实物印章具有同等效力。使用单位应指定专人负责电子印章密钥(数字证书)及配套设备。
"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.sealpins import open_key
from accounts.seals import KeyKind
from accounts.sealuses import SealUse
from circulars.sealing.verdicts import verdict_of
from cms.revocations import trust
from cms.signing.detached import sign_detached, verify_detached
from tests.accounts.keys import PIN, in_force
from tests.accounts.kit import device
from tests.cast import MONDAY


def test_what_the_keeper_seals_is_checked_by_anybody_and_names_the_unit(city):
    seal = in_force(city)
    signature = sign_detached(b"text", open_key(seal, PIN, by=city.keeper, at=MONDAY), MONDAY)
    verdict = verify_detached(b"text", signature, trust(), code=city.office.code)
    assert verdict.stands
    assert verdict.signer.organisation == city.office.name
    assert verify_detached(b"other text", signature, trust(), code=city.office.code).problem
    assert verify_detached(b"text", signature, trust(), code=city.department.code).problem


def test_the_seal_on_a_circular_names_its_unit_and_stands_for_file_text_and_recipients(city):
    circular = city.sealed()
    verdict = verdict_of(circular, MONDAY)
    assert (verdict.stands, verdict.seals[0].unit, verdict.seals[0].by) == (True, city.office.name, city.keeper.name)
    assert SealUse.objects.get().approved_by == city.approver


def test_nobody_but_the_keeper_seals(city):
    seal = in_force(city)
    for person in (city.principal, city.engineer, city.secretary, city.sender):
        with pytest.raises(PermissionDenied):
            open_key(seal, PIN, by=person, at=MONDAY)


def test_the_kit_has_a_keeper_named_for_it_who_serves_the_unit_as_the_key_has(city):
    with pytest.raises(ValidationError, match="不是市公安局的在岗人员"):
        device(city, keeper=city.late_clerk)
    computer = device(city, keeper=city.leader)
    with pytest.raises(ValidationError, match="不是市公安局的在岗人员"):
        computer.hand_to(city.nobody, by=city.clerk, at=MONDAY)
    computer.hand_to(city.second_clerk, by=city.clerk, at=MONDAY)
    assert list(computer.custody.values_list("holder__name", flat=True)) == ["高建国", "孙晚"]
    key = in_force(city, kind=KeyKind.CLERK, unit=city.attentive, keeper=city.clerk)
    page = city.desk(city.leader).get(reverse("accounts:kit")).content.decode()
    assert str(computer) in page
    assert f"{key}</th>" in page
