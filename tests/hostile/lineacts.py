"""The acts on lines as posts that work: registered, ended, down, back, put right, inspected."""

from datetime import timedelta

from accounts.inspections import LineInspection
from tests import lines
from tests.cast import MONDAY, City
from tests.hostile.deskacts import REASON, Act, act, url

HOUR = timedelta(hours=1)
FINDING = {"inspected_on": "2026-09-20", "result": "good", "number": "巡检〔2026〕3号"}


def _typed(at):
    return f"{at:%Y-%m-%d %H:%M}"


def _down(city: City, up_at=None):
    lines.carrier(city)
    return lines.down(lines.line(city), MONDAY - 3 * HOUR, up_at, by=city.engineer)


@act("accounts:new_line")
def _new_line(city: City) -> Act:
    carrier = lines.carrier(city)
    posted = {"unit": city.attentive.pk, "carrier": carrier.pk, "circuit": "YA-9", "rent": "900", "since": "2026-09-28"}
    return Act("engineer", url("accounts:new_line"), posted)


@act("accounts:end_line")
def _end_line(city: City) -> Act:
    lines.carrier(city)
    return Act("engineer", url("accounts:end_line", lines.line(city).pk), {"until": "2026-09-28"})


@act("accounts:report_line_outage")
def _report(city: City) -> Act:
    lines.carrier(city)
    posted = {"down_at": _typed(MONDAY - HOUR), "cause": "光缆被挖断", "with_fault": "on"}
    return Act("clerk", url("accounts:report_line_outage", lines.line(city).pk), posted, also=("engineer",))


@act("accounts:line_outage")
def _restore(city: City) -> Act:
    outage = _down(city)
    return Act("lineman", url("accounts:line_outage", outage.pk), {"up_at": _typed(MONDAY)}, also=("engineer",))


@act("accounts:correct_line_outage")
def _correct(city: City) -> Act:
    outage = _down(city, MONDAY - HOUR)
    posted = {"down_at": _typed(MONDAY - 2 * HOUR), "up_at": _typed(MONDAY - HOUR), "reason": REASON}
    return Act("engineer", url("accounts:correct_line_outage", outage.pk), posted)


@act("accounts:strike_out_line_outage")
def _strike_out(city: City) -> Act:
    return Act("engineer", url("accounts:strike_out_line_outage", _down(city).pk), {"reason": REASON})


@act("accounts:inspections")
def _inspected(city: City) -> Act:
    lines.carrier(city)
    lines.line(city)
    return Act("lineman", url("accounts:inspections"), FINDING | {"which": "every"}, also=("engineer",))


@act("accounts:correct_line_inspection")
def _corrected(city: City) -> Act:
    lines.carrier(city)
    lines.inspected(lines.line(city), by=city.lineman)
    posted = FINDING | {"result": "mended", "remark": "更换尾纤", "reason": REASON}
    path = url("accounts:correct_line_inspection", LineInspection.objects.latest("pk").pk)
    return Act("lineman", path, posted, also=("engineer",))
