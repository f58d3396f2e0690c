"""纸质件: a copy on paper is handed over once, to somebody, at a time that can be true (Articles 2 and 13)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from circulars.papercopies import PaperCopy
from circulars.registration import register
from circulars.snapshots import digest_of, snapshot_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY
from tests.offices import beijing

AT_TEN = beijing("2026-09-28 10:00")
AT_ELEVEN = beijing("2026-09-28 11:00")
TUESDAY_EVENING = beijing("2026-09-29 18:01")


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


@pytest.fixture
def copy(circular):
    return PaperCopy.objects.get(delivery__circular=circular)


@pytest.fixture
def handed_over(copy, city):
    copy.deliver(AT_TEN, "钱门卫", by=city.sender, at=AT_ELEVEN)
    return copy


def entered(desk, copy, **changes):
    form = {"delivered_at": "2026-09-28 10:00", "taken_by": "钱门卫"} | changes
    return desk.post(url("hand_over", copy.pk), form, follow=True)


# The hand-over


def test_a_hand_over_says_when_to_whom_and_by_whom(city, copy):
    copy.deliver(AT_TEN, " 钱门卫 ", by=city.registrar, at=AT_ELEVEN)
    kept = PaperCopy.objects.get(pk=copy.pk)
    assert (kept.delivered_at, kept.taken_by) == (AT_TEN, "钱门卫")
    assert (kept.recorded_by, kept.recorded_at) == (city.registrar, AT_ELEVEN)
    entry = Entry.objects.get(deed="paper.delivered")
    assert (entry.person, entry.circular, entry.unit) == (city.registrar, copy.delivery.circular.uuid, city.paper.pk)
    assert entry.facts == {"delivered_at": "2026-09-28T10:00:00.000000+08:00", "taken_by": "钱门卫"}


def test_it_is_entered_once_even_from_a_page_that_was_open_before(city, copy):
    also_open = PaperCopy.objects.get(pk=copy.pk)
    copy.deliver(AT_TEN, "钱门卫", by=city.sender, at=AT_ELEVEN)
    for mine in (also_open, copy):
        with pytest.raises(OutOfOrder, match="已由陈立新登记：9月28日 10:00送达，接收人钱门卫"):
            mine.deliver(AT_ELEVEN, "孙门卫", by=city.registrar, at=AT_ELEVEN)
    assert Entry.objects.filter(deed="paper.delivered").count() == 1


@pytest.mark.parametrize(
    "delivered_at, taken_by, field",
    [
        (beijing("2026-09-28 08:59"), "钱门卫", "delivered_at"),
        (beijing("2026-09-28 11:01"), "钱门卫", "delivered_at"),
        (AT_TEN, "  ", "taken_by"),
        (AT_TEN, "长" * 41, "taken_by"),
    ],
)
def test_what_cannot_be_true_is_refused_at_its_field(city, copy, delivered_at, taken_by, field):
    with pytest.raises(ValidationError) as refused:
        copy.deliver(delivered_at, taken_by, by=city.sender, at=AT_ELEVEN)
    assert list(refused.value.message_dict) == [field]
    assert not PaperCopy.objects.handed_over().exists()


def test_the_minute_of_sending_is_not_too_early(city):
    circular = city.sent(at=beijing("2026-09-28 09:00").replace(second=40))
    copy = PaperCopy.objects.get(delivery__circular=circular)
    copy.deliver(MONDAY, "钱门卫", by=city.sender, at=AT_ELEVEN)
    assert copy.delivered_at == MONDAY


@pytest.mark.parametrize(
    "who", ["stranger", "drafter", "approver", "secretary", "clerk", "department_reviewer", "superuser", "nobody"]
)
def test_nobody_enters_it_who_neither_registers_nor_sends_there(city, copy, who):
    with pytest.raises(PermissionDenied):
        copy.deliver(AT_TEN, "钱门卫", by=getattr(city, who), at=AT_ELEVEN)


def test_the_database_keeps_a_hand_over_from_being_half_entered(copy):
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperCopy.objects.filter(pk=copy.pk).update(delivered_at=AT_TEN)


# Correction


def test_a_wrong_entry_is_corrected_and_the_first_stays_in_the_ledger(city, handed_over):
    handed_over.correct(AT_ELEVEN, "孙门卫", reason="写错了人", by=city.registrar, at=AT_ELEVEN)
    kept = PaperCopy.objects.get(pk=handed_over.pk)
    assert (kept.delivered_at, kept.taken_by, kept.recorded_by) == (AT_ELEVEN, "孙门卫", city.registrar)
    first, second = Entry.objects.filter(deed__startswith="paper.").order_by("pk")
    assert (first.facts["taken_by"], second.facts["taken_by"]) == ("钱门卫", "孙门卫")
    assert (first.person, second.facts["reason"]) == (city.sender, "写错了人")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_correction_says_why(city, handed_over, reason):
    with pytest.raises(ValidationError, match="更正原因"):
        handed_over.correct(AT_ELEVEN, "孙门卫", reason=reason, by=city.sender, at=AT_ELEVEN)


def test_a_correction_of_nothing_or_to_the_same_is_none(city, copy):
    with pytest.raises(OutOfOrder, match="还没有登记"):
        copy.correct(AT_TEN, "钱门卫", reason="写错了人", by=city.sender, at=AT_ELEVEN)
    copy.deliver(AT_TEN, "钱门卫", by=city.sender, at=AT_ELEVEN)
    with pytest.raises(OutOfOrder, match="没有改动"):
        copy.correct(AT_TEN, "钱门卫", reason="写错了人", by=city.sender, at=AT_ELEVEN)
    assert Entry.objects.filter(deed="paper.corrected").count() == 0


def test_of_two_corrections_at_once_the_second_is_told(city, handed_over):
    also_open = PaperCopy.objects.get(pk=handed_over.pk)
    handed_over.correct(AT_ELEVEN, "孙门卫", reason="写错了人", by=city.sender, at=AT_ELEVEN)
    with pytest.raises(OutOfOrder, match="接收人孙门卫"):
        also_open.correct(AT_TEN, "李门卫", reason="写错了人", by=city.registrar, at=AT_ELEVEN)


# On the desk


def test_what_is_owed_stands_first_to_be_due_and_is_late_after_its_time(city, copy, week):
    urgent = city.sent(urgency="urgent")
    page = city.desk(city.sender).get(url("paper"))
    assert [row.delivery.circular for row in page.context["page_obj"]] == [urgent, copy.delivery.circular]
    assert page.context["counts"] == {"owed": 2, "late": 0}
    week.move_to(TUESDAY_EVENING, tick=False)
    page = city.desk(city.sender).get(url("paper"), {"show": "late"})
    assert page.context["counts"] == {"owed": 2, "late": 2}
    assert "已超时" in body(page)


def test_the_rail_counts_paper_apart_from_what_is_to_be_sent(city, copy, week):
    week.move_to(TUESDAY_EVENING, tick=False)
    items = {
        item.label: item
        for group in city.desk(city.sender).get(url("paper")).context["rail_groups"]
        for item in group.items
    }
    assert (items["纸质件"].count, items["纸质件"].tone) == (1, "late")
    assert items["登记与发送"].count is None


def test_a_hand_over_is_entered_on_the_desk_and_leaves_the_list(city, copy, week):
    week.move_to(AT_ELEVEN, tick=False)
    desk = city.desk(city.sender)
    assert url("hand_over", copy.pk) in body(desk.get(url("paper")))
    answer = entered(desk, copy)
    assert "已登记：延政办发〔2026〕23号 送达储备粮公司" in body(answer)
    assert not answer.context["page_obj"].object_list
    delivered = desk.get(url("paper"), {"show": "delivered"})
    assert [row.taken_by for row in delivered.context["page_obj"]] == ["钱门卫"]


def test_entering_twice_enters_once_and_offers_the_correction(city, copy, week):
    week.move_to(AT_ELEVEN, tick=False)
    desk = city.desk(city.sender)
    entered(desk, copy)
    answer = entered(desk, copy, taken_by="孙门卫")
    assert "已经登记送达" in body(answer)
    assert PaperCopy.objects.get(pk=copy.pk).taken_by == "钱门卫"
    answer = entered(desk, copy, taken_by="孙门卫", reason="写错了人")
    assert "已更正" in body(answer)
    assert PaperCopy.objects.get(pk=copy.pk).taken_by == "孙门卫"
    assert Entry.objects.filter(deed="paper.delivered").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"delivered_at": ""}, {"delivered_at": "昨天"}, {"delivered_at": "2026-09-28 11:01"}, {"taken_by": ""}],
    ids=str,
)
def test_a_form_not_filled_in_right_enters_nothing(city, copy, week, wrong):
    week.move_to(AT_ELEVEN, tick=False)
    answer = entered(city.desk(city.sender), copy, **wrong)
    assert list(answer.context["form"].errors) == list(wrong)
    assert not PaperCopy.objects.handed_over().exists()


def test_looking_enters_nothing_and_nobody_else_finds_the_page(city, copy, week):
    week.move_to(AT_ELEVEN, tick=False)
    city.desk(city.sender).get(url("hand_over", copy.pk), {"delivered_at": "2026-09-28 10:00", "taken_by": "钱门卫"})
    for who in ("stranger", "drafter", "clerk", "department_reviewer", "secretary", "superuser", "nobody"):
        assert entered(city.desk(getattr(city, who)), copy).status_code == 404
    assert not PaperCopy.objects.handed_over().exists()


def test_the_secretariat_sees_all_paper_and_enters_none(city, copy):
    from_department = city.sent(
        issuer=city.department, by=city.department_drafter, direction="parallel", primary_units=[city.paper]
    )
    page = city.desk(city.secretary).get(url("paper"))
    assert page.context["counts"]["owed"] == 2
    assert url("hand_over", copy.pk) not in body(page)
    theirs = city.desk(city.department_reviewer).get(url("paper")).context["page_obj"]
    assert [row.delivery.circular for row in theirs] == [from_department]


def test_the_couriers_sheet_lists_number_title_copies_and_room_to_sign(city, copy):
    page = city.approved(title="关于节前安全检查的通知")
    digest = digest_of(snapshot_of(page.get_latest_revision_as_object()))
    second = register(page, digest=digest, originals=3, by=city.registrar, at=MONDAY)
    city.dispatch(second)
    page = city.desk(city.registrar).get(url("paper_sheet"))
    [(unit, copies)] = page.context["units"]
    assert unit == city.paper
    assert {(row.delivery.circular.number, row.delivery.circular.originals) for row in copies} == {
        ("延政办发〔2026〕23号", 1),
        (second.number, 3),
    }
    for said in ("送文登记单", "关于节前安全检查的通知", "签收人", "签收时间"):
        assert said in body(page)
    for unit, count in ((city.paper.pk, 1), (city.late.pk, 0), ("x", 1), ("9" * 30, 1)):
        assert len(city.desk(city.registrar).get(url("paper_sheet"), {"unit": unit}).context["units"]) == count


def test_the_board_shows_who_took_the_paper_and_counts_it_apart(city, copy, week):
    week.move_to(AT_ELEVEN, tick=False)
    desk, board = city.desk(city.sender), url("board", copy.delivery.circular.uuid)
    before = desk.get(board)
    assert "纸质待送达" in body(before)
    entered(desk, copy)
    after = desk.get(board)
    assert "钱门卫" in body(after)
    assert "纸质已送达" in body(after)
    assert (after.context["paper_count"], after.context["paper_delivered"], after.context["signed"]) == (1, 1, 0)
