"""第十六条: an interrupted line is back within twelve hours; over 48 hours in a month, the rent is deducted.

对临时中断的线路，须在12小时内恢复畅通，一个月中断累计超过48小时，按合同扣除当月月租费。
"""

from datetime import timedelta

from accounts.lines import Outage, line_months
from cms.limits import line_restore_due
from tests.offices import beijing

OVER_THE_MONTH = Outage(beijing("2026-09-30 20:00"), beijing("2026-10-01 07:00"))
A_DAY_NEARLY = Outage(beijing("2026-10-12 09:00"), beijing("2026-10-13 06:00"))
TWENTY_HOURS = Outage(beijing("2026-10-20 00:00"), beijing("2026-10-20 20:00"))


def test_a_line_is_due_back_after_twelve_hours_by_the_clock_on_the_wall():
    assert line_restore_due(beijing("2026-10-01 22:30")).at == beijing("2026-10-02 10:30")


def test_more_than_twelve_hours_at_once_is_a_breach_of_its_own():
    assert [outage.is_too_long() for outage in (OVER_THE_MONTH, A_DAY_NEARLY, TWENTY_HOURS)] == [False, True, True]
    twelve = Outage(beijing("2026-10-01 08:00"), beijing("2026-10-01 20:00"))
    assert not twelve.is_too_long()
    assert Outage(twelve.down_at, twelve.up_at + timedelta(minutes=1)).is_too_long()


def test_an_interruption_over_the_first_is_split_at_midnight_and_48_hours_are_not_over():
    september, october = line_months([TWENTY_HOURS, OVER_THE_MONTH, A_DAY_NEARLY])
    assert (str(september.first), september.down) == ("2026-09-01", timedelta(hours=4))
    assert (str(october.first), october.down) == ("2026-10-01", timedelta(hours=48))
    assert not october.is_over


def test_one_minute_more_costs_the_rent_of_the_month():
    longer = Outage(TWENTY_HOURS.down_at, TWENTY_HOURS.up_at + timedelta(minutes=1))
    september, october = line_months([OVER_THE_MONTH, A_DAY_NEARLY, longer])
    assert (september.is_over, october.is_over) == (False, True)
    assert october.sentence == "2026年10月累计中断48小时01分，限48小时：按合同扣除当月月租费。依据：第十六条。"
