"""Interruptions of lines on record: who may say what, one at a time, corrected with a reason, warned of in time (Articles 8(1) and 16)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.faults import Fault
from accounts.lineoutages import LineOutage
from accounts.lineregister import Line
from accounts.linereports import report_outage, report_outage_and_fault
from accounts.linewatch import watch_outages
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests import lines
from tests.cast import MONDAY
from tests.offices import beijing

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AT = MONDAY + 2 * HOUR


@pytest.fixture
def line(city):
    city.carrier = lines.carrier(city)
    return lines.line(city)


def told(key):
    return set(Message.objects.filter(key__startswith=key).values_list("person__name", flat=True))


# The register


def test_the_network_office_alone_registers_lines_and_each_circuit_once(city, line):
    assert Entry.objects.of(line).get().facts["rent"] == "1200.50"
    assert told("line-registered") == {"线路工", "孙早", "孙晚"}
    for person in (city.lineman, city.clerk, city.secretary):
        with pytest.raises(PermissionDenied):
            lines.line(city, circuit="YA-0002", by=person)
    with pytest.raises(ValidationError, match="已登记给"):
        lines.line(city, unit=city.late, circuit=" YA-0001 ")
    with pytest.raises(ValidationError, match="合同期"):
        lines.line(city, circuit="YA-0002", since=date(2025, 12, 31))
    with pytest.raises(ValidationError, match="不能小于"):
        lines.line(city, circuit="YA-0002", rent=Decimal(-1))
    assert Line.objects.count() == 1


def test_another_rent_is_another_row_from_its_first_day(city, line):
    line.end(until=date(2026, 9, 27), by=city.engineer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="没有重复办理"):
        line.end(until=date(2026, 9, 27), by=city.engineer, at=MONDAY)
    lines.line(city, rent=Decimal(900), since=date(2026, 9, 28))
    assert list(Line.objects.order_by("pk").values_list("rent", "until")) == [
        (Decimal("1200.50"), date(2026, 9, 27)),
        (Decimal(900), None),
    ]


def test_a_line_does_not_end_while_it_is_down_or_before_it_was(city, line):
    outage = lines.down(line, MONDAY, by=city.lineman)
    with pytest.raises(ValidationError, match="还在中断"):
        line.end(until=MONDAY.date(), by=city.engineer, at=AT)
    outage.restore(up_at=AT, by=city.lineman, at=AT)
    with pytest.raises(ValidationError, match="2026-09-28还有中断记录"):
        line.end(until=date(2026, 9, 27), by=city.engineer, at=AT)
    with pytest.raises(ValidationError, match="不晚于今天"):
        line.end(until=date(2026, 9, 29), by=city.engineer, at=AT)
    with pytest.raises(PermissionDenied):
        line.end(until=MONDAY.date(), by=city.lineman, at=AT)


def test_everybody_sees_the_lines_that_concern_them(city, line):
    other = lines.line(city, of=lines.carrier(city, "BZ-LT", "延安联通", who="rival"), unit=city.late, circuit="L-1")
    seen = {
        who: set(Line.objects.for_person(getattr(city, who)))
        for who in ("engineer", "secretary", "lineman", "rival", "clerk", "late_clerk", "stranger", "nobody")
    }
    assert seen == {
        **{who: {line, other} for who in ("engineer", "secretary")},
        **{who: {line} for who in ("lineman", "clerk")},
        **{who: {other} for who in ("rival", "late_clerk")},
        **{who: set() for who in ("stranger", "nobody")},
    }


# Down and up


def test_unit_carrier_and_network_office_may_report_and_all_three_hear_of_it(city, line):
    outage = report_outage(line, down_at=MONDAY, cause="光缆被挖断", by=city.clerk, at=AT)
    assert (outage.due_at, list(line.outages.open())) == (MONDAY + 12 * HOUR, [outage])
    assert told("line-down") == {"线路工", "吴宏伟", "孙晚"}  # the other clerk too
    outage.restore(up_at=AT, by=city.lineman, at=AT)
    assert told("line-up") == {"吴宏伟", "孙早", "孙晚"}
    assert list(Entry.objects.of(outage).order_by("pk").values_list("deed", flat=True)) == ["line.down", "line.up"]
    for person in (city.lineman, city.engineer):
        lines.down(line, AT + HOUR, AT + 2 * HOUR, by=person)
        LineOutage.objects.latest("pk").strike_out(reason="重复登记", by=city.engineer, at=AT + 3 * HOUR)


def test_strangers_report_nothing_and_units_do_not_say_that_a_line_is_back(city, line):
    lines.carrier(city, "BZ-LT", "延安联通", who="rival")
    for person in (city.rival, city.late_clerk, city.stranger, city.secretary, city.leader):
        with pytest.raises(PermissionDenied):
            report_outage(line, down_at=MONDAY, cause="断了", by=person, at=AT)
    outage = lines.down(line, MONDAY, by=city.clerk)
    for person in (city.clerk, city.rival, city.secretary):
        with pytest.raises(PermissionDenied):
            outage.restore(up_at=AT, by=person, at=AT)
    for person in (city.lineman, city.clerk):
        with pytest.raises(PermissionDenied):
            outage.strike_out(reason="误报", by=person, at=AT)
        with pytest.raises(PermissionDenied):
            outage.correct(down_at=MONDAY - HOUR, up_at=None, reason="记错", by=person, at=AT)


def test_a_line_is_down_once_at_a_time(city, line):
    first = lines.down(line, MONDAY, by=city.clerk)
    with pytest.raises(ValidationError, match="已经报告，还没有恢复；没有重复登记"):
        lines.down(line, MONDAY, by=city.lineman)
    first.restore(up_at=AT, by=city.lineman, at=AT)
    with pytest.raises(OutOfOrder, match="没有重复填报"):
        first.restore(up_at=AT, by=city.lineman, at=AT)
    with pytest.raises(ValidationError, match="重叠"):
        lines.down(line, AT - MINUTE, by=city.lineman, at=AT)
    assert lines.down(line, AT, by=city.lineman).state == "down"  # they may touch
    assert LineOutage.objects.count() == 2


def test_the_database_itself_keeps_a_line_from_being_down_twice(city, line):
    outage = lines.down(line, MONDAY, by=city.clerk)
    outage.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        outage.save(force_insert=True)
    for wrong in ({"up_at": AT}, {"due_at": MONDAY}, {"state": "restored"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LineOutage.objects.update(**wrong)


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"down_at": AT + MINUTE}, "不能晚于现在"),
        ({"cause": "  "}, "请写明中断的情况"),
        ({"down_at": beijing("2025-12-31 23:59")}, "2026-01-01启用"),
    ],
)
def test_a_report_without_sense_is_refused(city, line, wrong, sentence):
    with pytest.raises(ValidationError, match=sentence):
        report_outage(line, **({"down_at": MONDAY, "cause": "断了", "by": city.clerk, "at": AT} | wrong))
    assert not LineOutage.objects.exists()


@pytest.mark.parametrize("up_at", [MONDAY, MONDAY - MINUTE, AT + MINUTE], ids=["at once", "before", "foreseen"])
def test_a_line_is_back_after_it_was_gone_and_not_in_the_future(city, line, up_at):
    outage = lines.down(line, MONDAY, by=city.clerk)
    with pytest.raises(ValidationError, match="恢复时间须晚于中断时间"):
        outage.restore(up_at=up_at, by=city.lineman, at=AT)


def test_a_unit_reports_the_line_and_its_fault_by_one_word(city, line):
    outage = report_outage_and_fault(line, down_at=MONDAY, cause="光缆被挖断", by=city.clerk, at=AT)
    fault = Fault.objects.get()
    assert (outage.fault, fault.kind, fault.text) == (fault, "network", "线路 YA-0001 中断：光缆被挖断")
    assert "吴宏伟" in told("line-down") - told("fault:")
    assert told("fault:") == {city.secretary.name}
    assert Message.objects.filter(person=city.engineer, text__contains="光缆被挖断").count() == 1
    with pytest.raises(ValidationError, match="没有重复登记"):
        report_outage_and_fault(line, down_at=MONDAY, cause="光缆被挖断", by=city.clerk, at=AT)
    assert Fault.objects.count() == 1


# Put right


def test_a_wrong_time_is_corrected_with_a_reason_and_the_first_stays_in_the_ledger(city, line):
    outage = lines.down(line, MONDAY, AT, by=city.lineman)
    new = {"down_at": MONDAY - HOUR, "up_at": AT - MINUTE}
    with pytest.raises(ValidationError, match="理由"):
        outage.correct(**new, reason=" ", by=city.engineer, at=AT)
    outage.correct(**new, reason="以网管记录为准", by=city.engineer, at=AT)
    outage.refresh_from_db()
    assert (outage.down_at, outage.up_at, outage.due_at) == (*new.values(), MONDAY + 11 * HOUR)
    facts = Entry.objects.of(outage).get(deed="line.outage_corrected").facts
    assert (facts["before"]["down_at"][:16], facts["reason"]) == ("2026-09-28T09:00", "以网管记录为准")
    with pytest.raises(OutOfOrder, match="相同"):
        outage.correct(**new, reason="以网管记录为准", by=city.engineer, at=AT)
    with pytest.raises(ValidationError, match="已经恢复的须填写"):
        outage.correct(down_at=MONDAY, up_at=None, reason="记错", by=city.engineer, at=AT)


def test_a_correction_does_not_lay_one_interruption_over_another(city, line):
    first = lines.down(line, MONDAY, MONDAY + HOUR, by=city.lineman)
    second = lines.down(line, MONDAY + HOUR, AT, by=city.lineman)
    with pytest.raises(ValidationError, match="重叠"):
        second.correct(down_at=MONDAY + 30 * MINUTE, up_at=AT, reason="记错", by=city.engineer, at=AT)
    first.strike_out(reason="设备重启，线路没有中断", by=city.engineer, at=AT)
    second.correct(down_at=MONDAY + 30 * MINUTE, up_at=AT, reason="记错", by=city.engineer, at=AT)
    with pytest.raises(OutOfOrder):
        first.strike_out(reason="设备重启，线路没有中断", by=city.engineer, at=AT)
    with pytest.raises(OutOfOrder):
        first.correct(down_at=MONDAY, up_at=AT, reason="记错", by=city.engineer, at=AT)


# Warned of and told


def test_carrier_and_network_office_are_warned_before_the_twelfth_hour_and_told_after_it_once_each(city, line):
    lines.down(line, MONDAY, by=city.clerk)
    watch_outages(MONDAY + 9 * HOUR)
    assert not told("line-soon")
    for at in (MONDAY + 9 * HOUR + MINUTE, MONDAY + 12 * HOUR):
        watch_outages(at)
    assert told("line-soon") == {"线路工", "吴宏伟"}
    assert not told("line-late")
    for at in (MONDAY + 12 * HOUR + MINUTE, MONDAY + 30 * HOUR):
        watch_outages(at)
    assert told("line-late") == {"线路工", "吴宏伟"}
    assert Message.objects.filter(key__regex="line-(soon|late)").count() == 4


def test_who_corrects_the_beginning_begins_the_warnings_anew(city, line):
    outage = lines.down(line, MONDAY, by=city.clerk)
    watch_outages(MONDAY + 13 * HOUR)
    outage.correct(down_at=MONDAY - HOUR, up_at=None, reason="记错", by=city.engineer, at=MONDAY + 13 * HOUR)
    watch_outages(MONDAY + 13 * HOUR)
    assert Message.objects.filter(key__startswith="line-late", person=city.lineman).count() == 2


def test_many_lines_down_are_watched_with_as_many_questions_as_one(city, line, django_assert_num_queries):
    lines.down(line, MONDAY, by=city.clerk)
    for number in range(3):
        other = lines.line(city, unit=city.late, circuit=f"YA-1{number}")
        lines.down(other, MONDAY, by=city.engineer)
    watch_outages(MONDAY + 13 * HOUR)
    with django_assert_num_queries(2):
        watch_outages(MONDAY + 13 * HOUR)
