"""What the rule leaves open is a dated number: another version counts otherwise from its day on and touches nothing before (Articles 13, 15, 25 and 29)."""

from dataclasses import replace
from datetime import date, timedelta

from accounts.declarations import enter_declaration
from accounts.faults import report_fault
from accounts.handbacks import Handback
from accounts.renaming import rename
from cms.areas import Area
from cms.limits import limit_due
from cms.offices import office_of
from cms.rulebook import YANAN
from cms.ruleversions import RuleVersion
from tests.cast import MONDAY
from tests.offices import beijing

AN_HOUR = timedelta(hours=1)
OTHER = {"contact_days": 2, "acceptance_days": 1, "handback_days": 2, "declaration_months": 6}


def other_rules():
    area, rules = Area.objects.home(), replace(YANAN, **OTHER)
    at = MONDAY + AN_HOUR
    RuleVersion.objects.add(area, rules, in_force_from=at, by=None, at=at, reason="常务会议决定")


def test_calls_tests_handbacks_and_declarations_are_counted_by_the_rule_of_their_day(city, week):
    before = enter_declaration(city.clerk, city.attentive, by=city.leader, at=MONDAY)
    early = report_fault(city.late, "network", "断网", detected_at=MONDAY, by=city.late_clerk, at=MONDAY)
    other_rules()
    at = MONDAY + AN_HOUR
    week.move_to(at, tick=False)
    fault = report_fault(city.attentive, "network", "断网", detected_at=at, by=city.clerk, at=at)
    assert early.contact_due_at == beijing("2026-09-29 18:00")
    assert fault.contact_due_at == beijing("2026-09-30 18:00")
    rules = RuleVersion.objects.in_force(city.office.area, at).rule_set
    assert limit_due("acceptance", at, office_of(city.office.area), rules).at == beijing("2026-09-29 18:00")
    rename(
        city.department, "延安市应急局", "市应急局", on_day=MONDAY.date(), ground="延编发〔2026〕8号",
        by=city.engineer, at=at,
    )  # fmt: skip
    assert Handback.objects.get().remind_at == beijing("2026-09-30 18:00")
    declaration = enter_declaration(city.second_clerk, city.attentive, by=city.leader, at=at)
    assert (before.valid_until, declaration.valid_until) == (date(2027, 9, 28), date(2027, 3, 28))
    page = city.desk(city.leader).get(f"/staff/BM05/declaration/{city.clerk.pk}/").content.decode()
    assert "有效6个月" in page
