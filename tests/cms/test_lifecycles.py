"""The only ways a record changes state: a step of its table, once, with its deed in the ledger."""

import pytest
from django.db import IntegrityError, transaction

from circulars.deliveries import Delivery
from circulars.registration import Circular
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder, move, move_all
from tests.cast import MONDAY

State = Delivery.State
EVERY_STEP = [(a, b) for a in State for b in State]


def facts_of(state, city):
    """What a delivery in this state has on record beside it."""
    return {
        State.SENT: {"returned_at": None, "return_code": ""},
        State.SIGNED_FOR: {"signed_at": MONDAY, "signed_by": city.clerk},
        State.RETURNED: {"returned_at": MONDAY, "return_code": "other"},
        State.RECALLED: {"recalled_at": MONDAY},
    }.get(state, {})


def into(delivery, state, city):
    """The delivery as it would be in this state."""
    Delivery.objects.filter(pk=delivery.pk).update(state=state, **facts_of(state, city))
    return Delivery.objects.get(pk=delivery.pk)


def step(delivery, to, city):
    move(delivery, to, "delivery.opened", by=city.clerk, at=MONDAY, **facts_of(to, city))


@pytest.mark.parametrize("source, to", EVERY_STEP, ids=lambda state: state.value)
def test_a_step_is_taken_when_the_table_has_it_and_refused_when_not(city, circular, source, to):
    delivery = into(city.delivery(circular), source, city)
    if to in Delivery.MOVES.get(source, ()):
        step(delivery, to, city)
        assert delivery.state == Delivery.objects.get(pk=delivery.pk).state == to
        assert Entry.objects.of(delivery).count() == 1
    else:
        with pytest.raises(OutOfOrder, match=f"现在是“{source.label}”，不能变为“{to.label}”"):
            step(delivery, to, city)
        assert Delivery.objects.get(pk=delivery.pk).state == source
        assert not Entry.objects.of(delivery).exists()


def test_whoever_comes_second_is_refused_and_sees_what_is(city, circular):
    delivery = city.delivery(circular)
    stale = Delivery.objects.get(pk=delivery.pk)
    delivery.send_back(code="not_ours", reason="", by=city.clerk, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已退回"):
        step(stale, State.OPENED, city)
    assert stale.state == State.RETURNED
    assert Entry.objects.of(delivery).count() == 1


def test_a_step_whose_changes_the_database_refuses_leaves_record_and_ledger_alone(city, circular):
    delivery = city.opened(circular)
    with pytest.raises(IntegrityError), transaction.atomic():
        move(delivery, State.SIGNED_FOR, "delivery.signed_for", by=city.clerk, at=MONDAY)
    assert delivery.state == State.OPENED


def test_a_set_moves_in_one_go_with_one_entry_that_names_count_and_list(city, circular, django_assert_max_num_queries):
    things = circular.deliveries.all()
    keys = list(things.values_list("pk", flat=True))
    with django_assert_max_num_queries(5):
        moved = move_all(things, State.OPENED, "delivery.opened", by=city.clerk, at=MONDAY, opened_at=MONDAY)
    assert moved == len(keys) == 3
    entry = Entry.objects.get(deed="delivery.opened")
    assert (entry.subject, entry.facts["count"], len(entry.facts["list_digest"])) == ("circulars.delivery", 3, 64)
    assert set(circular.deliveries.values_list("state", "opened_at")) == {("opened", MONDAY)}


def test_of_a_set_only_those_move_that_may(city, circular):
    city.sign(city.opened(circular))
    assert move_all(circular.deliveries.all(), State.OPENED, "delivery.opened", by=city.clerk, at=MONDAY) == 2
    assert city.delivery(circular).state == State.SIGNED_FOR


def test_an_empty_set_moves_without_a_trace(city, circular):
    assert move_all(Delivery.objects.none(), State.OPENED, "delivery.opened", by=city.clerk, at=MONDAY) == 0
    assert move_all(Circular.objects.all(), "sent", "circular.sent", by=city.clerk, at=MONDAY) == 0
    assert not Entry.objects.filter(deed="delivery.opened").exists()


@pytest.mark.parametrize("model", [Circular, Delivery])
def test_every_state_is_reached_and_every_step_leads_to_a_state(model):
    reached = {to for steps in model.MOVES.values() for to in steps}
    assert reached | {model.State.values[0]} == set(model.State.values)
    assert set(model.MOVES) <= set(model.State.values)
