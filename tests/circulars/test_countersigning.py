"""会签, joint approval, the principal leader, and going back to an earlier step (regulation arts. 20 to 22; R16-4, R17-3)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.people import take_post
from accounts.roles import Role
from circulars.decisions import Decision
from circulars.layouts import Direction, DocumentType
from circulars.moderation import NotReady, decide, send_back, submit, withdraw
from circulars.pages import CircularPage, CoIssuer
from circulars.registration import ApprovalMissing
from circulars.turns import Turn
from circulars.versions import approval_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY

LATER = MONDAY + timedelta(hours=1)


def fresh(page):
    return CircularPage.objects.get(pk=page.pk)


def waiting(page):
    return sorted(str(turn) for turn in Turn.objects.open().filter(page=page.pk).select_related("unit"))


def told(person, words):
    return Message.objects.filter(person=person, text__contains=words).exists()


def read_by(desk, path):
    """What the page says of the text read there and of the seat that waits."""
    form = desk.get(path).context["form"]
    return {name: form[name].value() for name in ("digest", "seat")}


@pytest.fixture
def asked(city):
    """A draft that the office has reviewed and on which the attentive unit and the department are asked."""
    take_post(city.late_clerk, city.late, Role.LEADER, by=None, at=MONDAY)
    return city.reviewed(city.submitted(countersign_units=[city.attentive, city.department]))


# One opinion per unit, all at once


def test_every_unit_asked_has_its_seat_at_once_and_its_leaders_are_told(city, asked):
    assert waiting(asked) == ["市公安局 会签", "市应急局 会签"]
    assert told(city.leader, "请会签")
    assert told(city.department_head, "请会签")
    assert not told(city.approver, "请签发")


def test_approval_waits_until_the_last_unit_has_agreed(city, asked):
    decide(asked, "agree", by=city.leader, at=MONDAY, opinion="无意见。")
    assert waiting(asked) == ["市应急局 会签"]
    with pytest.raises(PermissionDenied):
        decide(asked, "agree", by=city.approver, at=MONDAY)
    decide(asked, "agree", by=city.department_head, at=MONDAY)
    assert waiting(asked) == ["市政府办 签发"]


def test_a_unit_speaks_once(city, asked):
    take_post(city.clerk, city.attentive, Role.APPROVER, by=None, at=MONDAY)
    decide(asked, "agree", by=city.leader, at=MONDAY)
    for person in (city.leader, city.clerk):
        with pytest.raises(PermissionDenied):
            decide(asked, "object", by=person, at=MONDAY, opinion="再想想。")
    assert asked.decisions.filter(unit=city.attentive).count() == 1


def test_an_objection_hinders_nobody_else_from_speaking_and_brings_the_text_back_in_the_end(city, asked):
    decide(asked, "object", by=city.leader, at=MONDAY, opinion="第二条与本局职责不符。")
    assert waiting(asked) == ["市应急局 会签"]
    decide(asked, "agree", by=city.department_head, at=MONDAY)
    assert not fresh(asked).workflow_in_progress
    assert waiting(asked) == []
    for person in (city.drafter, city.reviewer, city.department_head):
        assert told(person, "第二条与本局职责不符")
    with pytest.raises(ApprovalMissing):
        city.register(asked)


def test_an_objection_needs_its_reason(city, asked):
    with pytest.raises(PermissionDenied, match="理由"):
        decide(asked, "object", by=city.leader, at=MONDAY)
    assert not asked.decisions.filter(unit=city.attentive).exists()


def test_a_unit_that_was_not_asked_has_no_say_and_sees_nothing(city, asked):
    for person in (city.stranger, city.late_clerk, city.clerk, city.superuser):
        assert not Turn.objects.in_hand(person).exists()
        with pytest.raises(PermissionDenied):
            decide(asked, "agree", by=person, at=MONDAY)
        assert city.desk(person).get(reverse("circulars:decide", args=[asked.pk])).status_code == 404


def test_a_draft_without_units_to_ask_goes_from_review_to_approval(city):
    page = city.reviewed(city.submitted())
    assert waiting(page) == ["市政府办 签发"]


def test_a_unit_where_nobody_could_speak_is_named_before_the_draft_is_handed_over(city):
    page = city.draft(countersign_units=[city.county])
    with pytest.raises(NotReady, match=r"宝塔区.*没有人能会签"):
        submit(page, by=city.drafter, at=MONDAY)


def test_whom_to_ask_is_part_of_what_was_approved(city):
    page = city.approved(countersign_units=[city.attentive])
    page = city.change(page, countersign_units=[])
    assert approval_of(page) is None


# The principal leader, and joint papers


@pytest.mark.parametrize(
    "elements",
    [
        {"is_important": True},
        {
            "direction": Direction.UPWARD,
            "document_type": DocumentType.REQUEST,
            "title": "关于增加应急物资储备的请示",
            "signers": "张志远",
            "annotation": "联系人：王文静，电话：0911-1234567",
        },
    ],
)
def test_important_and_upward_papers_are_for_the_principal_leader(city, elements):
    if "direction" in elements:
        elements |= {"issuer": city.department, "by": city.department_drafter, "primary_units": [city.government]}
        take_post(city.department_reviewer, city.department, Role.APPROVER, by=None, at=MONDAY)
        plain, principal = city.department_reviewer, city.department_head
    else:
        plain, principal = city.approver, city.principal
    page = city.reviewed(city.submitted(**elements))
    assert not Turn.objects.in_hand(plain).exists()
    with pytest.raises(PermissionDenied):
        decide(page, "agree", by=plain, at=MONDAY)
    decide(page, "agree", by=principal, at=MONDAY)
    assert approval_of(fresh(page)).approved_by == principal


@pytest.fixture
def joint(city):
    return city.reviewed(
        city.submitted(
            co_issuers=[CoIssuer(unit=city.department)], signatures=f"{city.office.name}\n{city.department.name}"
        )
    )


def test_a_joint_paper_is_approved_when_every_body_has_signed(city, joint):
    assert waiting(joint) == ["市应急局 签发", "市政府办 签发"]
    decide(joint, "agree", by=city.approver, at=MONDAY)
    assert approval_of(fresh(joint)) is None
    with pytest.raises(ApprovalMissing):
        city.register(joint)
    decide(joint, "agree", by=city.department_head, at=LATER)
    approval = approval_of(fresh(joint))
    assert (approval.approved_by, approval.approved_at) == (city.approver, LATER)


def test_taking_back_half_a_joint_approval_leaves_none(city, joint):
    decide(joint, "agree", by=city.approver, at=MONDAY)
    withdraw(joint, by=city.drafter, at=MONDAY)
    assert approval_of(fresh(joint)) is None
    submit(fresh(joint), by=city.drafter, at=MONDAY)
    city.reviewed(joint)
    assert waiting(joint) == ["市应急局 签发", "市政府办 签发"]


# Back to an earlier step


def test_an_approver_sends_the_text_back_to_be_countersigned_anew_and_the_review_still_stands(city, asked):
    for person in (city.leader, city.department_head):
        decide(asked, "agree", by=person, at=MONDAY)
    decide(asked, "return", by=city.approver, at=MONDAY, opinion="请两局再核数字。", to_step="countersign")
    assert waiting(asked) == ["市公安局 会签", "市应急局 会签"]
    assert told(city.leader, "请两局再核数字")
    for person in (city.leader, city.department_head):
        decide(asked, "agree", by=person, at=MONDAY)
    assert waiting(asked) == ["市政府办 签发"]
    decide(asked, "agree", by=city.approver, at=MONDAY)
    assert approval_of(fresh(asked)) is not None


def test_back_to_the_review_voids_what_was_agreed_after_it(city, asked):
    for person in (city.leader, city.department_head):
        decide(asked, "agree", by=person, at=MONDAY)
    decide(asked, "return", by=city.approver, at=MONDAY, opinion="文字还要核。", to_step="review")
    assert waiting(asked) == ["市政府办 核稿"]
    city.reviewed(asked)
    assert waiting(asked) == ["市公安局 会签", "市应急局 会签"]


def test_one_sends_back_only_to_a_step_that_was_taken(city):
    page = city.reviewed(city.submitted())
    for step in ("countersign", "approve", "recheck"):
        with pytest.raises(PermissionDenied, match="已经办过"):
            decide(page, "return", by=city.approver, at=MONDAY, opinion="再议。", to_step=step)
    assert waiting(page) == ["市政府办 签发"]


@pytest.mark.parametrize(("to_step", "then"), [("", []), ("approve", ["市政府办 签发"]), ("review", ["市政府办 核稿"])])
def test_the_registrar_sends_back_what_the_recheck_finds_wanting(city, to_step, then):
    page = city.approved()
    send_back(page, by=city.registrar, at=MONDAY, reason="附件缺页。", to_step=to_step)
    assert waiting(page) == then
    assert fresh(page).workflow_in_progress is bool(then)
    assert told(city.approver, "附件缺页")
    with pytest.raises(ApprovalMissing):
        city.register(page)


def test_what_was_sent_back_for_approval_is_approved_again_and_registered(city):
    page = city.approved()
    send_back(page, by=city.registrar, at=MONDAY, reason="请确认签发日期。", to_step="approve")
    decide(page, "agree", by=city.approver, at=LATER)
    circular = city.register(page, at=LATER)
    assert circular.approved_at == LATER


def test_nobody_else_sends_back_and_not_after_registration(city):
    page = city.approved()
    for person in (city.drafter, city.stranger, city.sender, city.superuser):
        with pytest.raises(PermissionDenied):
            send_back(page, by=person, at=MONDAY, reason="不妥。")
    with pytest.raises(OutOfOrder, match="理由"):
        send_back(page, by=city.registrar, at=MONDAY, reason=" ")
    city.register(page)
    with pytest.raises(OutOfOrder):
        send_back(fresh(page), by=city.registrar, at=MONDAY, reason="迟了。")


def test_every_opinion_is_in_the_ledger_by_its_digest_and_never_in_words(city, asked):
    decide(asked, "agree", by=city.leader, at=MONDAY, opinion="只在审签记录里的话。")
    entry = Entry.objects.get(deed="draft.countersigned")
    assert entry.unit == city.attentive.pk
    assert set(entry.facts) == {"digest", "version", "decision", "opinion_digest"}
    assert not Entry.objects.filter(payload__contains="只在审签记录里的话").exists()


# On the desk


def test_a_leader_countersigns_on_the_desk_and_the_others_are_seen(city, asked):
    desk, path = city.desk(city.leader), reverse("circulars:decide", args=[asked.pk])
    page = desk.get(path).content.decode()
    assert "会签意见（市公安局）" in page
    assert "市应急局：等待意见" in page
    read = read_by(desk, path)
    refused = desk.post(path, {"action": "object", **read}).content.decode()
    assert "请写明不同意的理由" in refused
    answer = desk.post(path, {"action": "object", **read, "opinion": "请改第三条。"}, follow=True)
    assert "会签已写明不同意：" in answer.content.decode()
    assert "还要等市应急局会签。" in answer.content.decode()
    assert Decision.objects.get(unit=city.attentive).outcome == "objected"


def test_who_signs_a_joint_paper_is_told_that_it_is_signed_and_who_acts_next(city, joint):
    path = reverse("circulars:decide", args=[joint.pk])
    for signer, following in ((city.approver, "还要等市应急局签发。"), (city.department_head, "登记员复核登记")):
        desk = city.desk(signer)
        said = desk.post(path, {"action": "agree", **read_by(desk, path)}, follow=True).content.decode()
        assert "已签发：" in said
        assert following in said
        assert "已同意" not in said


def test_one_press_speaks_for_one_unit_however_often_it_arrives(city, asked):
    take_post(city.leader, city.department, Role.LEADER, by=None, at=MONDAY)
    desk, path = city.desk(city.leader), reverse("circulars:decide", args=[asked.pk])
    read = read_by(desk, path)
    for _ in range(2):
        desk.post(path, {"action": "agree", **read})
    assert [str(decision.unit) for decision in asked.decisions.filter(step="countersign")] == ["市公安局"]
    assert "已经办过" in desk.get(path).content.decode()
    desk.post(path, {"action": "agree", **read_by(desk, path)})
    assert waiting(asked) == ["市政府办 签发"]


def test_an_opinion_of_before_is_not_taken_for_one_asked_anew(city, asked):
    desk, path = city.desk(city.leader), reverse("circulars:decide", args=[asked.pk])
    read = read_by(desk, path)
    for person in (city.leader, city.department_head):
        decide(asked, "agree", by=person, at=MONDAY)
    decide(asked, "return", by=city.approver, at=MONDAY, opinion="请两局再核数字。", to_step="countersign")
    for untold in ({}, {"seat": ""}, {"seat": "9" * 40}):
        desk.post(path, {"action": "agree", **read, **untold})
    assert waiting(asked) == ["市公安局 会签", "市应急局 会签"]


def test_a_unit_asked_cannot_return_the_text_by_hand(city, asked):
    desk, path = city.desk(city.leader), reverse("circulars:decide", args=[asked.pk])
    desk.post(path, {"action": "return", **read_by(desk, path), "opinion": "退。", "to_step": "review"})
    assert waiting(asked) == ["市公安局 会签", "市应急局 会签"]


def test_a_refused_return_stays_open_with_what_was_typed(city):
    page = city.approved()
    path = reverse("circulars:recheck_return", args=[page.pk])
    answer = city.desk(city.registrar).post(path, {"reason": "缺" * 1001, "to_step": "review"}).content.decode()
    assert "理由不能超过 1000 个字" in answer
    assert '<details class="panel__part" id="return" open>' in answer
    assert "缺" * 1001 in answer
    assert '<option value="review" selected>' in answer
    assert approval_of(fresh(page)) is not None


def test_the_registrar_sends_back_on_the_desk(city):
    page = city.approved()
    desk = city.desk(city.registrar)
    assert "复核发现问题" in desk.get(reverse("circulars:register", args=[page.pk])).content.decode()
    path = reverse("circulars:recheck_return", args=[page.pk])
    assert "退回必须写明理由" in desk.post(path, {"reason": " "}).content.decode()
    assert approval_of(fresh(page)) is not None
    assert desk.get(path).url == reverse("circulars:register", args=[page.pk])
    assert city.desk(city.stranger).post(path, {"reason": "不妥。"}).status_code == 404
    assert "已退回" in desk.post(path, {"reason": "附件缺页。"}, follow=True).content.decode()
    assert approval_of(fresh(page)) is None
    assert "现在没有有效的签发" in desk.post(path, {"reason": "附件缺页。"}, follow=True).content.decode()
