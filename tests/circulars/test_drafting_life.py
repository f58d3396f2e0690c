"""The drafting life at random: whatever people try in whatever order, only a text that every seat has agreed to is ever sent (Article 4)."""

from contextlib import suppress
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.standins import StandIn, arrange
from circulars.dispatch import dispatch
from circulars.moderation import NotReady, decide, send_back, submit, void_if_changed, withdraw
from circulars.pages import CircularPage
from circulars.registration import Circular, register
from circulars.snapshots import digest_of, snapshot_of
from circulars.turns import PATH, Turn
from circulars.voiding import void
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY

PEOPLE = ("drafter", "reviewer", "approver", "principal", "leader", "department_head", "sender", "registrar", "stranger", "superuser")  # fmt: skip
TEXTS = ("一、第一种写法。", "一、第二种写法。", "一、第三种写法。")
person, step, text = st.sampled_from(PEOPLE), st.sampled_from(["", *PATH]), st.sampled_from(TEXTS)
REFUSALS = (PermissionDenied, OutOfOrder, NotReady)


class DraftingLife(RuleBasedStateMachine):
    """One draft of the office, with people who may and people who may not; what each agreed to is written down beside the product."""

    city = None
    reached: set[str] = set()

    def __init__(self):
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.page = self.city.draft(body=TEXTS[0])
        self.minutes = 0
        self.agreed: dict[tuple[str, int], tuple[str, int]] = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    def at(self):
        self.minutes += 1
        return MONDAY + timedelta(minutes=self.minutes)

    def who(self, name):
        return User.objects.get(pk=getattr(self.city, name).pk)

    def draft(self):
        return CircularPage.objects.get(pk=self.page.pk)

    def digest(self):
        return digest_of(snapshot_of(self.draft().get_latest_revision_as_object()))

    def is_done(self, act):
        """Whether the product let the act happen; a refusal has to leave everything as it was."""
        entries = Entry.objects.count()
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            assert Entry.objects.count() == entries
            return False
        return True

    def forget(self, since=""):
        """What was agreed at this step or later counts no more; everything without a step."""
        gone = PATH[PATH.index(since) :] if since else PATH
        self.agreed = {seat: said for seat, said in self.agreed.items() if seat[0] not in gone}

    # what people try

    @initialize(steps=st.integers(0, 11))
    def as_it_should_be(self, steps):
        """A life begins anywhere on the straight way of six steps; every second one begins where the paper is sent."""
        for _ in range(steps):
            self.go_on()

    @rule(name=person)
    def hand_over(self, name):
        if self.is_done(lambda: submit(self.draft(), by=self.who(name), at=self.at())):
            assert name == "drafter"
            self.forget()

    @rule(name=person)
    def agree(self, name):
        by, before = self.who(name), set(Turn.objects.open().values_list("pk", flat=True))
        if not self.is_done(lambda: decide(self.draft(), "agree", by=by, at=self.at())):
            return
        turn = Turn.objects.get(pk__in=before, decision__by=by, decision__turn__isnull=False, closed_at__isnull=False)
        assert name not in ("drafter", "stranger", "superuser")
        assert turn.version.digest == self.digest()
        self.agreed[turn.step, turn.unit_id] = (self.digest(), by.pk)
        if (
            not self.draft().workflow_in_progress
            and not Turn.objects.filter(version=turn.version, step="approve").exists()
        ):
            self.forget()  # the last unit spoke, and another had objected

    @rule()
    def go_on(self):
        """Whoever's turn it is does what is asked, so that most lives come far."""
        page = self.draft()
        if turn := Turn.objects.open().filter(page=page.pk).select_related("unit").first():
            holder = self.city.reviewer if turn.step == "review" else self.city.holder(turn)
            self.agree(next(name for name in PEOPLE if getattr(self.city, name) == holder))
        elif circular := getattr(page, "circular", None):
            if circular.state == "registered" and self.is_done(lambda: self.city.seal(circular, at=self.at())):
                self.reached.add("sealed")
            elif self.is_done(lambda: dispatch(circular, by=self.who("sender"), at=self.at())):
                self.reached.add("sent")
        elif self.is_done(lambda: register(page, digest=self.digest(), by=self.who("registrar"), at=self.at())):
            self.reached.add("registered")
        else:
            self.hand_over("drafter")

    @rule(name=person)
    def object(self, name):
        if self.is_done(lambda: decide(self.draft(), "object", by=self.who(name), at=self.at(), opinion="不妥。")):
            assert name in ("leader", "department_head")
            self.forget("countersign" if self.draft().workflow_in_progress else "")

    @rule(name=person, to_step=step)
    def give_back(self, name, to_step):
        back = {"by": self.who(name), "at": self.at(), "opinion": "再改。", "to_step": to_step}
        if self.is_done(lambda: decide(self.draft(), "return", **back)):
            self.forget(to_step)

    @rule(name=person, to_step=step)
    def recheck(self, name, to_step):
        back = {"by": self.who(name), "at": self.at(), "reason": "缺页。", "to_step": to_step}
        if self.is_done(lambda: send_back(self.draft(), **back)):
            assert name == "registrar"
            self.forget(to_step)

    @rule(name=person)
    def take_back(self, name):
        if self.is_done(lambda: withdraw(self.draft(), by=self.who(name), at=self.at())):
            assert name == "drafter"
            self.forget()

    @precondition(lambda self: not self.draft().workflow_in_progress and not hasattr(self.draft(), "circular"))
    @rule(body=text, asked=st.booleans(), important=st.booleans())
    def edit(self, body, asked, important):
        before = self.digest()
        units = [self.city.attentive, self.city.department] if asked else []
        self.city.change(self.draft(), body=body, countersign_units=units, is_important=important)
        void_if_changed(self.draft(), by=self.city.drafter, at=self.at())
        if self.digest() != before:
            self.forget()

    @rule(
        absent=st.sampled_from(["reviewer", "approver", "principal"]),
        other=st.sampled_from(["sender", "drafter", "registrar"]),
    )
    def stand_in(self, absent, other):
        role = {"reviewer": Role.REVIEWER, "approver": Role.APPROVER, "principal": Role.PRINCIPAL}[absent]
        gone, days = self.who(absent), {"first": MONDAY.date(), "last": MONDAY.date()}
        arranged = {"reason": "开会", "by": gone, "at": self.at(), **days}
        self.is_done(lambda: arrange(gone, self.who(other), self.city.office, role, **arranged))

    @rule()
    def end_stand_ins(self):
        for stand_in in StandIn.objects.filter(ended_at=None).select_related("absent"):
            stand_in.take_back(by=stand_in.absent, at=self.at())

    @rule(name=person)
    def enter_in_the_register(self, name):
        if self.is_done(lambda: register(self.draft(), digest=self.digest(), by=self.who(name), at=self.at())):
            assert name == "registrar"

    @precondition(lambda self: hasattr(self.draft(), "circular"))
    @rule(name=person)
    def make_void(self, name):
        circular = Circular.objects.get()
        self.is_done(lambda: void(circular, reason="重号。", by=self.who(name), at=self.at()))

    @precondition(lambda self: hasattr(self.draft(), "circular"))
    @rule(name=person)
    def send(self, name):
        circular = Circular.objects.get()
        with suppress(OutOfOrder):
            self.is_done(lambda: dispatch(circular, by=self.who(name), at=self.at()))

    # what must always be true

    @invariant()
    def only_what_every_seat_agreed_to_is_registered_or_sent(self):
        circular = Circular.objects.filter(page=self.page.pk).first()
        if circular is None:
            return
        snapshot = circular.snapshot
        units = {unit.code: unit.pk for unit in (self.city.office, self.city.attentive, self.city.department)}
        seats = {("review", units["YA-ZFB"]), ("approve", units["YA-ZFB"])}
        seats |= {("countersign", units[code]) for code in snapshot["countersign"]}
        assert seats <= self.agreed.keys()
        assert {self.agreed[seat][0] for seat in seats} == {circular.digest} == {digest_of(snapshot)}
        assert self.agreed["review", units["YA-ZFB"]][1] != self.agreed["approve", units["YA-ZFB"]][1]
        assert self.city.drafter.pk not in {said[1] for said in self.agreed.values()}

    @invariant()
    def an_open_seat_belongs_to_a_text_on_its_way(self):
        has_seats = Turn.objects.open().filter(page=self.page.pk).exists()
        assert has_seats is self.draft().workflow_in_progress


def test_whatever_happens_to_a_draft_an_unapproved_digest_is_never_sent(city):
    take_post(city.registrar, city.office, Role.CLERK, by=None, at=MONDAY)
    DraftingLife.city = city
    run_state_machine_as_test(
        DraftingLife,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {"registered", "sealed", "sent"} <= DraftingLife.reached, "no life came far enough to show anything"
