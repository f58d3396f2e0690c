"""A demo's trial of another rule: exempt copies (抄送) to look at, and the rule as it was (Article 22)."""

from datetime import datetime, timedelta

from circulars.demotrial import trial_of_copies
from circulars.numbering import Series
from cms.areas import Area
from cms.ruleversions import RuleVersion
from tests.cast import MONDAY


def test_copies_are_exempt_for_two_hours_some_days_ago_and_never_else(city):
    city.registered(series=Series.objects.get(prefix="延政办函"))
    now, area = MONDAY + timedelta(days=9), Area.objects.home()
    before = RuleVersion.objects.in_force(area, now).rule_set
    row = trial_of_copies(now)
    sent_at = datetime.fromisoformat(str(row["sent_at"]))

    def copies_are_signed(at):
        return RuleVersion.objects.in_force(area, at).rule_set.cc_signs

    assert row["cc_units"]
    assert not copies_are_signed(sent_at)
    assert copies_are_signed(sent_at - timedelta(hours=2))
    assert copies_are_signed(sent_at + timedelta(hours=1))
    assert RuleVersion.objects.in_force(area, now).rule_set.numbers() == before.numbers()
