"""拟办, 批示, 承办, 办结 and 催办 inside the receiving unit, by the verbs (Article 19; regulation art. 24(4), (6), (7))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from circulars.deliveries import Delivery
from circulars.handling.closing import finish
from circulars.handling.hands import Hand, Work, warn_from
from circulars.handling.instructing import assign, instruct
from circulars.handling.opening import propose
from circulars.handling.record import Handling, Opinion
from circulars.handling.reminders import sweep_work
from circulars.handling.seen import papers_of, to_do, to_instruct
from circulars.handling.urging import InnerUrge, Pressed, urge
from circulars.handling.working import pass_on, report
from circulars.reasons import Marked
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY
from tests.circulars.inhandchecks import LATER, OPENED, SAID, assisting, lead, refused, told
from tests.inhand import AT_ELEVEN, AT_TEN, FRIDAY, registered, staff, work


@pytest.fixture
def city(city):
    return staff(city)


@pytest.fixture
def paper(city, circular):
    return registered(city, circular)


@pytest.fixture
def proposed(city, paper):
    propose(paper, OPENED, work(city.order, city.law), by=city.clerk, at=AT_TEN)
    return paper


@pytest.fixture
def instructed(city, proposed):
    instruct(proposed, SAID, work(city.order, city.law, due_at=FRIDAY), seen=None, by=city.leader, at=AT_ELEVEN)
    return proposed


def test_a_paper_is_proposed_instructed_worked_on_and_handled(city, paper):
    assert [*to_do(city.clerk)] == [paper]
    propose(paper, OPENED, work(city.order, city.law), by=city.clerk, at=AT_TEN)
    assert not to_do(city.clerk)
    assert [*to_instruct(city.leader)] == [paper]
    assert told(city.leader)[-1].endswith("请您批示。")
    assert not to_do(city.head), "what is only proposed is nobody's work yet"

    instruct(paper, SAID, work(city.order, city.law, due_at=FRIDAY), seen=None, by=city.leader, at=AT_ELEVEN)
    assert not to_instruct(city.leader)
    assert [*to_do(city.head)] == [*to_do(city.handler)] == [*to_do(city.law_head)] == [paper]
    assert "今日" not in told(city.head)[-1]
    assert "9月30日 17:00前办结" in told(city.head)[-1]

    report(assisting(paper), "没有法律问题。", by=city.law_head, at=LATER)
    assert "法制科已提出" in told(city.handler)[-1]
    finish(paper, "已部署落实。", by=city.handler, at=LATER)
    handling = Handling.objects.get()
    assert (handling.state, handling.result, handling.finished_by) == ("finished", "已部署落实。", city.handler)
    paper.refresh_from_db()
    assert (paper.state, paper.handled_at) == ("handled", LATER)
    assert Delivery.objects.get(pk=paper.delivery_id).handled_at == LATER
    assert "已由丁一办结" in told(city.leader)[-1]
    assert "已由丁一办结" in told(city.clerk)[-1]
    assert not to_do(city.head)


def test_of_the_inner_steps_only_the_end_stands_under_the_circular_in_the_ledger(city, instructed, circular):
    report(assisting(instructed), "无意见。", by=city.law_head, at=LATER)
    finish(instructed, "已办。", by=city.head, at=LATER)
    inner = Entry.objects.filter(deed__regex=r"^(handling|work)\.")
    assert [*inner.order_by("pk").values_list("deed", flat=True)] == [
        "handling.proposed",
        "handling.begun",
        "handling.instructed",
        "work.assigned",
        "work.assigned",
        "work.reported",
        "work.done",
        "handling.finished",
    ]
    assert {entry.circular for entry in inner} == {None}
    assert {entry.unit for entry in inner} == {city.attentive.pk}
    assert Entry.objects.get(deed="incoming.handled").circular == circular.uuid
    assert not [entry for entry in Entry.objects.all() if SAID in entry.payload]


def test_what_is_out_of_turn_is_refused_with_a_sentence_and_nothing_changes(city, paper):
    plan = work(city.order)
    refused(OutOfOrder, "还没有拟办", lambda: instruct(paper, SAID, plan, seen=None, by=city.leader, at=AT_TEN))
    refused(OutOfOrder, "还没有拟办", lambda: finish(paper, "已办。", by=city.clerk, at=AT_TEN))
    refused(PermissionDenied, "登记、拟办", lambda: propose(paper, OPENED, plan, by=city.leader, at=AT_TEN))
    refused(ValidationError, "拟办意见", lambda: propose(paper, " ", plan, by=city.clerk, at=AT_TEN))
    refused(Marked, "密级标志", lambda: propose(paper, "机密★5年", plan, by=city.clerk, at=AT_TEN))
    propose(paper, OPENED, plan, by=city.clerk, at=AT_TEN)
    refused(OutOfOrder, "已由孙早拟办", lambda: propose(paper, OPENED, plan, by=city.second_clerk, at=AT_TEN))
    refused(PermissionDenied, "批示", lambda: instruct(paper, SAID, plan, seen=None, by=city.clerk, at=AT_TEN))
    refused(OutOfOrder, "不能分办", lambda: assign(paper, plan, by=city.clerk, at=AT_TEN))
    refused(OutOfOrder, "待批示.*还不能办结", lambda: finish(paper, "已办。", by=city.head, at=AT_TEN))
    instruct(paper, SAID, plan, seen=None, by=city.leader, at=AT_TEN)
    refused(OutOfOrder, "高建国刚刚", lambda: instruct(paper, SAID, plan, seen=None, by=city.unit_principal, at=AT_TEN))
    refused(PermissionDenied, "治安科主办", lambda: finish(paper, "已办。", by=city.law_head, at=AT_TEN))
    refused(PermissionDenied, "治安科主办", lambda: finish(paper, "已办。", by=city.clerk, at=AT_TEN))
    refused(ValidationError, "办理结果", lambda: finish(paper, "", by=city.head, at=AT_TEN))
    refused(Marked, "密级标志", lambda: finish(paper, "绝密★", by=city.head, at=AT_TEN))
    finish(paper, "已办。", by=city.head, at=AT_TEN)
    refused(OutOfOrder, "已办结", lambda: finish(paper, "又办。", by=city.handler, at=AT_TEN))
    refused(OutOfOrder, "已办结", lambda: instruct(paper, SAID, plan, seen=None, by=city.leader, at=AT_TEN))


def test_the_lead_does_not_close_over_the_head_of_an_assisting_division(city, instructed):
    refused(OutOfOrder, "法制科还没有提出协办意见", lambda: finish(instructed, "已办。", by=city.head, at=LATER))
    refused(PermissionDenied, "法制科协办", lambda: report(assisting(instructed), "好", by=city.head, at=LATER))
    refused(OutOfOrder, "直接办结", lambda: report(lead(instructed), "好", by=city.head, at=LATER))


def test_a_leader_thinks_better_of_it_and_the_old_instruction_stays(city, instructed):
    first = Opinion.objects.get(kind="instruction")
    change = work(city.law, due_at=FRIDAY)
    instruct(instructed, "改由法制科主办。", change, seen=first.pk, by=city.leader, at=LATER)
    assert [*Opinion.objects.filter(kind="instruction").values_list("text", flat=True)] == [SAID, "改由法制科主办。"]
    assert lead(instructed).unit == city.law
    assert not to_do(city.head)
    assert instructed not in papers_of(city.head)
    assert "已改由其他科室" in told(city.head)[-1]
    replaced = Entry.objects.filter(deed="work.replaced").first()
    assert (replaced.person, replaced.said["place"], replaced.circular) == (city.leader, city.order.pk, None)
    for change in ({"text": "改"}, {"by": city.clerk.pk}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Opinion.objects.filter(pk=first.pk).update(**({"at": LATER} | change))
    with pytest.raises(DatabaseError), transaction.atomic():
        Opinion.objects.filter(pk=first.pk).delete()


def test_urgent_work_has_a_limit_and_every_limit_lies_ahead(city):
    paper = registered(city, city.sent(urgency="urgent"))
    refused(
        ValidationError, "必须写明办理时限", lambda: propose(paper, OPENED, work(city.order), by=city.clerk, at=AT_TEN)
    )
    gone = work(city.order, due_at=MONDAY)
    refused(ValidationError, "晚于现在", lambda: propose(paper, OPENED, gone, by=city.clerk, at=AT_TEN))
    propose(paper, OPENED, work(city.order, due_at=FRIDAY), by=city.clerk, at=AT_TEN)


def test_work_goes_to_the_unit_s_own_people_and_to_nobody_twice(city, paper):
    def giving(plan):
        return lambda: propose(paper, OPENED, plan, by=city.clerk, at=AT_TEN)

    refused(ValidationError, "不是本单位的承办科室", giving(work(city.late)))
    refused(ValidationError, "不是本单位的承办科室", giving(work(city.order, person=city.law_head)))
    refused(
        ValidationError, "不是本单位的承办科室", giving(work(city.attentive))
    )  # nobody works there without a division
    refused(ValidationError, "不能同时协办", giving(work(city.order, city.order)))
    refused(ValidationError, "先选定主办", giving(Work(None, (Hand(city.law),))))


def test_a_named_person_has_the_work_alone(city, proposed):
    plan = work(city.order, person=city.handler)
    instruct(proposed, SAID, plan, seen=None, by=city.leader, at=AT_ELEVEN)
    assert [*to_do(city.handler)] == [proposed]
    assert not to_do(city.head)
    assert proposed not in papers_of(city.head)
    refused(PermissionDenied, "治安科丁一主办", lambda: finish(proposed, "已办。", by=city.head, at=LATER))
    finish(proposed, "已办。", by=city.handler, at=LATER)


def test_a_division_hands_its_work_to_another_with_the_reason(city, proposed):
    instruct(proposed, SAID, work(city.order, due_at=FRIDAY), seen=None, by=city.leader, at=AT_ELEVEN)
    row = lead(proposed)
    refused(PermissionDenied, "不由您", lambda: pass_on(row, Hand(city.law), "属法制", by=city.law_head, at=LATER))
    refused(ValidationError, "转办理由", lambda: pass_on(row, Hand(city.law), "", by=city.head, at=LATER))
    refused(ValidationError, "另一个科室", lambda: pass_on(row, Hand(city.order), "不办", by=city.head, at=LATER))
    pass_on(row, Hand(city.law), "属于法制科职责。", by=city.head, at=LATER)
    assert (lead(proposed).unit, lead(proposed).due_at) == (city.law, FRIDAY)
    assert "属于法制科职责" in told(city.clerk)[-1]
    assert proposed not in papers_of(city.head)
    refused(OutOfOrder, "已转办", lambda: pass_on(row, Hand(city.law), "属法制", by=city.head, at=LATER))
    pass_on(lead(proposed), None, "也不是本科职责。", by=city.law_head, at=LATER)
    assert [*to_do(city.clerk)] == [proposed]
    assign(proposed, work(city.order), by=city.clerk, at=LATER)
    assert [*to_do(city.head)] == [proposed]


def test_a_leader_who_names_nobody_leaves_it_to_the_clerk(city, proposed):
    instruct(proposed, "请办公室研究。", Work(), seen=None, by=city.leader, at=AT_ELEVEN)
    assert "请分办" in told(city.clerk)[-1]
    assert [*to_do(city.clerk)] == [proposed]
    refused(ValidationError, "请选定主办", lambda: assign(proposed, Work(), by=city.clerk, at=LATER))
    assign(proposed, work(city.law), by=city.clerk, at=LATER)
    assert [*to_do(city.law_head)] == [proposed]


def test_who_works_is_reminded_before_the_limit_and_after_it_clerks_and_leaders_know(city, instructed):
    assert lead(instructed).warn_at == warn_from(AT_ELEVEN, FRIDAY, 25) == FRIDAY - (FRIDAY - AT_ELEVEN) / 4
    before = len(told(city.head))
    sweep_work(FRIDAY - timedelta(days=1))
    assert len(told(city.head)) == before
    for _ in range(2):
        sweep_work(FRIDAY - timedelta(hours=3))
    assert "抓紧办理" in told(city.head)[-1]
    assert len(told(city.head)) == before + 1
    for _ in range(2):
        sweep_work(FRIDAY + timedelta(minutes=1))
    assert "已经超期" in told(city.head)[-1]
    assert len(told(city.head)) == before + 2
    assert "请催办" in told(city.leader)[-1]
    assert "治安科承办" in " ".join(told(city.clerk))


def test_who_has_it_is_pressed_and_not_again_before_the_rest_is_over(city, instructed):
    row = lead(instructed)
    target = Pressed(f"work:{row.pk}", frozenset(row.hands), row.whose)
    refused(PermissionDenied, "收发员或者领导", lambda: urge(instructed, target, "快", by=city.head, at=LATER))
    refused(ValidationError, "催办内容", lambda: urge(instructed, target, " ", by=city.clerk, at=LATER))
    urge(instructed, target, "请今天办结。", by=city.leader, at=LATER)
    assert told(city.handler)[-1].endswith("：请今天办结。")
    assert InnerUrge.objects.get().to_whom == "主办 治安科"
    soon = LATER + timedelta(minutes=29)
    refused(OutOfOrder, "刚刚催过，.*起可以再催", lambda: urge(instructed, target, "快", by=city.clerk, at=soon))
    urge(instructed, target, "请抓紧。", by=city.clerk, at=LATER + timedelta(minutes=30))


def test_who_was_waited_for_when_the_page_was_opened_is_not_pressed_when_it_waits_for_another(city, instructed):
    row = lead(instructed)
    target = Pressed(f"work:{row.pk}", frozenset(row.hands), row.whose)
    change = work(city.law, due_at=FRIDAY)
    instruct(
        instructed, "改由法制科办。", change, seen=Opinion.objects.get(kind="instruction").pk, by=city.leader, at=LATER
    )
    refused(OutOfOrder, "已经办完", lambda: urge(instructed, target, "快", by=city.clerk, at=LATER))
    assert not InnerUrge.objects.exists()
