"""A demo's trial of another rule: for two hours copies (抄送) needed no signature, so that one circular has exempt ones (Article 22).

Nothing that was sent before or after is counted otherwise, and the rule now is that of Yan'an again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from accounts.holders import people_with
from accounts.people import User
from accounts.roles import Right
from accounts.units import Unit
from circulars.demo import last_open, numbers_ahead, row_of
from circulars.intake import Row
from cms.areas import Area
from cms.offices import office_of
from cms.rulesetting import set_rules
from cms.ruleversions import RuleVersion

COPIED = {"BM01": "市发改委", "BM08": "市财政局", "YA-WXB": "市网信办"}
_HOUR = timedelta(hours=1)


def trial_of_copies(now: datetime) -> Row:
    """The rule was tried and is as it was; returns the circular that is to be sent at the hour between, some days before ``now``."""
    office = office_of(Area.objects.home())
    at = last_open(office, last_open(office, now) - timedelta(days=4))
    _try(at)
    (number,) = numbers_ahead("延政办函", 1)
    row = row_of("DEMO-TRIAL", number, "关于做好县区值班信息报送工作的通知", "请各县（市、区）每日报送值班信息。", at)
    return row | {
        "primary_text": "各县（市、区）人民政府：",
        "primary_groups": ["county"],
        "cc_units": list(COPIED),
        "cc_text": f"{'，'.join(COPIED.values())}。",
    }


def _try(at: datetime) -> None:
    area, unit = Area.objects.home(), Unit.objects.get(code="YA-ZFB")
    secretary = User.objects.get(pk=min(people_with(Right.INSPECT, unit.pk)))
    standing = RuleVersion.objects.in_force(area, at)
    trial = replace(standing.rule_set, cc_signs=False)
    for rules, reason, begins in (
        (trial, "试行两小时：抄送件只供阅知，不必签收", at - _HOUR),
        (standing.rule_set, "试行结束，抄送件照旧签收", at + _HOUR),
    ):
        newest = RuleVersion.objects.filter(area=area).latest("number")
        set_rules(area, rules, against=newest.number, in_force_from=None, reason=reason, by=secretary, at=begins)
