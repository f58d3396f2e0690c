"""The area of Yan'an with its office hours, and the working days of 2025 and 2026 as the State Council set them.

No source for the hours of this city was found: they are the seasonal hours usual in the province, to be
corrected by the secretariat. Going back removes the rows made here as long as nobody changed them, and the
area once nothing of its calendar is left.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

from django.db import migrations

AREA = {"code": "yanan", "name": "延安市"}

SOURCES = {
    2025: "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）",
    2026: "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
}

# Name, first day and last day of each holiday, and the weekend days worked in exchange.
HOLIDAYS = [
    ("元旦", "2025-01-01", "2025-01-01", []),
    ("春节", "2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
    ("清明节", "2025-04-04", "2025-04-06", []),
    ("劳动节", "2025-05-01", "2025-05-05", ["2025-04-27"]),
    ("端午节", "2025-05-31", "2025-06-02", []),
    ("国庆节、中秋节", "2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
    ("元旦", "2026-01-01", "2026-01-03", ["2026-01-04"]),
    ("春节", "2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
    ("清明节", "2026-04-04", "2026-04-06", []),
    ("劳动节", "2026-05-01", "2026-05-05", ["2026-05-09"]),
    ("端午节", "2026-06-19", "2026-06-21", []),
    ("中秋节", "2026-09-25", "2026-09-27", []),
    ("国庆节", "2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
]

# First and last (month, day), then morning and afternoon.
HOURS = [
    ((5, 1), (9, 30), (time(8), time(12)), (time(14, 30), time(18))),
    ((10, 1), (4, 30), (time(8), time(12)), (time(14), time(18))),
]


def named_days() -> Iterator[dict[str, Any]]:
    """Every day the two notices name: days off as 放假, weekend days worked as 调休上班."""
    for name, first, last, worked in HOLIDAYS:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            yield {"date": day, "is_working": False, "name": name}
            day += timedelta(days=1)
        for text in worked:
            yield {"date": date.fromisoformat(text), "is_working": True, "name": f"{name}调休上班"}


def seasons() -> Iterator[dict[str, Any]]:
    for starts, ends, morning, afternoon in HOURS:
        yield {
            **dict(zip(("starts_month", "starts_day"), starts, strict=True)),
            **dict(zip(("ends_month", "ends_day"), ends, strict=True)),
            **dict(zip(("morning_opens", "morning_closes"), morning, strict=True)),
            **dict(zip(("afternoon_opens", "afternoon_closes"), afternoon, strict=True)),
        }


def calendar() -> dict[str, list[dict[str, Any]]]:
    """What this migration makes for the area, by model."""
    return {
        "CalendarYear": [{"year": year, "source": source} for year, source in SOURCES.items()],
        "CalendarDay": list(named_days()),
        "OfficeHours": list(seasons()),
    }


def load(apps: Any, schema_editor: Any) -> None:
    areas = apps.get_model("cms", "Area").objects
    area, _ = areas.get_or_create(code=AREA["code"], defaults={"name": AREA["name"]})
    for name, facts in calendar().items():
        model = apps.get_model("cms", name)
        model.objects.bulk_create([model(area=area, **fact) for fact in facts], ignore_conflicts=True)


def unload(apps: Any, schema_editor: Any) -> None:
    something_is_left = False
    for name, facts in calendar().items():
        rows = apps.get_model("cms", name).objects.filter(area__code=AREA["code"])
        for fact in facts:
            rows.filter(**fact).delete()
        something_is_left |= rows.exists()
    if not something_is_left:
        apps.get_model("cms", "Area").objects.filter(**AREA).delete()


class Migration(migrations.Migration):
    dependencies = [("cms", "0001_initial")]

    operations = [migrations.RunPython(load, unload)]
