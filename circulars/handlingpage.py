"""The page of one paper in a unit's hands: where it is, what was done, and the forms that are this person's now (regulation art. 24)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.forms import Form
from django.utils import timezone

from accounts.roles import Right, may
from circulars.answers.standing import owed_by
from circulars.circulation.acts import possible_readers
from circulars.circulation.record import Circulation, Reader
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery
from circulars.handling.hands import Hand, hands_at
from circulars.handling.holding import handling_of
from circulars.handling.levels import Levels, levels_of
from circulars.handling.record import Assignment, Handling, Opinion
from circulars.handling.steps import Done, steps_of
from circulars.handling.urging import Pressed, waiting_on
from circulars.handlingforms import (
    CirculateForm,
    FinishForm,
    OpinionForm,
    PassOnForm,
    ReadersForm,
    ReadForm,
    ReportForm,
    SkipForm,
    UrgeForm,
    WorkForm,
)
from circulars.incoming import Incoming, Kind
from circulars.registration import Circular

_State = Handling.State
# In this order the first of a person's forms is the one that is theirs now; the rest can be opened below it.
ORDER = ("read", "instruct", "assign", "report", "finish", "propose", "circulate")
# What may be done beside the step that the paper waits for.
BESIDE = frozenset({"pass_on", "urge", "add_readers", "skip"})


@dataclass
class HandlingPage:
    """Everything that the page shows, asked for this person at this time."""

    incoming: Incoming
    user: Any
    now: datetime
    handling: Handling | None = field(init=False)
    levels: Levels = field(init=False)
    assignments: list[Assignment] = field(init=False)
    circulation: Circulation | None = field(init=False)
    readers: list[Reader] = field(init=False)
    instruction: Opinion | None = field(init=False)
    proposal: Opinion | None = field(init=False)
    waits: list[Pressed] = field(init=False)
    hands: list[Hand] = field(init=False)

    def __post_init__(self) -> None:
        self.handling = handling_of(self.incoming)
        self.hands = hands_at(self.incoming.unit)
        self.levels = (
            self.handling.levels if self.handling else levels_of(self.incoming.unit, timezone.localdate(self.now))
        )
        self.assignments, opinions = [], []
        if self.handling:
            rows = self.handling.assignments.exclude(state=Assignment.State.REPLACED)
            self.assignments = list(rows.select_related("unit", "person"))
            opinions = list(self.handling.opinions.select_related("by"))
        self.proposal = next((each for each in opinions if each.kind == Opinion.Kind.PROPOSAL), None)
        self.instruction = next((each for each in reversed(opinions) if each.kind == Opinion.Kind.INSTRUCTION), None)
        self.circulation = Circulation.objects.filter(incoming=self.incoming).order_by("begun_at", "pk").last()
        readers = Reader.objects.filter(circulation=self.circulation).select_related("person", "unit", "end")
        self.readers = list(readers.order_by("place"))
        self.waits = waiting_on(self.incoming, self.handling) if self.is_open else []

    @property
    def is_open(self) -> bool:
        circular = self.incoming.circular
        return self.incoming.is_open and not (circular and circular.state == Circular.State.RECALLED)

    @property
    def handles(self) -> bool:
        return may(self.user, Right.HANDLE_INCOMING, self.incoming.unit_id)

    @property
    def instructs(self) -> bool:
        return may(self.user, Right.INSTRUCT, self.incoming.unit_id)

    @property
    def mine(self) -> list[Assignment]:
        """The open assignments that are this person's to do."""
        return [row for row in self.assignments if row.state == Assignment.State.OPEN and row.is_for(self.user)]

    @property
    def passable(self) -> list[Assignment]:
        """The open assignments that this person may hand to somebody else."""
        is_open = [row for row in self.assignments if row.state == Assignment.State.OPEN]
        return is_open if self.handles else self.mine

    @property
    def my_reading(self) -> Reader | None:
        return next((row for row in self.readers if row.person_id == self.user.pk and row.is_waiting), None)

    @property
    def goes_round(self) -> bool:
        return self.circulation is not None and self.circulation.ended_at is None

    @property
    def owed(self) -> Delivery | None:
        """The delivery of a paper that asks for an answer, while the unit has not given one."""
        key = self.incoming.delivery_id
        return owed_by([self.incoming.unit_id]).filter(pk=key).first() if key else None

    @property
    def steps(self) -> list[Done]:
        return steps_of(self.incoming, self.handling)

    @property
    def standing_word(self) -> str:
        """Where the paper is, in the words of its step."""
        if self.handling and self.handling.state != _State.FINISHED and self.incoming.is_open:
            return self.handling.get_state_display()
        return self.incoming.get_state_display()

    @property
    def standing(self) -> str:
        """The mark beside that word."""
        return {"handled": "handled", "filed": "handled", "sent_back": "returned", "handed_on": "recalled"}.get(
            self.incoming.state, "review"
        )

    @property
    def closed_word(self) -> str:
        """Why there is nothing more to be done."""
        return self.incoming.get_state_display() if not self.incoming.is_open else "已由发文单位撤回"

    @property
    def given(self) -> list[tuple[Assignment, str, str]]:
        """Each assignment that was given, with its mark and its word."""
        rows = [row for row in self.assignments if row.state != Assignment.State.PROPOSED]
        return [(row, *self._standing_of(row)) for row in rows]

    def _standing_of(self, row: Assignment) -> tuple[str, str]:
        if row.state == Assignment.State.OPEN:
            late, soon = row.is_late(self.now), row.is_soon(self.now)
            return ("late", "已超期") if late else ("soon", "将超期") if soon else ("review", "在办")
        if row.state == Assignment.State.DONE:
            return "signed", "已办（超期）" if row.is_late(self.now) else "已办"
        return "sent", row.get_state_display()

    def forms(self) -> dict[str, Form]:
        """Name → form of all that the person may do with the paper now, the one that is theirs now first."""
        if not self.is_open:
            return {}
        every = self._all(self.passable, self._unread(), {row.person_id for row in self.readers})
        mine = [name for name in every if self._is_open_to_me(name)]
        first = [name for name in self._order() if name in mine]
        return {name: every[name](None) for name in dict.fromkeys([*first, *mine])}

    def waits_for(self, name: str) -> bool:
        """Whether this act is the step that the paper waits for, and none that may be done beside it."""
        if name == "circulate":
            return self.handling is None and self.incoming.kind == Kind.INFORMATION
        if name == "instruct":
            return self.handling is not None and self.handling.state == _State.TO_INSTRUCT
        return name not in BESIDE

    def form(self, name: str, data: Any) -> Form:
        """The named form with what was posted, whether or not it is this person's: the verb says who may."""
        return self._all(self.assignments, self.readers, set())[name](data)

    def _order(self) -> tuple[str, ...]:
        if self.handling is None and self.incoming.kind == Kind.INFORMATION:
            return ("read", "circulate", "finish", *ORDER)
        return ORDER

    def _is_open_to_me(self, name: str) -> bool:
        state = self.handling.state if self.handling else None
        first = self.handling is None and self.handles
        lead = any(row.part == Assignment.Part.LEAD for row in self.mine)
        match name:
            case "propose":
                return first and not self.levels.closes_at_once
            case "finish":
                at_once = first and (self.levels.closes_at_once or self.incoming.kind == Kind.INFORMATION)
                return at_once or lead or (state == _State.TO_CLOSE and self.handles)
            case "instruct":
                return self.instructs and self.levels.instruction and state not in (None, _State.FINISHED)
            case "assign":
                return self.handles and state == _State.TO_ASSIGN
            case "report":
                return any(row.part == Assignment.Part.ASSIST for row in self.mine)
            case "pass_on":
                return bool(self.passable)
            case "read":
                return self.my_reading is not None
            case "circulate":
                return (self.handles or self.instructs) and self.levels.circulation and not self.goes_round
            case "add_readers" | "skip":
                return (self.handles or self.instructs) and self.goes_round
        return (self.handles or self.instructs) and bool(self.waits)

    def _all(
        self, rows: Sequence[Assignment], readers: Sequence[Reader], there: set[int]
    ) -> dict[str, Callable[[Any], Form]]:
        """How each form is made from what was posted; work and readers are these rows, and nobody reads it anew who is there."""
        levels, hands, unit = self.levels, self.hands, self.incoming.unit
        urgent = self.incoming.urgency != Urgency.NORMAL
        assigns = levels.work and not levels.instruction
        assisting = [row for row in rows if row.part == Assignment.Part.ASSIST]
        must_choose = len(assisting) == len(rows)

        def own(name: str) -> dict[str, Any]:
            return {"auto_id": f"id_{name}_%s"}

        return {
            "propose": lambda data: OpinionForm(
                "拟办意见",
                levels,
                hands,
                data,
                needed=levels.proposal,
                is_urgent=urgent,
                lead_needed=assigns,
                **own("propose"),
            ),
            "instruct": lambda data: OpinionForm(
                "批示",
                levels,
                hands,
                data,
                is_urgent=urgent,
                lead_needed=False,
                initial=self._proposed(),
                **own("instruct"),
            ),
            "assign": lambda data: WorkForm(hands, data, is_urgent=urgent, **own("assign")),
            "report": lambda data: ReportForm(self._my_part(assisting), data, **own("report")),
            "finish": lambda data: FinishForm(data, **own("finish")),
            "pass_on": lambda data: PassOnForm(rows, hands, data, must_choose=must_choose, **own("pass_on")),
            "read": lambda data: ReadForm(data, **own("read")),
            "circulate": lambda data: CirculateForm(possible_readers(unit), data, **own("circulate")),
            "add_readers": lambda data: ReadersForm(
                [(person, at) for person, at in possible_readers(unit) if person.pk not in there],
                data,
                **own("add_readers"),
            ),
            "skip": lambda data: SkipForm(readers, data, **own("skip")),
            "urge": lambda data: UrgeForm(self.waits, data, **own("urge")),
        }

    def _my_part(self, assisting: list[Assignment]) -> list[Assignment]:
        mine = [row for row in assisting if row in self.mine]
        return mine or assisting

    def _unread(self) -> list[Reader]:
        return [row for row in self.readers if getattr(row, "end", None) is None]

    def _proposed(self) -> dict[str, Any]:
        """What the leader finds filled in: the work as it was proposed or given last."""
        rows = [row for row in self.assignments if row.state == Assignment.State.OPEN]
        rows = rows or [row for row in self.assignments if row.state == Assignment.State.PROPOSED]
        lead = next((row for row in rows if row.part == Assignment.Part.LEAD), None)
        if lead is None:
            return {"seen": self.instruction and self.instruction.pk}
        return {
            "lead": f"{lead.unit_id}-{lead.person_id}" if lead.person_id else str(lead.unit_id),
            "assisting": [str(row.unit_id) for row in rows if row.part == Assignment.Part.ASSIST],
            "due_at": timezone.localtime(lead.due_at) if lead.due_at else None,
            "seen": self.instruction and self.instruction.pk,
        }
