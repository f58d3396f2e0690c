"""Renaming, merging, dissolving, closing and moving units, and their divisions: what follows, and what is refused with which sentence."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.dissolving import NotClosable, close, dissolve, merge
from accounts.handbacks import Handback, sweep_handbacks
from accounts.people import Post, PostRefused, take_post
from accounts.renaming import rename
from accounts.reorganising import close_division, have_served, move_under, open_division, set_payer
from accounts.roles import IN_HAND, Right, Role, may, units_where
from accounts.sealends import take_back
from accounts.seals import KeyKind, SealKey
from accounts.unitchanges import UnitChange
from accounts.unitnames import UnitName, name_on, names_before
from accounts.units import Payer, Unit
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.accounts.keys import in_force, requested
from tests.accounts.kit import device
from tests.cast import BACK_AT_WORK, MONDAY
from tests.handovers import found, opened
from tests.lines import line as line_of

AN_HOUR = timedelta(hours=1)
TODAY = MONDAY.date()
PAPER = "延编发〔2026〕8号"


def on_paper(city, at=MONDAY + AN_HOUR, **other):
    return {"on_day": at.date(), "ground": PAPER, "by": city.engineer, "at": at} | other


def renamed(city, unit, name="延安市公安与应急局", short_name="市公安应急局", **other):
    return rename(unit, name, short_name, **on_paper(city, **other))


def fresh(unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def test_a_name_is_dated_and_the_one_before_stays(city):
    first, second = date(2026, 9, 1), date(2026, 9, 28)
    renamed(city, city.attentive, "延安市公安总局", "市公安总局", on_day=first)
    renamed(city, fresh(city.attentive), on_day=second)
    unit = fresh(city.attentive)
    assert (unit.name, unit.short_name) == ("延安市公安与应急局", "市公安应急局")
    names = [name_on(unit, day) for day in (date(2026, 8, 31), first, date(2026, 9, 27), second)]
    assert names == ["延安市公安局", "延安市公安总局", "延安市公安总局", "延安市公安与应急局"]
    assert "市公安局" in names_before([unit])[unit.pk]
    said = unit.changes.first()
    assert (said.was, said.became, said.ground) == (
        "延安市公安总局（市公安总局）",
        "延安市公安与应急局（市公安应急局）",
        PAPER,
    )
    assert Entry.objects.filter(deed="unit.renamed", unit=unit.pk).count() == 2
    assert Message.objects.filter(person=city.leader, key=f"unit-renamed:{said.pk}").exists()


@pytest.mark.parametrize(
    ("wrong", "field", "why"),
    [
        ({"name": " "}, "name", "请填写全称"),
        ({"name": "某" * 101}, "name", "不能超过 100 个字"),
        ({"name": "延安市\u202e公安"}, "name", "看不见的字符"),
        ({"name": "延安市住房和城乡建设局"}, "name", "已有单位叫这个名称"),
        ({"short_name": "市住建局"}, "short_name", "已有单位用这个简称"),
        ({"name": "延安市公安局", "short_name": "市公安局"}, "name", "没有改动"),
        ({"ground": ""}, "ground", "请填写依据"),
        ({"on_day": TODAY + timedelta(days=1)}, "on_day", "还没有到"),
    ],
)
def test_a_renaming_that_cannot_be_is_refused_on_its_field_and_changes_nothing(city, wrong, field, why):
    with pytest.raises(ValidationError, match=why) as refused:
        renamed(city, city.attentive, **wrong)
    assert list(refused.value.message_dict) == [field]
    assert not any(rows.objects.exists() for rows in (UnitChange, UnitName, Handback))


def test_only_the_network_office_changes_units_and_what_was_done_stays(city):
    for person in (city.leader, city.secretary, city.nobody, city.superuser):
        for act in (
            lambda by: renamed(city, city.attentive, by=by),
            lambda by: dissolve(city.attentive, **on_paper(city, by=by)),
            lambda by: merge([city.attentive], city.late, **on_paper(city, by=by)),
            lambda by: close(city.attentive, ground=PAPER, by=by, at=MONDAY),
            lambda by: move_under(city.attentive, None, **on_paper(city, by=by)),
            lambda by: set_payer(city.attentive, Payer.SELF, **on_paper(city, by=by)),
        ):
            with pytest.raises(PermissionDenied):
                act(person)
    change = renamed(city, city.attentive)
    for rows in (UnitChange.objects.filter(pk=change.pk), UnitName.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_a_short_name_alone_makes_no_seal_void(city):
    seal = in_force(city)
    rename(city.office, city.office.name, "市府办", **on_paper(city))
    seal.refresh_from_db()
    assert seal.state == SealKey.State.IN_FORCE
    assert not Handback.objects.exists()


def test_what_a_renamed_unit_owes_back_is_listed_until_it_is_all_back_and_reminded_of_once(city):
    seal = in_force(city)
    rename(city.office, "延安市人民政府办公厅", "市政府办公厅", **on_paper(city))
    owed = Handback.objects.owed().get()
    assert owed.missing() == ["“延安市人民政府办公室”的实物印章", "印守信保管的单位电子印章密钥"]
    new = SealKey.objects.get(occasion=SealKey.Occasion.RENAMED)
    assert (new.replaces, new.keeper, new.state) == (seal, city.keeper, SealKey.State.REQUESTED)
    sweep_handbacks(BACK_AT_WORK)  # the third working day after
    assert not Message.objects.filter(key=f"handback:{owed.pk}").exists()
    late = owed.remind_at + AN_HOUR
    sweep_handbacks(late)
    sweep_handbacks(late + AN_HOUR)
    told = Message.objects.filter(key=f"handback:{owed.pk}")
    assert {message.person for message in told} == {city.engineer, city.principal}
    assert told.count() == 2
    take_back(SealKey.objects.get(pk=seal.pk), by=city.engineer, at=late)
    assert Handback.objects.owed().get().missing() == ["“延安市人民政府办公室”的实物印章"]
    with pytest.raises(ValidationError, match="交回日期应在2026-09-28"):
        owed.receive_seal(on_day=date(2026, 9, 27), to_whom="市公安局", by=city.engineer, at=late)
    owed.receive_seal(on_day=late.date(), to_whom="市公安局", by=city.engineer, at=late)
    with pytest.raises(OutOfOrder, match="没有重复登记"):
        owed.receive_seal(on_day=late.date(), to_whom="市公安局", by=city.engineer, at=late)
    assert not Handback.objects.owed().exists()


def test_a_dissolved_unit_reads_ends_what_it_has_in_hand_and_hands_over_and_does_nothing_else(city):
    take_post(city.second_clerk, city.attentive, Role.DRAFTER, by=None, at=MONDAY)
    take_post(city.second_clerk, city.attentive, Role.SENDER, by=None, at=MONDAY)
    dissolve(city.attentive, city.late, **on_paper(city))
    here = city.attentive.pk
    people = [type(city.clerk).objects.get(pk=person.pk) for person in (city.clerk, city.second_clerk, city.leader)]
    left = {right for person in people for right in Right if may(person, right, here)}
    in_hand = IN_HAND - {Right.DO_WORK, Right.KEEP_ARCHIVE}  # of these three nobody has those
    assert left == {Right.READ, Right.RECEIVE, Right.TRACK, Right.SEE_KEYS, Right.MANAGE_STAFF} | in_hand
    assert not people[1].groups.filter(name="拟稿 BM05").exists()
    assert not Unit.objects.issuing().filter(pk=here).exists()
    successor = type(city.clerk).objects.get(pk=city.late_clerk.pk)
    assert units_where(successor, Right.READ) == {city.late.pk, here}
    told = Message.objects.filter(text__contains="由本单位承接")
    assert [message.person for message in told] == [city.late_clerk]


def test_what_stands_in_the_way_of_a_dissolution_is_named(city):
    with pytest.raises(OutOfOrder, match="还有下属单位：市政府办、宝塔区"):
        dissolve(city.government, **on_paper(city))
    with pytest.raises(OutOfOrder, match="还代管着市政府"):
        dissolve(city.office, **on_paper(city))
    with pytest.raises(OutOfOrder, match="不能撤销本系统的管理单位"):
        dissolve(city.network_office, **on_paper(city))
    for successor, why in ((city.attentive, "不能是它自己"), (city.paper, "还没有接入")):
        with pytest.raises(ValidationError, match=why):
            dissolve(city.attentive, successor, **on_paper(city))
    dissolve(city.late, **on_paper(city))
    with pytest.raises(ValidationError, match="不是在用的单位"):
        dissolve(city.attentive, city.late, **on_paper(city))
    with pytest.raises(OutOfOrder, match="没有重复办理"):
        dissolve(city.late, **on_paper(city))
    with pytest.raises(OutOfOrder, match="已撤销，不能更名"):
        renamed(city, city.late)
    with pytest.raises(OutOfOrder, match="已撤销，不能再调整"):
        set_payer(city.late, Payer.SELF, **on_paper(city))


def test_units_are_merged_together_or_not_at_all(city):
    with pytest.raises(ValidationError, match="不能是它自己"):
        merge([city.attentive, city.late], city.late, **on_paper(city))
    assert fresh(city.attentive).is_active
    merge([city.attentive, city.department], city.late, **on_paper(city))
    assert set(city.late.predecessors.values_list("pk", flat=True)) == {city.attentive.pk, city.department.pk}
    assert set(UnitChange.objects.values_list("kind", "became")) == {("merged", "延安市住房和城乡建设局")}
    assert {"市公安局", "市应急局"} <= set(names_before([city.late])[city.late.pk])


def test_a_unit_is_not_closed_until_seal_and_keys_are_back_and_nobody_serves_there(city):
    certificate, division = in_force(city, KeyKind.CLERK), open_division(city.attentive, "办公室", **on_paper(city))
    asked = requested(city, KeyKind.CLERK, keeper=city.second_clerk)
    with pytest.raises(OutOfOrder, match="不能注销"):
        close(city.attentive, ground=PAPER, by=city.engineer, at=MONDAY)
    dissolve(city.attentive, city.late, **on_paper(city))
    asked.refresh_from_db()
    assert asked.state == SealKey.State.REFUSED
    at = MONDAY + 2 * AN_HOUR
    with pytest.raises(NotClosable) as refused:
        close(city.attentive, ground=PAPER, by=city.engineer, at=at)
    assert refused.value.missing == (
        "没有交回：“延安市公安局”的实物印章、孙早保管的个人证书密钥。",
        "任职没有结束：孙早（收发员）、孙晚（收发员）、高建国（分管领导）。",
    )
    take_back(SealKey.objects.get(pk=certificate.pk), by=city.engineer, at=at)
    Handback.objects.get().receive_seal(on_day=TODAY, to_whom="市公安局", by=city.engineer, at=at)
    for post in Post.objects.filter(unit=city.attentive):
        post.leave(by=None, at=at)
    close(city.attentive, ground=PAPER, by=city.engineer, at=at)
    unit = fresh(city.attentive)
    assert fresh(division).state == "closed"
    assert (unit.state, unit.connected, unit.successor, unit.served_by) == ("closed", False, city.late, city.late)
    successor = type(city.clerk).objects.get(pk=city.late_clerk.pk)
    assert units_where(successor, Right.READ) == {city.late.pk, unit.pk}
    assert units_where(successor, Right.RECEIVE) == {city.late.pk}
    with pytest.raises(OutOfOrder, match="不能注销"):
        close(unit, ground=PAPER, by=city.engineer, at=at)
    with pytest.raises(PostRefused, match="已注销，不能任职"):
        take_post(city.nobody, unit, Role.CLERK, by=None, at=at)


def test_a_unit_is_not_closed_over_an_open_handover_or_a_line_and_its_kit_is_retired_with_it(city):
    computer, line = device(city), line_of(city)
    for post in Post.objects.filter(unit=city.attentive).exclude(person=city.clerk):
        post.leave(by=None, at=MONDAY)
    dissolve(city.attentive, **on_paper(city))
    at = MONDAY + 2 * AN_HOUR
    # The last one leaves, and there is nobody at the unit to take over.
    handover = opened(city, receiver=None, by=city.engineer, at=at)
    Handback.objects.get().receive_seal(on_day=TODAY, to_whom="市公安局", by=city.engineer, at=at)
    with pytest.raises(NotClosable) as refused:
        close(city.attentive, ground=PAPER, by=city.engineer, at=at)
    assert refused.value.missing == ("交接没有办完：孙早（收发员）。", "线路没有停用：YA-0001。")
    handover.unit = fresh(city.attentive)
    handover.name_receiver(city.engineer, by=city.principal, at=at)
    handover.give(by=city.clerk, at=at)
    handover.accept(found(handover), by=city.engineer, at=at)
    handover.countersign(by=city.principal, at=at)
    line.end(until=TODAY, by=city.engineer, at=at)
    close(city.attentive, ground=PAPER, by=city.engineer, at=at)
    computer.refresh_from_db()
    assert (computer.state, computer.retire_reason) == ("retired", "延安市公安局注销")


def test_units_are_moved_and_served_and_paid_for_by_others_from_a_day_on(city):
    move_under(city.attentive, city.county, **on_paper(city))
    assert fresh(city.attentive).get_parent() == city.county
    with pytest.raises(ValidationError, match="自己的下属单位"):
        move_under(city.county, fresh(city.attentive), **on_paper(city))
    with pytest.raises(ValidationError, match="没有改动"):
        move_under(city.attentive, city.county, **on_paper(city))
    move_under(city.attentive, None, **on_paper(city))
    assert fresh(city.attentive).get_parent() is None
    have_served(city.attentive, city.late, **on_paper(city))
    assert may(type(city.clerk).objects.get(pk=city.late_clerk.pk), Right.RECEIVE, city.attentive.pk)
    set_payer(city.attentive, Payer.SELF, **on_paper(city))
    said = [(change.kind, change.was, change.became) for change in city.attentive.changes.all()][:2]
    assert said == [("payer", "市财政", "自付"), ("served", "", "延安市住房和城乡建设局")]
    assert Unit.find_problems() == ([], [], [], [], [])


def test_no_desk_is_run_over_a_corner_where_nobody_would_act_for_the_last(city):
    """The office runs the desk of the government."""
    with pytest.raises(ValidationError, match="市政府由市政府办代管，请直接选市政府办"):
        have_served(city.late, city.government, **on_paper(city))
    with pytest.raises(ValidationError, match="市政府办还代管着市政府"):
        have_served(city.office, city.late, **on_paper(city))
    with pytest.raises(ValidationError, match="查阅不了原来的收文"):
        dissolve(city.late, city.government, **on_paper(city))
    have_served(city.late, city.office, **on_paper(city))
    clerk = type(city.clerk).objects.get(pk=city.office_clerk.pk)
    assert may(clerk, Right.RECEIVE, city.late.pk)


def test_divisions_are_opened_named_and_closed_by_their_body_or_the_network_office(city):
    by_leader = on_paper(city, by=city.leader)
    with pytest.raises(PermissionDenied):
        open_division(city.late, "办公室", **by_leader)
    division = open_division(city.attentive, "指挥中心", **by_leader)
    assert (division.code, division.name, division.get_parent()) == ("BM05-K01", "延安市公安局指挥中心", city.attentive)
    with pytest.raises(ValidationError, match="已有科室叫指挥中心"):
        open_division(city.attentive, "指挥中心", **on_paper(city))
    rename(division, "延安市公安局情报指挥中心", "情报指挥中心", **by_leader)
    assert not Handback.objects.exists()
    post = take_post(city.nobody, division, Role.HANDLER, by=None, at=MONDAY)
    with pytest.raises(OutOfOrder, match="还有人在这个科室任职：闲人"):
        close_division(division, **by_leader)
    post.leave(by=None, at=MONDAY)
    close_division(division, **by_leader)
    assert fresh(division).state == Unit.State.CLOSED
    dissolve(city.attentive, **on_paper(city))


def test_who_succeeds_a_successor_reads_what_both_had(city):
    dissolve(city.attentive, city.late, **on_paper(city))
    dissolve(city.late, city.department, **on_paper(city))
    person = type(city.clerk).objects.get(pk=city.department_head.pk)
    assert units_where(person, Right.READ) == {city.attentive.pk, city.late.pk, city.department.pk}
    assert fresh(city.attentive).successor == city.department
    assert [change.became for change in city.attentive.changes.all()] == ["延安市住房和城乡建设局"]


def test_divisions_follow_the_name_of_their_body(city):
    division = open_division(city.attentive, "办公室", **on_paper(city))
    open_division(city.late, "办公室", **on_paper(city))
    renamed(city, city.attentive)
    assert (fresh(division).name, fresh(division).short_name) == ("延安市公安与应急局办公室", "办公室")
    assert [change.was for change in division.changes.filter(kind="renamed")] == ["延安市公安局办公室"]
