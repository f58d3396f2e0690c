"""A demo's county: what its office has sent to its own units, by its own numbers (Article 29)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.units import Unit
from circulars.deadlines import Urgency
from circulars.demo import last_open
from circulars.intake import Row
from circulars.numbering import Series
from cms.offices import office_of

COUNTY, SERIES = "QX01", "宝政办发"
_PLANS = (
    (9, Urgency.NORMAL, "关于做好汛期值班值守工作的通知", "请各单位严格落实领导带班和专人值班，雨情、汛情按时报送。"),
    (
        5,
        Urgency.URGENT,
        "关于立即排查地质灾害隐患点的通知",
        "请各单位立即排查辖区内地质灾害隐患点，发现险情即时转移群众并报告。",
    ),
    (1, Urgency.NORMAL, "关于报送年度重点工作完成情况的通知", "请各单位将本年度重点工作完成情况于月底前报送。"),
)


def county_rows(now: datetime) -> Iterator[Row]:
    """Three circulars of the last days to the county's own departments and townships, the last in its window."""
    series = Series.objects.select_related("unit", "area").get(unit__code=COUNTY, prefix=SERIES)
    assert series.area is not None
    office, name = office_of(series.area), series.unit.name
    units = list(Unit.objects.filter(area=series.area, connected=True).in_order())
    for number, (days, urgency, matter, text) in enumerate(_PLANS, series.opening_number):
        at = last_open(office, now - timedelta(days=days))
        written = timezone.localdate(at) - timedelta(days=1)
        yield {
            "identifier": f"DEMO-{COUNTY}-{number}",
            "genre": "通知",
            "direction": "downward",
            "issuing_units": [COUNTY],
            "issuer_mark": f"{name}文件",
            "document_number": str(series.number(timezone.localdate(at).year, number)),
            "series": SERIES,
            "urgency": urgency.value,
            "title": f"{name}{matter}",
            "primary_text": "、".join(unit.short_name for unit in units) + "：",
            "primary_units": [unit.code for unit in units],
            "body": f"{text}\n一、高度重视。各单位要明确专人负责，按时完成。\n二、及时反馈。有关情况请通过本系统报区政府办公室。",
            "signature": [name],
            "written_date": written.isoformat(),
            "sent_at": at.isoformat(),
            "off_hours_reason": "",
        }
