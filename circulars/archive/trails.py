"""收文办理过程 of a package: what the unit that got the circular did with it, read from what its own page shows (Articles 19 and 27; regulation art. 24).

Only that unit's package has it. Each line names the entry of the ledger that it tells of, where the ledger has one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.people import Post
from circulars.answers.table import one_line
from circulars.answers.values import GivenFile
from circulars.archive.answersheld import handed_in
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.handling.holding import handling_of
from circulars.handling.steps import Done, steps_of
from circulars.incoming import Incoming
from circulars.printing.allowance import allowance_of
from circulars.verifier.belonging import Said, said_by
from circulars.verifier.plainxml import Element
from circulars.verifier.trail import ATTRIBUTES, EMPTIED, NOTHING, SUPERSEDED
from cms.ledger import instant

_EMPTIED = "（内容已作涉密处置清空）"


def trail_of(delivery: Delivery, listed: Iterable[dict[str, Any]]) -> list[Element]:
    """The lines for a delivery that the unit registered, by these entries of the ledger; nothing for one that stands in no register.

    The same records give the same lines. A constant number of questions for each time it was registered.
    """
    rows = Incoming.objects.filter(delivery=delivery).exclude(state=Incoming.State.HANDED_ON)
    entered = _Entered([said_by(row["index"], row["text"]) for row in listed])
    found: list[Element] = []
    for incoming in rows.select_related("unit", "registered_by").order_by("pk"):
        steps = sorted([*steps_of(incoming, handling_of(incoming)), *_corrected(incoming)], key=lambda step: step.at)
        posts = _Posts([step.by for step in steps], [incoming.unit, delivery.unit])
        told = [(step, entered.of(step)) for step in steps]
        found.append(_register(incoming, posts, next(entry for step, entry in told if _registers(step))))
        found += [_step(incoming, step, posts, entry) for step, entry in told]
    return [*found, _printed(delivery), *_answered(delivery, entered)] if found else []


class _Entered:
    """The entries by which steps can be named, each for one of them."""

    def __init__(self, entries: list[Said]) -> None:
        self.free = entries

    def of(self, step: Done) -> Said | None:
        """The entry of this deed, moment and person, and of these words where there are several."""
        person = step.by and step.by.pk
        alike = [
            entry
            for entry in self.free
            if (entry.deed, entry.facts.get("happened_at")) == (step.entered, instant(step.at))
            and person in (None, entry.facts.get("person"))
        ]
        digest = sha256(step.text.encode()).hexdigest()
        found = next((entry for entry in alike if entry.payload.get("text_digest") == digest), next(iter(alike), None))
        if found:
            self.free = [entry for entry in self.free if entry is not found]
        return found


class _Posts:
    """Where in the unit, and as what, these people served on a day."""

    def __init__(self, people: Sequence[Any], units: Sequence[Any]) -> None:
        below = Q()
        for unit in units:
            below |= Q(unit__path__startswith=unit.path)
        keys = {person.pk for person in people if person}
        rows = Post.objects.filter(below, person__in=keys).select_related("unit")
        self.rows = list(rows.order_by("unit__path", "role", "pk"))

    def of(self, person: Any, at: datetime) -> str:
        """延安市公安局 收发员."""
        day = timezone.localdate(at)
        held = [
            f"{row.unit.name} {row.get_role_display()}"
            for row in self.rows
            if person and row.person_id == person.pk and row.held_from <= day <= (row.held_to or day)
        ]
        return "、".join(dict.fromkeys(held))


def _registers(step: Done) -> bool:
    return step.entered == Deed.INCOMING_REGISTERED


def _register(incoming: Incoming, posts: _Posts, entry: Said | None) -> Element:
    by, at = incoming.registered_by, incoming.registered_at
    said = (
        incoming.number,
        incoming.unit.name,
        incoming.get_source_display(),
        incoming.get_kind_display(),
        incoming.get_review_display(),
        incoming.get_state_display(),
        instant(incoming.received_at),
        instant(at),
        str(by),
        posts.of(by, at),
        _index(entry),
    )
    return _line("register", said, incoming.sent_back_why)


def _step(incoming: Incoming, step: Done, posts: _Posts, entry: Said | None) -> Element:
    is_emptied = not step.text and entry is not None and entry.payload.get("text_digest", NOTHING) != NOTHING
    marks = [SUPERSEDED] * step.is_superseded + [EMPTIED] * is_emptied
    said = (
        incoming.number,
        instant(step.at),
        # Without its words a proposal reads as if it had never had any.
        Deed.HANDLING_PROPOSED.label if is_emptied and step.entered == Deed.HANDLING_PROPOSED else step.deed,
        instant(step.limit) if step.limit else "",
        step.who,
        posts.of(step.by, step.at),
        _index(entry),
        "、".join(marks),
    )
    return _line("step", said, _EMPTIED if is_emptied else step.text)


def _corrected(incoming: Incoming) -> Iterator[Done]:
    """What of the register's entry was put right, and why."""
    for row in incoming.corrections.select_related("by").prefetch_related("fields"):
        said = "；".join(map(str, row.fields.all()))
        yield Done(f"更正登记（{said}）", row.at, str(row.by), row.reason, row.by, Deed.INCOMING_CORRECTED)


def _printed(delivery: Delivery) -> Element:
    counts = allowance_of(delivery)
    said = (counts.sanctioned, counts.printed, counts.spoilt, counts.plain)
    return _line("printed", map(str, said), counts.words)


def _answered(delivery: Delivery, entered: _Entered) -> Iterator[Element]:
    """The form as it was handed in; of a file its name and digest."""
    found = handed_in(delivery)
    if found is None:
        return
    version, values = found
    by, at = version.by, version.at
    entry = entered.of(Done("上报回执表", at, str(by), by=by, entered=Deed.ANSWER_HANDED_IN))
    post = _Posts([by], [delivery.unit]).of(by, at)
    yield _line("reply", (str(version.number), instant(at), str(by), post, _index(entry)))
    for asked, value in values:
        digest = value.file.digest if isinstance(value, GivenFile) else ""
        yield _line("answer", (asked.label, digest), str(one_line(asked, value)))


def _line(tag: str, said: Iterable[str], text: str = "") -> Element:
    return Element(tag, text, dict(zip(ATTRIBUTES[tag], said, strict=True)))


def _index(entry: Said | None) -> str:
    return str(entry.index) if entry else ""
