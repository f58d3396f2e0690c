"""回执表: what a sender asks for is fixed with the text, each unit answers for itself and in time, every version stays (Article 19; regulation art. 24(7))."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from circulars.answers.building import ask_for_answers
from circulars.answers.filling import answer_form
from circulars.answers.pressing import press
from circulars.answers.records import AnswerCell, AnswerVersion, UnitAnswer
from circulars.answers.relief import let_answer_late
from circulars.answers.reminding import sweep_answers
from circulars.answers.standing import owed_by
from circulars.answers.table import answer_table
from circulars.answers.values import GivenFile
from circulars.demands.drafting import DraftDemand, DraftField
from circulars.demands.fixed import ReplyDemand, ReplyField
from circulars.pages import CircularPage, Reference
from circulars.purging import block
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.secrecygate import MarkFound
from circulars.snapshots import digest_of, snapshot_of
from circulars.versions import approval_of
from cms.attachments import keep
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.answers import FIELDS, LAST_DAY, asked, filled_in, sent_with_form
from tests.cast import MONDAY
from tests.offices import beijing

BEFORE_THE_LIMIT = beijing("2026-09-30 23:59")
AFTER_THE_LIMIT = beijing("2026-10-01 00:00")


@pytest.fixture(scope="module")
def standing_form(standing_city, django_db_blocker):
    return asked(standing_city, django_db_blocker)


@pytest.fixture
def circular(standing_form, city):
    """A circular of the office that went out with a form and for which the attentive unit has signed."""
    return Circular.objects.get(pk=standing_form)


@pytest.fixture
def delivery(circular, city):
    return city.delivery(circular)


# What is asked for


def test_a_draft_that_asks_for_nothing_has_the_digest_it_always_had(city):
    assert "reply" not in snapshot_of(city.draft())


def test_what_is_asked_for_is_part_of_the_text_that_is_approved_and_registered(city, circular):
    said = circular.snapshot["reply"]
    assert said["due_on"] == "2026-09-30"
    assert [row["label"] for row in said["fields"]] == [field["label"] for field in FIELDS]
    demand = ReplyDemand.objects.get(pk=circular.pk)
    assert demand.due_at == AFTER_THE_LIMIT
    assert demand.last_day == LAST_DAY
    facts = Entry.objects.get(deed="circular.registered", circular=circular.uuid).facts
    assert (facts["reply_form"], facts["reply_due_on"]) == (demand.digest, "2026-09-30")
    assert [field.said for field in demand.fields.all()] == said["fields"]


def test_changing_the_form_voids_an_approval(city):
    page = city.approved()
    form = {"required": True, "due_on": LAST_DAY, "fields": [DraftField(kind="text", label="意见")]}
    assert ask_for_answers(page, **form, by=city.drafter, at=MONDAY)
    assert approval_of(CircularPage.objects.get(pk=page.pk)) is None


def test_a_form_is_built_by_the_drafter_while_the_draft_is_in_hand(city):
    page, nothing = city.draft(), {"due_on": None, "fields": [], "at": MONDAY}
    with pytest.raises(PermissionDenied):
        ask_for_answers(page, required=True, by=city.department_drafter, **nothing)
    ask_for_answers(page, required=True, by=city.drafter, **nothing)
    assert snapshot_of(page)["reply"] == {"due_on": None, "fields": []}
    ask_for_answers(page, required=False, by=city.drafter, **nothing)
    assert not DraftDemand.objects.filter(pk=page.pk).exists()
    with pytest.raises(OutOfOrder, match="正在审签"):
        ask_for_answers(city.submitted(), required=True, by=city.drafter, **nothing)
    with pytest.raises(OutOfOrder, match="已登记为"):
        ask_for_answers(city.registered().page, required=True, by=city.drafter, **nothing)


@pytest.mark.parametrize(
    "field",
    [
        {"kind": "choice", "label": "是否参加", "options": "参加"},
        {"kind": "choice", "label": "是否参加", "options": "参加\n参加"},
        {"kind": "table", "label": "需求", "options": "\n".join(f"第{n}列" for n in range(9))},
        {"kind": "text", "label": "意见", "options": "甲\n乙"},
        {"kind": "text", "label": ""},
        {"kind": "text", "label": "长" * 61},
        {"kind": "sum", "label": "合计"},
    ],
)
def test_a_form_that_nobody_could_fill_in_is_refused(city, field):
    page, fields = city.draft(), [DraftField(**field)]
    with pytest.raises(ValidationError):
        ask_for_answers(page, required=True, due_on=None, fields=fields, by=city.drafter, at=MONDAY)
    assert not DraftDemand.objects.filter(pk=page.pk).exists()


def test_too_many_fields_two_of_one_name_and_a_day_that_is_over_are_refused(city):
    page, by = city.draft(), {"by": city.drafter, "at": MONDAY}
    many = [DraftField(kind="text", label=f"第{n}项") for n in range(21)]
    grids = [DraftField(kind="names", label=f"名单{n}") for n in range(4)]
    alike = [DraftField(kind="text", label="意见") for _ in range(2)]
    for fields in (many, grids, alike):
        with pytest.raises(ValidationError):
            ask_for_answers(page, required=True, due_on=None, fields=fields, **by)
    with pytest.raises(ValidationError, match="已经过了"):
        ask_for_answers(page, required=True, due_on=date(2026, 9, 27), fields=[], **by)
    with pytest.raises(ValidationError, match="请勾选"):
        ask_for_answers(page, required=False, due_on=LAST_DAY, fields=[], **by)


def test_what_was_asked_and_answered_takes_insert_only(city, circular, delivery):
    answer_form(delivery, filled_in(circular), hand_in=True, by=city.clerk, at=MONDAY)
    changes = (
        lambda: ReplyDemand.objects.filter(pk=circular.pk).update(due_at=None),
        lambda: ReplyField.objects.filter(demand=circular.pk).update(is_required=False),
        lambda: AnswerVersion.objects.update(number=9),
        lambda: AnswerCell.objects.update(row=9),
        lambda: AnswerCell.objects.all()._raw_delete("default"),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# Filling it in


def test_a_clerk_puts_it_away_and_hands_it_in_and_the_sender_is_told(city, circular, delivery):
    given = filled_in(circular)
    assert answer_form(delivery, {}, hand_in=False, by=city.clerk, at=MONDAY).number == 1
    answer = UnitAnswer.objects.get(delivery=delivery)
    assert answer.counted is None
    version = answer_form(delivery, given, hand_in=True, by=city.clerk, at=MONDAY)
    answer.refresh_from_db()
    assert (answer.handed_in, answer.handed_in_at, answer.counted) == (2, MONDAY, version)
    row = answer_table(circular, circular.demand, MONDAY).rows[0]
    assert row.standing.delivery == delivery
    shown = [row.value(field) for field in circular.demand.fields.all()]
    assert shown[:5] == ["参加", ["市区", "县城"], [["孙早", "科员", "0911-2110000"]], "没有意见", Decimal("12.5")]
    assert shown[5] == [["帐篷", "3"], ["水泵", "1"]]
    entry = Entry.objects.get(deed="answer.handed_in")
    assert (entry.person, entry.unit, entry.facts) == (
        city.clerk,
        city.attentive.pk,
        {"version": 2, "digest": version.digest},
    )
    told = Message.objects.get(person=city.sender, key__startswith="answer:")
    assert told.text == f"市公安局上报了 {circular.number} 的回执表。"
    assert not owed_by([city.attentive.pk])


def test_the_same_answers_twice_are_one_version(city, circular, delivery):
    given = filled_in(circular)
    assert answer_form(delivery, given, hand_in=False, by=city.clerk, at=MONDAY)
    assert answer_form(delivery, given, hand_in=False, by=city.clerk, at=MONDAY) is None
    assert answer_form(delivery, given, hand_in=True, by=city.clerk, at=MONDAY)
    assert answer_form(delivery, given, hand_in=True, by=city.second_clerk, at=MONDAY) is None
    assert Entry.objects.filter(deed="answer.handed_in").count() == 1


def test_it_may_be_changed_until_the_limit_and_every_version_stays(city, circular, delivery):
    given = filled_in(circular)
    number = next(field.pk for field in circular.demand.fields.all() if field.kind == "number")
    answer_form(delivery, given, hand_in=True, by=city.clerk, at=MONDAY)
    answer_form(delivery, given | {number: Decimal(7)}, hand_in=False, by=city.clerk, at=MONDAY)
    assert answer_table(circular, circular.demand, MONDAY).rows[0].values[number] == Decimal("12.5")
    answer_form(delivery, given | {number: Decimal(7)}, hand_in=True, by=city.clerk, at=BEFORE_THE_LIMIT)
    assert answer_table(circular, circular.demand, MONDAY).rows[0].values[number] == Decimal(7)
    assert list(AnswerCell.objects.filter(field=number).order_by("pk").values_list("number", flat=True)) == [
        Decimal("12.5"),
        Decimal(7),
        Decimal(7),
    ]
    with pytest.raises(OutOfOrder, match="期限已过"):
        answer_form(delivery, given, hand_in=True, by=city.clerk, at=AFTER_THE_LIMIT)


def test_after_the_limit_only_the_senders_leave_opens_it_again(city, circular, delivery):
    given, until = filled_in(circular), date(2026, 10, 9)
    with pytest.raises(OutOfOrder, match="还没有到"):
        let_answer_late(delivery, until, by=city.sender, at=BEFORE_THE_LIMIT)
    with pytest.raises(PermissionDenied):
        let_answer_late(delivery, until, by=city.clerk, at=AFTER_THE_LIMIT)
    with pytest.raises(ValidationError):
        let_answer_late(delivery, LAST_DAY, by=city.sender, at=AFTER_THE_LIMIT)
    for _ in range(2):
        let_answer_late(delivery, until, by=city.sender, at=AFTER_THE_LIMIT)
    assert Entry.objects.filter(deed="answer.let_late").count() == 1
    assert Message.objects.filter(person=city.clerk, text__contains="准予补填").count() == 1
    answer_form(delivery, given, hand_in=True, by=city.clerk, at=beijing("2026-10-09 23:59"))
    assert answer_table(circular, circular.demand, AFTER_THE_LIMIT).rows[0].standing.label == "逾期答复"
    with pytest.raises(OutOfOrder):
        answer_form(delivery, {}, hand_in=False, by=city.clerk, at=beijing("2026-10-10 00:00"))


def test_what_must_be_filled_in_is_asked_for_when_it_is_handed_in(city, circular, delivery):
    with pytest.raises(ValidationError) as refused:
        answer_form(delivery, {}, hand_in=True, by=city.clerk, at=MONDAY)
    assert "“是否参加”还没有填写。" in refused.value.messages
    assert not AnswerVersion.objects.exists()


@pytest.mark.parametrize(
    "kind, value",
    [
        ("choice", "也许"),
        ("choices", ["市区", "火星"]),
        ("names", [["", "科员", ""]]),
        ("names", [["孙早", "科员", "打不通"]]),
        ("names", [[f"第{n}人", "", ""] for n in range(31)]),
        ("text", "长" * 301),
        ("number", Decimal(10) ** 12),
        ("number", Decimal("0.00001")),
        ("number", Decimal("NaN")),
        ("table", [["长" * 101, "1"]]),
        ("table", [["一格"]]),
    ],
)
def test_what_does_not_belong_into_a_field_is_refused(city, circular, delivery, kind, value):
    field = circular.demand.fields.get(kind=kind)
    with pytest.raises(ValidationError) as refused:
        answer_form(delivery, {field.pk: value}, hand_in=False, by=city.clerk, at=MONDAY)
    assert list(refused.value.message_dict) == [str(field.pk)]


def test_only_the_clerk_of_the_unit_that_was_addressed_and_signed_answers(city, circular, delivery):
    given = filled_in(circular)
    for stranger in (city.late_clerk, city.sender, city.leader, city.stranger):
        with pytest.raises(PermissionDenied):
            answer_form(delivery, given, hand_in=True, by=stranger, at=MONDAY)
    with pytest.raises(OutOfOrder, match="请先签收"):
        answer_form(city.delivery(circular, city.late), given, hand_in=True, by=city.late_clerk, at=MONDAY)


def test_a_mark_of_secrecy_is_refused_wherever_it_stands(city, circular, delivery):
    by_kind = {field.kind: field.pk for field in circular.demand.fields.all()}
    file = keep("表.csv", SimpleUploadedFile("表.csv", b"a,b\n"))
    for given in (
        {by_kind["text"]: "机密★3年"},
        {by_kind["table"]: [["机密★3年", "1"]]},
        {by_kind["file"]: GivenFile(file, "机密★3年.csv")},
    ):
        with pytest.raises(MarkFound):
            answer_form(delivery, given, hand_in=False, by=city.clerk, at=MONDAY)
    assert not AnswerVersion.objects.exists()


def test_what_was_recalled_annulled_or_blocked_takes_no_answer_and_is_owed_by_nobody(city, circular, delivery):
    def refused(why, units, to=delivery):
        with pytest.raises(OutOfOrder, match=why):
            answer_form(to, filled_in(to.circular), hand_in=True, by=city.clerk, at=MONDAY)
        assert not owed_by(units)

    units = [city.attentive.pk, city.late.pk]
    assert owed_by(units).count() == 2
    annulling = Reference(relation="annuls", title=circular.title, number=circular.number, circular=circular)
    standing = transaction.savepoint()
    city.sent(title="关于作废值班通知的通知", references=[annulling])
    refused("已作废", units)
    transaction.savepoint_rollback(standing)
    block(circular.page, reason="待核实", by=city.secretary, at=MONDAY)
    refused("已封存", units)
    another = sent_with_form(city, sign=False)
    recall(another, reason="发错了单位", by=city.sender, at=MONDAY)
    refused("已撤回", units, to=city.delivery(another))


# The missing


def test_units_are_reminded_before_and_after_the_limit_once_each(city, circular, delivery):
    def told(person, word):
        return Message.objects.filter(person=person, key=f"answer:{delivery.pk}:{word}").count()

    sweep_answers(MONDAY)
    assert told(city.clerk, "warn") == 0
    for at in (BEFORE_THE_LIMIT, BEFORE_THE_LIMIT, AFTER_THE_LIMIT, AFTER_THE_LIMIT + timedelta(days=1)):
        sweep_answers(at)
    assert (told(city.clerk, "warn"), told(city.clerk, "late"), told(city.leader, "late")) == (1, 1, 1)
    late = Message.objects.filter(person=city.sender, key__startswith="answers-late:")
    assert [message.text for message in late] == [f"{circular.number} 已过答复期限，还没有答复的：市公安局、市住建局。"]


def test_the_sweep_leaves_those_alone_who_have_answered(city, circular, delivery):
    answer_form(delivery, filled_in(circular), hand_in=True, by=city.clerk, at=MONDAY)
    sweep_answers(BEFORE_THE_LIMIT)
    sweep_answers(AFTER_THE_LIMIT)
    assert not Message.objects.filter(person=city.clerk, key__startswith=f"answer:{delivery.pk}:").exists()


def test_the_sender_presses_the_missing_once_a_day(city, circular, delivery):
    answer_form(delivery, filled_in(circular), hand_in=True, by=city.clerk, at=MONDAY)
    units = [city.attentive.pk, city.late.pk, city.elsewhere.pk]
    with pytest.raises(PermissionDenied):
        press(circular, units, by=city.drafter, at=MONDAY)
    assert press(circular, units, by=city.sender, at=MONDAY) == 1
    with pytest.raises(OutOfOrder, match="今天已经催过"):
        press(circular, units, by=city.sender, at=MONDAY + timedelta(hours=3))
    assert press(circular, units, by=city.sender, at=MONDAY + timedelta(days=1)) == 1
    assert Entry.objects.filter(deed="answers.pressed").count() == 2
    assert Message.objects.filter(person=city.late_clerk, text__contains="催报").count() == 2


def test_the_digest_of_the_text_covers_the_form(city):
    page = city.draft()
    before = digest_of(snapshot_of(page))
    ask_for_answers(
        page, required=True, due_on=None, fields=[DraftField(kind="text", label="意见")], by=city.drafter, at=MONDAY
    )
    assert digest_of(snapshot_of(page)) != before
