"""What is mended after sending, as acts that must be whole or not at all: recalling, insisting, leaving, sending after, a notice."""

from uuid import UUID

from django.core.exceptions import ValidationError

from accounts.people import User
from accounts.units import Unit
from circulars import moderation
from circulars.amending import Amendment
from circulars.amendmentdrafts import begin_amendment
from circulars.deliveries import Delivery, DeliveryRound
from circulars.dispatch import dispatch
from circulars.insisting import insist
from circulars.pages import Relation
from circulars.papercopies import PaperCopy
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.returns import ReturnOutcome, acknowledge, leave
from circulars.supplementing import Supplement, supplement
from circulars.turns import Turn
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY, City
from tests.faults.acts import Act

PRESS = UUID("5b4a3c1e-0000-4000-8000-000000000002")


def _sender() -> User:
    return User.objects.get(username="sender")


def _recall(key: int) -> None:
    recall(Circular.objects.get(pk=key), reason="附件发错", by=_sender(), at=MONDAY)


def _is_recalled(key: int) -> bool:
    circular = Circular.objects.get(pk=key)
    return (
        circular.state == "recalled"
        and circular.deliveries.filter(state="recalled").count() == 3
        and Entry.objects.filter(deed__in=["circular.recalled", "deliveries.recalled"]).count() == 2
        and Message.objects.filter(key__startswith="recalled:").count() == 3
    )


def _send_back(city: City) -> int:
    delivery = city.opened(city.sent())
    delivery.send_back(code="not_ours", reason="", by=city.clerk, at=MONDAY)
    return delivery.pk


def _acknowledge(city: City) -> int:
    key = _send_back(city)
    acknowledge(Delivery.objects.get(pk=key), by=city.sender, at=MONDAY)
    return key


def _is_acknowledged(key: int) -> bool:
    return (
        Delivery.objects.get(pk=key).acknowledged_at == MONDAY
        and Entry.objects.filter(deed="return.acknowledged").count() == 1
        and Message.objects.filter(key__in=[f"acknowledged:{key}:1", f"return-to-correct:{key}:1"]).count() == 3
    )


def _is_sent_again(key: int) -> bool:
    delivery = Delivery.objects.get(pk=key)
    return (
        (delivery.state, delivery.round, delivery.returned_at) == ("sent", 2, None)
        and DeliveryRound.objects.filter(delivery=key, round=1, returned_at=MONDAY).count() == 1
        and Entry.objects.filter(deed="delivery.insisted").count() == 1
        and Message.objects.filter(key=f"delivery:{key}:2").count() == 2
    )


def _is_left(key: int) -> bool:
    return (
        ReturnOutcome.objects.filter(delivery=key, kind="left").count() == 1
        and Entry.objects.filter(deed="return.left").count() == 1
    )


def _send_with_a_unit_off_line(city: City) -> int:
    Unit.objects.filter(pk=city.elsewhere.pk).update(connected=False)
    return city.sent().pk


def _send_after(key: int) -> None:
    """To two more units, one of them on paper; who asks again is told that they have it."""
    units = list(Unit.objects.filter(code__in=["QX01", "QY01"]))
    circular = Circular.objects.get(pk=key)
    try:
        supplement(circular, units, reason="漏列", consent="张志远同意", by=_sender(), at=MONDAY)
    except ValidationError as refused:
        raise OutOfOrder(str(refused)) from refused


def _is_sent_after(key: int) -> bool:
    circular = Circular.objects.get(pk=key)
    return (
        circular.deliveries.count() == circular.distribution.count() == 5
        and PaperCopy.objects.filter(delivery__circular=key).count() == 2
        and Supplement.objects.get().units.count() == 2
        and Entry.objects.filter(deed="circular.supplemented").count() == 1
        and Message.objects.filter(key__startswith="supplemented:").count() == 1
    )


def _register_notice(city: City) -> int:
    page = begin_amendment(city.sent(), Relation.ANNULS, key=PRESS, by=city.drafter, at=MONDAY)
    moderation.submit(page, by=page.owner, at=MONDAY)
    city.reviewed(page)
    turn = Turn.objects.open().get(page=page.pk)
    moderation.decide(page, "agree", by=city.holder(turn), at=MONDAY, opinion="同意。")
    return city.seal(city.register(page)).pk


def _is_notice_sent(key: int) -> bool:
    return (
        Circular.objects.get(pk=key).deliveries.count() == 3
        and Amendment.objects.filter(by_circular=key, kind="annuls").count() == 1
        and Entry.objects.filter(deed="circular.amended").count() == 1
    )


MENDING = {
    "recalling": Act(lambda city: city.sent().pk, _recall, _is_recalled),
    "signing for a return": Act(
        _send_back, lambda key: acknowledge(Delivery.objects.get(pk=key), by=_sender(), at=MONDAY), _is_acknowledged
    ),
    "insisting": Act(
        _acknowledge,
        lambda key: insist(Delivery.objects.get(pk=key), why="应由贵局办理", by=_sender(), at=MONDAY),
        _is_sent_again,
    ),
    "leaving a return": Act(
        _acknowledge,
        lambda key: leave(Delivery.objects.get(pk=key), why="改由住建局办理", by=_sender(), at=MONDAY),
        _is_left,
    ),
    "sending after": Act(_send_with_a_unit_off_line, _send_after, _is_sent_after),
    "sending a notice": Act(
        _register_notice, lambda key: dispatch(Circular.objects.get(pk=key), by=_sender(), at=MONDAY), _is_notice_sent
    ),
}
