"""第十八条: staff stay on post and log in at least once every two hours.

负责电子公文收发的工作人员要坚守工作岗位，每2小时必须登录1次电子公文传输系统。
"""

from datetime import date

import pytest

from accounts.duty import login_gaps
from tests.offices import OFFICE, beijing


# The five days of the table: log-ins, gaps in office minutes, and what is over two hours.
@pytest.mark.parametrize(
    "day, clocks, gaps, breaches",
    [
        ("2026-11-18", "08:05 10:00 11:55 14:10 16:05 17:50", (5, 115, 115, 15, 115, 105, 10), ()),
        ("2026-11-18", "08:30 11:20 15:00", (30, 170, 100, 180), (170, 180)),
        ("2026-11-18", "09:59 11:59 14:01 16:00", (119, 120, 2, 119, 120), ()),
        ("2026-11-18", "", (480,), (480,)),
        ("2026-07-15", "08:05 10:05 14:35 16:30", (5, 120, 120, 115, 90), ()),
    ],
)
def test_a_day_of_look_ins_is_judged_by_its_office_minutes(day, clocks, gaps, breaches):
    logins = [beijing(f"{day} {clock}") for clock in clocks.split()]
    found = login_gaps(date.fromisoformat(day), logins, OFFICE)
    assert (found.gaps, found.breaches) == (gaps, breaches)


def test_nobody_owes_a_look_in_on_a_day_off_and_everybody_does_on_a_make_up_day():
    assert login_gaps(date(2026, 10, 1), [], OFFICE).gaps == ()
    assert login_gaps(date(2026, 11, 21), [], OFFICE).gaps == ()
    assert login_gaps(date(2026, 10, 10), [], OFFICE).breaches == (480,)
