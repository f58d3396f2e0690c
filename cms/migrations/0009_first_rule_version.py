"""Every area that stands follows the numbers of Yan'an since the rule was issued on 9 August 2017.

Going back removes these first versions; a version that somebody entered later keeps its table, and the migration, in place.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations

ISSUED = datetime(2017, 8, 9, tzinfo=ZoneInfo("Asia/Shanghai"))

FIRST = {
    "number": 1,
    "title": "延安市规则",
    "in_force_from": ISSUED,
    "entered_at": ISSUED,
    "reason": "延政办函〔2017〕130号，自印发之日起施行。",
    "working_days": 1,
    "normal_rule": "close_of_day",
    "same_day_until": None,
    "at_once_minutes": 30,
    "extra_at_once_minutes": 30,
    "urgent_working_days": 0,
    "after_hours_minutes": 120,
    "lunch_is_off_duty": True,
    "urgent_closing_grace": False,
    "cc_signs": True,
    "registration_counts": False,
    "warn_percent": 25,
    "warn_office_minutes": 120,
    "remind_due_hour": 9,
    "remind_before_close_minutes": 120,
    "remind_late_hour": 9,
    "remind_urgent_percent": 50,
    "remind_urgent_every_minutes": 30,
    "remind_off_duty_minutes": 60,
    "remind_off_duty_every_minutes": 60,
    "urge_rest_minutes": 30,
    "sender_check_hours": 0,
    "login_gap_minutes": 120,
    "looks_per_session": 0,
    "looks_per_holiday": 0,
    "fault_report_days": 1,
    "repair_days": 5,
    "key_reissue_days": 5,
    "line_restore_hours": 12,
    "line_month_hours": 48,
    "upkeep_days": 5,
    "step_days": 2,
    "correction_characters": 10,
}


def seed(apps: Any, schema_editor: Any) -> None:
    versions = apps.get_model("cms", "RuleVersion").objects
    for area in apps.get_model("cms", "Area").objects.all():
        versions.create(area=area, **FIRST)


def remove(apps: Any, schema_editor: Any) -> None:
    apps.get_model("cms", "RuleVersion").objects.filter(number=1, entered_by=None).delete()


class Migration(migrations.Migration):
    dependencies = [("cms", "0008_rule_versions")]

    operations = [migrations.RunPython(seed, remove)]
