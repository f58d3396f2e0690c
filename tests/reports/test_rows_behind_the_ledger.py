"""Rows of the oversight that were put in, changed or taken out behind the ledger's back: refused, or named by ``verify`` (Articles 6, 28 and 29)."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.chasing import urge
from circulars.deliveries import Delivery, Relief
from cms.areas import Area
from cms.ledgertree import number_leaves
from cms.verifying import faults
from reports.accountability.acts import decide, open_case
from reports.accountability.answering import make_statement
from reports.accountability.record import CaseStep, DelayCase
from reports.guidance import GuidanceVisit, Visit, log_visit
from reports.rectifications import Rectification, RectificationStep, demand
from reports.spotchecks.acts import call_off, plan, population
from reports.spotchecks.findings import Found, enter_finding
from reports.spotchecks.record import SpotCheck, SpotFinding
from tests.cast import BACK_AT_WORK, MONDAY
from tests.dbowner import as_its_owner
from tests.meanwhile import meanwhile
from tests.offices import beijing

DAY = timedelta(days=1)
LATE = beijing("2026-09-30 10:00")  # due at the end of the 29th


def told(now=BACK_AT_WORK):
    number_leaves(now)
    return {str(fault) for fault in faults(None, now)}


@pytest.fixture
def overseen(city, settings, tmp_path):
    """A case that was decided, a check with a finding that was put to the unit and answered, another check, and a visit: all by the verbs."""
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"
    second = User.objects.create(username="second", name="二科员")
    take_post(second, city.office, Role.SECRETARIAT, by=None, at=MONDAY)
    second = User.objects.get(pk=second.pk)
    home, by = Area.objects.home(), city.secretary
    check = plan(population(home).count(), area=home, purpose="节前检查", key=uuid4(), by=by, at=MONDAY)
    unit = check.draw.units.get(code="BM05")
    found = Found(kind=SpotFinding.Kind.PHONE, is_good=False, who="", found_at=MONDAY)
    finding = enter_finding(unit, found, by=by, at=MONDAY)
    asked = demand(unit, "安排专人接听", due_on=(MONDAY + DAY).date(), by=by, at=MONDAY)
    asked.answer("已安排", by=city.clerk, at=MONDAY)
    asked.send_back("请写明姓名", due_on=(MONDAY + 2 * DAY).date(), by=by, at=MONDAY)
    asked.answer("由孙早接听", by=city.clerk, at=MONDAY)
    other = plan(1, area=home, purpose="节后检查", planned_for=MONDAY + DAY, key=uuid4(), by=by, at=MONDAY)
    call_off(other, "改期", by=by, at=MONDAY)
    visit = log_visit(Visit(city.attentive, MONDAY.date(), "周慧", "看了登记"), key=uuid4(), by=by, at=MONDAY)
    paper = city.sent(at=MONDAY)
    urge(paper, text="请尽快签收", by=city.sender, at=MONDAY + timedelta(hours=1))
    delivery = city.sign(city.opened(paper), at=LATE)
    case = open_case(delivery, "会议无人参加", state_until=LATE.date(), by=by, at=LATE)
    make_statement(case, "当时停电", by=city.leader, at=LATE)
    decide(case, "criticised", "属实", by=second, at=LATE)
    return SimpleNamespace(**locals())


def test_what_was_done_by_the_verbs_is_no_fault(overseen):
    assert told() == set()


GUARDED = {
    "a case's facts": (DelayCase, {"facts": {}}),
    "a case's unit": (DelayCase, {"unit": 1}),
    "a case's day for a statement": (DelayCase, {"state_until": MONDAY.date()}),
    "a check's number of units": (SpotCheck, {"asked": 1}),
    "a check's purpose": (SpotCheck, {"purpose": "别的事"}),
    "a check's moment": (SpotCheck, {"planned_for": MONDAY}),
    "whose rectification it is": (Rectification, {"unit": 1}),
}


@pytest.mark.parametrize("what", GUARDED)
def test_nobody_changes_or_removes_what_no_verb_changes(overseen, what):
    model, change = GUARDED[what]
    for harm in (lambda: model.objects.update(**change), lambda: model.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()


# What is put in, changed or taken out, and what ``verify`` must say of it.
HARMS = {
    "a step of a case put in": (
        lambda r: CaseStep.objects.create(case=r.case, kind="appealed", text="不服", by=r.city.leader, at=LATE),
        "问责 {r.case.pk} 号：申诉：台账没有登记，是后来加入的",
    ),
    "a step of a case taken out": (
        lambda r: as_its_owner("DELETE FROM reports_casestep WHERE kind = 'stated'"),
        "单位陈述（reports.delaycase:{r.case.pk}）：台账登记了，数据库里没有，记录被删除",
    ),
    "a decision changed": (
        lambda r: as_its_owner("UPDATE reports_casestep SET outcome = 'none' WHERE kind = 'decided'"),
        "问责 {r.case.pk} 号：决定：内容与台账登记的不一致",
    ),
    "the words of a step emptied": (
        lambda r: CaseStep.objects.filter(kind="stated").update(text=""),
        "问责 {r.case.pk} 号：单位陈述：内容被清空，而公文没有作过涉密清除",
    ),
    "a case settled": (
        lambda r: DelayCase.objects.update(state="settled"),
        "问责 {r.case.pk} 号：台账登记到“已决定”，现在是“已复核”",
    ),
    "the time for an appeal moved": (
        lambda r: DelayCase.objects.update(appeal_until=LATE),
        "问责 {r.case.pk} 号：申诉期限与台账登记的不一致",
    ),
    "a case taken out": (
        lambda r: as_its_owner("DELETE FROM reports_casestep", "DELETE FROM reports_delaycase"),
        "问责立案（reports.delaycase:{r.case.pk}）：台账登记了立案，数据库里没有，记录被删除",
    ),
    "a finding put in": (
        lambda r: SpotFinding.objects.create(
            of=r.unit, kind="diary", is_good=True, who="孙早", found_at=MONDAY, entered_by=r.by, entered_at=MONDAY
        ),
        "记录齐全）：台账没有登记抽查结果，是后来加入的",
    ),
    "a finding made good": (
        lambda r: as_its_owner(f"UPDATE reports_spotfinding SET who = '孙早' WHERE id = {r.finding.pk}"),
        "抽查结果 {r.finding.pk}（{r.finding}）：项目、结果、人员、时间或者说明与台账登记的不一致",
    ),
    "a finding taken out": (
        lambda r: as_its_owner(f"DELETE FROM reports_spotfinding WHERE id = {r.finding.pk}"),
        "登记抽查结果（reports.spotfinding:{r.finding.pk}）：台账登记了抽查结果，数据库里没有，记录被删除",
    ),
    "a step of a rectification put in": (
        lambda r: RectificationStep.objects.create(rectification=r.asked, kind="closed", by=r.by, at=MONDAY),
        "整改 {r.asked.pk}（{r.asked}）：审核办结：台账没有登记，是后来加入的",
    ),
    "a step of a rectification changed": (
        lambda r: as_its_owner("UPDATE reports_rectificationstep SET text = '无' WHERE kind = 'sent_back'"),
        "整改 {r.asked.pk}（{r.asked}）：退回答复：内容与台账登记的不一致",
    ),
    "a rectification closed": (
        lambda r: Rectification.objects.update(state="closed"),
        "整改 {r.asked.pk}（{r.asked}）：台账登记到“已答复，待审核”，期限 2026-09-30；现在是“已办结”",
    ),
    "its day put off": (
        lambda r: Rectification.objects.update(due_on=BACK_AT_WORK.date()),
        "整改 {r.asked.pk}（{r.asked}）：台账登记到“已答复，待审核”，期限 2026-09-30；现在是“已答复，待审核”，期限 2026-10",
    ),
    "a check put in": (
        lambda r: SpotCheck.objects.create(
            area=r.home, asked=1, purpose="无", planned_for=MONDAY, planned_by=r.by, planned_at=MONDAY, key=uuid4()
        ),
        "号：台账没有登记安排，是后来加入的",
    ),
    "a check called off": (
        lambda r: SpotCheck.objects.filter(pk=r.check.pk).update(state="called_off", called_off_why="无"),
        "抽查 {r.check.pk} 号：台账登记到“已抽取”，现在是“已取消”",
    ),
    "why it was called off": (
        lambda r: SpotCheck.objects.filter(pk=r.other.pk).update(called_off_why="无"),
        "抽查 {r.other.pk} 号：取消的原因与台账登记的不一致",
    ),
    "a check's range": (
        lambda r: as_its_owner(f"UPDATE reports_spotcheck SET purpose = '无' WHERE id = {r.check.pk}"),
        "抽查 {r.check.pk} 号：范围、家数、事由、时间或者安排人与台账登记的不一致",
    ),
    "a visit put in": (
        lambda r: GuidanceVisit.objects.create(
            unit=r.city.late,
            visited_on=MONDAY,
            persons="周慧",
            seen="无",
            entered_by=r.by,
            entered_at=MONDAY,
            key=uuid4(),
        ),
        "指导检查：台账没有登记，是后来加入的",
    ),
    "a visit taken out": (
        lambda r: as_its_owner("DELETE FROM reports_guidancevisit"),
        "登记指导检查（reports.guidancevisit:{r.visit.pk}）：台账登记了，数据库里没有，记录被删除",
    ),
    "a relief by decision": (
        lambda r: Delivery.objects.filter(pk=r.delivery.pk).update(relief=Relief.DECIDED),
        "收文 {r.delivery.pk}（{r.paper.number}，第 1 轮）：写着说明免责，台账没有登记，是后来加入的",
    ),
    "a relief by a fault": (
        lambda r: Delivery.objects.filter(pk=r.delivery.pk).update(relief=Relief.FAULT),
        "收文 {r.delivery.pk}（{r.paper.number}，第 1 轮）：写着故障免责，台账没有登记，是后来加入的",
    ),
    "a relief by a block": (
        lambda r: Delivery.objects.filter(pk=r.delivery.pk).update(relief=Relief.BLOCKED),
        "收文 {r.delivery.pk}（{r.paper.number}，第 1 轮）：写着封存免责，台账没有登记封存，是后来加入的",
    ),
    "an urge put in": (
        lambda r: as_its_owner(
            "INSERT INTO circulars_urge (delivery_id, round, kind, level, by_id, at, means, text, told_above) SELECT "
            f"delivery_id, round, kind, level, by_id, '2026-09-29 01:00:00+00:00', means, text, '' FROM circulars_urge WHERE delivery_id = {r.delivery.pk}"
        ),
        "{r.paper.number} 人工催签（2026-09-29T09:00）：台账没有登记，1 家的记录是后来加入的",
    ),
    "an urge taken out": (
        lambda r: as_its_owner(f"DELETE FROM circulars_urge WHERE delivery_id = {r.delivery.pk}"),
        "{r.paper.number} 人工催签（2026-09-28T10",
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_verify_names_what_the_ledger_does_not_know_and_what_is_gone(overseen, harm):
    do, named = HARMS[harm]
    assert told() == set()
    do(overseen)
    said = told()
    assert any(named.format(r=overseen) in line for line in said), said


# Between entries and rows of which table somebody does what.
MEANWHILE = {
    "reports_delaycase": lambda r: open_case(
        r.city.delivery(r.paper, r.city.late), "无人签收", state_until=LATE.date(), by=r.by, at=LATE
    ),
    "reports_casestep": lambda r: open_case(
        r.city.delivery(r.paper, r.city.late), "无人签收", state_until=LATE.date(), by=r.by, at=LATE
    ),
    "reports_spotcheck": lambda r: plan(1, area=r.home, purpose="再查", key=uuid4(), by=r.by, at=MONDAY),
    "reports_spotdraw": lambda r: plan(1, area=r.home, purpose="再查", key=uuid4(), by=r.by, at=MONDAY),
    "reports_spotfinding": lambda r: enter_finding(
        r.unit, Found(kind="diary", is_good=True, who="孙早", found_at=MONDAY), by=r.by, at=MONDAY
    ),
    "reports_rectification": lambda r: Rectification.objects.get().close("", by=r.by, at=MONDAY),
    "reports_rectificationstep": lambda r: Rectification.objects.get().close("", by=r.by, at=MONDAY),
    "reports_guidancevisit": lambda r: log_visit(
        Visit(r.city.late, MONDAY.date(), "周慧", "看了登记"), key=uuid4(), by=r.by, at=MONDAY
    ),
    "circulars_urge": lambda r: urge(r.paper, text="请尽快签收", by=r.city.sender, at=LATE),
}


@pytest.mark.parametrize("table", MEANWHILE)
def test_what_is_written_while_verify_reads_is_no_fault(overseen, table):
    with meanwhile(table, lambda: MEANWHILE[table](overseen)):
        assert told() == set()
    assert told() == set()
