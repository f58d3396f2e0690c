"""The figures of a month: the worked example to the cell, and what lies at its edges."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from accounts.units import Category
from circulars.chasing import Urge
from circulars.deadlines import Urgency
from circulars.deliveries import Channel, Relief
from circulars.liability import Liability
from circulars.notices import Notice
from reports.figures import Figures, by_category, totals
from reports.lateness import Lateness, late_rows
from reports.months import Month
from reports.presses import Presses
from reports.receipts import Issuers, month_figures
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER


def figures(as_of=FIRST_OF_DECEMBER, month=NOVEMBER, **scope):
    return {one.name: one for one in month_figures(month, as_of=as_of, **scope)}


def late(as_of=FIRST_OF_DECEMBER, **scope):
    return late_rows(NOVEMBER, as_of=as_of, **scope)


@pytest.mark.parametrize(
    "unit, counts, on_time_rate, signed_rate, rank",
    [
        ("宝塔区", (4, 4, 0, 0, 0, 1), 1, 1, 1),
        ("市气象局", (3, 3, 0, 0, 1, 1), 1, 1, 2),
        ("市财政局", (5, 2, 2, 1, 0, 0), Fraction(2, 5), Fraction(4, 5), 3),
    ],
)
def test_the_worked_example_comes_out_to_the_cell(november, unit, counts, on_time_rate, signed_rate, rank):
    one = figures()[unit]
    assert (one.required, one.on_time, one.late, one.unsigned, one.relief, one.not_due) == counts
    assert (one.on_time_rate, one.signed_rate, one.rank) == (on_time_rate, signed_rate, rank)


@pytest.mark.parametrize(
    "unit, urgent, hours, minutes, remark",
    [
        ("宝塔区", (2, 2), "4.4", "53", ""),
        ("市气象局", (2, 2), "15.0", "63", ""),
        ("市财政局", (2, 0), "5.7", "31", "催签 3 次"),
    ],
)
def test_the_worked_example_has_its_urgent_part_and_averages(november, unit, urgent, hours, minutes, remark):
    one = figures()[unit]
    assert (one.urgent_required, one.urgent_on_time) == urgent
    assert (one.normal_hours, one.urgent_minutes) == (Decimal(hours), Decimal(minutes))
    assert one.remark == remark


def test_all_together_has_rates_from_sums_and_weighted_averages(november):
    together = totals(figures().values())
    assert (together.required, together.on_time, together.late, together.unsigned) == (12, 9, 2, 1)
    assert (together.relief, together.not_due) == (1, 2)
    assert together.on_time_rate == Fraction(3, 4)
    assert together.signed_rate == Fraction(11, 12)
    assert together.urgent_on_time_rate == Fraction(4, 6)
    assert together.normal_hours == Decimal("6.8")
    assert together.urgent_minutes == Decimal("52")


def test_units_stand_in_the_order_of_the_register(november):
    assert list(figures()) == ["宝塔区", "市财政局", "市气象局"]
    assert list(by_category(figures().values())) == [
        Category.COUNTY.label,
        Category.DEPARTMENT.label,
        Category.CENTRAL_PROVINCIAL.label,
    ]


def test_a_month_is_counted_in_three_queries_and_listed_in_three(november, django_assert_num_queries):
    with django_assert_num_queries(3):
        month_figures(NOVEMBER, as_of=FIRST_OF_DECEMBER, area=november.area)
    with django_assert_num_queries(3):
        late_rows(NOVEMBER, as_of=FIRST_OF_DECEMBER, area=november.area)


def test_the_same_instant_gives_the_same_figures_whenever_it_is_asked(november):
    # Asked again as of the morning of the 9th, what was signed later has not happened yet.
    then = figures(as_of=beijing("2026-11-09 08:00"))["市财政局"]
    assert (then.required, then.late, then.not_due) == (1, 1, 1)


def test_a_circular_belongs_to_the_month_in_which_it_was_sent(records):
    for sent_at in ("2026-10-31 23:59:59", "2026-11-01 00:00", "2026-11-30 23:59:59", "2026-12-01 00:00"):
        records.deliver(records.issue(sent_at), "QX01")
    assert figures(as_of=beijing("2026-12-20 09:00"))["宝塔区"].required == 2


def test_the_due_second_is_in_time_for_signing_and_for_returning(records):
    circular = records.issue("2026-11-18 09:00")
    records.deliver(circular, "QX01", signed="2026-11-19 18:00")
    records.deliver(circular, "BM08", signed="2026-11-19 18:00:01")
    records.deliver(circular, "ZX05", returned="2026-11-19 18:00")
    found = figures()
    assert [found[name].on_time for name in ("宝塔区", "市财政局", "市气象局")] == [1, 0, 1]
    assert found["市财政局"].late == 1
    assert found["市气象局"].remark == "退回 1 件"


def test_at_the_due_instant_an_open_receipt_counts_as_unsigned(records):
    records.deliver(records.issue("2026-11-18 09:00"), "QX01")
    assert figures(as_of=beijing("2026-11-19 17:59:59"))["宝塔区"].not_due == 1
    assert figures(as_of=beijing("2026-11-19 18:00"))["宝塔区"].unsigned == 1


def test_what_was_recalled_or_goes_on_paper_is_not_counted(records):
    circular = records.issue("2026-11-18 09:00")
    records.deliver(circular, "QX01", recalled_at=beijing("2026-11-18 10:00"))
    records.deliver(circular, "BM08", channel=Channel.PAPER)
    assert figures() == {}


def test_relief_takes_a_receipt_out_of_every_rate_and_average(records):
    circular = records.issue("2026-11-18 09:00")
    records.deliver(circular, "QX01", signed="2026-11-25 09:00", relief=Relief.MAINTENANCE)
    one = figures()["宝塔区"]
    assert (one.required, one.relief, one.rank) == (0, 1, None)
    assert one.on_time_rate is one.signed_rate is one.normal_hours is None


def test_a_due_time_that_is_not_known_yet_is_not_held_against_a_unit(records):
    circular = records.issue("2026-11-18 09:00")
    records.deliver(circular, "QX01", due_at=None, warn_at=None, due_pending=True)
    records.deliver(circular, "BM08", due_at=None, warn_at=None, due_pending=True, signed="2026-11-20 09:00")
    assert [one.not_due for one in figures().values()] == [1, 1]
    assert not late()


def test_by_default_only_the_government_and_its_office_are_counted_as_issuers(records):
    records.deliver(records.issue("2026-11-18 09:00", issuer="BM08"), "QX01")
    records.deliver(records.issue("2026-11-18 09:00", issuer="YA-ZF"), "QX01")
    assert figures()["宝塔区"].required == 1
    assert figures(issuers=Issuers.ALL)["宝塔区"].required == 2
    assert len(late(issuers=Issuers.ALL)) == 2


def test_a_unit_renamed_in_mid_month_is_one_row_under_its_later_name(records):
    records.deliver(records.issue("2026-11-20 09:00"), "QX01", unit_name="宝塔新区", urges=1)
    records.deliver(records.issue("2026-11-03 09:00"), "QX01", urges=2)
    (one,) = month_figures(NOVEMBER, as_of=FIRST_OF_DECEMBER)
    assert (one.name, one.unsigned, one.urges) == ("宝塔新区", 2, 3)


def test_equal_units_share_a_place_and_the_next_place_stays_empty(records):
    circular = records.issue("2026-11-18 09:00")
    records.deliver(circular, "QX01", signed="2026-11-18 10:00")
    records.deliver(circular, "BM08", signed="2026-11-18 11:00")
    records.deliver(circular, "ZX05")
    assert [one.rank for one in figures().values()] == [1, 1, 3]


def test_a_month_in_which_nothing_was_sent_has_no_rows(november):
    assert figures(month=Month(2026, 10)) == {}
    assert totals([]) == Figures()
    assert totals([]).on_time_rate is None


def test_the_list_of_late_receipts_says_what_happened_and_who_answers(november):
    assert [(row.unit_name, row.lateness, row.liability) for row in late()] == [
        ("市财政局", Lateness.LATE, Liability.RECIPIENT),
        ("市财政局", Lateness.LATE, Liability.RECIPIENT),
        ("市财政局", Lateness.UNSIGNED, Liability.SENDER),
        ("市气象局", Lateness.UNSIGNED, Liability.RELIEVED),
    ]
    assert [row.overdue_minutes for row in late()][:2] == [14 * 60 + 30, 1]
    assert [row.closed_by for row in late()] == ["王收发", "王收发", "", ""]


def test_late_and_unsigned_add_up_with_the_figures(november):
    rows = [row for row in late() if row.liability is not Liability.RELIEVED]
    together = totals(figures().values())
    assert len(rows) == together.late + together.unsigned


def test_a_late_return_is_listed_with_its_reason(records):
    circular = records.issue("2026-11-18 09:00")
    records.deliver(circular, "QX01", returned="2026-11-20 09:00", return_reason="缺第 3 页")
    (row,) = late()
    assert (row.lateness, row.closed_at) == (Lateness.RETURNED_LATE, beijing("2026-11-20 09:00"))
    assert row.remark == "退回：缺第 3 页"


def test_a_call_in_time_moves_the_blame_to_the_unit(records):
    off_duty = records.issue("2026-11-14 21:00", Urgency.URGENT)
    records.deliver(off_duty, "QX01", notified_at=beijing("2026-11-14 21:05"))
    records.deliver(off_duty, "BM08")
    records.deliver(records.issue("2026-11-10 10:00", Urgency.EXTRA_URGENT), "ZX05")
    assert {row.unit_name: (row.liability, row.notification_label) for row in late()} == {
        "宝塔区": (Liability.RECIPIENT, "已通知"),
        "市财政局": (Liability.SENDER, "未通知"),
        "市气象局": (Liability.SENDER, "未通知"),
    }


def test_whether_a_unit_had_to_be_notified_is_what_its_delivery_says(records):
    off_duty = records.issue("2026-11-14 21:00", Urgency.URGENT)
    records.deliver(off_duty, "QX01")
    records.deliver(off_duty, "BM08", must_notify=False)
    assert [row.liability for row in late()] == [Liability.RECIPIENT, Liability.SENDER]


def test_entered_in_the_book_by_the_due_second_is_its_own_rate_beside_that_of_signing(records):
    circular = records.issue("2026-11-18 09:00")  # due on the 19th at 18:00
    entered = {"QX01": "2026-11-19 18:00", "BM08": "2026-11-19 18:00:01"}
    for unit, at in entered.items():
        records.deliver(circular, unit, signed="2026-11-18 10:00", registered_at=beijing(at))
    records.deliver(circular, "ZX05", returned="2026-11-18 10:00")  # there is nothing left to enter
    found = figures()
    assert [(one.on_time, one.to_register, one.registered) for one in found.values()] == [
        (1, 1, 1),
        (1, 1, 0),
        (1, 0, 0),
    ]
    assert [one.registered_rate for one in found.values()] == [1, 0, None]
    assert figures(as_of=beijing("2026-11-19 17:00"))["宝塔区"].registered == 0


def test_what_is_excused_or_not_due_is_not_asked_of_the_book_either(records):
    circular = records.issue("2026-11-30 16:00")
    records.deliver(circular, "QX01", relief=Relief.FAULT, signed="2026-11-30 17:00")
    records.deliver(circular, "BM08")
    assert [one.to_register for one in figures().values()] == [0, 0]


def test_a_late_receipt_says_when_it_was_last_urged_and_by_which_means_it_was_told(records):
    circular = records.issue("2026-11-10 20:00", Urgency.URGENT)
    told_at = beijing("2026-11-10 20:40")
    delivery = records.deliver(circular, "QX01", notified_at=told_at)
    records.deliver(circular, "BM08", notified_at=told_at)  # of before such things were kept
    for at, kind in (("2026-11-10 20:30", "manual"), ("2026-11-11 08:30", "manual"), ("2026-11-12 09:00", "late")):
        press = {"by": records.clerk} if kind == "manual" else {"planned_at": beijing(at)}
        Urge.objects.create(
            delivery=delivery, round=1, kind=kind, level="clerk", at=beijing(at), means="desk", text="请签收", **press
        )
    for at, result in ((told_at, "reached"), (told_at + timedelta(hours=1), "reached"), (told_at, "no_answer")):
        Notice.objects.create(
            delivery=delivery,
            round=1,
            channel="phone",
            name="王",
            number="0911",
            caller=records.clerk,
            happened_at=at,
            recorded_at=at,
            settled_at=at,
            result=result,
            reached_at=at if result == "reached" else None,
        )
    rows = sorted(late(), key=lambda row: row.unit_name)
    known = Presses(rows, FIRST_OF_DECEMBER)
    assert [known.urged_at(row) for row in rows] == [beijing("2026-11-11 08:30"), None]
    assert [row.urges for row in rows] == [2, 0], "what the ladder did is no press of the sender"
    assert [known.notification_label(row) for row in rows] == ["电话", "已通知"]
    earlier = Presses(rows, beijing("2026-11-11 08:00"))
    assert [earlier.urged_at(row) for row in rows] == [beijing("2026-11-10 20:30"), None]
