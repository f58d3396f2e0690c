"""第十五条: a unit that is renamed or dissolved hands back its bronze seal, and its key to the network office.

使用单位名称变更或撤销导致实物印章和电子印章密钥（数字证书）作废的，要向有关单位交回实物印章，同时将电子印章密钥（数字证书）交回市网信办。
"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.dissolving import NotClosable, close, dissolve
from accounts.handbacks import Handback
from accounts.handovers import Handover
from accounts.people import Post, User
from accounts.renaming import rename
from accounts.roles import Right, may
from accounts.sealends import take_back
from accounts.sealpins import open_key
from accounts.seals import KeyKind, SealKey
from accounts.staffchanges import FilingRefused
from accounts.units import Unit
from circulars.dispatch import dispatch
from circulars.sealing import seal as seal_it
from circulars.sealing.verdicts import verdict_of
from cms.revocations import trust
from cms.signing.detached import sign_detached, verify_detached
from cms.signing.keys import KeyRefused
from tests.accounts.filings import NEWCOMER, filed
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY
from tests.sealkeys import OPENED

AN_HOUR = timedelta(hours=1)


def test_a_returned_key_seals_no_more_and_an_old_seal_is_still_checked(city):
    seal = in_force(city)
    old = sign_detached(b"text", open_key(seal, PIN, by=city.keeper, at=MONDAY), MONDAY)
    take_back(seal, "单位撤销", by=city.engineer, at=MONDAY + AN_HOUR)
    with pytest.raises(KeyRefused, match="已交回"):
        open_key(seal, PIN, by=city.keeper, at=MONDAY + AN_HOUR)
    assert verify_detached(b"text", old, trust(), at=MONDAY, code=city.office.code).stands
    assert not SealKey.objects.in_force(MONDAY + AN_HOUR).filter(unit=city.office)
    assert seal.custody.last().holder is None


def test_a_circular_that_the_returned_key_sealed_still_stands_and_is_signed_for(city):
    circular = city.sent()
    key = circular.manifest.key
    take_back(key, "单位更名", by=city.engineer, at=MONDAY + AN_HOUR)
    verdict = verdict_of(circular, MONDAY + AN_HOUR)
    assert (verdict.stands, verdict.seals[0].was_in_force, verdict.seals[0].key_now) == (True, True, "已停用")
    city.sign(city.opened(circular), at=MONDAY + AN_HOUR)
    with pytest.raises(KeyRefused, match="已交回"):
        seal_it(city.registered(), key, OPENED[key.serial], by=key.keeper, at=MONDAY + AN_HOUR)


def on_paper(city, at):
    return {"on_day": at.date(), "ground": "延编发〔2026〕8号", "by": city.engineer, "at": at}


def test_a_renamed_units_old_seal_still_verifies_and_seals_nothing_new(city):
    circular, waiting, at = city.sent(), city.registered(), MONDAY + AN_HOUR
    rename(city.office, "延安市人民政府办公厅", "市政府办公厅", **on_paper(city, at))
    verdict = verdict_of(circular, at)
    assert (verdict.stands, verdict.seals[0].was_in_force, verdict.seals[0].key_now) == (True, True, "已停用")
    old = circular.manifest.key
    with pytest.raises(KeyRefused, match="已吊销"):
        seal_it(waiting, old, OPENED[old.serial], by=old.keeper, at=at)
    city.sign(city.opened(circular), at=at)
    assert city.delivery(circular).circular.issuer_name == "市政府办"
    owed = Handback.objects.owed().get()
    assert owed.missing() == ["“延安市人民政府办公室”的实物印章", "印守信保管的单位电子印章密钥"]
    new = SealKey.objects.get(kind=KeyKind.UNIT_SEAL, state=SealKey.State.REQUESTED)
    assert new.occasion == SealKey.Occasion.RENAMED


def test_a_dissolved_unit_reads_but_does_not_send(city):
    draft = {"issuer": city.department, "by": city.department_drafter, "primary_units": [city.attentive]}
    sealed = city.sealed(**draft, direction="parallel")
    at = MONDAY + AN_HOUR
    dissolve(city.department, city.late, **on_paper(city, at))
    head = User.objects.get(pk=city.department_head.pk)
    assert may(head, Right.READ, city.department.pk)
    assert not any(
        may(head, right, city.department.pk) for right in (Right.DRAFT, Right.APPROVE, Right.SEND, Right.SEAL)
    )
    with pytest.raises(PermissionDenied):
        dispatch(sealed, by=User.objects.get(pk=city.department_reviewer.pk), at=at)
    key = sealed.manifest.key
    key.refresh_from_db()
    assert key.state == SealKey.State.REVOKED
    assert verdict_of(sealed, at).stands


def test_a_unit_is_closed_only_when_bronze_seal_and_key_are_both_handed_in(city):
    seal, at = in_force(city, unit=city.department, keeper=city.keeper_of(city.department)), MONDAY + AN_HOUR
    dissolve(city.department, **on_paper(city, at))
    for post in Post.objects.filter(unit=city.department):
        post.leave(by=None, at=at)

    def closed():
        return close(city.department, ground="延编发〔2026〕8号", by=city.engineer, at=at)

    with pytest.raises(NotClosable, match=r"的实物印章、印守信保管的单位电子印章密钥。$"):
        closed()
    take_back(SealKey.objects.get(pk=seal.pk), by=city.engineer, at=at)
    with pytest.raises(NotClosable, match=r"没有交回：“延安市应急管理局”的实物印章。$"):
        closed()
    Handback.objects.get().receive_seal(on_day=at.date(), to_whom="市公安局", by=city.engineer, at=at)
    closed()
    assert Unit.objects.get(pk=city.department.pk).state == Unit.State.CLOSED


def test_the_people_of_a_dissolved_unit_leave_by_letter_and_nobody_comes(city):
    at = MONDAY + AN_HOUR
    dissolve(city.attentive, city.late, **on_paper(city, at))
    unit = Unit.objects.get(pk=city.attentive.pk)
    leaving = {
        "why": "transferred",
        "kind": "leaving",
        "letter_number": "延公函〔2026〕3号",
        "letter_date": "2026-09-28",
    }

    def leave(person, by):
        post = Post.objects.get(person=person, unit=unit)
        said = city.desk(by).post(reverse("accounts:file_leaving", args=[unit.code, post.pk]), leaving, follow=True)
        assert f"{person}的权限已经停止" in said.content.decode()

    arrival = reverse("accounts:file_arrival", args=[unit.code])
    assert city.desk(city.leader).get(arrival).status_code == 404
    assert "只报备离任" in city.desk(city.leader).get(reverse("accounts:own_staff"), follow=True).content.decode()
    with pytest.raises(FilingRefused, match="已撤销，只能报备离任"):
        filed(city, newcomer=NEWCOMER, at=at)
    leave(city.clerk, by=city.leader)
    leave(city.second_clerk, by=city.leader)
    leave(city.leader, by=city.engineer)  # the only one who could have filed it: on paper, by the network office
    assert not Post.objects.in_force(at.date()).filter(unit=unit).exists()
    assert Handover.objects.open().filter(unit=unit).count() == 3
