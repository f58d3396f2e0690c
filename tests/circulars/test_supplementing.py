"""补发: who was missed or joined since gets the circular with a clock of its own; the approver is told (Articles 20 and 22)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django_q.models import OrmQ

from accounts.units import Unit
from circulars.clocks import ReasonMissing
from circulars.dispatch import announce
from circulars.pages import Reference
from circulars.papercopies import PaperCopy
from circulars.purging import block, confirm
from circulars.recalling import recall
from circulars.recipients import Addressed
from circulars.supplementing import Supplement, supplement
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.sweep import sweep
from tests.cast import BACK_AT_WORK, MONDAY
from tests.offices import beijing

TUESDAY = beijing("2026-09-29 10:00")
SAID = {"reason": "登记时漏列", "consent": "张志远9月29日同意"}


def sent_after(city, circular, *units, at=TUESDAY, by=None, **more):
    return supplement(circular, units or [city.county], **SAID | {"by": by or city.sender, "at": at} | more)


def test_the_further_unit_has_a_delivery_due_from_now_on(city, circular):
    sent = sent_after(city, circular)
    assert (sent.electronic, sent.paper) == (1, 0)
    delivery = city.delivery(circular, city.county)
    assert (delivery.sent_at, delivery.due_at, delivery.role) == (TUESDAY, beijing("2026-09-30 18:00"), "primary")
    assert (delivery.issuer, delivery.state, delivery.rules) == (city.office, "sent", city.delivery(circular).rules)
    assert city.delivery(circular).sent_at == MONDAY
    assert circular.distribution.filter(unit=city.county, role="primary").exists()
    kept = Supplement.objects.get()
    assert (kept.reason, kept.consent, kept.by, list(kept.units.all())) == (*SAID.values(), city.sender, [city.county])


def test_a_unit_that_is_not_connected_is_owed_paper(city, circular):
    Unit.objects.filter(pk=city.elsewhere.pk).update(connected=False)
    sent = sent_after(city, circular, city.county, city.elsewhere, role=Addressed.CC)
    assert (sent.electronic, sent.paper) == (1, 1)
    assert PaperCopy.objects.get(delivery__unit=city.elsewhere).owed_from == TUESDAY
    assert PaperCopy.objects.count() == 2
    assert city.delivery(circular, city.elsewhere).role == "cc"


def test_the_new_clerks_are_told_and_the_others_not_again(city, circular):
    announce(circular, at=MONDAY)
    city.sign(city.opened(circular))
    sent_after(city, circular)
    circular.refresh_from_db()
    announce(circular, at=TUESDAY)
    fresh = Message.objects.filter(key__startswith="delivery:", sent_at=TUESDAY)
    assert [message.person for message in fresh] == [city.county_clerk]


def test_the_new_clerks_are_told_even_when_the_task_is_lost(city, circular):
    announce(circular, at=MONDAY)
    circular.refresh_from_db()
    sent_after(city, circular)
    OrmQ.objects.all().delete()
    sweep(TUESDAY + timedelta(minutes=5))
    fresh = Message.objects.filter(key__startswith="delivery:", sent_at__gte=TUESDAY)
    assert [message.person for message in fresh] == [city.county_clerk]


def test_the_approver_is_told_who_got_it_and_why(city, circular):
    sent_after(city, circular)
    told = Message.objects.get(key__startswith="supplemented")
    assert told.person == city.approver
    for said in ("陈立新", "宝塔区", *SAID.values()):
        assert said in told.text


def test_the_ledger_has_the_list_and_no_words(city, circular):
    sent_after(city, circular)
    entry = Entry.objects.get(deed="circular.supplemented")
    assert (entry.facts["recipients"], entry.circular) == (1, circular.uuid)
    assert "漏列" not in entry.payload
    with pytest.raises(DatabaseError), transaction.atomic():
        Supplement.objects.update(role="cc")


@pytest.mark.parametrize("who, why", [("attentive", "已经发过"), ("paper", "已经发过"), ("office", "是发文机关")])
def test_who_has_it_or_issued_it_is_not_sent_it_again(city, circular, who, why):
    with pytest.raises(ValidationError) as refused:
        sent_after(city, circular, city.county, getattr(city, who))
    assert why in refused.value.message_dict["units"][0]
    assert circular.deliveries.count() == 3


def test_the_rules_on_who_may_be_written_to_are_not_gone_round(city):
    upward = city.sent(
        by=city.department_drafter, issuer=city.department, direction="upward", document_type="report",
        title="关于国庆假期值守情况的报告", signers="谢明远", primary_units=[city.government],
    )  # fmt: skip
    for units, role, sentence in (
        ([city.attentive], Addressed.PRIMARY, "上行文只主送一个上级机关"),
        ([city.office], Addressed.PRIMARY, "上行文只主送一个上级机关"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            sent_after(city, upward, *units, role=role, by=city.department_reviewer)
    assert upward.deliveries.count() == 1


def test_an_ordinary_circular_goes_out_off_duty_only_with_a_reason(city, circular):
    night = beijing("2026-09-29 22:10")
    with pytest.raises(ReasonMissing):
        sent_after(city, circular, at=night)
    assert not Supplement.objects.exists()
    sent_after(city, circular, at=night, off_hours_reason="明早开会要用")
    assert Supplement.objects.get().off_hours_reason == "明早开会要用"


@pytest.mark.parametrize("blank", [{"reason": " "}, {"consent": ""}, {"reason": "长" * 301}, {"consent": "长" * 201}])
def test_nothing_is_sent_after_without_reason_and_consent(city, circular, blank):
    with pytest.raises(ValidationError) as refused:
        sent_after(city, circular, **blank)
    assert list(refused.value.message_dict) == list(blank)
    with pytest.raises(ValidationError):
        supplement(circular, [], **SAID, by=city.sender, at=TUESDAY)
    assert circular.deliveries.count() == 3


def test_only_what_is_on_its_way_is_sent_after_by_who_sends(city, circular):
    for who in (city.drafter, city.clerk, city.department_reviewer):
        with pytest.raises(PermissionDenied):
            sent_after(city, circular, by=who)
    with pytest.raises(OutOfOrder):
        sent_after(city, city.registered())
    recall(circular, reason="发错", by=city.sender, at=TUESDAY)
    with pytest.raises(OutOfOrder, match="已撤回"):
        sent_after(city, circular)


def test_twice_is_once(city, circular):
    sent_after(city, circular)
    with pytest.raises(ValidationError, match="已经发过"):
        sent_after(city, circular, at=TUESDAY + timedelta(minutes=1))
    assert Supplement.objects.count() == 1


# The screen


@pytest.fixture
def where(circular):
    return reverse("circulars:supplement", args=[circular.uuid])


def form(city, **changes):
    return {"units": [city.county.pk], "role": "primary", **SAID} | changes


def test_the_board_leads_the_sender_there_and_the_unit_gets_it(city, circular, where, week):
    week.move_to(TUESDAY, tick=False)
    desk = city.desk(city.sender)
    assert where in desk.get(reverse("circulars:board", args=[circular.uuid])).content.decode()
    page = desk.get(where).content.decode()
    assert "9月30日 18:00" in page
    assert "（已发送）" in page
    answer = desk.post(where, form(city), follow=True).content.decode()
    assert "已补发 延政办发〔2026〕23号：电子 1 家" in answer
    again = desk.post(where, form(city)).content.decode()
    assert "已经发过" in again
    assert circular.deliveries.count() == 4


@pytest.mark.parametrize(
    "wrong", [{"units": []}, {"role": "x"}, {"reason": ""}, {"consent": ""}, {"units": ["x"]}], ids=str
)
def test_a_form_not_filled_in_right_sends_nothing_and_keeps_what_was_typed(city, circular, where, wrong):
    page = city.desk(city.sender).post(where, form(city, **wrong))
    assert list(page.context["form"].errors) == list(wrong)
    assert circular.deliveries.count() == 3


def test_an_empty_form_says_everything_that_is_missing_at_once(city, circular, where):
    page = city.desk(city.sender).post(where, {"role": "primary", "units": []})
    assert list(page.context["form"].errors) == ["units", "reason", "consent"]
    assert "补发单位：请勾选要补发的单位。" in page.content.decode()


def test_off_duty_the_form_asks_for_the_reason(city, circular, where, week):
    week.move_to(BACK_AT_WORK.replace(hour=22), tick=False)
    desk = city.desk(city.sender)
    assert "第二十一条" in desk.get(where).content.decode()
    assert list(desk.post(where, form(city)).context["form"].errors) == ["off_hours_reason"]
    desk.post(where, form(city, off_hours_reason="明早开会要用"))
    assert circular.deliveries.count() == 4


@pytest.mark.parametrize("who", ["drafter", "clerk", "stranger", "department_reviewer", "secretary", "superuser"])
def test_nobody_else_finds_it_and_looking_sends_nothing(city, circular, where, who):
    desk = city.desk(getattr(city, who))
    assert (desk.get(where).status_code, desk.post(where, form(city)).status_code) == (404, 404)
    city.desk(city.sender).get(where, form(city))
    assert circular.deliveries.count() == 3


# What was amended since


def notice_on(city, circular, relation):
    reference = Reference(relation=relation, title=circular.title, number=circular.number, circular=circular)
    notice = city.registered(title="关于已发通知有关事项的通知", references=[reference])
    city.dispatch(notice)
    notice.refresh_from_db()
    return notice


def test_what_was_annulled_is_sent_to_nobody_any_more(city, circular, where):
    notice = notice_on(city, circular, "annuls")
    with pytest.raises(OutOfOrder, match=f"已由 {notice.number} 作废"):
        sent_after(city, circular)
    for answer in (
        city.desk(city.sender).get(where, follow=True),
        city.desk(city.sender).post(where, form(city), follow=True),
    ):
        assert f"已由 {notice.number} 作废，不能再发送" in answer.content.decode()
    assert circular.deliveries.count() == 3


def test_what_was_corrected_goes_after_its_correction(city, circular, where):
    notice = notice_on(city, circular, "corrects")
    desk = city.desk(city.sender)
    assert f"请先把 {notice.number} 补发给宝塔区，再补发本件" in desk.post(where, form(city)).content.decode()
    assert circular.deliveries.count() == 3
    sent_after(city, notice)
    sent_after(city, circular)
    assert circular.deliveries.count() == 4


def test_what_was_corrected_by_a_paper_that_is_shut_is_sent_to_nobody(city, circular):
    notice = notice_on(city, circular, "corrects")
    case = block(notice.page, reason="市保密局来函要求封存。", by=city.secretary, at=TUESDAY)
    with pytest.raises(ValidationError, match="已封存，不能补发"):
        sent_after(city, circular)
    confirm(case, by=city.secretary, at=TUESDAY)
    confirm(case, by=city.engineer, at=TUESDAY)
    with pytest.raises(ValidationError, match="已封存，不能补发"):
        sent_after(city, circular)


def test_a_notice_that_was_recalled_stands_in_nobodys_way(city, circular):
    recall(notice_on(city, circular, "annuls"), reason="作废有误", by=city.sender, at=TUESDAY)
    sent_after(city, circular)
    assert circular.deliveries.count() == 4
