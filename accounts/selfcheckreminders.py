"""自查提醒: on the last working day of a week the clerks of units that have not looked over their kit are told, once (Article 18)."""

from datetime import datetime, timedelta

from accounts.holders import holders_of
from accounts.roles import Right
from accounts.selfchecks import missing, monday_of
from cms.areas import Area
from cms.messages import Message, tell
from cms.offices import office_of
from cms.ruleversions import NoRules, RuleVersion
from cms.workdays import CalendarMissing, local


def remind_of_checks(at: datetime) -> None:
    """Who keeps the kit of a unit that owes a check knows of it; units without a device owe its registration, not a check."""
    for area in Area.objects.order_by("pk"):
        _remind(area, at)


def _remind(area: Area, at: datetime) -> None:
    now = local(at)
    week = monday_of(now.date())
    key = f"selfcheck:{week}:{area.code}"
    try:
        rules, office = RuleVersion.objects.in_force(area, at).rule_set, office_of(area)
        rest = [now.date() + timedelta(days=days) for days in range(1, 7 - now.weekday())]
        is_last = office.is_working_day(now.date()) and not any(map(office.is_working_day, rest))
    except (NoRules, CalendarMissing):
        return
    if not is_last or now.hour < rules.remind_due_hour or Message.objects.filter(key=key).exists():
        return
    owing = missing(week, every=rules.selfcheck_weeks).filter(area=area, has_devices=True)
    clerks = {person for person, _ in holders_of(Right.KEEP_KIT, list(owing.values_list("pk", flat=True)))}
    tell(clerks, key=key, text="本周还没有做设备自查，请在下班前完成。", link="/kit/", at=at)
