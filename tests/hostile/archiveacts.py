"""The acts of the archive as posts that work: filed, left out, given another term, appraised, listed, approved, refused, witnessed."""

from datetime import date

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.archive.appraisal import appraise
from circulars.archive.destruction import approve, draw_up
from circulars.archive.holdings import Holding
from circulars.archive.packagechecks import check
from circulars.archive.scope import Rule, add_line
from circulars.archive.transfers import draw_up as hand_over
from tests.archives import filed, holding, received, staffed
from tests.cast import MONDAY, City
from tests.hostile.deskacts import REASON, Act, act, url

TODAY, OVER = date(2026, 9, 28), date(2026, 1, 1)


def _own(city: City) -> Holding:
    """What the office holds of a circular that it has sent."""
    staffed(city)
    return holding(city.sent(), city.office)


def _over(city: City) -> Holding:
    """What the office filed, and whose term has ended."""
    kept = filed(city, _own(city))
    Holding.objects.filter(pk=kept.pk).update(kept_until=OVER)
    return kept


def _appraised(city: City) -> Holding:
    kept = _over(city)
    appraise(kept, "destroy", "没有继续保存的价值", by=city.office_archivist, at=MONDAY)
    return kept


def _listed(city: City):
    return draw_up(city.office, [_appraised(city)], "保管期满", by=city.office_archivist, at=MONDAY)


def _approved(city: City):
    sheet = _listed(city)
    second = User.objects.create(username="second-principal", name="副职")
    take_post(second, city.office, Role.LEADER, by=None, at=MONDAY)
    for leader in (city.principal, second):
        approve(sheet, by=leader, at=MONDAY)
    return sheet


@act("circulars:file_papers")
def _file(city: City) -> Act:
    kept = _own(city)
    posted = {"paper": [kept.pk], f"term-{kept.pk}": "D30", f"office-{kept.pk}": "bgs"}
    return Act("office_archivist", url("circulars:file_papers"), posted)


@act("circulars:file_papers", "left out")
def _leave(city: City) -> Act:
    kept = received(staffed(city), city.sent())
    return Act(
        "filer", url("circulars:file_papers"), {"paper": [kept.pk], f"term-{kept.pk}": "none"}, also=("archivist",)
    )


@act("circulars:holding")
def _change_term(city: City) -> Act:
    kept = filed(city, _own(city), "D30")
    return Act("office_archivist", url("circulars:holding", kept.pk), {"term": "D10", "reason": REASON})


@act("circulars:appraise")
def _appraise(city: City) -> Act:
    posted = {"result": "destroy", "opinion": "没有继续保存的价值", "years": ""}
    return Act("office_archivist", url("circulars:appraise", _over(city).pk), posted)


@act("circulars:new_destruction")
def _draw_up(city: City) -> Act:
    posted = {"paper": [_appraised(city).pk], "reason": "保管期满"}
    return Act("office_archivist", url("circulars:new_destruction"), posted)


@act("circulars:approve_destruction")
def _approve(city: City) -> Act:
    return Act("principal", url("circulars:approve_destruction", _listed(city).pk), also=("office_leader",))


@act("circulars:refuse_destruction")
def _refuse(city: City) -> Act:
    posted = {"why": "仍在执行"}
    return Act("principal", url("circulars:refuse_destruction", _listed(city).pk), posted, also=("office_leader",))


@act("circulars:witness_destruction")
def _witness(city: City) -> Act:
    sheet = _approved(city)
    return Act(
        "office_archivist", url("circulars:witness_destruction", sheet.pk), also=("office_clerk", "office_leader")
    )


@act("circulars:call_off_transfer")
def _call_off(city: City) -> Act:
    kept = filed(city, _own(city))
    check(kept, by=city.office_archivist, at=MONDAY)
    transfer = hand_over(city.office, [kept], by=city.office_archivist, at=MONDAY)
    return Act("office_archivist", url("circulars:call_off_transfer", transfer.pk))


@act("circulars:scope")
def _set_fonds(city: City) -> Act:
    staffed(city)
    posted = {"number": "0013", "office": "BGS", "archive": city.archive_office.pk}
    return Act("office_archivist", url("circulars:scope", city.office.code), posted)


@act("circulars:new_scope_line")
def _add_line(city: City) -> Act:
    staffed(city)
    posted = {"place": "1", "origin": "received", "words": "防汛、抗旱", "outcome": "D30"}
    return Act("office_archivist", url("circulars:new_scope_line", city.office.code), posted)


@act("circulars:end_scope_line")
def _end_line(city: City) -> Act:
    staffed(city)
    rule = Rule("received", "D30", (), "", ("防汛",))
    line = add_line(city.office, rule, 1, by=city.office_archivist, at=MONDAY, on=TODAY)
    return Act("office_archivist", url("circulars:end_scope_line", line.pk))
