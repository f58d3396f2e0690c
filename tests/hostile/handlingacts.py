"""The acts upon a paper in a unit's hands as posts that work: proposed, instructed, assigned, worked on, closed, circulated, urged."""

from circulars.circulation.acts import circulate
from circulars.handling.hands import Work
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.record import Assignment
from circulars.incoming import Incoming
from tests import inhand
from tests.cast import MONDAY, City
from tests.hostile.deskacts import REASON, Act, act, url

LEADER = ("leader", "unit_principal")


def _paper(city: City) -> Incoming:
    """Registered by the clerk, in a unit with two divisions whose people are no party to other acts."""
    inhand.staff(city)
    return inhand.registered(city, city.sent(), at=MONDAY)


def _proposed(city: City) -> Incoming:
    paper = _paper(city)
    propose(paper, "建议治安科办。", inhand.work(city.order, city.law), by=city.clerk, at=MONDAY)
    return paper


def _in_work(city: City) -> Incoming:
    paper = _proposed(city)
    instruct(paper, "同意。", inhand.work(city.order, city.law), seen=None, by=city.leader, at=MONDAY)
    return paper


def _part(paper: Incoming, part: str) -> int:
    return Assignment.objects.get(handling=paper.pk, part=part, state="open").pk


def _round(city: City) -> Incoming:
    paper = _paper(city)
    readers = [city.reader, city.head]
    circulate(paper, readers, in_order=True, purpose="请阅。", by=city.clerk, at=MONDAY)
    return paper


@act("circulars:propose")
def _propose(city: City) -> Act:
    paper = _paper(city)
    return Act("clerk", url("circulars:propose", paper.pk), {"text": "建议治安科办。", "lead": city.order.pk})


@act("circulars:instruct")
def _instruct(city: City) -> Act:
    paper = _proposed(city)
    return Act("leader", url("circulars:instruct", paper.pk), {"text": "同意。", "lead": city.order.pk})


@act("circulars:assign")
def _assign(city: City) -> Act:
    paper = _proposed(city)
    instruct(paper, "请办公室研究。", Work(), seen=None, by=city.leader, at=MONDAY)
    return Act("clerk", url("circulars:assign", paper.pk), {"lead": city.order.pk})


@act("circulars:report_work")
def _report(city: City) -> Act:
    paper = _in_work(city)
    posted = {"work": _part(paper, "assist"), "text": "无意见。"}
    return Act("law_head", url("circulars:report_work", paper.pk), posted)


@act("circulars:pass_work_on")
def _pass_on(city: City) -> Act:
    paper = _in_work(city)
    posted = {"work": _part(paper, "lead"), "reason": REASON}
    return Act("head", url("circulars:pass_work_on", paper.pk), posted, also=("clerk",))


@act("circulars:finish_handling")
def _finish(city: City) -> Act:
    paper = _proposed(city)
    instruct(paper, "同意。", inhand.work(city.order), seen=None, by=city.leader, at=MONDAY)
    return Act("head", url("circulars:finish_handling", paper.pk), {"result": "已办。"})


@act("circulars:urge_inside")
def _urge(city: City) -> Act:
    paper = _in_work(city)
    posted = {"target": f"work:{_part(paper, 'lead')}", "text": "请抓紧办理。"}
    return Act("clerk", url("circulars:urge_inside", paper.pk), posted, also=LEADER)


@act("circulars:circulate")
def _circulate(city: City) -> Act:
    paper = _paper(city)
    posted = {"readers": [city.reader.pk], "way": "in_order", "purpose": "请阅。"}
    return Act("clerk", url("circulars:circulate", paper.pk), posted, also=LEADER)


@act("circulars:add_readers")
def _add(city: City) -> Act:
    paper = _round(city)
    return Act("clerk", url("circulars:add_readers", paper.pk), {"readers": [city.law_head.pk]}, also=LEADER)


@act("circulars:mark_read")
def _read(city: City) -> Act:
    return Act("reader", url("circulars:mark_read", _round(city).pk), {"remark": "阅。"})


@act("circulars:skip_reader")
def _skip(city: City) -> Act:
    paper = _round(city)
    row = paper.circulations.get().readers.get(person=city.reader)
    posted = {"reader": row.pk, "reason": "出差"}
    return Act("clerk", url("circulars:skip_reader", paper.pk), posted, also=LEADER)


@act("circulars:handling_levels")
def _levels(city: City) -> Act:
    posted = {"used": ["instruction"], "start_on": "2026-09-28"}
    return Act("clerk", url("circulars:handling_levels", city.attentive.code), posted, also=LEADER)
