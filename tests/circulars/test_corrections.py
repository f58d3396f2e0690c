"""文字校正 at registration: slips are mended and the approval stands; whatever is more goes back to the review."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.comparison import Change, compare, text_of
from circulars.corrections import NotTypographic, correct, distance, refusal
from circulars.forms import RecheckReturnForm
from circulars.moderation import NotReady, decide, send_back, void_if_changed
from circulars.pages import CircularPage
from circulars.registration import ApprovalMissing, register
from circulars.steps import earlier_steps
from circulars.turns import Step, Turn, passed_steps
from circulars.versions import Version, approval_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.rulebook import YANAN
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.growth import FAIR, growth

BODY = "现将国庆假期值班工作有关事项通知如下：\n一、严格落实值班制渡，10月1日起每日2人。\n二、不得脱岗，经费三万元。"
MENDED = BODY.replace("制渡", "制度")


@pytest.fixture(scope="module")
def standing_approved(beforehand):
    return beforehand("approved", body=BODY, annotation="联系人：王文静，电话：0911-2123456")


@pytest.fixture
def approved(standing_approved, city):
    return CircularPage.objects.get(pk=standing_approved)


@pytest.fixture
def mend(city, approved):
    """The registrar corrects the approved draft; what is not named stays."""

    def act(by=None, reason="“制渡”改为“制度”", at=MONDAY, **changes):
        return correct(
            approved, by=by or city.registrar, reason=reason, at=at, **{"title": approved.title, "body": BODY} | changes
        )

    return act


def test_a_mended_slip_is_a_version_of_its_own_and_the_approval_stands(city, approved, mend):
    original = approval_of(approved)
    version = mend(body=MENDED)
    page = CircularPage.objects.get(pk=approved.pk)
    assert approval_of(page) == version
    assert (version.number, version.corrects, version.by) == (2, original, city.registrar)
    assert (version.approved_by, version.approved_at) == (original.approved_by, original.approved_at)
    assert version.correction_reason == "“制渡”改为“制度”"
    assert version.digest != original.digest
    assert Version.objects.get(pk=original.pk).content == original.content
    assert page.body == MENDED
    body = compare(original.snapshot, version.snapshot).body
    assert text_of(body.lines, Change.INSERTED) == MENDED


def test_what_is_registered_is_the_mended_text(city, approved, mend):
    version = mend(body=MENDED)
    circular = register(approved, digest=version.digest, by=city.registrar, at=MONDAY)
    assert (circular.snapshot["body"], circular.digest) == (MENDED, version.digest)
    assert circular.approver == city.approver
    with pytest.raises(OutOfOrder, match="已登记为"):
        mend(body=BODY)


def test_a_correction_is_on_record_with_both_digests_and_no_word_of_the_text(approved, mend):
    original = approval_of(approved)
    version = mend(body=MENDED)
    entry = Entry.objects.get(deed="text.corrected")
    assert (entry.facts["digest"], entry.facts["approved_digest"]) == (version.digest, original.digest)
    assert (entry.facts["version"], entry.facts["approved_version"]) == (2, 1)
    assert "制" not in str(entry.facts)


def test_everybody_on_the_path_is_told_once_with_the_way_to_the_marked_copy(city, approved, mend):
    version = mend(body=MENDED)
    told = Message.objects.filter(key=f"corrected:{version.pk}")
    assert {message.person for message in told} == {city.drafter, city.reviewer, city.approver}
    assert {message.link for message in told} == {f"/drafts/{approved.pk}/marked/?old=1&new=2"}


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("10月1日", "10月7日", "数字、日期、金额"),
        ("每日2人", "每日２人", "数字、日期、金额"),
        ("1日起", "1时起", "数字、日期、金额"),
        ("三万元", "三亿元", "数字、日期、金额"),
        ("三万元", "三元", "数字、日期、金额"),
        ("二、不得", "三、不得", "数字、日期、金额"),
        ("不得脱岗", "得脱岗", "改变意思"),
        ("严格落实", "未落实", "改变意思"),
        ("\n二、", "二、", "段落"),
        ("国庆假期值班工作有关事项通知如下", "各单位节日期间应急值守安排告知于后", "超过 10 个字"),
    ],
)
def test_what_is_more_than_a_slip_goes_back_to_the_review(approved, mend, old, new, sentence):
    with pytest.raises(NotTypographic, match=sentence):
        mend(body=BODY.replace(old, new))
    assert approved.versions.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "关于做好国庆假期值班工作的通知。"},
        {"annotation": "联系人：王文净，电话：0911-2123456"},
        {"body": BODY[:-1] + "！"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_title_text_and_annotation_may_be_mended(approved, changes):
    snapshot = approval_of(approved).snapshot
    assert not refusal(snapshot, snapshot | changes, YANAN.correction_characters)


def test_a_telephone_number_in_the_annotation_is_no_slip(mend):
    with pytest.raises(NotTypographic, match="附注里的数字"):
        mend(annotation="联系人：王文静，电话：0911-2123457")


def test_corrections_do_not_add_up_to_another_text(approved, mend):
    first = BODY.replace("严格落实值班", "认真执行轮值")
    mend(body=first)
    with pytest.raises(NotTypographic, match="合并计算"):
        mend(body=first.replace("国庆假期", "节日期间").replace("脱岗", "离开"))
    back = mend(body=MENDED)
    assert (back.number, back.corrects.number) == (3, 1)


@pytest.mark.parametrize(
    "old, new, steps",
    [
        ("", "", 0),
        ("值班", "值班", 0),
        ("值班", "值日班", 1),
        ("值班", "日值", 2),
        ("甲乙丙", "", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_changed_characters_are_counted_by_the_fewest_strokes(old, new, steps):
    assert distance(old, new, 11) == distance(new, old, 11) == steps


@pytest.mark.parametrize("piece", [".", "-", "1.", "一", "一、", "①", "年"])
def test_numbers_are_sought_in_time_that_grows_with_the_text(piece):
    def compared(text: str) -> None:
        snapshot = {"title": "", "body": text, "annotation": ""}
        assert not refusal(snapshot, snapshot, 10)

    assert growth(compared, lambda length: piece * length + "甲") < FAIR


def test_counting_stops_at_the_limit():
    assert distance("甲" * 100_000, "乙" * 100_000, 11) == 11


@pytest.mark.parametrize(
    "who", ["drafter", "approver", "sender", "stranger", "department_reviewer", "superuser", "nobody"]
)
def test_nobody_but_the_units_registrar_corrects(city, approved, mend, who):
    with pytest.raises(PermissionDenied, match="复核登记职责"):
        mend(by=getattr(city, who), body=MENDED)
    assert approved.versions.count() == 1


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({}, "没有改动"),
        ({"body": MENDED, "reason": " "}, "写明校正了什么"),
        ({"body": MENDED, "digest": "0" * 64}, "打开之后校正过"),
    ],
)
def test_a_correction_needs_a_change_a_reason_and_the_text_that_was_read(approved, mend, changes, sentence):
    with pytest.raises(OutOfOrder, match=sentence):
        mend(**changes)
    assert approved.versions.count() == 1


def test_a_mended_text_must_pass_the_checks(approved, mend):
    with pytest.raises(NotReady):
        mend(title="关于做好国庆假期值班工作的")
    assert approved.versions.count() == 1


def test_what_was_changed_after_approval_is_not_corrected(city, approved, mend):
    city.change(approved, body="改过的正文。")
    with pytest.raises(ApprovalMissing):
        mend(body=MENDED)


def test_when_the_corrected_text_is_changed_or_sent_back_no_approval_is_left(city, approved, mend):
    mend(body=MENDED)
    send_back(approved, by=city.registrar, at=NEW_YEARS_EVE, reason="附件不对。")
    assert not approved.versions.approved().exists()


def test_a_corrected_text_goes_back_to_a_step_that_was_passed_before_the_correction(city, approved, mend):
    version = mend(body=MENDED)
    assert passed_steps(version) == [Step.REVIEW, Step.APPROVE]
    assert [value for value, _ in RecheckReturnForm(version).fields["to_step"].choices] == ["", "review", "approve"]
    with pytest.raises(OutOfOrder, match="已经办过的环节"):
        send_back(approved, by=city.registrar, at=MONDAY, reason="附件不对。", to_step=Step.COUNTERSIGN)
    send_back(approved, by=city.registrar, at=MONDAY, reason="请再看附件。", to_step=Step.APPROVE)
    turn = Turn.objects.open().get(page=approved)
    assert (turn.version, turn.step) == (version, Step.APPROVE)
    assert earlier_steps(turn) == [Step.REVIEW]
    assert not Version.objects.filter(page=approved).approved().exists()
    decide(approved, "agree", by=city.approver, at=MONDAY)
    assert approval_of(CircularPage.objects.get(pk=approved.pk)) == version


def test_who_reviewed_the_text_does_not_approve_it_when_its_slips_are_mended(city, approved, mend):
    take_post(city.reviewer, city.office, Role.APPROVER, by=None, at=MONDAY)
    mend(body=MENDED)
    send_back(approved, by=city.registrar, at=MONDAY, reason="请再看附件。", to_step=Step.APPROVE)
    reviewer = User.objects.get(pk=city.reviewer.pk)
    assert not Turn.objects.in_hand(reviewer).exists()
    with pytest.raises(PermissionDenied, match="另一环节由您办理"):
        decide(approved, "agree", by=reviewer, at=MONDAY)
    assert Turn.objects.in_hand(city.approver).exists()


def test_the_drafters_change_voids_the_approval_of_both_texts(city, approved, mend):
    mend(body=MENDED)
    page = city.change(approved, body="改过的正文。")
    assert void_if_changed(page, by=city.drafter, at=MONDAY)
    assert not page.versions.approved().exists()
