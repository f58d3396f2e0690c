"""经过: what was done with a paper inside the unit, step by step, for those who see it (Article 19; regulation art. 24)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from circulars.circulation.record import Circulation, ReaderEnd
from circulars.deeds import Deed
from circulars.handling.record import Assignment, Handling, Opinion
from circulars.incoming import Incoming
from circulars.incoming.handedon import EntryHandedOn
from cms.limits import moment


@dataclass(frozen=True)
class Done:
    """One step: what it is called, who did it when, and in which words; by whom and under which deed the ledger has it."""

    deed: str
    at: datetime
    who: str
    text: str = ""
    by: Any = None
    entered: str = ""
    limit: datetime | None = None
    is_superseded: bool = False  # an instruction after which another one was given


def steps_of(incoming: Incoming, handling: Handling | None) -> list[Done]:
    """Every step so far, in the order of time; a constant number of questions."""
    done = [_done("登记", incoming.registered_at, incoming.registered_by, Deed.INCOMING_REGISTERED, incoming.note)]
    if handling:
        done += _handled(handling)
    done += _circulated(incoming) + _handed_on(incoming)
    urges = incoming.inner_urges.select_related("by")
    done += [_done(f"催办（{urge.to_whom}）", urge.at, urge.by, Deed.HANDLING_URGED, urge.text) for urge in urges]
    return sorted(done, key=lambda step: step.at)


def _done(deed: str, at: datetime, by: Any, entered: Deed, text: str = "", **more: Any) -> Done:
    return Done(deed, at, str(by), text, by, entered, **more)


def _handled(handling: Handling) -> list[Done]:
    opinions = list(handling.opinions.select_related("by"))
    instructions = [opinion for opinion in opinions if opinion.kind == Opinion.Kind.INSTRUCTION]
    done = []
    for opinion in opinions:
        word = opinion.get_kind_display() if opinion.text or opinion in instructions else "送批示"
        entered = Deed.HANDLING_INSTRUCTED if opinion in instructions else Deed.HANDLING_PROPOSED
        is_superseded = opinion in instructions[:-1]
        done.append(_done(word, opinion.at, opinion.by, entered, opinion.text, is_superseded=is_superseded))
    rows = handling.assignments.exclude(state=Assignment.State.PROPOSED)
    for row in rows.select_related("unit", "person", "given_by", "ended_by"):
        done += _worked(row)
    if handling.finished_at:
        by, entered = handling.finished_by, Deed.HANDLING_FINISHED
        done.append(_done("办结", handling.finished_at, by, entered, handling.result))
    return done


def _handed_on(incoming: Incoming) -> list[Done]:
    """That it came from the book of a unit that ended, or went on in the successor's."""
    done = []
    rows = EntryHandedOn.objects.filter(Q(line=incoming) | Q(entry=incoming))
    for row in rows.select_related("line__unit", "to_unit", "by"):
        from_there = row.entry_id == incoming.pk
        said = (
            f"由{row.line.unit}转来，原收文号{row.line}" if from_there else f"由{row.to_unit}承接，收文号{row.number}"
        )
        word, entered = "承接" if from_there else "转承接单位", Deed.INCOMING_HANDED_ON
        done.append(Done(word, row.at, str(row.by or "系统"), said, row.by, entered))
    return done


def _worked(row: Assignment) -> list[Done]:
    limit = f"，限{moment(row.due_at, row.given_at)}前" if row.due_at else ""
    said = f"交{row.whose}{row.get_part_display()}{limit}"
    given = _done(said, row.given_at, row.given_by, Deed.WORK_ASSIGNED, limit=row.due_at)
    ended, entered = {
        Assignment.State.DONE: ("协办意见" if row.part == Assignment.Part.ASSIST else "", Deed.WORK_REPORTED),
        Assignment.State.PASSED_ON: ("转办", Deed.WORK_PASSED_ON),
        Assignment.State.REPLACED: (f"改派，{row.whose}不再办", Deed.WORK_REPLACED),
    }.get(Assignment.State(row.state), ("", Deed.WORK_DONE))
    if not ended or row.ended_at is None:
        return [given]
    return [given, _done(ended, row.ended_at, row.ended_by, entered, row.note)]


def _circulated(incoming: Incoming) -> list[Done]:
    done: list[Done] = []
    rounds = list(Circulation.objects.filter(incoming=incoming).select_related("begun_by"))
    for round_ in rounds:
        way = "按顺序传阅" if round_.in_order else "同时传阅"
        done.append(_done(way, round_.begun_at, round_.begun_by, Deed.CIRCULATION_BEGUN, round_.purpose))
    ends = ReaderEnd.objects.filter(reader__circulation__incoming=incoming).order_by("at", "pk")
    for end in ends.select_related("reader__person", "by"):
        if end.kind == ReaderEnd.Kind.READ:
            done.append(_done("阅", end.at, end.reader.person, Deed.PAPER_READ, end.text))
        else:
            done.append(_done(f"跳过{end.reader.person}", end.at, end.by, Deed.READER_SKIPPED, end.text))
    # After the last reader's, whose time it bears.
    ended = Deed.CIRCULATION_ENDED
    return done + [Done("传阅完毕", round_.ended_at, "", entered=ended) for round_ in rounds if round_.ended_at]
