"""The delivery life at random: whatever people do and however the clock jumps, receipts, states, figures and liability stay right (Articles 20 to 22)."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.faults import report_fault
from accounts.people import User
from circulars.calling import log_call
from circulars.chasing import Urge, urge
from circulars.deliveries import Delivery, DeliveryRound, ReturnCode
from circulars.insisting import insist
from circulars.liability import Liability, liability
from circulars.notices import Notice
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.relief import sweep_relief
from circulars.reminders import sweep_urges
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from reports.months import Month
from reports.receipts import Issuers, month_figures
from tests.cast import MONDAY

PEOPLE = ("clerk", "second_clerk", "leader", "late_clerk", "sender", "secretary", "stranger", "superuser")
person, unit = st.sampled_from(PEOPLE), st.sampled_from(["attentive", "late"])
REFUSALS = (PermissionDenied, OutOfOrder, ValidationError)
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


class DeliveryLife(RuleBasedStateMachine):
    """One circular on its way to two connected units and one that is not, with people who may and people who may not."""

    city = None

    def __init__(self):
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.minutes = 0
        self.reached: Counter[str] = Counter()
        self.seen: dict[int, str] = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @initialize(urgency=st.sampled_from(["normal", "urgent", "extra_urgent"]), at_night=st.booleans())
    def sent(self, urgency, at_night):
        self.minutes = 14 * 60 if at_night else 0
        self.circular = self.city.sent(urgency=urgency, at=self.at(), reason="当晚启用")
        self.states()

    def at(self):
        self.minutes += 1
        return MONDAY + timedelta(minutes=self.minutes)

    def now(self):
        return MONDAY + timedelta(minutes=self.minutes)

    def who(self, name):
        return User.objects.get(pk=getattr(self.city, name).pk)

    def delivery(self, name):
        return Delivery.objects.select_related("circular", "issuer__area").get(
            circular=self.circular, unit=getattr(self.city, name)
        )

    def states(self):
        self.seen = dict(Delivery.objects.values_list("pk", "state"))

    def is_done(self, act, name=""):
        """Whether the product let the act happen; a refusal has to leave everything as it was."""
        entries = Entry.objects.count()
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            assert Entry.objects.count() == entries
            return False
        self.reached[name] += 1
        return True

    # what people try

    @rule(minutes=st.sampled_from([1, 9, 31, 61, 121, 600, 1500, 3000]))
    def time_passes(self, minutes):
        self.minutes += minutes

    @rule(to=unit, name=person)
    def open(self, to, name):
        if name in ("clerk", "second_clerk", "late_clerk"):
            self.delivery(to).open(by=self.who(name), at=self.at())

    @rule(to=unit, name=st.sampled_from(["clerk", "second_clerk", "late_clerk"]), twice=st.booleans())
    def sign(self, to, name, twice):
        delivery, key, at = self.delivery(to), uuid4(), self.at()
        before = Entry.objects.filter(deed="delivery.signed_for").count()
        for mine in [delivery, self.delivery(to)] if twice else [delivery]:
            self.is_done(
                lambda mine=mine: mine.sign_for(checked=set(mine.checks()), key=key, by=self.who(name), at=at), "signed"
            )
        assert Entry.objects.filter(deed="delivery.signed_for").count() <= before + 1

    @rule(to=unit, name=st.sampled_from(["clerk", "late_clerk"]), code=st.sampled_from(["not_ours", "incomplete"]))
    def send_back(self, to, name, code):
        delivery = self.delivery(to)
        self.is_done(
            lambda: delivery.send_back(code=ReturnCode(code), reason="", by=self.who(name), at=self.at()), "returned"
        )

    @rule(to=unit, name=person)
    def acknowledge(self, to, name):
        delivery = self.delivery(to)
        if self.is_done(lambda: delivery.acknowledge(by=self.who(name), at=self.at())):
            assert name == "sender"

    @rule(to=unit, name=person)
    def insist(self, to, name):
        delivery = self.delivery(to)
        told = {"why": "仍请贵单位办理", "off_hours_reason": "急", "by": self.who(name), "at": self.at()}
        if self.is_done(lambda: insist(delivery, **told), "insisted"):
            assert name == "sender"
            assert delivery.rounds.count() == delivery.round or self.delivery(to).round == delivery.round + 1

    @rule(to=unit)
    def take_in(self, to):
        """The unit opens and signs for it, so that lives come far."""
        clerk = "clerk" if to == "attentive" else "late_clerk"
        self.open(to, clerk)
        self.sign(to, clerk, False)

    @rule(to=unit)
    def go_round(self, to):
        """A whole return and a new round, so that lives come far."""
        clerk = "clerk" if to == "attentive" else "late_clerk"
        self.send_back(to, clerk, "not_ours")
        self.acknowledge(to, "sender")
        self.insist(to, "sender")

    @rule(name=person)
    def recall(self, name):
        if self.is_done(
            lambda: recall(self.now_circular(), reason="发错", by=self.who(name), at=self.at()), "recalled"
        ):
            assert name == "sender"

    def now_circular(self):
        return Circular.objects.get(pk=self.circular.pk)

    @rule(name=person)
    def urge_all(self, name):
        if self.is_done(
            lambda: urge(self.now_circular(), text="请尽快签收。", by=self.who(name), at=self.at()), "urged"
        ):
            assert name == "sender"

    @rule()
    def remind(self):
        at = self.at()
        sweep_urges(at)
        given = Urge.objects.count()
        sweep_urges(at)
        assert Urge.objects.count() == given, "the sweep run twice gives nothing twice"

    @rule(to=unit, name=person, result=st.sampled_from(["reached", "no_answer"]))
    def ring_up(self, to, name, result):
        said = {"result": result, "name": "孙早", "number": "0911-2123456", "key": uuid4(), "by": self.who(name)}
        at = self.at()
        delivery = self.delivery(to)
        said["of_round"] = delivery.round
        if self.is_done(lambda: log_call(delivery, happened_at=at, at=at, **said), f"called {result}"):
            assert name == "sender"

    @rule(to=unit, since=st.sampled_from([1, 60, 3000]))
    def fault_is_over(self, to, since):
        clerk = self.who("clerk" if to == "attentive" else "late_clerk")
        detected_at = max(MONDAY, self.now() - timedelta(minutes=since))
        fault = report_fault(
            getattr(self.city, to), "network", "线路不通", detected_at=detected_at, by=clerk, at=self.at()
        )
        at = self.at()
        fault.confirm(restored_at=at, by=self.who("engineer"), at=at)
        sweep_relief(at)
        sweep_relief(at)

    # what must always be true

    @invariant()
    def a_state_follows_another_only_along_the_table(self):
        if not self.seen:
            return
        for pk, state in Delivery.objects.values_list("pk", "state"):
            was, steps = self.seen.get(pk, state), {self.seen.get(pk, state)}
            for _ in range(3):  # a rule takes up to three steps
                steps |= {str(to) for step in steps for to in Delivery.MOVES.get(step, ())}
            assert state in steps, f"{was} → {state}"
        self.states()

    @invariant()
    def a_round_has_at_most_one_receipt(self):
        for delivery in Delivery.objects.all():
            signed = Entry.objects.of(delivery).filter(deed="delivery.signed_for").count()
            rounds = DeliveryRound.objects.filter(delivery=delivery, signed_at__isnull=False).count()
            assert signed == rounds + (delivery.signed_at is not None)
            assert delivery.rounds.count() == delivery.round - 1

    @invariant()
    def what_was_recalled_nobody_has_signed_for(self):
        recalled = Delivery.objects.filter(circular__state=Circular.State.RECALLED)
        assert not recalled.filter(signed_at__isnull=False).exists()
        assert not recalled.open().exists()

    @invariant()
    def a_unit_counts_as_notified_since_the_first_call_that_got_through(self):
        for delivery in Delivery.objects.all():
            calls = Notice.objects.filter(delivery=delivery, round=delivery.round, result=Notice.Result.REACHED)
            first = calls.order_by("happened_at").values_list("happened_at", flat=True).first()
            assert delivery.notified_at == first

    @invariant()
    def somebody_or_nobody_answers_for_every_delivery_by_one_rule(self):
        now = self.now()
        for row in Delivery.objects.all().with_liability(now):
            closed_at = min((at for at in (row.signed_at, row.returned_at) if at), default=None)
            by_rule = liability(
                due_at=row.due_at,
                closed_at=closed_at,
                as_of=now,
                window=timedelta(minutes=row.window_minutes or 0),
                notified_at=row.notified_at,
                notification_required=row.must_notify,
                relieved=bool(row.relief),
                fault_unreported=row.fault_unreported,
            )
            assert Liability(row.liability) == (Liability.NOBODY if row.recalled_at else by_rule)

    @invariant()
    def the_figures_of_a_month_are_a_recount_of_its_receipts(self):
        now = self.now() + timedelta(seconds=1)
        receipts = [(row.unit_id, row) for row in Delivery.objects.electronic().filter(recalled_at=None)]
        rounds = DeliveryRound.objects.filter(delivery__channel="electronic").select_related("delivery")
        receipts += [(row.delivery.unit_id, row) for row in rounds]
        for month in (SEPTEMBER, OCTOBER):
            counted: dict[int, Counter[str]] = {}
            for to, row in receipts:
                if month.starts_at <= row.sent_at < month.ends_at:
                    counted.setdefault(to, Counter())[_verdict(row, now)] += 1
            found = {
                one.unit_id: Counter(
                    {
                        name: n
                        for name in ("on_time", "late", "unsigned", "relief", "not_due")
                        if (n := getattr(one, name))
                    }
                )
                for one in month_figures(month, as_of=now, issuers=Issuers.ALL)
            }
            assert found == counted


def _verdict(row, now):
    closed_at = row.signed_at or row.returned_at
    if closed_at and closed_at <= row.due_at and not row.relief:
        return "on_time"
    if row.relief:
        return "relief"
    if closed_at:
        return "late"
    return "unsigned" if row.due_at <= now else "not_due"


def test_whatever_happens_to_a_delivery_receipts_states_figures_and_liability_hold(city):
    DeliveryLife.city = city
    run_state_machine_as_test(
        DeliveryLife,
        settings=settings(
            max_examples=10, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_life_in_good_order_comes_through_every_stage(city):
    DeliveryLife.city = city
    life = DeliveryLife()
    checks = [
        life.a_state_follows_another_only_along_the_table,
        life.a_round_has_at_most_one_receipt,
        life.a_unit_counts_as_notified_since_the_first_call_that_got_through,
        life.somebody_or_nobody_answers_for_every_delivery_by_one_rule,
        life.the_figures_of_a_month_are_a_recount_of_its_receipts,
    ]
    try:
        life.sent("extra_urgent", at_night=True)
        for step in (
            lambda: life.ring_up("attentive", "sender", "no_answer"),
            lambda: life.ring_up("attentive", "sender", "reached"),
            lambda: life.take_in("attentive"),
            lambda: life.go_round("late"),
            lambda: life.urge_all("sender"),
            lambda: life.time_passes(1500),
            life.remind,
            lambda: life.fault_is_over("late", 3000),
            lambda: life.take_in("late"),
            lambda: life.go_round("attentive"),
            lambda: life.recall("sender"),
        ):
            step()
            for check in checks:
                check()
        assert life.reached >= Counter(["signed", "signed", "insisted", "insisted", "urged", "called reached"])
        assert not life.reached["recalled"], "somebody had signed in the round before"
    finally:
        life.teardown()
