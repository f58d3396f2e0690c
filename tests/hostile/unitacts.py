"""The acts upon units as posts that work: names, places, payers, ends, divisions, connections and the sheet from Excel."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.connections import Connection, ask_connection
from accounts.dissolving import dissolve
from accounts.handbacks import Handback
from accounts.people import Post, take_post
from accounts.reorganising import open_division
from accounts.roles import Role
from accounts.seals import KeyKind
from accounts.unitimport import UNITS_FROM_EXCEL
from accounts.units import Unit
from cms.heldsheets import hold, token_of
from cms.sheetrows import read_sheet
from tests.accounts.keys import issued
from tests.cast import MONDAY, City
from tests.hostile.deskacts import Act, act, url

TODAY = f"{MONDAY:%Y-%m-%d}"
ON_PAPER = {"on_day": TODAY, "ground": "延编发〔2026〕8号"}


def _dissolved(city: City) -> None:
    dissolve(city.attentive, on_day=MONDAY.date(), ground="文", by=city.engineer, at=MONDAY)


def _division(city: City) -> Unit:
    return open_division(city.attentive, "办公室", on_day=MONDAY.date(), ground="文", by=city.engineer, at=MONDAY)


def _asked(city: City, *steps: str) -> Connection:
    asked = ask_connection(city.paper, "函", asked_on=MONDAY.date(), by=city.engineer, at=MONDAY)
    if steps:
        take_post(city.second_clerk, city.paper, Role.CLERK, by=None, at=MONDAY)
        issued(city, KeyKind.CLERK, unit=city.paper, keeper=city.second_clerk)
    for kind in steps:
        asked.finish_step(kind, on_day=MONDAY.date(), by=city.engineer, at=MONDAY)
    return asked


@act("accounts:new_unit")
def _enter(city: City) -> Act:
    facts = {
        "code": "BM90",
        "name": "延安市数据局",
        "short_name": "市数据局",
        "category": "department",
        "level": "市级",
    }
    return Act("engineer", url("accounts:new_unit"), ON_PAPER | facts | {"parent": city.government.pk})


@act("accounts:rename_unit")
def _rename(city: City) -> Act:
    posted = ON_PAPER | {"name": "延安市公安总局", "short_name": "市公安总局"}
    return Act("engineer", url("accounts:rename_unit", city.attentive.pk), posted)


@act("accounts:rename_unit", "of a division")
def _rename_division(city: City) -> Act:
    posted = ON_PAPER | {"name": "延安市公安局综合科", "short_name": "综合科"}
    return Act("leader", url("accounts:rename_unit", _division(city).pk), posted, also=("engineer",))


@act("accounts:end_unit")
def _end(city: City) -> Act:
    posted = ON_PAPER | {"kind": "merge", "successor": city.late.pk}
    return Act("engineer", url("accounts:end_unit", city.attentive.pk), posted)


@act("accounts:close_unit")
def _close(city: City) -> Act:
    _dissolved(city)
    Handback.objects.get().receive_seal(on_day=MONDAY.date(), to_whom="市公安局", by=city.engineer, at=MONDAY)
    for post in Post.objects.filter(unit=city.attentive):
        post.leave(by=None, at=MONDAY)
    return Act("engineer", url("accounts:close_unit", city.attentive.pk), {"ground": "文"})


@act("accounts:receive_seal")
def _receive_seal(city: City) -> Act:
    _dissolved(city)
    posted = {"on_day": TODAY, "to_whom": "市公安局"}
    return Act("engineer", url("accounts:receive_seal", Handback.objects.get().pk), posted)


@act("accounts:move_unit")
def _move(city: City) -> Act:
    return Act("engineer", url("accounts:move_unit", city.attentive.pk), ON_PAPER | {"superior": city.county.pk})


@act("accounts:serve_unit")
def _serve(city: City) -> Act:
    return Act("engineer", url("accounts:serve_unit", city.attentive.pk), ON_PAPER | {"server": city.late.pk})


@act("accounts:pay_unit")
def _pay(city: City) -> Act:
    return Act("engineer", url("accounts:pay_unit", city.attentive.pk), ON_PAPER | {"payer": "self"})


@act("accounts:new_division")
def _new_division(city: City) -> Act:
    posted = ON_PAPER | {"name": "办公室"}
    return Act("leader", url("accounts:new_division", city.attentive.pk), posted, also=("engineer",))


@act("accounts:close_division")
def _close_division(city: City) -> Act:
    return Act("leader", url("accounts:close_division", _division(city).pk), ON_PAPER, also=("engineer",))


@act("accounts:ask_connection")
def _ask(city: City) -> Act:
    return Act("engineer", url("accounts:ask_connection", city.paper.pk), {"letter": "函", "asked_on": TODAY})


@act("accounts:connection")
def _step(city: City) -> Act:
    return Act("engineer", url("accounts:connection", _asked(city).pk), {"kind": "line", "on_day": TODAY, "note": ""})


@act("accounts:connect_unit")
def _connect(city: City) -> Act:
    asked = _asked(city, "line", "kit", "people", "key")
    return Act("engineer", url("accounts:connect_unit", asked.pk))


@act("accounts:withdraw_connection")
def _withdraw(city: City) -> Act:
    return Act("engineer", url("accounts:withdraw_connection", _asked(city).pk))


@act("accounts:import_units")
def _import(city: City) -> Act:
    made, written = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.append(["单位代码", "全称", "规范简称", "类别"])
    sheet.append(["BM90", "延安市数据局", "市数据局", "市政府工作部门"])
    made.save(written)
    held = hold(SimpleUploadedFile("units.xlsx", written.getvalue()))
    fates = UNITS_FROM_EXCEL.judge(read_sheet(held.content, UNITS_FROM_EXCEL.columns))
    token = token_of(held, fates, purpose=UNITS_FROM_EXCEL.purpose, by=city.engineer)
    return Act("engineer", url("accounts:import_units"), {"token": token})
