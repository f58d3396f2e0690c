"""Who copies a mark of secrecy into what is said of faults, repairs, kit and lines is stopped at the screen, and nothing of it is kept (Article 5)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.acceptances import Acceptance
from accounts.assignments import assign
from accounts.equipment import Device
from accounts.faults import Fault, report_fault
from accounts.inspections import LineInspection
from accounts.lineoutages import LineOutage
from accounts.outages import Outage
from accounts.repairs import Repair
from accounts.selfchecks import KitProblem, record_check
from cms.messages import Message
from tests import lines
from tests.accounts.kit import device
from tests.accounts.providers import providers_of
from tests.cast import MONDAY

MARK = "打不开“机密★10年”的文件"
REFUSED = "这里不要照抄密级标志或涉密内容"
HOUR = timedelta(hours=1)
NOW = "2026-09-28 09:00"


def fault(city):
    return report_fault(city.attentive, "network", "光缆中断", detected_at=MONDAY, by=city.clerk, at=MONDAY)


def repair(city):
    city.serving = providers_of(city)
    return assign(fault(city), city.serving.carrier, "请抢修", contacted_at=MONDAY, by=city.engineer, at=MONDAY)


def done(city):
    task = repair(city)
    task.report_done("repaired", "接通", done_at=MONDAY, by=city.serving.carrier_person, at=MONDAY)
    return task


def problem(city):
    record_check(city.attentive, {device(city): "卡纸"}, by=city.clerk, at=MONDAY)
    return KitProblem.objects.get()


def line(city):
    lines.carrier(city)
    return lines.line(city)


def interrupted(city):
    return lines.down(line(city), MONDAY - HOUR, by=city.engineer)


def at(name, thing=None):
    return reverse(f"accounts:{name}", args=[thing.pk] if thing is not None else [])


def reported(city):
    posted = {"unit": city.attentive.pk, "kind": "printer", "detected_at": NOW, "text": MARK, "key": str(uuid4())}
    return city.clerk, at("report_fault"), posted


def assigned(city):
    broken, serving = fault(city), providers_of(city)
    return (
        city.engineer,
        at("assign_repair", broken),
        {"provider": serving.carrier.pk, "contacted_at": NOW, "request": MARK},
    )


def finished(city):
    task = repair(city)
    posted = {"outcome": "repaired", "done_at": NOW, "work": MARK}
    return city.serving.carrier_person, at("repair_done", task), posted


def judged(city):
    return city.clerk, at("judge_repair", done(city)), {"is_good": "no", "reason": MARK}


def called_off(city):
    return city.engineer, at("call_off_repair", repair(city)), {"reason": MARK}


def checked(city):
    return city.clerk, at("check_kit", city.attentive), {f"device-{device(city).pk}": MARK}


def fixed(city):
    return city.clerk, at("fix_problem", problem(city)), {"remedy": MARK}


def registered(city):
    posted = {"unit": city.attentive.pk, "kind": "printer", "model": MARK, "serial": "P-9", "keeper": city.clerk.pk}
    return city.clerk, at("new_device"), posted | {"conforms": "yes", "in_use_since": "2026-01-05"}


def went_down(city):
    return (
        city.clerk,
        at("report_line_outage", line(city)),
        {"down_at": "2026-09-28 08:00", "cause": MARK, "with_fault": "on"},
    )


def struck_out(city):
    return city.engineer, at("strike_out_line_outage", interrupted(city)), {"reason": MARK}


def inspected(city):
    line(city)
    posted = {"which": "every", "inspected_on": "2026-09-20", "result": "mended", "remark": MARK, "number": "巡检3号"}
    return city.lineman, at("inspections"), posted


def stopped(city):
    return city.engineer, at("outages"), {"kind": "outage", "starts_at": NOW, "text": MARK}


def everything_kept():
    tables = (Fault, Repair, Acceptance, KitProblem, Device, LineOutage, LineInspection, Outage, Message)
    return "".join(str(row) for table in tables for row in table.objects.values_list())


@pytest.mark.parametrize(
    "act",
    [
        reported,
        assigned,
        finished,
        judged,
        called_off,
        checked,
        fixed,
        registered,
        went_down,
        struck_out,
        inspected,
        stopped,
    ],
    ids=lambda act: act.__name__,
)
def test_a_mark_of_secrecy_is_refused_beside_what_was_typed_and_nothing_is_kept(city, week, act):
    person, address, posted = act(city)
    page = city.desk(person).post(address, posted, follow=True)
    assert REFUSED in page.content.decode()
    if not page.redirect_chain:
        assert "机密★10年" in page.content.decode(), "what was typed is still there"
    assert "机密" not in everything_kept()
