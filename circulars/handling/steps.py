"""经过: what was done with a paper inside the unit, step by step, for those who see it (Article 19; regulation art. 24)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from circulars.circulation.record import Circulation, ReaderEnd
from circulars.handling.record import Assignment, Handling
from circulars.incoming import Incoming
from circulars.incoming.handedon import EntryHandedOn
from cms.limits import moment


@dataclass(frozen=True)
class Done:
    """One step: what it is called, who did it when, and in which words."""

    deed: str
    at: datetime
    who: str
    text: str = ""


def steps_of(incoming: Incoming, handling: Handling | None) -> list[Done]:
    """Every step so far, in the order of time; a constant number of questions."""
    done = [Done("登记", incoming.registered_at, str(incoming.registered_by), incoming.note)]
    if handling:
        done += _handled(handling)
    done += _circulated(incoming) + _handed_on(incoming)
    urges = incoming.inner_urges.select_related("by")
    done += [Done(f"催办（{urge.to_whom}）", urge.at, str(urge.by), urge.text) for urge in urges]
    return sorted(done, key=lambda step: step.at)


def _handled(handling: Handling) -> list[Done]:
    opinions = handling.opinions.select_related("by")
    done = []
    for opinion in opinions:
        word = opinion.get_kind_display() if opinion.text else "送批示"
        done.append(Done(word, opinion.at, str(opinion.by), opinion.text))
    rows = handling.assignments.exclude(state=Assignment.State.PROPOSED)
    for row in rows.select_related("unit", "person", "given_by", "ended_by"):
        done += _worked(row)
    if handling.finished_at:
        done.append(Done("办结", handling.finished_at, str(handling.finished_by), handling.result))
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
        done.append(Done("承接" if from_there else "转承接单位", row.at, str(row.by or "系统"), said))
    return done


def _worked(row: Assignment) -> list[Done]:
    limit = f"，限{moment(row.due_at, row.given_at)}前" if row.due_at else ""
    given = Done(f"交{row.whose}{row.get_part_display()}{limit}", row.given_at, str(row.given_by))
    ended = {
        Assignment.State.DONE: "协办意见" if row.part == Assignment.Part.ASSIST else "",
        Assignment.State.PASSED_ON: "转办",
        Assignment.State.REPLACED: f"改派，{row.whose}不再办",
    }.get(Assignment.State(row.state), "")
    if not ended or row.ended_at is None:
        return [given]
    return [given, Done(ended, row.ended_at, str(row.ended_by), row.note)]


def _circulated(incoming: Incoming) -> list[Done]:
    done: list[Done] = []
    rounds = list(Circulation.objects.filter(incoming=incoming).select_related("begun_by"))
    for round_ in rounds:
        way = "按顺序传阅" if round_.in_order else "同时传阅"
        done.append(Done(way, round_.begun_at, str(round_.begun_by), round_.purpose))
    ends = ReaderEnd.objects.filter(reader__circulation__incoming=incoming)
    for end in ends.select_related("reader__person", "by"):
        if end.kind == ReaderEnd.Kind.READ:
            done.append(Done("阅", end.at, str(end.reader.person), end.text))
        else:
            done.append(Done(f"跳过{end.reader.person}", end.at, str(end.by), end.text))
    # After the last reader's, whose time it bears.
    return done + [Done("传阅完毕", round_.ended_at, "") for round_ in rounds if round_.ended_at]
