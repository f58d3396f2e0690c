"""The monthly bulletin in five steps: who does what, what is refused, and what comes of an explanation (Article 28)."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from accounts.faults import report_fault
from circulars.clearing import clear_everywhere
from circulars.decidedrelief import RoundRelief
from circulars.deeds import Deed as PaperDeed
from circulars.deliveries import Delivery, Relief
from circulars.layouts import DocumentType
from circulars.liability import Liability
from circulars.registration import Circular
from cms.ledger import Entry, subject_of
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.unmarked import Marked
from cms.verifying import faults
from reports.approving import approve
from reports.asking import ask_units, sweep_bulletins, usual_end
from reports.bulletindrafts import begin_draft, body_of
from reports.bulletins import Bulletin, open_bulletin
from reports.explanations import AskedReceipt, Explanation, Ruling
from reports.lateness import late_rows
from reports.monthly import month_report, report_of
from reports.months import Month
from reports.named import NamedUnit, times_named
from reports.receipts import Issuers, month_figures
from reports.snapshots import MonthlySnapshot, NotCountable
from tests.offices import beijing
from tests.reports.bulletins import AFTER, OPENED, REASON, UNTIL
from tests.reports.november import NOVEMBER


def finance(month_rows):
    return {one.name: one for one in month_rows}["市财政局"]


def told(person):
    return set(Message.objects.filter(person=person).values_list("key", flat=True))


def named_so_far(records):
    return times_named(month_report(NOVEMBER, as_of=beijing("2026-12-31 09:00"), area=records.area))


def test_a_bulletin_is_opened_for_a_finished_month_once_and_freezes_nothing(desk):
    refused = [
        (Month(2026, 12), NotCountable, "还没有结束"),
        (Month(2027, 3), NotCountable, "还没有结束"),
        (Month(2026, 9), NotCountable, "没有发送过公文"),
    ]
    for month, error, said in refused:
        with pytest.raises(error, match=said):
            open_bulletin(month, area=desk.records.area, by=desk.secretary, at=OPENED)
    with pytest.raises(ValidationError, match="第一次通报"):
        desk.open(reason="理由")
    with pytest.raises(PermissionDenied):
        open_bulletin(NOVEMBER, area=desk.records.area, by=desk.clerk, at=OPENED)
    bulletin = desk.open()
    with pytest.raises(OutOfOrder, match="不能再开"):
        desk.open()
    assert list(Bulletin.objects.all()) == [bulletin]
    assert not MonthlySnapshot.objects.exists()
    desk.records.deliver(desk.records.issue("2026-11-20 09:00"), "QX01", due_at=None, warn_at=None, due_pending=True)
    with pytest.raises(NotCountable, match="先载入日历"):
        open_bulletin(NOVEMBER, issuers=Issuers.ALL, area=desk.records.area, by=desk.secretary, at=OPENED)


def test_units_are_asked_about_what_they_answer_for_once_all_of_the_month_is_due(desk):
    desk.records.deliver(desk.records.issue("2026-11-30 16:00"), "QX01")
    early = desk.open(at=beijing("2026-12-01 09:00"))
    with pytest.raises(OutOfOrder, match="没有到期"):
        ask_units(early, until=UNTIL, by=desk.secretary, at=beijing("2026-12-01 09:00"))
    with pytest.raises(ValidationError, match="晚于现在"):
        ask_units(early, until=OPENED, by=desk.secretary, at=OPENED)
    with pytest.raises(ValidationError, match="请核对"):
        ask_units(early, until=OPENED.replace(year=2099), by=desk.secretary, at=OPENED)
    answerable = [row for row in late_rows(NOVEMBER, as_of=OPENED) if row.liability == Liability.RECIPIENT]
    assert ask_units(early, until=UNTIL, by=desk.secretary, at=OPENED) == len(answerable)
    assert {(one.delivery_id, one.unit_id) for one in early.asked.all()} == {
        (r.key.delivery, r.unit) for r in answerable
    }
    with pytest.raises(OutOfOrder, match="没有重复办理"):
        ask_units(early, until=UNTIL, by=desk.secretary, at=OPENED)
    key = f"bulletin:{early.pk}:asked"
    assert key in told(desk.clerk) & told(desk.leader)
    assert not told(desk.sender) | told(desk.engineer)
    assert usual_end(desk.records.area, OPENED) == UNTIL


def test_an_explanation_is_given_once_in_time_by_the_unit_itself(desk):
    bulletin = desk.ask()
    first, second, *_ = desk.asked(bulletin)
    for stranger in (desk.county_clerk, desk.sender, desk.engineer, desk.secretary):
        with pytest.raises(PermissionDenied):
            first.explain(text="网络中断", by=stranger, at=OPENED)
    with pytest.raises(ValidationError, match="请写明"):
        first.explain(text=" ", by=desk.clerk, at=OPENED)
    elsewhere = report_fault(
        desk.records.units["QX01"], kind="network", text="断网", detected_at=OPENED, by=desk.county_clerk, at=OPENED
    )
    with pytest.raises(ValidationError, match="本单位的故障"):
        first.explain(text="网络中断", fault=elsewhere, by=desk.clerk, at=OPENED)
    given = first.explain(text="网络中断", by=desk.clerk, at=OPENED)
    with pytest.raises(OutOfOrder, match="不能更改"):
        first.explain(text="另一种说法", by=desk.leader, at=OPENED)
    with pytest.raises(OutOfOrder, match="已于2026年12月7日18:00截止"):
        second.explain(text="网络中断", by=desk.leader, at=UNTIL)
    assert list(Explanation.objects.all()) == [given]
    assert Entry.objects.get(subject=subject_of(given)).person == desk.clerk
    for change in (Explanation.objects.filter(pk=given.pk).update, AskedReceipt.objects.filter(pk=first.pk).update):
        column = "at" if change.__self__.model is Explanation else "due_at"
        with pytest.raises(DatabaseError), transaction.atomic():
            change(**{column: AFTER})


def test_words_beside_a_paper_bear_no_mark_and_go_when_the_paper_is_cleared(desk):
    bulletin = desk.ask()
    first = desk.asked(bulletin)[0]
    with pytest.raises(Marked):
        first.explain(text="绝密★一件", by=desk.clerk, at=OPENED)
    given = first.explain(text="网络中断", by=desk.clerk, at=OPENED)
    with pytest.raises(Marked):
        given.rule(is_accepted=False, reason="绝密★一件", by=desk.secretary, at=OPENED)
    given.rule(is_accepted=False, reason="没有故障记录", by=desk.secretary, at=OPENED)
    circular = first.delivery.circular
    clear_everywhere(circular.page, circular, set(), at=AFTER)
    assert (Explanation.objects.get().text, Ruling.objects.get().reason) == ("", "")
    assert not [fault for fault in faults(None, AFTER) if "说明" in fault.where]


def test_who_has_not_explained_is_reminded_on_the_last_day_and_the_secretariat_hears_of_the_end(desk):
    bulletin = desk.ask()
    keys = {step: f"bulletin:{bulletin.pk}:{step}" for step in ("reminder", "over")}
    sweep_bulletins(beijing("2026-12-06 17:59"))
    assert keys["reminder"] not in told(desk.clerk)
    for _ in range(2):
        sweep_bulletins(beijing("2026-12-07 09:00"))
    assert Message.objects.filter(person=desk.clerk, key=keys["reminder"]).count() == 1
    assert keys["reminder"] in told(desk.leader)
    for _ in range(2):
        sweep_bulletins(AFTER)
    assert Message.objects.filter(person=desk.second, key=keys["over"]).count() == 1
    assert keys["over"] not in told(desk.clerk)


def test_nobody_decides_on_the_own_units_explanation_and_the_latest_decision_counts(desk):
    desk.records.deliver(desk.records.issue("2026-11-20 09:00", issuer="YA-ZF"), "YA-ZFB")
    bulletin = desk.ask()
    (own,) = desk.asked(bulletin, "YA-ZFB")
    ours = own.explain(text="值班人员外出", by=desk.office_clerk, at=OPENED)
    given = desk.asked(bulletin)[0].explain(text="网络中断", by=desk.clerk, at=OPENED)
    for person, explanation in [(desk.secretary, ours), (desk.clerk, given), (desk.engineer, given)]:
        with pytest.raises(PermissionDenied):
            explanation.rule(is_accepted=True, reason=REASON, by=person, at=OPENED)
    with pytest.raises(ValidationError, match="写明理由"):
        given.rule(is_accepted=False, reason="", by=desk.secretary, at=OPENED)
    given.rule(is_accepted=True, reason=REASON, by=desk.secretary, at=OPENED)
    with pytest.raises(OutOfOrder, match="没有重复办理"):
        given.rule(is_accepted=True, reason=REASON, by=desk.secretary, at=OPENED)
    given.rule(is_accepted=False, reason="没有故障记录", by=desk.secretary, at=OPENED)
    assert not Explanation.objects.to_rule().exists()
    approve(bulletin, by=desk.second, at=AFTER)
    assert not Delivery.objects.filter(relief=Relief.DECIDED).exists()
    with pytest.raises(OutOfOrder, match="已经审定"):
        given.rule(is_accepted=True, reason=REASON, by=desk.secretary, at=AFTER)


def test_another_person_approves_and_only_then_what_was_accepted_relieves_and_the_month_is_published(desk):
    before = finance(month_figures(NOVEMBER, as_of=AFTER))
    bulletin = desk.open()
    with pytest.raises(OutOfOrder, match="还没有请各单位说明"):
        approve(bulletin, by=desk.second, at=AFTER)
    ask_units(bulletin, until=UNTIL, by=desk.secretary, at=OPENED)
    first, second, third = desk.asked(bulletin)
    given = first.explain(text="网络中断", by=desk.clerk, at=OPENED)
    third.explain(text="没有看到", by=desk.leader, at=OPENED).rule(
        is_accepted=False, reason="不是理由", by=desk.secretary, at=OPENED
    )
    with pytest.raises(OutOfOrder, match="截止以后"):
        approve(bulletin, by=desk.second, at=OPENED)
    with pytest.raises(OutOfOrder, match="还有 1 条说明没有认定"):
        approve(bulletin, by=desk.second, at=AFTER)
    ruling = given.rule(is_accepted=True, reason=REASON, by=desk.secretary, at=AFTER)
    assert finance(month_figures(NOVEMBER, as_of=AFTER)).relief == 0
    with pytest.raises(PermissionDenied):
        approve(bulletin, by=desk.clerk, at=AFTER)
    with pytest.raises(OutOfOrder, match="另一人审定"):
        approve(bulletin, by=desk.secretary, at=AFTER)
    approve(bulletin, by=desk.second, at=AFTER)
    with pytest.raises(OutOfOrder, match="没有重复办理"):
        approve(bulletin, by=desk.second, at=AFTER)
    bulletin.refresh_from_db()
    now = finance(month_figures(NOVEMBER, as_of=AFTER))
    assert (now.relief, now.required, now.late) == (1, before.required - 1, before.late - 1)
    assert finance(bulletin.snapshot.figures).relief == 1
    relieved = Delivery.objects.get(pk=first.delivery_id)
    assert (relieved.relief, Delivery.objects.get(pk=second.delivery_id).relief) == (Relief.DECIDED, Relief.NONE)
    (entry,) = Entry.objects.filter(deed=PaperDeed.RELIEF_GIVEN)
    assert (entry.subject, entry.person, entry.circular) == (subject_of(ruling), desk.second, relieved.circular.uuid)
    assert f"bulletin:{bulletin.pk}:approved" in told(desk.clerk)
    assert not [fault for fault in faults(None, AFTER) if "通报" in fault.where or "说明" in fault.where]


def test_who_decided_on_an_explanation_does_not_approve_it(desk):
    bulletin = desk.ask()
    given = desk.asked(bulletin)[0].explain(text="网络中断", by=desk.clerk, at=OPENED)
    given.rule(is_accepted=True, reason=REASON, by=desk.second, at=OPENED)
    with pytest.raises(OutOfOrder, match="没有作认定的另一人"):
        approve(bulletin, by=desk.second, at=AFTER)
    given.rule(is_accepted=True, reason=REASON, by=desk.secretary, at=AFTER)
    approve(bulletin, by=desk.second, at=AFTER)


def test_a_round_that_its_sender_closed_by_insisting_is_relieved_beside_it(desk):
    records = desk.records
    delivery = records.deliver(
        records.issue("2026-11-17 09:00"), "BM08", returned="2026-11-19 09:00", acknowledged_at=OPENED
    )
    bulletin = desk.ask()
    asked = bulletin.asked.get(delivery=delivery)
    closed = records.close_round(delivery, OPENED)
    Delivery.objects.filter(pk=delivery.pk).update(
        round=2,
        sent_at=OPENED,
        due_at=UNTIL,
        state="sent",
        returned_at=None,
        returned_by=None,
        return_code="",
        acknowledged_at=None,
    )
    asked.explain(text="印章校验不通过", by=desk.clerk, at=OPENED).rule(
        is_accepted=True, reason=REASON, by=desk.secretary, at=OPENED
    )
    before = finance(month_figures(NOVEMBER, as_of=AFTER))
    approve(bulletin, by=desk.second, at=AFTER)
    now = finance(month_figures(NOVEMBER, as_of=AFTER))
    assert (now.relief, now.late) == (before.relief + 1, before.late - 1)
    assert RoundRelief.objects.get().closed_round == closed
    assert Delivery.objects.get(pk=delivery.pk).relief == Relief.NONE
    (row,) = [row for row in late_rows(NOVEMBER, as_of=AFTER) if row.key.delivery == delivery.pk]
    assert (row.liability, "说明免责" in row.remark) == (Liability.RELIEVED, True)


def test_what_a_fault_relieves_meanwhile_needs_no_words(desk):
    bulletin = desk.ask()
    first = desk.asked(bulletin)[0]
    Delivery.objects.filter(pk=first.delivery_id).update(relief=Relief.FAULT)
    assert first not in AskedReceipt.objects.for_person(desk.clerk).waiting(OPENED)
    with pytest.raises(OutOfOrder, match="不需要说明"):
        first.explain(text="网络中断", by=desk.clerk, at=OPENED)


def test_a_bulletin_names_whoever_is_below_the_mark_and_a_circular_is_drafted_from_what_was_published(desk):
    office = desk.records.units["YA-ZFB"]
    type(office).objects.filter(pk=office.pk).update(can_issue=True)
    office.refresh_from_db()
    bulletin = desk.approved()
    assert [one.unit.short_name for one in bulletin.named.select_related("unit")] == ["市财政局"]
    assert f"bulletin:{bulletin.pk}:to-draft" in told(desk.drafter)
    key = uuid4()
    for other in (desk.clerk, desk.sender, desk.engineer):
        with pytest.raises(PermissionDenied):
            begin_draft(bulletin, issuer=office, key=key, by=other, at=AFTER)
    page = begin_draft(bulletin, issuer=office, key=key, by=desk.drafter, at=AFTER)
    assert begin_draft(bulletin, issuer=office, key=key, by=desk.drafter, at=AFTER) == page
    draft = page.get_latest_revision_as_object()
    assert (draft.document_type, draft.title) == (DocumentType.BULLETIN, "市政府办关于2026年11月电子公文签收情况的通报")
    total = bulletin.snapshot.totals
    assert f"应签收{total.required}件次，按时签收{total.on_time}件次" in draft.body
    assert "二、按时签收率低于90%的单位\n市财政局（40.00%）。" in draft.body
    assert "|市财政局|5|2|2|1|1|40.00%|" in draft.body
    assert set(draft.primary_groups.split(",")) == {"county", "department", "central_provincial"}
    workbook, chart = draft.attachments.all()
    assert load_workbook(BytesIO(workbook.file.path.read_bytes())).sheetnames[0] == "签收情况统计表"
    drawn = PdfDocument(chart.file.path)[0].get_textpage().get_text_range()
    assert "2026年11月各单位按时签收率" in drawn
    assert "40.00%　2/5" in drawn
    assert not [fault for fault in faults(None, AFTER) if "通报" in fault.where]


def test_what_the_sender_answers_for_names_nobody(desk):
    unsigned = Delivery.objects.get(unit_name="市财政局", signed_at=None)
    others = Delivery.objects.filter(unit_name="市财政局").exclude(pk=unsigned.pk)
    others.filter(signed_at__gt=F("due_at")).update(relief=Relief.FAULT)
    bulletin = approve(desk.ask(), by=desk.second, at=AFTER)
    told_of = finance(bulletin.snapshot.figures)
    assert (told_of.required, told_of.on_time) == (3, 2)
    assert not bulletin.named.exists()
    assert "不作为点名的依据" in body_of(report_of(bulletin.snapshot), named=(), percent=90)


def test_a_bulletin_counts_as_naming_once_its_circular_is_sent_and_the_latest_of_a_month_alone(desk):
    first = desk.approved()
    late = desk.records.units["BM08"]
    assert named_so_far(desk.records) == {}

    def send(bulletin):
        circular = desk.records.issue("2026-12-08 10:00")
        Bulletin.objects.filter(pk=bulletin.pk).update(page=circular.page)
        return circular

    circular = send(first)
    assert named_so_far(desk.records) == {late.pk: 1}
    recall = {"recalled_at": AFTER, "recalled_by": desk.sender, "recall_reason": "发错"}
    Circular.objects.filter(pk=circular.pk).update(state=Circular.State.RECALLED, **recall)
    assert named_so_far(desk.records) == {}
    Circular.objects.filter(pk=circular.pk).update(
        state=Circular.State.SENT, recalled_at=None, recalled_by=None, recall_reason=""
    )
    with pytest.raises(ValidationError, match="重新通报请写明理由"):
        desk.open(at=AFTER)
    Delivery.objects.filter(unit=late).update(relief=Relief.MAINTENANCE)
    again = approve(desk.ask(at=AFTER, reason="平台停机补记"), by=desk.second, at=AFTER.replace(day=12))
    assert (again.snapshot.version, again.snapshot.reason) == (2, "平台停机补记")
    assert not NamedUnit.objects.filter(bulletin=again, unit=late).exists()
    send(again)
    assert named_so_far(desk.records) == {}
    assert finance(MonthlySnapshot.objects.get(version=1).figures).relief == 1


def test_verify_tells_of_words_and_decisions_that_the_ledger_does_not_know(desk):
    bulletin = desk.ask()
    first, second, _ = desk.asked(bulletin)
    given = first.explain(text="网络中断", by=desk.clerk, at=OPENED)
    ruling = given.rule(is_accepted=False, reason=REASON, by=desk.secretary, at=OPENED)
    assert not [fault for fault in faults(None, AFTER) if "说明" in fault.where]
    Explanation.objects.filter(pk=given.pk).update(text="另一种说法")
    forged = Explanation.objects.create(asked=second, text="补写", by=desk.clerk, at=OPENED)
    Ruling.objects.create(explanation=given, is_accepted=True, reason="补写", by=desk.secretary, at=OPENED)
    found = [str(fault) for fault in faults(None, AFTER) if "说明" in fault.where]
    assert len(found) == 3, found
    Explanation.objects.filter(pk=given.pk).update(text="")
    Ruling.objects.filter(pk=ruling.pk).update(reason="")
    assert len([fault for fault in faults(None, AFTER) if "说明" in fault.where]) == 2
    assert forged.pk
