"""交接: the list, signed by giver, receiver and leader in this order and by nobody else, and what goes over with it (Article 26)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.equipment import Device
from accounts.handovers import Finding, Found, Handover, HandoverItem
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.sealends import take_back
from accounts.seals import KeyKind, SealKey
from accounts.standins import arrange
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.accounts.kit import device
from tests.cast import MONDAY
from tests.handovers import accepted, again, found, given, opened
from tests.sealkeys import seal_key

LATER, TODAY = MONDAY + timedelta(hours=1), MONDAY.date()


def test_the_three_sign_in_order_and_the_ledger_has_the_digest_of_the_list(city):
    handover = accepted(city)
    handover.countersign(by=city.leader, at=LATER)
    handover.refresh_from_db()
    assert (handover.state, handover.countersigned_by) == (Handover.State.COUNTERSIGNED, city.leader)
    entries = Entry.objects.of(handover).order_by("pk")
    assert [(entry.deed, entry.person) for entry in entries] == [
        ("handover.opened", None),
        ("handover.given", city.clerk),
        ("handover.accepted", city.second_clerk),
        ("handover.countersigned", city.leader),
    ]
    digests = [entry.facts["list_digest"] for entry in entries[1:]]
    assert digests[0] != digests[1] == digests[2], "the findings are part of what the receiver and the leader sign"
    assert not Handover.objects.open().exists()


@pytest.mark.parametrize("who", ["second_clerk", "secretary", "engineer", "principal", "late_clerk", "stranger"])
def test_nobody_else_writes_or_signs_the_list(city, who):
    handover, person = opened(city), getattr(city, who)
    with pytest.raises(PermissionDenied):
        handover.put_down("device", "电脑", 1, by=person, at=MONDAY)
    with pytest.raises(PermissionDenied):
        handover.give(by=person, at=MONDAY)
    assert not HandoverItem.objects.filter(kind="device").exists()


@pytest.mark.parametrize("who", ["clerk", "leader", "secretary", "engineer", "late_clerk", "stranger"])
def test_nobody_but_the_receiver_accepts(city, who):
    handover = given(city)
    with pytest.raises(PermissionDenied):
        handover.accept(found(handover), by=getattr(city, who), at=MONDAY)


@pytest.mark.parametrize("who", ["clerk", "second_clerk", "secretary", "engineer", "principal", "stranger"])
def test_nobody_but_the_leader_countersigns(city, who):
    handover = accepted(city)
    with pytest.raises(PermissionDenied):
        handover.countersign(by=getattr(city, who), at=MONDAY)
    assert Handover.objects.get().state == Handover.State.ACCEPTED


def test_steps_out_of_order_change_nothing(city):
    handover = opened(city)
    with pytest.raises(OutOfOrder):
        handover.accept({}, by=city.second_clerk, at=MONDAY)
    with pytest.raises(OutOfOrder):
        handover.countersign(by=city.leader, at=MONDAY)
    handover.put_down("papers", "收文登记簿", 2, by=city.clerk, at=MONDAY)
    handover.give(by=city.clerk, at=MONDAY)
    stale = Handover.objects.get()
    for act in (
        lambda: stale.give(by=city.clerk, at=MONDAY),
        lambda: stale.put_down("device", "电脑", 1, by=city.clerk, at=MONDAY),
        lambda: stale.strike(stale.items.get(kind="papers").pk, by=city.clerk, at=MONDAY),
    ):
        with pytest.raises(OutOfOrder, match="清单已经签字移交"):
            act()
    handover.accept(found(handover), by=city.second_clerk, at=MONDAY)
    with pytest.raises(OutOfOrder):
        stale.accept(found(stale), by=city.second_clerk, at=MONDAY)


def test_an_empty_list_is_not_signed_and_nothing_is_said_so(city):
    handover = opened(city)
    with pytest.raises(OutOfOrder, match="填写“无”"):
        handover.give(by=city.clerk, at=MONDAY)
    with pytest.raises(ValidationError, match="请填写名称"):
        handover.put_down("other", "  ", 1, by=city.clerk, at=MONDAY)
    with pytest.raises(ValidationError, match="数量"):
        handover.put_down("other", "无", 0, by=city.clerk, at=MONDAY)
    with pytest.raises(ValidationError, match="类别"):
        handover.put_down("key", "印章密钥", 1, by=city.clerk, at=MONDAY)
    handover.put_down("other", "无", 1, by=city.clerk, at=MONDAY)
    handover.give(by=city.clerk, at=MONDAY)


def test_each_line_is_checked_and_what_is_wrong_says_why(city):
    handover = given(city)
    with pytest.raises(ValidationError, match="还没有核对"):
        handover.accept({}, by=city.second_clerk, at=MONDAY)
    with pytest.raises(ValidationError, match="备注中写明"):
        handover.accept(found(handover, device=" "), by=city.second_clerk, at=MONDAY)
    assert not HandoverItem.objects.exclude(finding="").exists()
    handover.accept(found(handover, device="缺电源线"), by=city.second_clerk, at=MONDAY)
    item = handover.items.get(kind="device")
    assert (item.finding, item.remark) == ("wrong", "缺电源线")


def test_what_is_wrong_goes_back_to_the_giver_with_the_reason_and_is_signed_anew(city):
    handover = given(city)
    with pytest.raises(ValidationError, match="原因"):
        handover.send_back(" ", by=city.second_clerk, at=MONDAY)
    handover.send_back("没有列收文登记簿", by=city.second_clerk, at=MONDAY)
    assert Message.objects.filter(person=city.clerk, text__contains="没有列收文登记簿").exists()
    handover.put_down("papers", "收文登记簿", 2, by=city.clerk, at=LATER)
    handover.give(by=city.clerk, at=LATER)
    handover.accept(found(handover), by=city.second_clerk, at=LATER)
    with pytest.raises(PermissionDenied):
        handover.send_back("再看看", by=city.second_clerk, at=LATER)
    handover.send_back("电脑编号不对", by=city.leader, at=LATER)
    assert Handover.objects.get().note == "电脑编号不对"


# Who takes over, who looks on


def test_the_leader_names_who_takes_over_and_the_giver_does_not(city):
    handover = opened(city, receiver=None)
    for who in (city.clerk, city.second_clerk, city.stranger):
        with pytest.raises(PermissionDenied):
            handover.name_receiver(city.second_clerk, by=who, at=MONDAY)
    for who in (city.clerk, city.late_clerk, city.nobody):
        with pytest.raises(ValidationError, match="本单位在岗的另一人"):
            handover.name_receiver(who, by=city.leader, at=MONDAY)
    handover.name_receiver(city.second_clerk, by=city.leader, at=MONDAY)
    with pytest.raises(OutOfOrder, match="没有改动"):
        handover.name_receiver(city.second_clerk, by=city.leader, at=MONDAY)
    assert Handover.objects.get().receiver == city.second_clerk


def test_a_supervisor_writes_the_list_of_a_giver_who_cannot(city):
    handover = opened(city)
    handover.put_down("device", "办公电脑", 1, by=city.leader, at=MONDAY)
    handover.give(by=city.leader, at=MONDAY)
    assert Handover.objects.get().given_by == city.leader


def test_when_the_only_leader_leaves_the_superior_looks_on_and_the_successor_cannot(city):
    new = User.objects.create(username="new-leader", name="新领导")
    handover = opened(city, giver=city.leader, role=Role.LEADER, receiver=new)
    take_post(new, city.attentive, Role.LEADER, by=None, at=MONDAY)
    handover.put_down("papers", "值班表", 1, by=city.leader, at=MONDAY)
    handover.give(by=city.leader, at=MONDAY)
    handover.accept(found(handover), by=new, at=MONDAY)
    assert handover.supervisor == city.government
    for who in (new, city.leader):
        with pytest.raises(PermissionDenied):
            handover.countersign(by=again(who), at=MONDAY)
    handover.countersign(by=city.principal, at=MONDAY)


def test_the_principal_of_the_unit_comes_before_its_superior(city):
    head = User.objects.create(username="head", name="局长")
    take_post(head, city.attentive, Role.PRINCIPAL, by=None, at=MONDAY)
    handover = opened(city, giver=city.leader, role=Role.LEADER, receiver=city.clerk)
    assert (handover.supervisor, handover.supervisors(MONDAY)) == (city.attentive, {head.pk})


def test_where_nobody_leads_the_two_offices_look_on(city):
    handover = opened(city, giver=city.principal, role=Role.PRINCIPAL, receiver=city.approver)
    assert handover.supervisor is None
    assert handover.supervisors(MONDAY) == {city.secretary.pk, city.engineer.pk}


def test_who_stands_in_for_a_leader_supervises_no_handover(city):
    arrange(
        city.leader, city.second_clerk, city.attentive, Role.LEADER,
        first=TODAY, last=TODAY, reason="外出开会", by=city.leader, at=MONDAY,
    )  # fmt: skip
    handover = accepted(city, receiver=city.leader)
    with pytest.raises(PermissionDenied):
        handover.countersign(by=again(city.second_clerk), at=MONDAY)


def test_each_sees_the_handovers_that_concern_them_and_the_offices_see_all(city):
    handover = opened(city)
    for who in ("clerk", "second_clerk", "leader", "secretary", "engineer"):
        assert handover in Handover.objects.for_person(again(getattr(city, who))), who
    for who in ("late_clerk", "principal", "drafter", "stranger", "superuser"):
        assert not Handover.objects.for_person(again(getattr(city, who))).exists(), who


# Keys


def test_a_key_left_with_the_giver_is_listed_and_must_be_back_before_the_leader_signs(city):
    key, _ = seal_key(city.attentive, city.clerk, kind=KeyKind.CLERK, at=MONDAY)
    handover = accepted(city)
    item = handover.items.get(kind="key")
    assert (item.key, item.is_proposed) == (key, True)
    assert Message.objects.filter(person=city.engineer, text__contains="收回以前交接不能办结").exists()
    assert key in SealKey.objects.without_keeper(TODAY)
    with pytest.raises(OutOfOrder, match="仍由孙早保管"):
        handover.countersign(by=city.leader, at=MONDAY)
    take_back(SealKey.objects.get(pk=key.pk), by=city.engineer, at=MONDAY)
    handover.countersign(by=city.leader, at=MONDAY)
    assert not SealKey.objects.without_keeper(TODAY).exists()


def test_what_the_system_put_down_is_not_struck_and_what_was_written_is(city):
    seal_key(city.attentive, city.clerk, kind=KeyKind.CLERK, at=MONDAY)
    handover = opened(city)
    written = handover.put_down("device", "打印机", 1, by=city.clerk, at=MONDAY)
    with pytest.raises(OutOfOrder, match="由系统列出"):
        handover.strike(handover.items.get(kind="key").pk, by=city.clerk, at=MONDAY)
    handover.strike(written.pk, by=city.clerk, at=MONDAY)
    assert list(handover.items.values_list("kind", flat=True)) == ["key"]


# Kit


def test_devices_in_the_givers_keeping_are_listed_and_go_over_when_the_leader_signs(city):
    computer, lost = device(city), device(city, kind="printer", serial="SN-002")
    device(city, serial="SN-003", keeper=city.leader)
    handover = opened(city)
    listed = handover.items.filter(kind="device", is_proposed=True)
    assert list(listed.values_list("text", flat=True)) == [
        "计算机 长城 世恒（编号 SN-001）",
        "打印机 长城 世恒（编号 SN-002）",
    ]
    handover.give(by=city.clerk, at=MONDAY)
    missing = listed.get(text__contains="SN-002").pk
    checked = found(handover) | {missing: Found(Finding.WRONG, "没有找到")}
    handover.accept(checked, by=city.second_clerk, at=MONDAY)
    assert Device.objects.get(pk=computer.pk).keeper == city.clerk
    handover.countersign(by=city.leader, at=MONDAY)
    computer.refresh_from_db()
    assert (computer.keeper, computer.custody.last().holder) == (city.second_clerk, city.second_clerk)
    assert computer.custody.last().handed_by == city.leader
    assert list(Device.objects.without_keeper(TODAY)) == [lost]
